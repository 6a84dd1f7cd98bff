"""The numbers on the board: charts of the weeks, drawn as SVG with the same figures as a table beside each."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from bot.core.numbers import Numbers, Spread
from bot.core.spans import say_span
from bot.core.weeks import Week
from bot.views.board import Frame, rendered, said

_WIDE, _HIGH, _LEFT, _FOOT, _HEAD = 640, 180, 48, 22, 8
_GRID = 4
_NICE = (1, 2, 5, 10)
_NICE_MINUTES = (1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 720, 1440)
_SHOWN = 20

Value = Callable[[Week], float | None]


def numbers_page(frame: Frame, weeks: Sequence[Week], figures: Numbers) -> str:
    """How things went, week by week, and what the figures of the whole span are."""
    return rendered(
        frame,
        "numbers.html",
        title="Numbers",
        here="numbers",
        span=f"{weeks[0].begins:%Y-%m-%d} to today" if weeks else "",
        charts=[
            _chart("noise", "Incidents and pages per week", weeks, _noise(weeks)),
            _chart("times", "How long it took, in the median of each week", weeks, _times(weeks)),
        ],
        times=[(name, *_spread(spread)) for name, spread in _stages(figures)],
        loads=[(said(one.name, 80), one.pages, one.at_night, one.nights) for one in figures.loads[:_SHOWN]],
        alerts=[(said(name, 120), count) for name, count in figures.alerts[:_SHOWN]],
        playbooks=[(said(one.playbook, 80), one.walked, one.fixed) for one in figures.playbooks[:_SHOWN]],
    )


def _stages(figures: Numbers) -> list[tuple[str, Spread | None]]:
    times = figures.times
    return [
        ("Acknowledged", times.acknowledge),
        ("First diagnosis", times.diagnose),
        ("Mitigated", times.mitigate),
        ("Resolved", times.resolve),
    ]


def _spread(spread: Spread | None) -> tuple[str, str, str, int]:
    if spread is None:
        return "–", "–", "–", 0
    return say_span(spread.median), say_span(spread.p90), say_span(spread.worst), spread.count


def _noise(weeks: Sequence[Week]) -> dict[str, Any]:
    return {
        "key": ("Incidents", "Pages"),
        "rows": [(one.incidents, one.calls) for one in weeks],
        "say": lambda value: f"{value:,.0f}",
        "step": _nice_count,
    }


def _times(weeks: Sequence[Week]) -> dict[str, Any]:
    return {
        "key": ("Acknowledged after", "Resolved after"),
        "rows": [(_minutes(one.acknowledge), _minutes(one.resolve)) for one in weeks],
        "say": lambda value: say_span(timedelta(minutes=value)),
        "step": _nice_minutes,
    }


def _minutes(spread: Spread | None) -> float | None:
    return spread.median.total_seconds() / 60 if spread else None


def _nice_count(most: float) -> float:
    """The step of a scale that reaches `most` in a few: 1, 2 or 5 times a power of ten."""
    rough = max(most / _GRID, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    return power * next(nice for nice in _NICE if nice * power >= rough)


def _nice_minutes(most: float) -> float:
    """The same of minutes: steps that clocks have."""
    rough = max(most / _GRID, 0.01)
    return next((step for step in _NICE_MINUTES if step >= rough), math.ceil(rough / 1440) * 1440)


def _chart(name: str, title: str, weeks: Sequence[Week], given: dict[str, Any]) -> dict[str, Any]:
    """Two bars for each week, where they stand; and the table that says the same."""
    rows, say = given["rows"], given["say"]
    most = max((value for row in rows for value in row if value is not None), default=0)
    step = given["step"](most)
    top = step * max(1, math.ceil(most / step))
    high, room = _HIGH - _HEAD - _FOOT, (_WIDE - _LEFT) / max(1, len(weeks))
    bar = room * 0.36
    bars = [
        {
            "x": round(_LEFT + place * room + room * 0.12 + which * bar, 1),
            "y": round(_HEAD + high * (1 - value / top), 1),
            "width": round(bar - 1, 1),
            "height": round(high * value / top, 1),
            "too": bool(which),
            "says": f"{key}, week of {week.begins:%-d %b}: {say(value)}",
        }
        for place, (week, row) in enumerate(zip(weeks, rows, strict=True))
        for which, (key, value) in enumerate(zip(given["key"], row, strict=True))
        if value
    ]
    every = math.ceil(len(weeks) / 7)
    return {
        "name": name,
        "title": title,
        "key": given["key"],
        "size": (_WIDE, _HIGH),
        "bars": bars,
        "grid": [(round(_HEAD + high * (1 - step * n / top), 1), say(step * n)) for n in range(round(top / step) + 1)],
        "left": _LEFT,
        "labels": [
            (round(_LEFT + (place + 0.5) * room, 1), f"{week.begins:%-d %b}")
            for place, week in enumerate(weeks)
            if place % every == 0
        ],
        "rows": [
            (f"{week.begins:%Y-%m-%d}", *("–" if value is None else say(value) for value in row))
            for week, row in zip(weeks, rows, strict=True)
        ],
    }
