"""Weeks: how incidents, pages and times went from one week to the next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from bot.core.numbers import Facts, Life, Spread, times_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Week:
    """One week, from Monday on."""

    begins: date
    incidents: int
    calls: int
    """How often people were paged, by however many ways at once."""
    acknowledge: Spread | None
    """None: no incident came so far."""
    resolve: Spread | None


def monday(at: datetime, zone: tzinfo) -> date:
    """The Monday of the week that an instant is in."""
    day = at.astimezone(zone).date()
    return day - timedelta(days=day.weekday())


def begins(now: datetime, zone: tzinfo, count: int) -> datetime:
    """The instant at which the first of so many weeks begins, of which the last is this one."""
    first = monday(now, zone) - timedelta(weeks=count - 1)
    return datetime.combine(first, time(), zone)


def by_week(facts: Facts, zone: tzinfo) -> Sequence[Week]:
    """Every week of the span, oldest first; an incident belongs to the week in which it opened."""
    first, last = monday(facts.since, zone), monday(facts.until - timedelta(microseconds=1), zone)
    lives: dict[date, list[Life]] = {}
    for life in facts.lives:
        lives.setdefault(monday(life.opened_at, zone), []).append(life)
    calls = Counter(monday(call.at, zone) for call in facts.calls)
    mondays = [first + timedelta(weeks=n) for n in range((last - first).days // 7 + 1)]
    return [_week(day, lives.get(day, []), calls[day]) for day in mondays]


def _week(day: date, lives: Sequence[Life], calls: int) -> Week:
    times = times_of(lives)
    return Week(begins=day, incidents=len(lives), calls=calls, acknowledge=times.acknowledge, resolve=times.resolve)
