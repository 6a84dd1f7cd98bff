"""Item: something that somebody has to do after an incident, and when they are reminded of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from bot.core.dates import morning, say_day


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One action item."""

    id: int = 0
    """Set by the store; people name it by it: `/incident item done 7`."""
    incident: int
    text: str
    owner: str
    """A contact's id, else a Slack user id."""
    owner_name: str
    owner_slack: str = ""
    due_on: date | None = None
    """None: whenever; nobody is reminded."""
    made_at: datetime
    made_by: str = ""
    done_at: datetime | None = None
    done_by: str = ""
    remind_at: datetime | None = None
    """When its owner is reminded next; None: never again."""

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.done_at is None


def next_reminder(item: Item, now: datetime, zone: tzinfo) -> datetime | None:
    """When its owner is reminded next, after `now`: at nine in the morning of the day before it is due, of that day,
    and of every day after it until it is done."""
    if item.due_on is None or not item.is_open:
        return None
    first = morning(item.due_on - timedelta(days=1), zone)
    if first > now:
        return first
    later = morning(now.astimezone(zone).date(), zone)
    return later if later > now else morning(now.astimezone(zone).date() + timedelta(days=1), zone)


def say_due(due_on: date | None, today: date) -> str:
    """`due tomorrow`, `due today`, `3 days late`, `due Fri 2026-12-04`, `no date`."""
    if due_on is None:
        return "no date"
    days = (due_on - today).days
    if days < 0:
        return f"{-days} day{'' if days == -1 else 's'} late"
    return "due today" if days == 0 else "due tomorrow" if days == 1 else f"due {say_day(due_on)}"
