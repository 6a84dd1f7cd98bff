"""Fault: one way of breaking the trading system."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.playground.trading.symptoms import Symptoms


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """What breaks, where the guide describes it, what notices it, and how it heals. Its key is the file's name."""

    title: str
    """On its button."""
    shows: str
    """What is to be seen when it is broken, in a sentence."""
    covers: tuple[str, ...]
    """Ids of the guide's inventory: the section and the cause."""
    alert: str
    """The rule of `rules.yaml` that notices it: name, labels and annotations stand there."""
    shape: Callable[[Symptoms, float], Symptoms]
    """The symptoms with this fault, so many seconds after it broke; other faults may have shaped them before. It heals
    by not being asked any more, so it cannot leave anything behind."""
    mend: str
    """What somebody did about it: the line of system.log when it is mended."""


def growing(seconds: float, *, per_second: float, most: float) -> float:
    """What grows steadily up to a limit."""
    return min(seconds * per_second, most)
