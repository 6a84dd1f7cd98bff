"""Verdict: the one line that says what a check saw, in the words of its pack or of its rule."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from bot.core.check import Check
from bot.core.evidence import Judgement, State
from bot.core.spans import say_span

_PLACE = re.compile(r"\{([a-z][a-z0-9_]*)(?:\.([^{}\s]+))?\}")
"""A fact, or one of those that it holds by name: `{values.unwritten}`, `{values.fs.file-nr}`."""
_PART = re.compile(r"\[([^\[\]]*)\]")
"""Left out where something in it is not known: `HTTP {status}[; trouble: {trouble}]`."""
_CLAUSES = re.compile(r"([,;] )")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_SHOWN = 3
_MINUTES_FROM = 120
"""Seconds from which a span is told in minutes, hours and days."""
_LONGEST = 200
_DIGITS_GIVEN, _PLACES_GIVEN = 13, 8
"""As prices and quantities are written at most; a number with more was computed."""
_UNIT_END = re.compile(r"(?<=[a-z0-9])_(s|ms|us|pct|percent|bytes)\Z")
"""The unit that a fact's name ends with: it stands at the value."""
_IN_WORDS: Mapping[str, str] = {
    "pct": "%", "percent": "%", "s": "second", "avg": "average", "cpu": "CPU", "io": "I/O", "iowait": "waiting for I/O",
    "rss": "resident memory", "oom": "out-of-memory", "p95": "95th percentile", "p99": "99th percentile",
    "lsn": "log position", "rcode": "DNS answer", "ttl": "time to live", "pid": "process id", "pids": "process ids",
    "oplog": "operations log", "sha256": "SHA-256",
}  # fmt: skip
"""What of a name is no plain word."""
_NAME_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_IDENTIFIERS = re.compile(
    r"ids?|p?pids?|uid|gid|tid|ports?|accounts?|order|trade|ticket|deal|transaction|txid|userref|serial|inode|lsn"
    r"|offset|nonce|year|number|no|code|version|revision"
)
"""What a name ends with whose whole numbers are never counted in thousands: they are copied and searched for."""
_IDENTIFIER_FROM = 10**12
"""Nothing without a unit is counted so far: it is an identifier, whatever it is called."""


