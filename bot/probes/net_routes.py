"""net_routes: where a host sends its packets: the default route, and the one to an address; else by /proc/net/route."""

from __future__ import annotations

import json
import re
from ipaddress import IPv4Address, IPv6Address
from typing import Any

from pydantic import Field

from bot.core.evidence import Seen, Table, Trouble
from bot.core.text import one_line
from bot.probes._text import heard, not_understood, refused, said
from bot.probes.base import Fact, Parameters, Probe, ProbeFailed, Site

_PROC = re.compile(
    r"^(\S{1,30})\t([0-9A-F]{8})\t([0-9A-F]{8})\t([0-9A-F]{4})\t\d+\t\d+\t\d+\t([0-9A-F]{8})\t", re.MULTILINE
)
_UP = 1
_NO_WAY = re.compile(r"unreachable|prohibit|no route", re.IGNORECASE)


class NetRoutesParameters(Parameters):
    """Which way is asked for."""

    to: IPv4Address | IPv6Address | None = Field(
        default=None, description="An address; the way to it is looked up, too", examples=["192.0.2.10"]
    )


async def _look(parameters: NetRoutesParameters, site: Site) -> Seen:
    to: dict[str, Any] = {}
    try:
        routes = await _ip(site, "show")
        if parameters.to is not None:
            to = await _way(site, str(parameters.to))
    except ProbeFailed as failure:
        if failure.trouble is not Trouble.MISSING:
            raise
        routes = await _from_proc(site)
    default = next((one for one in routes if one["dst"] == "default"), None)
    return Seen(
        facts={
            "has_default": default is not None,
            "gateway": (default or {}).get("gateway"),
            "device": (default or {}).get("dev"),
            "routes": len(routes),
            "reachable": to.get("reachable"),
            "to_gateway": to.get("gateway"),
            "to_device": to.get("dev"),
            "to_source": to.get("prefsrc"),
        },
        table=Table(
            columns=("to", "gateway", "device", "metric"),
            rows=tuple((one["dst"], one.get("gateway"), one.get("dev"), one.get("metric")) for one in routes[:40]),
        ),
    )


async def _ip(site: Site, *verb: str) -> list[dict[str, Any]]:
    return _routes_in(said(await site.run("ip", "-j", "route", *verb), "ip route"))


def _routes_in(text: str) -> list[dict[str, Any]]:
    """The routes that `ip -j` printed: nothing at all where there are none."""
    try:
        routes = json.loads(text or "[]")
    except (ValueError, RecursionError):
        raise not_understood("ip route") from None
    if not isinstance(routes, list) or not all(isinstance(one, dict) and "dst" in one for one in routes):
        raise not_understood("ip route")
    names = ("dst", "gateway", "dev", "prefsrc", "metric", "type")
    return [{name: one_line(str(one[name]), 60) for name in names if name in one} for one in routes]


async def _way(site: Site, address: str) -> dict[str, Any]:
    """The route that is taken to an address; that there is none is an answer."""
    ran = await site.run("ip", "-j", "route", "get", address)
    if ran.code != 0:
        if _NO_WAY.search(ran.err):
            return {"reachable": False}
        raise refused(ran, "ip route")
    routes = _routes_in(ran.out)
    return {**routes[0], "reachable": routes[0].get("type") not in ("unreachable", "prohibit")} if routes else {}


async def _from_proc(site: Site) -> list[dict[str, Any]]:
    text = heard(await site.run("cat", "--", "/proc/net/route"), "/proc/net/route")
    if "Iface" not in text:
        raise not_understood("/proc/net/route")
    return [
        {
            "dst": "default" if dst == mask == "0" * 8 else f"{_dotted(dst)}/{int(mask, 16).bit_count()}",
            "dev": one_line(device, 30),
            **({} if gateway == "0" * 8 else {"gateway": _dotted(gateway)}),
        }
        for device, dst, gateway, flags, mask in _PROC.findall(text)
        if int(flags, 16) & _UP
    ]


def _dotted(digits: str) -> str:
    return str(IPv4Address(bytes.fromhex(digits)[::-1]))


PROBE = Probe(
    name="net_routes",
    help="Where packets go: the default route, and the way to one address.",
    parameters=NetRoutesParameters,
    facts={
        "has_default": Fact(sort="flag", help="whether there is a default route"),
        "gateway": Fact(sort="text", help="address of the default gateway"),
        "device": Fact(sort="text", help="interface of the default route"),
        "routes": Fact(sort="number", help="routes of the main table"),
        "reachable": Fact(sort="flag", help="whether there is a way to the address"),
        "to_gateway": Fact(sort="text", help="gateway on the way to the address; unknown where there is none between"),
        "to_device": Fact(sort="text", help="interface on the way to the address"),
        "to_source": Fact(sort="text", help="our own address on that way"),
    },
    look=_look,
    anywhere=True,
)
