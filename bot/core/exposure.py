"""Exposure: what is at risk while an incident lasts, in figures that checks read; and what makes it graver."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.core.alert import Severity
from bot.core.evidence import Evidence, State
from bot.core.expression import Expression
from bot.core.text import cut, number_in
from bot.core.verdict import say_fact

RULE_FACTS = frozenset({"exposure", "checks", "severity", "type", "component", "route"})
"""The names an expression of `raises` may use."""

RULE_TEXTS = ("severity", "type", "component", "route")
RULE_NUMBERS = ("exposure.*",)
"""Those of them of a known sort."""

_WHY, _REASON = 120, 280
_ANY = (-1e15, 0.0, 1e15)
"""What a figure that could not be read might be."""
_MONEY = {"USD": "$", "EUR": "€", "GBP": "£"}
_CENTS_BELOW = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """One number of a system that says what is at risk."""

    name: str
    title: str
    """What people call it: `open orders`."""
    below_zero: str = ""
    """What they call it when it is below zero: `loss`, told without its sign."""
    check: str
    """The check that reads it."""
    fact: str
    """Which of its facts: `count`, or `values.pnl` of a fact that holds several."""
    unit: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """A figure as it was read at one moment."""

    figure: str
    title: str
    """As people call this value."""
    unsigned: bool = False
    """The title says already that it is below zero."""
    value: float | None
    """None: it could not be read."""
    unit: str = ""
    at: datetime
    why: str = ""
    """Why it could not be read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Exposure:
    """What an incident knows of it."""

    readings: tuple[Reading, ...] = ()
    raised: tuple[str, ...] = ()
    """The rules of `raises` that held at the last look: each acts when it begins to hold, and not again while it does,
    so that what a person has lowered stays low."""

    @property
    def as_of(self) -> datetime | None:
        """The oldest of its readings' times; None: nothing has been read."""
        return min((one.at for one in self.readings), default=None)

    @property
    def stored(self) -> dict[str, Any]:
        """As a row holds it."""
        rows = [
            {
                "figure": one.figure,
                "title": one.title,
                "unsigned": one.unsigned,
                "value": one.value,
                "unit": one.unit,
                "at": one.at.isoformat(),
                "why": one.why,
            }
            for one in self.readings
        ]
        return {"readings": rows, "raised": list(self.raised)}


def stored_exposure(body: Mapping[str, Any] | None) -> Exposure:
    """The exposure that a row holds; an empty one of an incident that nothing has been read for."""
    rows = (body or {}).get("readings", ())
    readings = tuple(Reading(**{**row, "at": datetime.fromisoformat(row["at"])}) for row in rows)
    return Exposure(readings=readings, raised=tuple((body or {}).get("raised", ())))


def read(figures: Sequence[Figure], found: Sequence[Evidence], before: Sequence[Reading]) -> tuple[Reading, ...]:
    """The readings after a look. A figure whose check was not part of it stands as it was read before."""
    by_check = {one.check: one for one in found}
    stood = {one.figure: one for one in before}
    now = (_reading(one, by_check[one.check]) if one.check in by_check else stood.get(one.name) for one in figures)
    return tuple(one for one in now if one is not None)


def _reading(figure: Figure, evidence: Evidence) -> Reading:
    value = _number(_fact(evidence.seen.facts, figure.fact))
    unsigned, why = bool(figure.below_zero) and value is not None and value < 0, ""
    if value is None:
        seen = evidence.state is not State.UNKNOWN or bool(evidence.seen.facts)
        why = f"{evidence.title} tells no such number" if seen else evidence.verdict
    return Reading(
        figure=figure.name,
        title=figure.below_zero if unsigned else figure.title,
        unsigned=unsigned,
        value=value,
        unit=figure.unit,
        at=evidence.started,
        why=cut(why, _WHY),
    )


def _fact(facts: Mapping[str, Any], path: str) -> Any:
    name, _, inner = path.partition(".")
    value = facts.get(name)
    if inner:
        return value.get(inner) if isinstance(value, Mapping) else None
    return value


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    # By its text, so that what has no end counts as unknown, and a number in quotes as what it says.
    return number_in(str(value)) if isinstance(value, int | float | str) else None


# --- what it says


def say_reading(one: Reading) -> str:
    """`open orders 14`, `loss $1,240`, `result unknown`."""
    if one.value is None:
        return f"{one.title} unknown"
    return f"{one.title} {_amount(abs(one.value) if one.unsigned else one.value, one.unit)}"


def _amount(value: float, unit: str) -> str:
    if unit not in _MONEY:
        return say_fact(value, unit)
    size = abs(value)
    return f"{'-' if value < 0 else ''}{_MONEY[unit]}{size:,.{2 if size < _CENTS_BELOW and size % 1 else 0}f}"


def say_figures(exposure: Exposure) -> str:
    """`open orders 14 · positions 3 · loss $1,240`; empty where nothing has been read."""
    return " · ".join(say_reading(one) for one in exposure.readings)


# --- what makes it graver


@dataclass(frozen=True, kw_only=True, slots=True)
class Raise:
    """A rule by which evidence raises an incident's severity by itself (ESCALATION 29)."""

    name: str
    """What people call it; it stands in the reason."""
    when: Expression
    figures: tuple[str, ...] = ()
    """The figures that it looks at."""
    checks: tuple[str, ...] = ()
    """The checks that it looks at, besides those that read its figures."""
    severity: Severity
    type: str = ""
    """The issue type that it turns out to be of, too; empty: none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ruling:
    """What a rule says of what was found."""

    holds: bool
    why: str = ""


def rule(one: Raise, readings: Sequence[Reading], found: Sequence[Evidence], incident: Mapping[str, str]) -> Ruling:
    """Ask a rule; `incident` is what it may know of the incident itself. A figure that could not be read counts as
    above the limit: the rule holds if there is a number with which it would. Of other things unknown raises nothing."""
    known = {reading.figure: reading for reading in readings}
    figures = {name: reading.value for name, reading in known.items()}
    facts = {**incident, "checks": {each.check: {**each.seen.facts, "state": each.state.value} for each in found}}
    answer = one.when.ask({**facts, "exposure": figures}).value
    if answer is not None:
        return Ruling(holds=answer, why=_reason(one, known, found) if answer else "")
    unread = [name for name in one.figures if figures.get(name) is None]
    if not any(one.when.ask({**facts, "exposure": figures | dict.fromkeys(unread, any_)}).value for any_ in _ANY):
        return Ruling(holds=False)
    because = "; ".join(dict.fromkeys(known[name].why for name in unread if name in known and known[name].why))
    titles = ", ".join(known[name].title if name in known else name for name in unread)
    said = f"{titles} cannot be read, which counts as above the limit{f' ({because})' if because else ''}"
    return Ruling(holds=True, why=cut(f"{one.name}: {said}", _REASON))


def _reason(one: Raise, known: Mapping[str, Reading], found: Sequence[Evidence]) -> str:
    figures = [say_reading(known[name]) for name in one.figures if name in known]
    checks = [f"{each.title}: {each.verdict}" for each in found if each.check in one.checks]
    return cut(f"{one.name}: {'; '.join([*figures, *checks])}".removesuffix(": "), _REASON)
