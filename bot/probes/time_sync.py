"""time_sync: how far a clock is off, and whether it is kept: by asking time servers, or what keeps the clock there."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from bot.core.evidence import Seen, Table
from bot.core.text import one_line
from bot.probes import _sntp
from bot.probes._text import decimal, integer, not_understood, said
from bot.probes.base import Fact, Parameters, Probe, ProbeFailed, Site

Server = Annotated[str, Field(max_length=253, pattern=r"^[A-Za-z0-9:][A-Za-z0-9.:-]*$")]

_PEER = re.compile(
    r"([ *#o+\-x.])(\S{1,100})\s+(\S{1,40})\s+(\d{1,2})\s+(\S)\s+(\S+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S+)\s+(\S+)\s*"
)


class TimeSyncParameters(Parameters):
    """Whose clock, and what to compare it with."""

    by: Literal["servers", "chrony", "ntpq", "timedatectl", "date"] = Field(
        default="timedatectl",
        description="servers: the bot's own clock against time servers. chrony, ntpq, timedatectl: what keeps the "
        "clock there says how it does. date: the clock there against the bot's",
    )
    servers: tuple[Server, ...] = Field(
        default=(), max_length=5, description="The time servers to ask", examples=[["time.nist.gov"]]
    )
    port: int = Field(default=123, ge=1, le=65535, description="The port of the time servers")

    @model_validator(mode="after")
    def _somebody_to_ask(self) -> Self:
        if (self.by == "servers") != bool(self.servers):
            raise ValueError("by: servers and the list of servers need each other")
        return self


async def _look(parameters: TimeSyncParameters, site: Site) -> Seen:
    if parameters.by == "servers":
        return await _servers(parameters, site)
    facts = {**dict.fromkeys(_FACTS), **await _WAYS[parameters.by](site)}
    shown = tuple((name, value) for name, value in facts.items() if value is not None)
    return Seen(facts=facts, table=Table(columns=("what", ""), rows=shown))


async def _servers(parameters: TimeSyncParameters, site: Site) -> Seen:
    """The median of the servers' answers counts, so that one wrong server does not decide."""
    limit = min(5.0, site.within_s * 0.9)
    answers = await asyncio.gather(
        *(_sntp.ask(server, parameters.port, now=site.now, within_s=limit) for server in parameters.servers),
        return_exceptions=True,
    )
    good = sorted((one for one in answers if isinstance(one, _sntp.Answer)), key=lambda one: one.offset_s)
    for failure in (one for one in answers if isinstance(one, BaseException)):
        if not isinstance(failure, ProbeFailed) or not good:
            raise failure
    middle = good[len(good) // 2]
    facts: dict[str, Any] = {
        **dict.fromkeys(_FACTS),
        "offset_ms": _ms(abs(middle.offset_s)),
        "spread_ms": _ms(good[-1].offset_s - good[0].offset_s),
        "delay_ms": _ms(middle.delay_s),
        "stratum": middle.stratum,
        "synchronised": any(one.synchronised for one in good),
        "source": middle.server,
        "peers": len(good),
    }
    rows: list[tuple[Any, ...]] = [
        (one.server, f"{_ms(one.offset_s):+.3f}", _ms(one.delay_s), one.stratum) for one in good
    ]
    rows += [(name, str(one), None, None) for name, one in zip(parameters.servers, answers, strict=True)
             if isinstance(one, BaseException)]  # fmt: skip
    return Seen(facts=facts, table=Table(columns=("server", "offset ms", "delay ms", "stratum"), rows=tuple(rows)))


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 3)


async def _timedatectl(site: Site) -> dict[str, Any]:
    text = said(await site.run("timedatectl", "show", "--no-pager"), "timedatectl")
    values = dict(line.split("=", 1) for line in text.split("\n") if "=" in line)
    if "NTPSynchronized" not in values:
        raise not_understood("timedatectl")
    return {
        "synchronised": values["NTPSynchronized"] == "yes",
        "kept": values["NTP"] == "yes" if "NTP" in values else None,
    }


