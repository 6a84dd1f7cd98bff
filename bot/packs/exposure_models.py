"""The models of what a pack says is at risk, and of what makes an incident graver by itself."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from bot.packs.shapes import Name, SeverityWord, Strict

_Few = Annotated[str, Field(min_length=1, max_length=30, pattern=r"^[^\r\n]*$")]


class FigureEntry(Strict):
    """A number that says what is at risk."""

    title: _Few
    """What people call it, in a few words: `open orders`, `result`."""
    below_zero: Annotated[str, Field(max_length=30, pattern=r"^[^\r\n]*$")] = ""
    """What they call it below zero, instead of a sign: `loss`."""
    check: Name
    """The check that reads it. It is run with every look at an incident."""
    fact: Annotated[str, Field(min_length=1, max_length=120, pattern=r"^[a-z][a-z0-9_]*(\.\S+)?$")]
    """Which of its facts: `count`, or `values.pnl` where it holds several."""
    unit: Annotated[str, Field(max_length=12, pattern=r"^\S*$")] = ""
    """Its unit: USD, EUR and GBP are written as money; none: it is counted."""


class RaiseEntry(Strict):
    """A rule by which what the checks found makes an incident graver. It never makes one milder."""

    name: _Few
    """What people call it; it stands in the reason."""
    when: Annotated[str, Field(min_length=1, max_length=500)]
    """An expression over exposure, checks (each with its facts and `state`), severity, type, component and route. A
    figure that could not be read counts as above the limit."""
    severity: SeverityWord
    """The severity that such an incident has at least."""
    type: str = ""
    """The issue type that it is of, too: that type's people are paged; none: it stays what it is."""
