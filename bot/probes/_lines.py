"""What probes of logs share: which lines count, and what they come to: counts, rates, numbers in them, the last ones.

A look that did not reach back far enough says so. What it found is found; what it did not find is unknown."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from bot.core.evidence import Seen, Table
from bot.core.text import bounded, measure_in
from bot.packs.shapes import LastingSpan
from bot.probes._text import Pattern, without_private_keys
from bot.probes.base import Fact, Parameters

LONGEST_LINE = 4_000
"""Characters of a line that are looked at."""
_LONGEST_SHOWN = 1_000
MOST_OUTPUT = 200_000
_MOST_GROUPS = 50
_BUCKETS = {"second": "%Y-%m-%d %H:%M:%S", "minute": "%Y-%m-%d %H:%M", "hour": "%Y-%m-%d %H:00"}


Wanted = Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\x00-\x1f\x7f]+$")]
"""A text to look for, as it stands."""


class LineParameters(Parameters):
    """Which lines count, and what is asked of them."""

    contains: tuple[Wanted, ...] = Field(
        default=(), max_length=10, description="Texts that all have to stand in the line", examples=[["rate limit"]]
    )
    pattern: Pattern = Field(
        default="", description="Regular expression found in the line", examples=["throttle|rate limit"]
    )
    without: Pattern = Field(default="", description="Regular expression; a line in which it is found does not count")
    ignore_case: bool = Field(default=False, description="Letters count as equal in either case")
    since: LastingSpan | None = Field(
        default=None, description="Only lines of this last span of time; none: as many lines as are read"
    )
    number: Pattern = Field(
        default="",
        description="Regular expression with one group: the number in the line that is averaged",
        examples=["latency_us: ([0-9.]+)"],
    )
    of_last: int = Field(default=1000, ge=1, le=100_000, description="So many numbers are averaged, the last ones")
    by: str = Field(
        default="minute",
        pattern="^(second|minute|hour)$",
        description="Count the lines of each second, minute or hour, for the table and the busiest one",
    )
    group: Pattern = Field(
        default="",
        description="Regular expression with one group: lines are counted by what it finds",
        examples=["venue=([a-z]+)"],
    )
    after: int = Field(
        default=0, ge=0, le=200, description="Lines to show after each one that counts, as of a stack trace"
    )
    sort: Literal["time", "number"] = Field(
        default="time", description="What is shown first: the last line, or the one with the highest number"
    )
    show: int = Field(default=20, ge=0, le=200, description="Lines to show, with those after them")

    @model_validator(mode="after")
    def _has_numbers_to_sort_by(self) -> Self:
        if self.sort == "number" and not self.number:
            raise ValueError("sort: number needs a pattern in number")
        return self


LINE_FACTS: Mapping[str, Fact] = {
    "found": Fact(sort="flag", help="whether a line counts; unknown where none does and not all could be read"),
    "count": Fact(sort="number", help="lines that count; unknown where not all could be read"),
    "at_least": Fact(sort="number", help="lines that count among those that were read"),
    "per_minute": Fact(sort="number", unit="1/min", help="lines that count, in a minute of what was read"),
    "busiest": Fact(sort="number", help="most lines that count within one second, minute or hour (see `by`)"),
    "complete": Fact(sort="flag", help="whether all that was asked for could be read"),
    "covered_s": Fact(sort="number", unit="s", help="how far back the lines that were read reach"),
    "lines": Fact(sort="number", help="lines that were read, of the time asked for"),
    "last_at": Fact(sort="text", help="when the last line that counts was written, UTC"),
    "last_age_s": Fact(sort="number", unit="s", help="since the last line that counts"),
    "log_age_s": Fact(sort="number", unit="s", help="since the last line of the log, whatever it says"),
    "numbers": Fact(sort="number", help="numbers found in lines that count"),
    "mean": Fact(sort="number", help="mean of the numbers"),
    "median": Fact(sort="number", help="median of the numbers"),
    "p95": Fact(sort="number", help="95 of 100 numbers are at most this"),
    "p99": Fact(sort="number", help="99 of 100 numbers are at most this"),
    "lowest": Fact(sort="number", help="the lowest of the numbers"),
    "highest": Fact(sort="number", help="the highest of the numbers"),
    "last_number": Fact(sort="number", help="the last of the numbers"),
    "groups": Fact(sort="map", help="lines that count, by what `group` finds, the most frequent ones"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line, and when it was written as far as it says so."""

    text: str
    at: datetime | None = None


def said_by(parameters: LineParameters, lines: Sequence[Line], *, reached: bool, now: datetime) -> Seen:
    """What the lines come to. They are all of the time asked for, in their order; `reached`: none of it is missing."""
    places = list(_counting(parameters, lines))
    counting = [lines[place] for place in places]
    found = len(counting)
    covered = _covered(parameters, lines, reached, now)
    facts: dict[str, Any] = {
        "found": True if found else False if reached else None,
        "count": found if reached else None,
        "at_least": found,
        "per_minute": round(60 * found / covered, 3) if covered else None,
        "complete": reached,
        "covered_s": covered,
        "lines": len(lines),
        "last_at": counting[-1].at.isoformat(timespec="seconds") if counting and counting[-1].at else None,
        "last_age_s": age_of(counting[-1].at, now) if counting else None,
        "log_age_s": age_of(lines[-1].at, now) if lines else None,
    }
    table = _over_time(parameters.by, counting, facts)
    if parameters.number:
        known = [number for number in _numbers(parameters, counting) if number is not None]
        facts |= numbers_of(known[-parameters.of_last :])
    if parameters.group:
        facts["groups"] = dict(_groups(parameters, counting))
        table = Table(columns=("what", "lines"), rows=tuple(facts["groups"].items()))
    blocks = _blocks(parameters, without_private_keys([line.text for line in lines]), places)
    excerpt = [*chain.from_iterable(_first_shown(parameters, counting, blocks))][: parameters.show]
    return Seen(facts=facts, table=table, excerpt=excerpt, output=_last_of([*chain.from_iterable(blocks)]))


