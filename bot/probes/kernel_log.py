"""kernel_log: what the kernel complained of: memory that ran out, panics, crashes, disks that fail."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import Field

from bot.core.evidence import Seen
from bot.probes._journal import read_journal
from bot.probes._lines import LINE_FACTS, LONGEST_LINE, Line, LineParameters, said_by, start_of
from bot.probes._proc import uptime_in
from bot.probes._text import not_understood, said
from bot.probes.base import Fact, Probe, Site

_BOOTING = timedelta(seconds=5)
_COMPLAINTS: Mapping[str, re.Pattern[str]] = {
    "panics": re.compile(r"kernel panic|\bBUG:|\bOops\b|general protection fault|watchdog: .*lockup"),
    "crashes": re.compile(r"\bsegfault at\b|\btraps: .* (?:trap|general protection)"),
    "io_errors": re.compile(r"I/O error|EXT4-fs error|XFS .*(?:error|corruption)|critical medium error|Buffer I/O"),
    "hung_tasks": re.compile(r"blocked for more than \d+ seconds"),
}
# The kernel writes several lines for one kill, of which exactly one says so.
_VICTIM = re.compile(r"Killed process \d{1,10}(?:, UID \d{1,10},)? \(([^)]{1,64})\)", re.IGNORECASE)
_STAMPED = re.compile(r"(?:<\d{1,3}>)?\[\s*(\d{1,12}\.\d{1,9})\] ?(.*)")


class KernelLogParameters(LineParameters):
    """How far back to look, and by which way."""

    read: Literal["dmesg", "journal"] = Field(
        default="dmesg", description="Read the kernel's own buffer, or its entries in the journal, which last longer"
    )
    lines: int = Field(default=5000, ge=1, le=50_000, description="The last lines to look at, at most")


async def _look(parameters: KernelLogParameters, site: Site) -> Seen:
    now = site.now()
    start = start_of(parameters.since, now)
    if parameters.read == "journal":
        entries, reached = await read_journal(site, ["-k"], start=start, most=parameters.lines)
        lines = [entry.line for entry in entries]
    else:
        uptime = uptime_in(said(await site.run("cat", "--", "/proc/uptime"), "/proc/uptime"))
        if uptime is None:
            raise not_understood("/proc/uptime")
        text = said(await site.run("dmesg", most_bytes=8_000_000), "the kernel's log")
        booted = now - timedelta(seconds=uptime)
        lines = lines_in(text, booted)
        reached = start is None or not lines or reaches(lines, start, booted)
        lines = [line for line in lines if start is None or (line.at is not None and line.at >= start)]
        reached = reached and (start is None or len(lines) <= parameters.lines)
        lines = lines[-parameters.lines :]
    if not parameters.pattern and not parameters.contains:
        anything = "|".join(pattern.pattern for pattern in (_VICTIM, *_COMPLAINTS.values()))
        parameters = parameters.model_copy(update={"pattern": anything, "ignore_case": True})
    seen = said_by(parameters, lines, reached=reached, now=now)
    return replace(seen, facts={**seen.facts, **complaints_in(lines, reached)})


def reaches(lines: Sequence[Line], start: datetime, booted: datetime) -> bool:
    """Whether nothing after `start` was overwritten: the kernel keeps its last lines only."""
    first = next((line.at for line in lines if line.at is not None), None)
    return first is not None and (first <= start or first - booted < _BOOTING)


def lines_in(text: str, booted: datetime) -> list[Line]:
    """The lines of `dmesg`, in which times count from the boot. Raises ProbeFailed where none has one, unless it is
    empty."""
    lines: list[Line] = []
    at: datetime | None = None
    for line in text.split("\n"):
        line = line[:LONGEST_LINE]
        found = _STAMPED.fullmatch(line)
        if found is not None:
            try:
                at = booted + timedelta(seconds=float(found[1]))
            except OverflowError:
                at = None
        if line.strip():
            lines.append(Line(f"{at.isoformat(timespec='seconds')} {found[2]}" if found and at else line, at))
    if lines and at is None:
        raise not_understood("the kernel's log")
    return lines


def complaints_in(lines: Sequence[Line], reached: bool) -> dict[str, Any]:
    """How many lines there are of each complaint, and whom the kernel killed for want of memory."""
    facts: dict[str, Any] = {}
    for name, pattern in _COMPLAINTS.items():
        count = sum(1 for line in lines if pattern.search(line.text))
        facts[name] = count if count or reached else None
    victims = [found[1] for line in lines if (found := _VICTIM.search(line.text[:2000]))]
    facts["oom_kills"] = len(victims) if victims or reached else None
    facts["victims"] = list(dict.fromkeys(victims))[-20:]
    return facts


PROBE = Probe(
    name="kernel_log",
    help="The kernel's log: processes killed because memory ran out, panics, crashes, disk errors, hung tasks.",
    parameters=KernelLogParameters,
    facts={
        **LINE_FACTS,
        "oom_kills": Fact(sort="number", help="processes that the kernel killed because memory ran out"),
        "victims": Fact(sort="list", help="names of the processes killed so"),
        "panics": Fact(sort="number", help="lines that tell of a panic, an oops or a lockup"),
        "crashes": Fact(sort="number", help="lines that tell of a program's invalid memory access"),
        "io_errors": Fact(sort="number", help="lines that tell of errors of disks or file systems"),
        "hung_tasks": Fact(sort="number", help="lines that tell of a task that waited for minutes"),
    },
    look=_look,
    anywhere=True,
    fills=("contains", "since", "show"),
)
