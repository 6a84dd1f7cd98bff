"""net_egress: the public address from which the host reaches the world, and whether it is one that venues let in."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any

import orjson
from pydantic import Field

from bot.core.evidence import Seen, Trouble
from bot.core.text import one_line
from bot.probes._asking import AskingParameters, question_of
from bot.probes._http import ask
from bot.probes._http_answer import Reply, expect_success
from bot.probes.base import Fact, Probe, ProbeFailed, Site

_MOST_BYTES = 20_000
_ADDRESS_NAMES = ("ip", "ip_addr", "address", "query", "origin")
_COUNTRY_NAMES = ("country_code", "countryCode", "country_iso", "country")
_REGION_NAMES = ("region", "regionName", "region_name", "city")


class NetEgressParameters(AskingParameters):
    """Which addresses are the right ones. The target is an address that tells callers who they are."""

    allowed: tuple[IPv4Network | IPv6Network, ...] = Field(
        default=(),
        max_length=100,
        description="Addresses and networks that the venues let in",
        examples=[["203.0.113.7", "198.51.100.0/24"]],
    )


async def _look(parameters: NetEgressParameters, site: Site) -> Seen:
    reply = await ask(site, question_of(parameters, site), seconds=parameters.seconds, most_bytes=_MOST_BYTES)
    expect_success(reply)
    said = _said(reply)
    address = _address(said, reply)
    networks = [one for one in parameters.allowed if one.version == address.version]
    return Seen(
        facts={
            "address": str(address),
            "allowed": any(address in one for one in networks) if parameters.allowed else None,
            "country": _first(said, _COUNTRY_NAMES),
            "region": _first(said, _REGION_NAMES),
            "took_ms": reply.took_ms,
        }
    )


def _said(reply: Reply) -> Mapping[str, Any]:
    """The answer as named values; one that is only the address has none."""
    try:
        said = orjson.loads(reply.body)
    except ValueError:
        return {}
    return said if isinstance(said, Mapping) else {}


def _address(said: Mapping[str, Any], reply: Reply) -> IPv4Address | IPv6Address:
    text = _first(said, _ADDRESS_NAMES) if said else reply.body[:100].decode("ascii", "replace").strip()
    try:
        return ip_address((text or "").partition(",")[0].strip())
    except ValueError:
        raise ProbeFailed(f"{reply.where}: the answer is no address", Trouble.PARSE) from None


def _first(said: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    return next((one_line(str(said[name]), 100) for name in names if isinstance(said.get(name), str)), None)


PROBE = Probe(
    name="net_egress",
    help="The public address of the host as the world sees it, and whether it is one that the venues let in.",
    parameters=NetEgressParameters,
    facts={
        "address": Fact(sort="text", help="the public address"),
        "allowed": Fact(sort="flag", help="whether it is one of the allowed ones; unknown where none are named"),
        "country": Fact(sort="text", help="the country, where the answer tells"),
        "region": Fact(sort="text", help="the region or town, where the answer tells"),
        "took_ms": Fact(sort="number", unit="ms", help="how long the answer took"),
    },
    look=_look,
    target="url",
)
