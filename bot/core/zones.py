"""Zones: days, nights and weeks as people in a time zone count them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

NIGHT_BEGINS, NIGHT_ENDS = time(22), time(7)

_MONDAY, _NINE = 0, time(9)


def zone_named(name: str) -> ZoneInfo:
    """The zone of that name of the time zone database; raises ValueError saying what to write."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError("write a name of the time zone database, such as Europe/London or UTC") from None


def name_of(zone: tzinfo) -> str:
    """What to call it: `Europe/London`, `UTC`, `UTC+02:00`."""
    return str(zone)


def night_of(instant: datetime, zone: tzinfo) -> date | None:
    """The evening of the night, from 22 to 7 o'clock, that an instant is in; None by day."""
    local = instant.astimezone(zone)
    if local.time() >= NIGHT_BEGINS:
        return local.date()
    return local.date() - timedelta(days=1) if local.time() < NIGHT_ENDS else None


def week_ended(now: datetime, zone: tzinfo) -> datetime:
    """The latest Monday, 9 o'clock there, that is not after `now`; in UTC. A clock that is put back or forward moves
    nothing: it is nine by the clock on the wall."""
    local = now.astimezone(zone)
    monday = local.date() - timedelta(days=(local.weekday() - _MONDAY) % 7)
    if datetime.combine(monday, _NINE, zone) > local:
        monday -= timedelta(days=7)
    return datetime.combine(monday, _NINE, zone).astimezone(UTC)


def week_ends(now: datetime, zone: tzinfo) -> datetime:
    """The next such Monday, after `now`."""
    return week_ended(week_ended(now, zone) + timedelta(days=8), zone)
