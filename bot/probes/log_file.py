"""log_file: what the end of a log file says: counts, rates, numbers in the lines, the last lines that matter.

Read from its end, a little first and more only where the time asked for reaches back further, so that the size of the
file does not matter."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from typing import Self

from pydantic import Field, model_validator

from bot.core.evidence import Seen, Trouble
from bot.probes._lines import LINE_FACTS, Line, LineParameters, said_by, start_of
from bot.probes._paths import FilePath
from bot.probes._text import refused
from bot.probes._times import Zone, read_time, zone_of
from bot.probes.base import Probe, ProbeFailed, Site

_FIRST_BYTES = 256_000
_LEFT_OUT = re.compile(r"\n… [\d,]{1,20} bytes left out …\n")
_DATE = re.compile(r"%[YmdH]")


class LogFileParameters(LineParameters):
    """A log file, and what is asked of it."""

    path: FilePath = Field(
        description="The file; %Y, %m, %d and %H stand for the date in its name",
        examples=["/var/log/hft_system/errors.log"],
    )
    days_ago: int = Field(default=0, ge=0, le=31, description="The date in the name is that of this many days ago, UTC")
    lines: int = Field(
        default=1000, ge=1, le=200_000, description="The last lines to look at, where `since` does not say how far back"
    )
    most_bytes: int = Field(
        default=8_000_000, ge=1_000, le=64_000_000, description="Bytes to read from its end at most"
    )
    everything: bool = Field(
        default=False,
        description="Search the whole file, however large, for the longest of `contains`, where it lies: for an order "
        "of this morning. Lines without it are not read, so the log's own age stays unknown",
    )
    timezone: Zone = Field(default="UTC", description="The time zone in which the log writes times without one")

    @model_validator(mode="after")
    def _something_to_search_for(self) -> Self:
        if self.everything and not self.contains:
            raise ValueError("everything: needs contains, the text to search the whole file for")
        if self.everything and self.after:
            raise ValueError("everything: only lines that are found are read, so none can be shown after them")
        return self


async def _look(parameters: LogFileParameters, site: Site) -> Seen:
    now = site.now()
    path = dated(parameters.path, now - timedelta(days=parameters.days_ago))
    if not parameters.everything:
        lines, reached = await _end_of(parameters, path, site, now)
        return await asyncio.to_thread(said_by, parameters, lines, reached=reached, now=now)
    lines, reached = await _found_in_all(parameters, path, site, now)
    seen = await asyncio.to_thread(said_by, parameters, lines, reached=reached, now=now)
    return replace(seen, facts={**seen.facts, "log_age_s": None})


def dated(path: str, day: datetime) -> str:
    """The path of that day. A `%` before anything else stays what it is."""
    return _DATE.sub(lambda code: day.strftime(code[0]), path)


async def _end_of(parameters: LogFileParameters, path: str, site: Site, now: datetime) -> tuple[list[Line], bool]:
    most = min(_FIRST_BYTES, parameters.most_bytes)
    while True:
        # Twice as much as comes, so that nothing of it is left out on the way.
        ran = await site.run("tail", "-c", str(most), "--", path, most_bytes=2 * most + 1000)
        if ran.code != 0:
            raise refused(ran, path)
        # A byte that is no text was replaced by a longer one, so a file that fits may look as if it did not.
        whole_file = not ran.cut and len(ran.out.encode("utf-8", "replace")) < most
        lines, reached = await asyncio.to_thread(window, ran.out, whole_file, parameters, path, now)
        if reached or most >= parameters.most_bytes:
            return lines, reached
        most = min(8 * most, parameters.most_bytes)


async def _found_in_all(parameters: LogFileParameters, path: str, site: Site, now: datetime) -> tuple[list[Line], bool]:
    literal = max(parameters.contains, key=len)
    case = ("-i",) if parameters.ignore_case else ()
    ran = await site.run("grep", "-a", "-F", *case, "-e", literal, "--", path, most_bytes=parameters.most_bytes)
    if ran.code > 1 or (ran.code == 1 and ran.err.strip()):
        raise refused(ran, path)
    text = _LEFT_OUT.split(ran.out)[-1] if ran.cut else ran.out
    return await asyncio.to_thread(window, text, not ran.cut, parameters, path, now)


def window(
    text: str, from_the_start: bool, parameters: LogFileParameters, path: str, now: datetime
) -> tuple[list[Line], bool]:
    """The lines asked for, and whether none of them is missing. Raises ProbeFailed where the time is asked for and no
    line says its own."""
    raw = text.split("\n")
    if raw and not raw[-1]:
        raw.pop()
    if not from_the_start and raw:
        del raw[0]
    zone = zone_of(parameters.timezone)
    start = start_of(parameters.since, now)
    if start is not None:
        return _since(raw, start, from_the_start, zone, path, now)
    at: datetime | None = None
    lines: list[Line] = []
    for line in raw[-parameters.lines :]:
        # A line without a time, as of a stack trace, belongs to the one before it.
        at = read_time(line, zone, now) or at
        lines.append(Line(line, at))
    return lines, from_the_start or len(raw) >= parameters.lines


def _since(
    raw: Sequence[str], start: datetime, from_the_start: bool, zone: tzinfo, path: str, now: datetime
) -> tuple[list[Line], bool]:
    lines: list[Line] = []
    waiting: list[str] = []
    timed = False
    for line in reversed(raw):
        waiting.append(line)
        if (at := read_time(line, zone, now)) is None:
            continue
        timed = True
        if at < start:
            return lines[::-1], True
        lines += [Line(one, at) for one in waiting]
        waiting.clear()
    if not timed and any(line.strip() for line in raw):
        raise ProbeFailed(f"{path}: no line begins with a time that is understood", Trouble.PARSE)
    return lines[::-1], from_the_start


PROBE = Probe(
    name="log_file",
    help="A log file: lines that match, how many, how often, numbers in them, the last ones, or that there are none.",
    parameters=LogFileParameters,
    facts=LINE_FACTS,
    look=_look,
    fills=("contains", "since", "lines", "show"),
)
