"""How incidents, pages and times went from one week to the next."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.alert import Severity
from bot.core.numbers import Called, Facts, Life
from bot.core.weeks import begins, by_week

TOKYO = ZoneInfo("Asia/Tokyo")
SATURDAY = datetime(2026, 11, 21, 12, tzinfo=UTC)


def life(at: datetime, minutes: float | None = None) -> Life:
    ended = at + timedelta(minutes=minutes) if minutes is not None else None
    return Life(number=1, system="hft", severity=Severity.HIGH, opened_at=at, acknowledged_at=ended)


def test_every_week_is_there_and_the_last_is_this_one():
    since = begins(SATURDAY, UTC, 3)
    assert since == datetime(2026, 11, 2, tzinfo=UTC)
    weeks = by_week(Facts(since=since, until=SATURDAY), UTC)
    assert [one.begins for one in weeks] == [date(2026, 11, 2), date(2026, 11, 9), date(2026, 11, 16)]
    assert {(one.incidents, one.calls, one.acknowledge, one.resolve) for one in weeks} == {(0, 0, None, None)}


def test_an_incident_belongs_to_the_week_in_which_it_opened():
    opened = datetime(2026, 11, 8, 23, 59, tzinfo=UTC)  # a Sunday, acknowledged on Monday
    facts = Facts(
        since=begins(SATURDAY, UTC, 3), until=SATURDAY,
        lives=[life(opened, 30), life(SATURDAY - timedelta(days=1), 10), life(SATURDAY - timedelta(hours=1))],
        calls=[Called(person="ann", name="Ann", at=at) for at in (opened, SATURDAY - timedelta(days=1))],
    )  # fmt: skip
    weeks = by_week(facts, UTC)
    assert [(one.incidents, one.calls) for one in weeks] == [(1, 1), (0, 0), (2, 1)]
    assert weeks[0].acknowledge is not None
    assert weeks[0].acknowledge.median == timedelta(minutes=30)
    assert weeks[2].acknowledge is not None
    assert (weeks[2].acknowledge.count, weeks[2].acknowledge.median) == (1, timedelta(minutes=10))


def test_weeks_are_those_of_the_desk():
    """Sunday evening in London is Monday morning in Tokyo."""
    opened = datetime(2026, 11, 15, 20, tzinfo=UTC)
    facts = Facts(since=begins(SATURDAY, TOKYO, 2), until=SATURDAY, lives=[life(opened)])
    assert [one.incidents for one in by_week(facts, TOKYO)] == [0, 1]
    assert [one.incidents for one in by_week(facts, UTC)][-1] == 0