def say_fact(value: Any, unit: str = "", name: str = "") -> str:
    """A fact as people read it: `93 %`, `1.2 GB`, `41 s`, `43,210.55`; a dash for what could not be read. By its
    `name` an identifier is known, whose digits stay together."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return _number(value, unit, name)
    if isinstance(value, Mapping):
        named = ", ".join(f"{key} {say_fact(inner, unit, str(key))}" for key, inner in list(value.items())[:_SHOWN])
        return f"{named}, …" if len(value) > _SHOWN else named or "none"
    if isinstance(value, list | tuple):
        # Whole numbers of a list are ports and ids: nobody counts them in thousands.
        plain = [str(inner) if type(inner) is int and not unit else say_fact(inner, unit) for inner in value[:_SHOWN]]
        shown = ", ".join(plain)
        return f"{shown}, …" if len(value) > _SHOWN else shown or "none"
    return str(value)


def _number(value: float, unit: str, name: str) -> str:
    if unit == "bytes":
        for name, size in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
            if abs(value) >= size:
                return f"{value / size:.3g} {name}"
    if unit == "s" and value >= _MINUTES_FROM:
        return say_span(timedelta(seconds=value))
    if unit:
        return f"{value:,.0f} {unit}" if abs(value) >= 1000 else f"{value:.4g} {unit}"
    if isinstance(value, int):
        return str(value) if abs(value) >= _IDENTIFIER_FROM or _is_identifier(name) else f"{value:,}"
    return _decimal(value)


def _is_identifier(name: str) -> bool:
    words = _NAME_WORDS.findall(name)
    return bool(words) and _IDENTIFIERS.fullmatch(words[-1].lower()) is not None


def _decimal(value: float) -> str:
    """A price, quantity or ratio. What was written with so many decimals keeps them, since a cent decides whether a
    book is crossed; what was computed to more is rounded."""
    if not math.isfinite(value) or abs(value) >= 1e15 or 0 < abs(value) < 1e-8:
        return f"{value:.6g}"
    given = Decimal(repr(value))
    places = max(0, -int(given.as_tuple().exponent))
    if len(given.as_tuple().digits) > _DIGITS_GIVEN or places > _PLACES_GIVEN:
        given = given.quantize(Decimal("0.0001")) if abs(value) >= 1 else Decimal(f"{value:.6g}")
    text = f"{given:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def verdict(check: Check, facts: Mapping[str, Any], judged: Judgement, units: Mapping[str, str],
            arguments: Mapping[str, str]) -> str:  # fmt: skip
    """The line for people. What the pack says wins; else it is the rule that decided, with what was seen of it; else
    the first facts."""
    if judged.state is State.UNKNOWN:
        return _without_middle(judged.why)
    if check.says:
        known = {**arguments, **facts}
        says = _PART.sub(lambda part: _known_part(known, part), check.says)
        says = _known_clauses(known, says)
        if said := _PLACE.sub(lambda place: _say(known, place[1], place[2], units.get(place[1], "")), says).strip():
            return _bounded(said + _trouble(facts, check.says))
    names = [name for name in dict.fromkeys(_NAME.findall(judged.why)) if name in facts] if judged.why else list(facts)
    seen = ", ".join(
        f"{fact_label(name, units.get(name, ''))} {say_fact(facts[name], units.get(name, ''), name)}"
        for name in names[:_SHOWN]
    )
    return _bounded(f"{seen} (rule: {judged.why})" if judged.why else seen or "looked at")


def facts_in(says: str) -> list[str]:
    """The facts and arguments that a line of the pack has places for."""
    return [place[1] for place in _PLACE.finditer(says)]


def _say(known: Mapping[str, Any], name: str, inner: str | None, unit: str) -> str:
    return say_fact(_value(known, name, inner), unit, inner or name)


def _value(known: Mapping[str, Any], name: str, inner: str | None) -> Any:
    value = known.get(name)
    if inner is not None:
        return value.get(inner) if isinstance(value, Mapping) else None
    return value


def _known_part(known: Mapping[str, Any], part: re.Match[str]) -> str:
    names = [(place[1], place[2]) for place in _PLACE.finditer(part[1])]
    if not names:
        return part[0]
    return "" if any(_value(known, *name) is None for name in names) else part[1]


def _known_clauses(known: Mapping[str, Any], says: str) -> str:
    """Without the clauses of which nothing is known: `answers: no`, and not `answers: no, with – after –`."""
    clauses = _CLAUSES.split(says)
    kept = clauses[:1] if _is_known(known, clauses[0]) else []
    for between, clause in zip(clauses[1::2], clauses[2::2], strict=True):
        if _is_known(known, clause):
            kept += [between, clause] if kept else [clause.lstrip()]
    return "".join(kept)


def _is_known(known: Mapping[str, Any], clause: str) -> bool:
    places = list(_PLACE.finditer(clause))
    return not places or any(_value(known, place[1], place[2]) is not None for place in places)


def _trouble(facts: Mapping[str, Any], says: str) -> str:
    """Why nothing answered, where a probe found that and the pack's words have no place for it."""
    trouble = facts.get("trouble")
    return f" ({trouble})" if isinstance(trouble, str) and trouble and "{trouble}" not in says else ""


def fact_label(name: str, unit: str = "") -> str:
    """A fact's name in words, to stand beside its value: `used_percent` and `%` are `used`, `used_pct` is `used %`."""
    stem = name if name.endswith("_per_s") else _UNIT_END.sub("", name)
    words = [_IN_WORDS.get(word, word) for word in (stem if unit or stem == name else name).split("_")]
    return " ".join(words)


def _without_middle(text: str) -> str:
    """What could not be looked at: where it ends with a path, the path's end says most."""
    line = " ".join(text.split())
    half = _LONGEST // 2
    return line if len(line) <= _LONGEST else f"{line[: half - 1]}…{line[-half:]}"


def _bounded(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