def _blocks(parameters: LineParameters, lines: Sequence[str], places: Sequence[int]) -> list[list[str]]:
    """Each line that counts, with those after it, up to the next one that counts."""
    reach = 1 + parameters.after
    return [
        [bounded(line, _LONGEST_SHOWN).replace("\n", " ") for line in lines[place : min(place + reach, following)]]
        for place, following in pairwise((*places, len(lines)))
    ]


def _first_shown(
    parameters: LineParameters, counting: Sequence[Line], blocks: Sequence[list[str]]
) -> Sequence[list[str]]:
    """The blocks in the order in which they are shown. A line without a number comes last."""
    if parameters.sort == "time":
        return blocks[::-1]
    numbers = _numbers(parameters, counting)
    ranked = sorted(zip(numbers, blocks, strict=True), key=lambda one: -math.inf if one[0] is None else one[0])
    return [block for _, block in reversed(ranked)]


def age_of(at: datetime | None, now: datetime) -> float | None:
    """Seconds since then; not below 0, since the clocks of two machines differ."""
    return None if at is None else round(max(0.0, (now - at).total_seconds()), 1)


def _counting(parameters: LineParameters, lines: Sequence[Line]) -> Iterator[int]:
    """The places of the lines that count."""
    flags = re.IGNORECASE if parameters.ignore_case else 0
    pattern, without = re.compile(parameters.pattern, flags), re.compile(parameters.without, flags)
    contains = [text.lower() if parameters.ignore_case else text for text in parameters.contains]
    for place, line in enumerate(lines):
        text = line.text[:LONGEST_LINE]
        looked_at = text.lower() if parameters.ignore_case else text
        if not all(map(looked_at.__contains__, contains)):
            continue
        if pattern.search(text) and not (parameters.without and without.search(text)):
            yield place


def _covered(parameters: LineParameters, lines: Sequence[Line], reached: bool, now: datetime) -> float | None:
    if parameters.since is not None and reached:
        return parameters.since.total_seconds()
    first = next((line.at for line in lines if line.at is not None), None)
    return age_of(first, now)


def _over_time(by: str, counting: Sequence[Line], facts: dict[str, Any]) -> Table | None:
    counts = Counter(line.at.strftime(_BUCKETS[by]) for line in counting if line.at is not None)
    facts["busiest"] = max(counts.values()) if counts else None if counting else 0
    if not counts:
        return None
    return Table(columns=(by, "lines"), rows=tuple(sorted(counts.items())[-60:]))


def _first_group(pattern: re.Pattern[str], text: str) -> str | None:
    found = pattern.search(text[:LONGEST_LINE])
    return None if found is None else found[1] if pattern.groups else found[0]


def _numbers(parameters: LineParameters, counting: Sequence[Line]) -> list[float | None]:
    """The number in each line; None where there is none."""
    pattern = re.compile(parameters.number, re.IGNORECASE if parameters.ignore_case else 0)
    said = (_first_group(pattern, line.text) for line in counting)
    return [measure_in(text) if text else None for text in said]


def numbers_of(numbers: Sequence[float]) -> dict[str, Any]:
    """Mean, median, percentiles and bounds; nothing but how many where there are none."""
    if not numbers:
        return {"numbers": 0}
    ranked = sorted(numbers)

    def at(share: float) -> float:
        return ranked[max(0, math.ceil(share * len(ranked)) - 1)]

    return {
        "numbers": len(ranked),
        "mean": round(math.fsum(number / len(ranked) for number in ranked), 6),
        "median": at(0.5),
        "p95": at(0.95),
        "p99": at(0.99),
        "lowest": ranked[0],
        "highest": ranked[-1],
        "last_number": numbers[-1],
    }


def _groups(parameters: LineParameters, counting: Sequence[Line]) -> list[tuple[str, int]]:
    pattern = re.compile(parameters.group, re.IGNORECASE if parameters.ignore_case else 0)
    found = Counter(bounded(what, 200) for line in counting if (what := _first_group(pattern, line.text)))
    return found.most_common(_MOST_GROUPS)


def _last_of(lines: Sequence[str]) -> str:
    """The last lines, as many as a file attached to a thread should hold."""
    room = MOST_OUTPUT
    kept: list[str] = []
    for line in reversed(lines):
        room -= len(line) + 1
        if room < 0:
            kept.append(f"… {len(lines) - len(kept)} earlier lines left out …")
            break
        kept.append(line)
    return "\n".join(reversed(kept))


def start_of(since: timedelta | None, now: datetime) -> datetime | None:
    """Where the time asked for begins; None: it was not asked for by time."""
    return None if since is None else now - since