async def _chrony(site: Site) -> dict[str, Any]:
    """Comma-separated: id, name, stratum, time, offset, last offset, rms offset, frequency, residual, skew, delay,
    dispersion, interval, leap status."""
    text = said(await site.run("chronyc", "-c", "tracking"), "chronyc")
    words = text.strip().split(",")
    if len(words) != 14:
        raise not_understood("chronyc")
    stratum, offset, delay = integer(words[2]), decimal(words[4]), decimal(words[10])
    if stratum is None or offset is None:
        raise not_understood("chronyc")
    known = words[13] != "Not synchronised" and 0 < stratum < 16
    return {
        "offset_ms": _ms(abs(offset)) if known else None,
        "delay_ms": None if delay is None else _ms(delay),
        "stratum": stratum,
        "synchronised": known,
        "source": one_line(words[1], 100) or None,
    }


async def _ntpq(site: Site) -> dict[str, Any]:
    text = said(await site.run("ntpq", "-p", "-n"), "ntpq")
    peers = [row for line in text.split("\n") if (row := _PEER.fullmatch(line)) is not None]
    if not peers and "===" not in text and "No association" not in text:
        raise not_understood("ntpq")
    chosen = next((row for row in peers if row[1] in "*o"), None)
    facts: dict[str, Any] = {"peers": sum(1 for row in peers if row[8] != "0"), "synchronised": chosen is not None}
    if chosen is not None:
        delay, offset = decimal(chosen[9]), decimal(chosen[10])
        facts |= {
            "offset_ms": None if offset is None else abs(offset),
            "delay_ms": delay,
            "stratum": int(chosen[4]) + 1,
            "source": chosen[2],
        }
    return facts


async def _date(site: Site) -> dict[str, Any]:
    """The clock there was read at some moment between question and answer: `delay_ms` bounds the mistake."""
    loop = asyncio.get_running_loop()
    asked, started = site.now(), loop.time()
    text = said(await site.run("date", "-u", "+%s.%N"), "date").strip()
    took = loop.time() - started
    # Not every `date` knows parts of a second.
    there = decimal(text.removesuffix(".%N").removesuffix(".N"))
    if there is None:
        raise not_understood("date")
    here = asked.timestamp() + took / 2
    return {"offset_ms": _ms(abs(here - there)), "delay_ms": _ms(took), "clock": _instant(there)}


def _instant(seconds: float) -> str | None:
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    except (ValueError, OverflowError, OSError):
        return None


_WAYS: Mapping[str, Callable[[Site], Awaitable[dict[str, Any]]]] = {
    "timedatectl": _timedatectl, "chrony": _chrony, "ntpq": _ntpq, "date": _date,
}  # fmt: skip

_FACTS = {
    "offset_ms": Fact(sort="number", unit="ms", help="how far the clock is off, in either direction"),
    "spread_ms": Fact(sort="number", unit="ms", help="how far the servers differ from each other"),
    "delay_ms": Fact(sort="number", unit="ms", help="how long the other side took to answer"),
    "stratum": Fact(sort="number", help="steps from an atomic clock: of the server, or of the clock there"),
    "synchronised": Fact(sort="flag", help="whether the clock there, or the server, is synchronised"),
    "kept": Fact(sort="flag", help="whether something keeps the clock there, as timedatectl says"),
    "source": Fact(sort="text", help="the server that counts"),
    "peers": Fact(sort="number", help="servers that answer"),
    "clock": Fact(sort="text", help="what the clock there shows, UTC; by date only"),
}

PROBE = Probe(
    name="time_sync",
    help="How far a clock is off and whether it is kept: by time servers, chrony, ntpd, systemd, or the bot's clock.",
    parameters=TimeSyncParameters,
    facts=_FACTS,
    look=_look,
    anywhere=True,
)
