"""When to try again what did not leave."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.retry import pause

# Failed attempts so far, what the other side asked for, seconds to wait.
PAUSES = [
    (1, None, 2),
    (2, None, 4),
    (3, None, 8),
    (5, None, 32),
    # At most a minute, however long it goes on.
    (6, None, 60),
    (1000, None, 60),
    # Asked before anything was tried: like the first time.
    (0, None, 2),
    # Never less than the other side asked for, even if that is long.
    (1, 30, 30),
    (1, 3600, 3600),
    # It asked for less than we would wait anyway.
    (5, 1, 32),
]


@pytest.mark.parametrize(("attempts", "asked", "seconds"), PAUSES)
def test_pause(attempts, asked, seconds):
    assert pause(attempts, None if asked is None else timedelta(seconds=asked)) == timedelta(seconds=seconds)


@given(st.integers(min_value=0, max_value=10_000))
def test_a_pause_never_gets_shorter(attempts):
    assert timedelta(seconds=2) <= pause(attempts) <= pause(attempts + 1) <= timedelta(seconds=60)
