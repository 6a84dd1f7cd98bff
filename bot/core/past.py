"""Past: what somebody looks for among all incidents there have been, and what of them a list shows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.core.alert import Severity

_MOST_WORDS, _LONGEST = 8, 200
_NUMBER = re.compile(r"(?:inc-?)?(\d{1,15})", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What is looked for. All that is given has to hold."""

    words: tuple[str, ...] = ()
    """Each has to occur somewhere: in what the incident is called, says and was found, or in a person's note."""
    system: str = ""
    severity: Severity | None = None
    since: date | None = None
    """The first day on which it may have opened, UTC."""
    until: date | None = None
    """The last one."""
    before: int | None = None
    """Only incidents with a smaller number: those that come after the ones shown."""

    @property
    def opened_from(self) -> datetime | None:
        """The instant of the first day's beginning."""
        return datetime.combine(self.since, time(), UTC) if self.since else None

    @property
    def opened_before(self) -> datetime | None:
        """The instant of the last day's end."""
        if self.until is None or self.until == date.max:
            return None
        return datetime.combine(self.until + timedelta(days=1), time(), UTC)

    @property
    def number(self) -> int | None:
        """The incident's number, where nothing but one was written: `12`, `INC-12`."""
        said = _NUMBER.fullmatch(self.words[0]) if len(self.words) == 1 else None
        return int(said[1]) if said else None


def read_wanted(given: Mapping[str, str]) -> tuple[Wanted, tuple[str, ...]]:
    """What the fields of a form ask for; and, in words for people, what in them is not understood and was left out."""
    given = {name: text.replace("\0", " ") for name, text in given.items()}  # which PostgreSQL does not take
    wrong: list[str] = []
    severity = given.get("severity", "").strip().lower()
    if severity and severity.upper() not in Severity.__members__:
        wrong.append(f"There is no severity {severity[:40]!r}.")
        severity = ""
    before = given.get("before", "")
    since, until = _day(given.get("from", ""), wrong), _day(given.get("to", ""), wrong)
    if since and until and since > until:
        wrong.append(f"{since.isoformat()} is after {until.isoformat()}, so there is nothing between them.")
    wanted = Wanted(
        words=tuple(given.get("q", "")[:_LONGEST].split()[:_MOST_WORDS]),
        system=given.get("system", "").strip()[:80],
        severity=Severity[severity.upper()] if severity else None,
        since=since,
        until=until,
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 16 else None,
    )
    return wanted, tuple(wrong)


def _day(text: str, wrong: list[str]) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        wrong.append(f"{text[:40]!r} is no day: write it as 2026-11-21.")
        return None


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """One incident in a list of the past."""

    number: int
    system: str
    title: str
    severity: Severity
    phase: str
    opened_at: datetime
    acknowledged_at: datetime | None
    resolved_at: datetime | None
    resolved_by: str
    verdict: str
    fixed_by: str
    merged_into: int | None
