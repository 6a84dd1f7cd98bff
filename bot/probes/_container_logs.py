"""What probes of containers' logs share: lines with the time that Docker or Kubernetes put before each of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.probes._lines import Line

_LONGEST_STAMP = 40


def lines_in(text: str, source: str = "") -> list[Line]:
    """The lines, each with its time; `source` is put before each. One without a time belongs to the one before."""
    found: list[Line] = []
    for raw in text.split("\n"):
        stamp, _, said = raw.rstrip("\r").partition(" ")
        at = _time(stamp) if len(stamp) <= _LONGEST_STAMP else None
        if at is None:
            said = raw.rstrip("\r")
            at = found[-1].at if found else None
        if said:
            found.append(Line(f"{source} | {said}" if source else said, at))
    return found


def _time(stamp: str) -> datetime | None:
    """`2026-11-21T03:11:59.123456789Z`: finer than Python's own times."""
    whole, dot, rest = stamp.partition(".")
    digits = rest.rstrip("Z").partition("+")[0].partition("-")[0]
    zone = "+00:00" if stamp.endswith("Z") else rest[len(digits) :] if dot else ""
    if len(whole.rstrip("Z")) < 19 or (dot and not digits.isdigit()):
        return None
    try:
        at = datetime.fromisoformat(f"{whole.rstrip('Z')}{'.' + digits[:6].ljust(6, '0') if dot else ''}{zone}")
    except ValueError:
        return None
    return at if at.tzinfo else None


def merged(sources: Iterable[list[Line]]) -> list[Line]:
    """The lines of several containers in the order of their times."""
    every = [line for lines in sources for line in lines]
    if any(line.at is None for line in every):
        return every
    return sorted(every, key=lambda line: line.at.timestamp() if line.at else 0.0)
