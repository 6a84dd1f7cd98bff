"""What probes share about Linux: the files of /proc as values, and two looks with a pause between them.

Several files are read with one `cat`, so lines are told apart by their shape and never by their place: where a file is
missing, only what stands in it is unknown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.evidence import Trouble
from bot.probes._text import decimal, heard, integer
from bot.probes.base import ProbeFailed, Site

TICKS = 100
"""Clock ticks a second in which /proc counts processor time: the same on every Linux of today."""

UNLIMITED = 2**63 - 1
"""What a limit is that is none."""

_UPTIME = re.compile(r"^(\d{1,12}\.\d{1,3}) \d{1,12}\.\d{1,3}$", re.MULTILINE)
_NAMED = re.compile(r"^([A-Za-z][\w()]{0,60}):?[ \t]+(-?\d{1,20})(?: kB)?$", re.MULTILINE | re.ASCII)
_PRESSURE = re.compile(r"^(some|full) avg10=(\d{1,3}\.\d{1,3}) ", re.MULTILINE)
_LIMIT = re.compile(
    r"^(Max [a-z ]{3,30}?) {2,}(unlimited|\d{1,20}) +(unlimited|\d{1,20})(?: +[a-z]+)? *$", re.MULTILINE | re.ASCII
)


def uptime_in(text: str) -> float | None:
    """Seconds since the boot, from what /proc/uptime says."""
    found = _UPTIME.search(text)
    return decimal(found[1]) if found else None


def named_numbers(text: str) -> dict[str, int]:
    """The lines `name: 12 kB` and `name 12` of /proc/meminfo, vmstat, stat and PID/status, as they stand there."""
    return {name: int(number) for name, number in _NAMED.findall(text)}


def pressure_in(text: str) -> float | None:
    """Percent of the last 10 s in which something waited, from one file of /proc/pressure."""
    return next((decimal(share) for kind, share in _PRESSURE.findall(text) if kind == "some"), None)


def cores_in(text: str) -> int | None:
    """Processors, from /proc/stat."""
    return len(re.findall(r"^cpu\d+ ", text, re.MULTILINE)) or None


@dataclass(frozen=True, kw_only=True, slots=True)
class Limit:
    """A limit of a process; `UNLIMITED` where there is none."""

    soft: int
    hard: int


def limits_in(text: str) -> Mapping[str, Limit]:
    """The limits in /proc/PID/limits, by the name they have there: `Max open files`."""

    def value(word: str) -> int:
        return UNLIMITED if word == "unlimited" else min(int(word), UNLIMITED)

    return {name: Limit(soft=value(soft), hard=value(hard)) for name, soft, hard in _LIMIT.findall(text)}


def ticks_in(text: str) -> dict[int, int]:
    """Processor time of each process in clock ticks, user and system, from any number of /proc/PID/stat.

    A name may hold blanks and parentheses; the last closing one ends it."""
    found: dict[int, int] = {}
    for line in text.split("\n"):
        pid = integer(line.partition(" (")[0])
        rest = line.rpartition(") ")[2].split(" ")
        if pid is None or len(rest) < 13:
            continue
        user, system = integer(rest[11]), integer(rest[12])
        if user is not None and system is not None:
            found[pid] = user + system
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class TwoLooks:
    """The same files, read twice."""

    first: str
    second: str
    seconds: float
    """Between the two, as the place itself counts them."""


async def look_twice(site: Site, files: list[str], seconds: float, what: str) -> TwoLooks:
    """Read files, with /proc/uptime, then wait there, and read them again. The pause is made shorter where the deadline
    asks for it. Raises ProbeFailed."""
    argv = ("cat", "--", "/proc/uptime", *files)
    pause = min(seconds, max(0.1, site.within_s / 2))
    first = heard(await site.run(*argv, most_bytes=4_000_000), what)
    await site.run("sleep", f"{pause:.2g}")
    second = heard(await site.run(*argv, most_bytes=4_000_000), what)
    before, after = uptime_in(first), uptime_in(second)
    if before is None or after is None or after <= before:
        raise ProbeFailed(f"{what}: the time between two looks cannot be told", Trouble.PARSE)
    return TwoLooks(first=first, second=second, seconds=after - before)
