"""Duty: who leads an incident, who tells others of it, and who writes it down; and when that is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.alert import Severity

LEAD, COMMUNICATIONS, SCRIBE = "lead", "communications", "scribe"

DUTIES: Mapping[str, str] = {
    LEAD: "decides what is done next, and who does it",
    COMMUNICATIONS: "tells stakeholders, so that nobody else has to answer them",
    SCRIBE: "notes what is seen and decided",
}
"""All of them, each with what it asks of a person."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OnDuty:
    """One person who has one duty of an incident."""

    duty: str
    person: str
    """A contact's id, else the Slack user id."""
    name: str
    slack: str = ""
    """The Slack user id; empty where unknown."""
    since: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class DutyRules:
    """For which incidents of a system duties are asked for, and when."""

    severities: frozenset[Severity] = frozenset({Severity.CRITICAL, Severity.HIGH})
    """Empty: never."""
    ask_after: timedelta = timedelta(minutes=5)
    """How long a duty may be nobody's before the thread is asked."""

    def ask_at(self, severity: Severity, now: datetime) -> datetime | None:
        """When to ask for the duties of an incident that has this severity from now on; None: never."""
        return now + self.ask_after if severity in self.severities else None


def unclaimed(taken: Sequence[OnDuty]) -> list[str]:
    """The duties that nobody has."""
    return [duty for duty in DUTIES if all(one.duty != duty for one in taken)]
