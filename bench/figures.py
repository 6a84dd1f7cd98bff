"""Figures: what was measured, against which floor, and whether the goal is met."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

HALF = 0.5
"""The first goal: half of the floor, or better."""
FIRST_PAGE_MS = 100.0
"""The first page at p99, when idle."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """One line of the table."""

    database: str
    what: str
    value: float
    unit: str
    floor: float | None = None
    """The same of one commit per request and nothing else, in the same run."""
    goal: str = ""
    met: bool | None = None
    """None: there is no goal."""

    @property
    def ratio(self) -> float | None:
        """How many times the floor; for times and other small-is-good units, how many times better than it."""
        if not self.floor or not self.value:
            return None
        return self.value / self.floor if self.unit.endswith("/s") else self.floor / self.value


def against_floor(database: str, what: str, value: float, unit: str, floor: float) -> Figure:
    """A figure whose goal is half of its floor."""
    figure = Figure(database=database, what=what, value=value, unit=unit, floor=floor)
    met = figure.ratio is not None and figure.ratio >= HALF
    return Figure(database=database, what=what, value=value, unit=unit, floor=floor, goal=f"≥ {HALF:g} x", met=met)


def at_most(database: str, what: str, value: float, unit: str, most: float, *, floor: float | None = None) -> Figure:
    """A figure with a goal of its own."""
    goal = f"≤ {most:g} {unit}"
    return Figure(database=database, what=what, value=value, unit=unit, floor=floor, goal=goal, met=value <= most)


def table(figures: Sequence[Figure]) -> str:
    """The figures as a Markdown table."""
    lines = ["| database | figure | measured | floor | ratio | goal | met |", "|---|---|--:|--:|--:|--:|---|"]
    for one in figures:
        ratio = f"{one.ratio:.2f} x" if one.ratio is not None else ""
        floor = f"{_number(one.floor)} {one.unit}" if one.floor is not None else ""
        met = {None: "", True: "yes", False: "**no**"}[one.met]
        measured = f"{_number(one.value)} {one.unit}"
        lines.append(f"| {one.database} | {one.what} | {measured} | {floor} | {ratio} | {one.goal} | {met} |")
    return "\n".join(lines)


def as_json(figures: Sequence[Figure]) -> list[dict[str, Any]]:
    """The figures for a file; what could not be measured is null."""
    return [
        {name: None if isinstance(value, float) and math.isnan(value) else value for name, value in asdict(one).items()}
        | {"ratio": one.ratio}
        for one in figures
    ]


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}"
