"""Days as people write them when something is due: `2026-12-01`, `friday`, `in 3 days`, `1 dec`."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from datetime import tzinfo as Zone
from typing import NoReturn

from bot.core.errors import Refused

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMES = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_IN = re.compile(r"in (\d{1,3}|a|an|one|two|three) (day|week)s?")
_DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\.? ?([a-z]{3,9})\.?(?: (\d{4}))?")
_MONTH_DAY = re.compile(r"([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?(?:,? (\d{4}))?")
_TWO_NUMBERS = re.compile(r"\d{1,2}[./-]\d{1,2}(?:[./-]\d{2,4})?\.?")
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3}
_LONGEST = timedelta(days=3 * 366)

EXAMPLES = "2026-12-01, 1 dec, tomorrow, friday, in 3 days, in 2 weeks"


def read_day(text: str, today: date) -> date:
    """The day that is meant, `today` or later: of a weekday the next one after today, of a day without a year the next
    one. Raises Refused, saying what to write, for what is no day, could mean two, or is over."""
    words = " ".join(text.lower().replace(",", " ").split()).removeprefix("on ").removeprefix("next ")
    found = _named(words, today) or _spanned(words, today) or _written(words, text, today)
    if found is None:
        _refuse(text)
    if found < today:
        raise Refused(f"{say_day(found)} is over already; today is {say_day(today)}.")
    if found - today > _LONGEST:
        raise Refused(f"{say_day(found)} is more than three years away. Write for example: {EXAMPLES}")
    return found


def say_day(day: date) -> str:
    """`Tue 2026-12-01`: with the weekday, by which a slip is seen."""
    return f"{_DAYS[day.weekday()][:3].capitalize()} {day.isoformat()}"


def morning(day: date, zone: Zone) -> datetime:
    """Nine o'clock of the day in the zone."""
    return datetime.combine(day, time(9), zone)


def _named(words: str, today: date) -> date | None:
    if words in ("today", "tonight"):
        return today
    if words in ("tomorrow", "tmrw"):
        return today + timedelta(days=1)
    fits = [place for place, name in enumerate(_DAYS) if len(words) >= 3 and name.startswith(words)]
    if len(fits) != 1:
        return None
    return today + timedelta(days=(fits[0] - today.weekday() - 1) % 7 + 1)


def _spanned(words: str, today: date) -> date | None:
    found = _IN.fullmatch(words)
    if found is None:
        return today + timedelta(weeks=1) if words == "week" else None
    count = _COUNTS.get(found[1]) or int(found[1])
    if not count:
        raise Refused(f"{words!r} is no day that is still to come. Write for example: {EXAMPLES}")
    return today + (timedelta(weeks=count) if found[2] == "week" else timedelta(days=count))


def _written(words: str, text: str, today: date) -> date | None:
    if found := _ISO.fullmatch(words):
        return _day(int(found[1]), int(found[2]), int(found[3]), text)
    if found := _DAY_MONTH.fullmatch(words):
        return _of_month(found[1], found[2], found[3], text, today)
    if found := _MONTH_DAY.fullmatch(words):
        return _of_month(found[2], found[1], found[3], text, today)
    if _TWO_NUMBERS.fullmatch(words):
        raise Refused(f"{text.strip()!r} could be two days: write the month by its name, or 2026-12-01.")
    return None


def _of_month(day: str, month: str, year: str | None, text: str, today: date) -> date | None:
    place = next((n for n, name in enumerate(_NAMES, 1) if month in (name, _MONTHS[n - 1], f"{_MONTHS[n - 1]}t")), None)
    if place is None:
        return None
    if year:
        return _day(int(year), place, int(day), text)
    found = _day(today.year, place, int(day), text)
    return found if found >= today else _day(today.year + 1, place, int(day), text)


def _day(year: int, month: int, day: int, text: str) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise Refused(f"There is no such day as {text.strip()!r}.") from None


def _refuse(text: str) -> NoReturn:
    raise Refused(f"{text.strip()[:60]!r} is no day. Write for example: {EXAMPLES}")
