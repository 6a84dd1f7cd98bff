"""When somebody is reminded of what they have to do."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.core.item import Item, next_reminder, say_due

MADE = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def item(due_on: date | None, **more: object) -> Item:
    return Item(incident=1, text="watch", owner="ann", owner_name="Ann", due_on=due_on, made_at=MADE, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("now", "next_one"),
    [
        (MADE, datetime(2026, 11, 30, 9, tzinfo=UTC)),  # the day before
        (datetime(2026, 11, 30, 9, tzinfo=UTC), datetime(2026, 12, 1, 9, tzinfo=UTC)),  # the day itself
        (datetime(2026, 12, 1, 9, tzinfo=UTC), datetime(2026, 12, 2, 9, tzinfo=UTC)),  # daily after it
        (datetime(2026, 12, 9, 8, 59, tzinfo=UTC), datetime(2026, 12, 9, 9, tzinfo=UTC)),
        (datetime(2026, 12, 9, 22, tzinfo=UTC), datetime(2026, 12, 10, 9, tzinfo=UTC)),
    ],
)
def test_reminded(now: datetime, next_one: datetime) -> None:
    assert next_reminder(item(date(2026, 12, 1)), now, UTC) == next_one


def test_never_without_a_day_nor_once_it_is_done() -> None:
    assert next_reminder(item(None), MADE, UTC) is None
    assert next_reminder(item(date(2026, 12, 1), done_at=MADE), MADE, UTC) is None


def test_nine_by_the_clock_on_the_wall() -> None:
    """Also over the night in which the clocks change."""
    zone = ZoneInfo("Europe/London")
    before = datetime(2026, 3, 27, 12, tzinfo=UTC)
    first = next_reminder(item(date(2026, 3, 29)), before, zone)
    assert first == datetime(2026, 3, 28, 9, tzinfo=UTC)
    assert first is not None
    assert next_reminder(item(date(2026, 3, 29)), first, zone) == datetime(2026, 3, 29, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (None, "no date"),
        (date(2026, 11, 20), "due today"),
        (date(2026, 11, 21), "due tomorrow"),
        (date(2026, 11, 27), "due Fri 2026-11-27"),
        (date(2026, 11, 19), "1 day late"),
        (date(2026, 11, 1), "19 days late"),
    ],
)
def test_said(day: date | None, said: str) -> None:
    assert say_due(day, date(2026, 11, 20)) == said
