"""Pace: how long and how often things are measured, for the whole run and for the quick one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """The extent of one run. Times in seconds."""

    case: float
    """How long one case of alerts per second is measured."""
    warm: float
    idle_samples: int
    """Incidents opened one after the other while nothing else happens."""
    idle_cards: int
    """Incidents whose card is waited for, in a channel that is quiet."""
    storm: int
    """Alerts of a storm."""
    ladders: int
    """Escalations that fall due."""
    within: float
    """... within so long."""
    suites: int
    """Suites of checks that are run one after the other."""
    steps: int
    """Steps of playbooks that are walked."""
    incidents: int
    """Incidents that the board looks at."""
    entries: int
    """... with so many entries of timelines in all."""
    looks: int
    """How often each of its pages is asked for."""


FULL = Pace(
    case=1.5, warm=0.3, idle_samples=200, idle_cards=5, storm=10_000, ladders=10_000, within=60.0, suites=50,
    steps=1_000, incidents=10_000, entries=1_000_000, looks=30,
)  # fmt: skip
QUICK = Pace(
    case=0.6, warm=0.1, idle_samples=40, idle_cards=2, storm=1_500, ladders=500, within=3.0, suites=10,
    steps=200, incidents=1_000, entries=50_000, looks=10,
)  # fmt: skip
