"""A clock that follows another one: what a reading may change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.clock import Followed, Reading

THREE = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


def reading(ahead: float, at: float, took: float = 0.0) -> Reading:
    """The other clock is so many seconds ahead of three o'clock plus the count, and was read at that count; the
    answer took so long."""
    return Reading(said=THREE + timedelta(seconds=ahead + at), before=at - took / 2, after=at + took / 2)


def seconds_off(clock: Followed, count: list[float]) -> float:
    return (clock.now() - THREE).total_seconds() - count[0]


@pytest.fixture
def count() -> list[float]:
    return [100.0]


@pytest.fixture
def clock(count: list[float]) -> Followed:
    return Followed(reading(0, at=100), lambda: count[0])


def test_between_readings_it_goes_on_by_the_count(clock: Followed, count: list[float]) -> None:
    count[0] += 30
    assert clock.now() == THREE + timedelta(seconds=130)


@pytest.mark.parametrize(
    ("readings", "off"),
    [
        ([(0.2, 0)], 0.2),  # a small difference is put right at once
        ([(-0.2, 0)], -0.2),
        ([(0.2, 1)], 0),  # the answer took a second: what it says is no better than what is known
        ([(5, 8)], 1),  # it took eight: it is at least one second, and nothing more is sure
        ([(300, 0)], 0),  # five minutes, told once
        ([(300, 0), (300.5, 0)], 300.5),  # and told again
        ([(300, 0), (-200, 0)], 0),  # told once, then something else
        ([(300, 0), (0, 0), (300, 0)], 0),  # taken back in between
        ([(-300, 0), (-300, 0)], -300),
        ([(300, 700), (300, 700)], 0),  # so slow that nothing follows from it, however often
    ],
)
def test_it_is_put_right_by_no_more_than_is_sure(
    clock: Followed, count: list[float], readings: list[tuple[float, float]], off: float
) -> None:
    before = clock.now()
    moved = timedelta(0)
    for ahead, took in readings:
        moved += clock.take(reading(ahead, at=count[0], took=took))
    assert seconds_off(clock, count) == pytest.approx(off, abs=1e-6)
    assert clock.now() - before == moved
