"""net_trace: the way to a host, hop by hop, with loss and times: by mtr, else by traceroute."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from pydantic import Field

from bot.core.evidence import Seen, Table, Trouble
from bot.core.text import one_line
from bot.probes._place import HostName
from bot.probes._text import clean, decimal, greatest, not_understood, percent, said
from bot.probes.base import Fact, Parameters, Probe, ProbeFailed, Site

_MOST_HOPS = 30
_HOP = re.compile(r"^ ?(\d{1,2})  (.{1,600})$", re.MULTILINE)
_ANSWERED = re.compile(r"(\d{1,7}(?:\.\d{1,6})?) ms")
_TARGET = re.compile(r"^traceroute to .{1,300}? \(([0-9A-Fa-f:.]+)\)", re.MULTILINE)
_SILENT = "???"


class NetTraceParameters(Parameters):
    """Where to, and how often."""

    host: HostName = Field(description="Host name or address", examples=["api.binance.com"])
    cycles: int = Field(
        default=10, ge=1, le=100, description="Packets to each hop; fewer where the deadline asks for it"
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Hop:
    address: str
    """`???` where nothing answered."""
    loss_percent: float | None
    mean_ms: float | None
    most_ms: float | None


async def _look(parameters: NetTraceParameters, site: Site) -> Seen:
    try:
        hops, target, text = await _mtr(parameters, site)
    except ProbeFailed as failure:
        if failure.trouble is not Trouble.MISSING:
            raise
        hops, target, text = await _traceroute(parameters, site)
    last = hops[-1]
    reached = last.address == target if target else last.address != _SILENT and len(hops) < _MOST_HOPS
    return Seen(
        facts={
            "reached": reached,
            "hops": len(hops),
            "silent": sum(1 for hop in hops if hop.address == _SILENT),
            "loss_percent": last.loss_percent if reached else 100,
            "mean_ms": last.mean_ms if reached else None,
            "most_ms": last.most_ms if reached else None,
            "path": [hop.address for hop in hops],
            "slowest_step_ms": _slowest_step(hops),
        },
        table=Table(
            columns=("hop", "address", "loss %", "mean ms", "most ms"),
            rows=tuple(
                (number, hop.address, hop.loss_percent, hop.mean_ms, hop.most_ms) for number, hop in enumerate(hops, 1)
            ),
        ),
        output=clean(text),
    )


async def _mtr(parameters: NetTraceParameters, site: Site) -> tuple[list[_Hop], str, str]:
    """One packet a second to each hop, and a second for the last answers."""
    cycles = max(1, min(parameters.cycles, int(site.within_s * 0.9) - 3))
    text = said(await site.run("mtr", "--json", "-n", "-G", "1", "-c", str(cycles), "--", parameters.host), "mtr")
    try:
        hubs = json.loads(text)["report"]["hubs"]
        hops = [_hub(hub) for hub in hubs]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise not_understood("mtr") from None
    if not hops:
        raise not_understood("mtr")
    return hops, "", text


def _hub(hub: dict[str, Any]) -> _Hop:
    loss, mean, most = (decimal(str(hub[name])) for name in ("Loss%", "Avg", "Wrst"))
    address = one_line(str(hub["host"]), 100)
    silent = address == _SILENT
    return _Hop(address=address, loss_percent=loss, mean_ms=None if silent else mean, most_ms=None if silent else most)


async def _traceroute(parameters: NetTraceParameters, site: Site) -> tuple[list[_Hop], str, str]:
    tries = min(parameters.cycles, 10)
    argv = ("traceroute", "-n", "-q", str(tries), "-w", "1", "-m", str(_MOST_HOPS), "--", parameters.host)
    text = said(await site.run(*argv), "traceroute")
    hops = [_line(line, tries) for _, line in _HOP.findall(text)]
    target = _TARGET.search(text)
    if not hops or target is None:
        raise not_understood("traceroute")
    return hops, target[1], text


def _line(line: str, tries: int) -> _Hop:
    times = [time for text in _ANSWERED.findall(line) if (time := decimal(text)) is not None]
    address = next((word for word in line.split() if word != "*"), _SILENT)
    return _Hop(
        address=one_line(address, 100) if times else _SILENT,
        loss_percent=percent(max(0, tries - len(times)), tries),
        mean_ms=round(sum(times) / len(times), 3) if times else None,
        most_ms=greatest(times),
    )


def _slowest_step(hops: Sequence[_Hop]) -> float | None:
    """How much longer one hop takes than the one before it, at most, among those that answer."""
    times = [hop.mean_ms for hop in hops if hop.mean_ms is not None]
    steps = [round(after - before, 3) for before, after in pairwise(times)]
    return max(steps, default=None)


PROBE = Probe(
    name="net_trace",
    help="The way to a host, hop by hop: who answers, how much is lost, and how long it takes.",
    parameters=NetTraceParameters,
    facts={
        "reached": Fact(sort="flag", help="whether the last hop is the host itself"),
        "hops": Fact(sort="number", help="hops up to the last one that was tried"),
        "silent": Fact(sort="number", help="hops that do not answer; many routers never do"),
        "loss_percent": Fact(sort="number", unit="%", help="packets lost on the whole way"),
        "mean_ms": Fact(sort="number", unit="ms", help="mean round trip to the host"),
        "most_ms": Fact(sort="number", unit="ms", help="slowest round trip to the host"),
        "path": Fact(sort="list", help="addresses of the hops, ??? where none answers"),
        "slowest_step_ms": Fact(sort="number", unit="ms", help="what one hop adds to the round trip at most"),
    },
    look=_look,
    anywhere=True,
)
