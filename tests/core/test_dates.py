"""Days as people write them."""

from datetime import date

import pytest

from bot.core.dates import read_day, say_day
from bot.core.errors import Refused

TODAY = date(2026, 11, 20)
"""A Friday."""


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-12-01", date(2026, 12, 1)),
        ("2026-11-20", TODAY),
        ("today", TODAY),
        ("Tomorrow", date(2026, 11, 21)),
        ("sat", date(2026, 11, 21)),
        ("on Monday", date(2026, 11, 23)),
        ("friday", date(2026, 11, 27)),  # said on a Friday: the next one, since "today" is shorter
        ("next friday", date(2026, 11, 27)),
        ("in 3 days", date(2026, 11, 23)),
        ("in a week", date(2026, 11, 27)),
        ("in 2 weeks", date(2026, 12, 4)),
        ("next week", date(2026, 11, 27)),
        ("1 dec", date(2026, 12, 1)),
        ("1. December", date(2026, 12, 1)),
        ("Dec 1st", date(2026, 12, 1)),
        ("december 1, 2027", date(2027, 12, 1)),
        ("3 jan", date(2027, 1, 3)),  # the next one there is
        ("4 sept", date(2027, 9, 4)),
    ],
)
def test_read(text: str, day: date) -> None:
    assert read_day(text, TODAY) == day


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("12/1", "could be two days"),
        ("1.12.", "could be two days"),
        ("01-12-2026", "could be two days"),
        ("2026-02-30", "There is no such day"),
        ("31 nov", "There is no such day"),
        ("2026-11-19", "Thu 2026-11-19 is over already; today is Fri 2026-11-20"),
        ("2036-01-01", "more than three years away"),
        ("soon", "'soon' is no day. Write for example: 2026-12-01"),
        ("s", "is no day"),  # Saturday or Sunday
        ("t", "is no day"),
        ("", "is no day"),
        ("99 foo", "is no day"),
        ("in 0.5 days", "is no day"),
    ],
)
def test_refused_with_what_to_write(text: str, says: str) -> None:
    with pytest.raises(Refused) as refused:
        read_day(text, TODAY)
    assert says in str(refused.value)


def test_said_with_its_weekday() -> None:
    assert say_day(date(2026, 12, 1)) == "Tue 2026-12-01"
