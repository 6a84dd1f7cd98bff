"""Spans of time as people write and read them: `5m`, `1h30m`; "5 min"."""

from __future__ import annotations

import re
from datetime import timedelta

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_SPAN = re.compile(r"(\d+(?:\.\d+)?)([smhd])", re.ASCII)
_LONGEST_S = 36_500 * 86_400
"""A hundred years: what is longer is a slip, and no calendar goes back so far."""


def read_span(text: str) -> timedelta:
    """The span that `90s`, `7m`, `1h30m` or a bare number of minutes means; raises ValueError saying what to write."""
    compact = text.strip().lower().replace(" ", "")
    if re.fullmatch(r"\d+(\.\d+)?", compact, re.ASCII):
        return _within_bounds(60 * float(compact), text)
    parts = _SPAN.findall(compact)
    if not parts or "".join(number + unit for number, unit in parts) != compact:
        raise ValueError(f"{text!r} is not a span of time: write for example 90s, 7m or 1h30m")
    return _within_bounds(sum(float(number) * _UNITS[unit] for number, unit in parts), text)


def _within_bounds(seconds: float, text: str) -> timedelta:
    if seconds > _LONGEST_S:
        raise ValueError(f"{text[:40]!r} is longer than a hundred years")
    return timedelta(seconds=seconds)


_JUST_NOW = timedelta(seconds=10)


def say_ago(span: timedelta) -> str:
    """How long ago something was: `just now`, `40 s ago`, `5 min ago`."""
    return "just now" if span < _JUST_NOW else f"{say_span(span)} ago"


def say_span(span: timedelta) -> str:
    """The span in few words: `40 s`, `5 min`, `1 h 30 min`, `3 d`."""
    seconds = max(0, round(span.total_seconds()))
    if seconds < 60:
        return f"{seconds} s"
    minutes = seconds // 60
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{hours // 24} d"
