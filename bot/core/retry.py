"""Retry: when to try again what did not leave."""

from __future__ import annotations

from datetime import timedelta

_FIRST = timedelta(seconds=2)
_LONGEST = timedelta(seconds=60)


def pause(attempts: int, asked: timedelta | None = None) -> timedelta:
    """How long to wait after the `attempts`-th failed attempt: 2 s, 4 s, 8 s ... at most 60 s, and never less than the
    other side asked for."""
    doubled = min(_FIRST * (1 << min(max(attempts - 1, 0), 16)), _LONGEST)
    return max(doubled, asked or timedelta(0))
