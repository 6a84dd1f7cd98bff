"""Verdict: the one line that says what a check saw, in the words of its pack or of its rule."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.core.check import Check
from bot.core.evidence import Judgement, State

_PLACE = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_SHOWN = 3
_LONGEST = 200


def say_fact(value: Any, unit: str = "") -> str:
    """A fact as people read it: `93 %`, `1.2 GB`, `41 s`; a dash for what could not be read."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return _number(value, unit)
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {say_fact(inner, unit)}" for key, inner in list(value.items())[:_SHOWN])
    if isinstance(value, list | tuple):
        shown = ", ".join(say_fact(inner, unit) for inner in value[:_SHOWN])
        return f"{shown}, …" if len(value) > _SHOWN else shown or "none"
    return str(value)


def _number(value: float, unit: str) -> str:
    if unit == "bytes":
        for name, size in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
            if abs(value) >= size:
                return f"{value / size:.3g} {name}"
    text = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    return f"{text} {unit}".rstrip()


def verdict(check: Check, facts: Mapping[str, Any], judged: Judgement, units: Mapping[str, str],
            arguments: Mapping[str, str]) -> str:  # fmt: skip
    """The line for people. What the pack says wins; else it is the rule that decided, with what was seen of it; else
    the first facts."""
    if judged.state is State.UNKNOWN:
        return _bounded(f"unknown: {judged.why}")
    if check.says:
        known = {**arguments, **{name: say_fact(value, units.get(name, "")) for name, value in facts.items()}}
        return _bounded(_PLACE.sub(lambda place: known.get(place.group(1), "–"), check.says))
    names = [name for name in dict.fromkeys(_NAME.findall(judged.why)) if name in facts] if judged.why else list(facts)
    seen = ", ".join(f"{_words(name)} {say_fact(facts[name], units.get(name, ''))}" for name in names[:_SHOWN])
    return _bounded(f"{seen} (rule: {judged.why})" if judged.why else seen or "looked at")


def _words(name: str) -> str:
    return re.sub(r"_(s|ms|us|percent|bytes)\Z", "", name).replace("_", " ")


def _bounded(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
