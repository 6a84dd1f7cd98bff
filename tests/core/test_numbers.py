"""Figures of facts: how long things took, whom they woke, what rang and what helped."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.alert import Severity
from bot.core.numbers import Called, Facts, Helped, Life, Load, Spread, Walked, numbers, spread, times_of

SINCE = datetime(2026, 11, 16, tzinfo=UTC)
WEEK = timedelta(days=7)


def m(minutes: float) -> timedelta:
    return timedelta(minutes=minutes)


def life(number: int = 1, opened: timedelta = timedelta(0), ack: float | None = None, **more) -> Life:
    at = SINCE + opened
    values = {"system": "hft", "severity": Severity.HIGH, **more}
    return Life(number=number, opened_at=at, acknowledged_at=None if ack is None else at + m(ack), **values)


def facts(**more) -> Facts:
    return Facts(since=SINCE, until=SINCE + WEEK, **more)


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        ([], None),
        ([3], (3, 3, 3)),  # one is all of them
        ([1, 2], (1.5, 2, 2)),  # between the two in the middle
        ([5, 1, 3], (3, 5, 5)),  # in whatever order they come
        (list(range(1, 11)), (5.5, 9, 10)),  # nine of ten took at most nine
        ([1] * 99 + [600], (1, 1, 600)),  # one bad night is the worst, and no more
    ],
)
def test_median_nine_of_ten_and_worst(minutes, expected):
    found = spread(map(m, minutes))
    if expected is None:
        assert found is None
    else:
        assert found == Spread(count=len(minutes), median=m(expected[0]), p90=m(expected[1]), worst=m(expected[2]))


@given(st.lists(st.integers(0, 10**6), min_size=1))
def test_nine_of_ten_really_took_no_longer(seconds):
    found = spread(timedelta(seconds=one) for one in seconds)
    within = sum(timedelta(seconds=one) <= found.p90 for one in seconds)
    assert within * 10 >= len(seconds) * 9
    assert found.median <= found.p90 <= found.worst


def test_each_time_is_from_the_opening_and_counts_only_who_came_so_far():
    lives = [
        life(1, ack=2, diagnosed_at=SINCE + m(1), mitigated_at=SINCE + m(20), resolved_at=SINCE + m(60)),
        life(2, ack=4),
        life(3),  # nobody had it
    ]
    times = times_of(lives)
    assert (times.acknowledge.count, times.acknowledge.median) == (2, m(3))
    assert (times.diagnose.median, times.mitigate.median, times.resolve.median) == (m(1), m(20), m(60))
    assert times_of([life()]).resolve is None


def test_a_clock_that_was_set_back_makes_no_time_before_the_opening():
    assert times_of([life(ack=-5)]).acknowledge.worst == m(0)


def test_by_severity_and_by_system():
    critical = Severity.CRITICAL
    found = numbers(facts(lives=[life(1, ack=1), life(2, ack=3, severity=critical), life(3, system="tmt")]), UTC)
    assert [(one, count) for one, (count, _) in found.by_severity.items()] == [(critical, 1), (Severity.HIGH, 2)]
    assert {name: (n, t.acknowledge.count if t.acknowledge else 0) for name, (n, t) in found.by_system.items()} == {
        "hft": (2, 2),
        "tmt": (1, 0),
    }
    assert (found.incidents, found.missed) == (3, 0)
    assert numbers(facts(lives=[life(missed=True), life(2)]), UTC).missed == 1


def call(person: str, hours: float, name: str = "") -> Called:
    return Called(person=person, name=name or person.title(), at=SINCE + timedelta(hours=hours))


def test_pages_by_person_and_by_night():
    """23:00 and 02:00 are one night; 23:00 of the next day is another."""
    calls = [call("ann", 23), call("ann", 26), call("ann", 47), call("ann", 12), call("bob", 10, "B."), call("bob", 9)]
    assert list(numbers(facts(calls=calls), UTC).loads) == [
        Load(person="ann", name="Ann", pages=4, at_night=3, nights=2, worst_night=2),
        Load(person="bob", name="B.", pages=2, at_night=0, nights=0, worst_night=0),
    ]


def test_a_night_is_where_the_desk_is():
    calls = [call("ann", 13.5)]  # 22:30 in Tokyo
    assert numbers(facts(calls=calls), ZoneInfo("Asia/Tokyo")).loads[0].at_night == 1
    assert numbers(facts(calls=calls), UTC).loads[0].at_night == 0


def test_the_noisiest_alerts_come_first():
    assert numbers(facts(alerts=[("B", 2), ("C", 9), ("A", 2)]), UTC).alerts == [("C", 9), ("A", 2), ("B", 2)]


def test_a_playbook_helped_when_it_fixed_it():
    walks = [Walked(playbook=name, outcome=o) for name, o in (("a", "fixed"), ("a", "not_this"), ("b", "cause"))]
    assert list(numbers(facts(walks=walks), UTC).playbooks) == [
        Helped(playbook="a", walked=2, fixed=1),
        Helped(playbook="b", walked=1, fixed=0),
    ]


def test_every_day_of_the_span_is_counted_where_the_desk_is():
    late = life(1, opened=timedelta(hours=15, minutes=30))  # half past midnight on Tuesday in Tokyo
    assert numbers(facts(lives=[late]), UTC).days == [
        (date(2026, 11, 16 + day), 1 if day == 0 else 0) for day in range(7)
    ]
    in_tokyo = numbers(facts(lives=[late]), ZoneInfo("Asia/Tokyo")).days
    assert (date(2026, 11, 17), 1) in in_tokyo
