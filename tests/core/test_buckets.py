"""Buckets: what may leave now, and how long the rest waits."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.buckets import Buckets, Rate, slack_rate

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def wait(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


ONE_A_SECOND = Rate(count=1, per=timedelta(seconds=1))


def strict() -> Buckets:
    return Buckets(lambda name: ONE_A_SECOND if name.startswith("channel:") else slack_rate(name))


def test_one_message_a_second_per_channel():
    buckets = strict()
    assert buckets.take("channel:C1", at(0)) == wait(0)
    assert buckets.take("channel:C1", at(0)) == wait(1)
    assert buckets.take("channel:C1", at(0.4)) == wait(0.6)
    assert buckets.take("channel:C1", at(1)) == wait(0)


def test_a_new_incident_says_four_things_at_once():
    buckets = Buckets()
    assert [buckets.take("channel:C1", NOON) for _ in range(5)] == [wait(0)] * 4 + [wait(1)]


def test_channels_do_not_wait_for_each_other():
    buckets = Buckets()
    assert buckets.take("channel:C1", NOON) == wait(0)
    assert buckets.take("channel:C2", NOON) == wait(0)


def test_a_refused_take_takes_nothing():
    buckets = strict()
    buckets.take("channel:C1", NOON)
    for _ in range(10):
        assert buckets.take("channel:C1", NOON) == wait(1)


def test_fifty_updates_a_minute_for_the_workspace():
    buckets = Buckets()
    sent = sum(buckets.take("chat.update", at(tenth / 10)) == wait(0) for tenth in range(600))
    assert 50 <= sent <= 55  # the burst of 5 comes on top once
    assert buckets.take("chat.update", at(60)) <= wait(1.2)


def test_a_burst_then_an_even_pace():
    buckets = Buckets(lambda _: Rate(count=60, per=timedelta(minutes=1), burst=3))
    assert [buckets.take("x", NOON) for _ in range(4)] == [wait(0), wait(0), wait(0), wait(1)]
    assert [buckets.take("x", at(10)) for _ in range(4)] == [wait(0), wait(0), wait(0), wait(1)]


def test_what_a_copy_gives_is_still_there():
    buckets = strict()
    assert buckets.copy().take("channel:C1", NOON) == wait(0)
    assert buckets.take("channel:C1", NOON) == wait(0)
    assert buckets.copy().take("channel:C1", NOON) == wait(1)


def test_all_or_none_for_a_channel_and_its_method():
    buckets = strict()
    assert buckets.take_all(("channel:C1", "chat.postMessage"), NOON) == wait(0)
    before = buckets.wait("chat.postMessage", NOON)
    assert buckets.take_all(("channel:C1", "chat.postMessage"), NOON) == wait(1)
    assert buckets.wait("chat.postMessage", NOON) == before


def test_retry_after_closes_the_bucket():
    buckets = Buckets()
    buckets.close("chat.update", at(30))
    buckets.close("chat.update", at(5))  # a shorter demand does not open it earlier
    assert buckets.take("chat.update", NOON) == wait(30)
    assert buckets.take("chat.update", at(30)) == wait(0)
    assert buckets.take("channel:C1", NOON) == wait(0)


def test_a_clock_set_back_never_blocks_longer_than_it_was_set_back():
    buckets = strict()
    buckets.take("channel:C1", at(10))
    assert buckets.take("channel:C1", at(0)) == wait(11)


def test_full_buckets_are_forgotten():
    buckets = Buckets()
    for number in range(5000):
        buckets.take(f"channel:C{number}", at(number * 2))
    assert len(buckets._full_at) <= 1001


@pytest.mark.parametrize(
    ("name", "per_minute"),
    [
        ("channel:C1", 60),
        ("chat.update", 50),  # tier 3, the whole workspace
        ("users.info", 100),  # tier 4
        ("conversations.create", 20),  # tier 2
        ("some.newMethod", 20),  # unknown: the cautious tier
    ],
)
def test_slack_rates(name: str, per_minute: int):
    assert timedelta(minutes=1) / slack_rate(name).interval == pytest.approx(per_minute)


@given(
    steps=st.lists(st.floats(min_value=0, max_value=5), max_size=60),
    count=st.integers(1, 50),
    burst=st.integers(1, 10),
)
def test_never_faster_than_the_rate(steps: list[float], count: int, burst: int):
    """In any window, no more leave than the window's share plus one burst."""
    rate = Rate(count=count, per=timedelta(seconds=10), burst=burst)
    buckets = Buckets(lambda _: rate)
    now, taken = NOON, []
    for step in steps:
        now += timedelta(seconds=step)
        if buckets.take("x", now) == wait(0):
            taken.append(now)
    for i, start in enumerate(taken):
        for j in range(i, len(taken)):
            assert j - i + 1 <= (taken[j] - start) / rate.interval + burst + 1e-3
