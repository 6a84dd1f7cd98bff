"""What probes share about time in logs: when a line was written, by the ways in which logs say so."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator

_BEGINNING = 120
_JSON_BEGINNING = 2_000
_MONTHS = {
    m: n for n, m in enumerate(["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"], 1)
}

_ISO = re.compile(
    r"(?<!\d)(\d{4})[-/](\d\d)[-/](\d\d)[T _](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?"
    r"(?: ?(Z|UTC\b)| ?([+-]\d\d):?(\d\d)\b)?",
    re.ASCII,
)
_COMMON = re.compile(
    r"(?<!\d)(\d\d)/([A-Z][a-z]{2})/(\d{4}):(\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))? ([+-]\d\d)(\d\d)\b", re.ASCII
)
_SYSLOG = re.compile(r"(?:<\d{1,3}>)?([A-Z][a-z]{2}) ([ \d]\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?\b", re.ASCII)
_EPOCH = re.compile(r"\W?(\d{10})(?:\.(\d{1,9})|(\d{3})|(\d{6})|(\d{9}))?(?!\d)", re.ASCII)
_JSON_TIME = re.compile(
    r"\"(?:@timestamp|timestamp|time|ts|t|datetime|date|asctime|at)\"\s{0,3}:\s{0,3}\"?(\d[^\",}]{8,40})", re.ASCII
)


def zone_of(name: str) -> tzinfo:
    """The time zone of that name. Raises ValueError."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError("is no name of a time zone: write for example UTC or Europe/Berlin") from None


def _known_zone(name: str) -> str:
    zone_of(name)
    return name


Zone = Annotated[str, AfterValidator(_known_zone)]
"""A name of the time zone database."""


def read_time(line: str, zone: tzinfo, now: datetime) -> datetime | None:
    """When a line was written, UTC: ISO 8601, seconds since 1970, the web servers' and syslog's ways, or the field of a
    JSON object. None where it does not say so near its beginning.

    `zone` is taken where the line has none. Syslog leaves out the year: the last one that is not in the future."""
    try:
        if line.startswith("{"):
            field = _JSON_TIME.search(line, 0, _JSON_BEGINNING)
            return _read(field[1], zone, now) if field else None
        return _read(line[:_BEGINNING], zone, now)
    except (ValueError, OverflowError):
        return None


def _read(text: str, zone: tzinfo, now: datetime) -> datetime | None:
    if (found := _ISO.search(text)) is not None:
        year, month, day, hour, minute, second, fraction, utc, hours, minutes = found.groups()
        at = datetime(int(year), int(month), int(day), int(hour), int(minute), min(int(second), 59), tzinfo=UTC)
        return _placed(at, fraction, zone if not (utc or hours) else None, hours, minutes)
    if (found := _EPOCH.match(text)) is not None:
        fraction = next((digits for digits in found.groups()[1:] if digits), None)
        return _placed(datetime.fromtimestamp(int(found[1]), UTC), fraction, None)
    if (found := _SYSLOG.match(text)) is not None and found[1] in _MONTHS:
        name, day, hour, minute, second, fraction = found.groups()
        for year in (now.year + 1, now.year, now.year - 1):
            at = datetime(year, _MONTHS[name], int(day), int(hour), int(minute), min(int(second), 59), tzinfo=UTC)
            if (placed := _placed(at, fraction, zone)) <= now + timedelta(days=1):
                return placed
    if (found := _COMMON.search(text)) is not None and found[2] in _MONTHS:
        day, name, year, hour, minute, second, fraction, hours, minutes = found.groups()
        at = datetime(int(year), _MONTHS[name], int(day), int(hour), int(minute), min(int(second), 59), tzinfo=UTC)
        return _placed(at, fraction, None, hours, minutes)
    return None


def _placed(
    at: datetime, fraction: str | None, zone: tzinfo | None, hours: str | None = None, minutes: str | None = None
) -> datetime:
    """The wall clock's time as an instant."""
    at = at.replace(microsecond=int((fraction or "0").ljust(6, "0")[:6]))
    if zone is not None:
        return at.replace(tzinfo=zone).astimezone(UTC)
    if hours is None:
        return at
    offset = timedelta(hours=abs(int(hours)), minutes=int(minutes or 0))
    return at + offset if hours.startswith("-") else at - offset
