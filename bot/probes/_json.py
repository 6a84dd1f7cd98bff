"""What probes share about JSON: named values by path, how many there are, and how old a time is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import Field

from bot.core.text import bounded, number_in
from bot.packs.shapes import Name
from bot.probes._config import pick
from bot.probes._times import read_time

_LONGEST = 500
_MOST_ITEMS = 200
_DEEPEST = 20

ValuePath = Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\x00-\x1f\x7f]+$")]
"""Steps with full stops between: `exchanges.binance.status`, `bids.0.0`, `strategies.*.status`."""

Named = dict[Name, ValuePath]


def values_at(document: Any, paths: Mapping[str, str]) -> dict[str, Any]:
    """The value at each path by its name; those that are not there are left out. A path with `*` gives a list."""
    found: dict[str, Any] = {}
    for name, path in paths.items():
        values = [plain(value) for _, value in pick(document, path)]
        if "*" in path.split("."):
            found[name] = values
        elif values:
            found[name] = values[0]
    return found


def counts_at(document: Any, paths: Mapping[str, str]) -> dict[str, int]:
    """How many entries stand at each path: of a list or mapping there, or of all that a `*` finds."""
    found: dict[str, int] = {}
    for name, path in paths.items():
        values = [value for _, value in pick(document, path)]
        if "*" in path.split("."):
            found[name] = len(values)
        elif values and isinstance(values[0], list | Mapping):
            found[name] = len(values[0])
    return found


def ages_at(document: Any, paths: Mapping[str, str], now: datetime) -> dict[str, float]:
    """Seconds since the time at each path; of the oldest one where a `*` finds several. Times that lie ahead are
    below 0."""
    found: dict[str, float] = {}
    for name, path in paths.items():
        ages = [age for _, value in pick(document, path) if (age := age_of(value, now)) is not None]
        if ages:
            found[name] = max(ages)
    return found


def age_of(value: Any, now: datetime) -> float | None:
    """Seconds since a time: ISO 8601, or seconds, milliseconds, microseconds or nanoseconds since 1970."""
    at = instant_of(value, now)
    return None if at is None else round((now - at).total_seconds(), 3)


def instant_of(value: Any, now: datetime) -> datetime | None:
    """The instant that a value stands for, UTC."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    if isinstance(value, float):
        value = f"{value:.6f}" if math.isfinite(value) else ""
    return read_time(str(value)[:60].strip(), UTC, now)


def numeric(value: Any) -> float | None:
    """The number that a value is, also when it is written as a text."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        number = float(value) if abs(value) < 1e300 else math.nan
        return number if math.isfinite(number) else None
    return number_in(value) if isinstance(value, str) else None


def plain(value: Any, depth: int = 0) -> Any:
    """A value that expressions and the store can hold, bounded."""
    if isinstance(value, str):
        return bounded(value, _LONGEST)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, int) and not isinstance(value, bool):
        return value if abs(value) < 2**63 else None
    if depth >= _DEEPEST:
        return None
    if isinstance(value, Mapping):
        return {bounded(str(key), 200): plain(one, depth + 1) for key, one in list(value.items())[:_MOST_ITEMS]}
    if isinstance(value, Sequence):
        return [plain(one, depth + 1) for one in value[:_MOST_ITEMS]]
    return value


def cell(value: Any) -> Any:
    """A value as a cell of a table."""
    if value is None or isinstance(value, bool | int | float):
        return value
    return bounded(" ".join(str(value).split()), 120)
