"""Wanted: which checks people mean by their words, and the arguments among these."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.core.check import Ask, Check, Checks
from bot.core.errors import Refused

HEALTH = "health"
"""The suite that is run when nothing is said."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """Checks, and what was given for them."""

    what: str
    """The words they were found by."""
    checks: Sequence[Check]
    arguments: Mapping[str, str]
    left_out: str = ""
    """What the words mean, too, and why it is not looked at; empty: nothing."""


def wanted(checks: Checks, words: Sequence[str]) -> Wanted:
    """What the words mean: `exchange binance`, `order 20261121-000417`, `logs errors --since 10m`; nothing: the health
    suite. Raises Refused, saying what there is, for words that mean nothing here, and for an argument that is missing
    or wrong. Of several checks, those whose arguments are not given are left out."""
    plain, options = _options(words)
    plain = plain or [HEALTH]
    for count in range(len(plain), 0, -1):
        found = checks.find(plain[:count])
        if found and all(check.target.absent for check in found):
            raise Refused(f"{' '.join(plain[:count])}: {found[0].target.absent}")
        if found:
            meant = _with(found, plain[:count], plain[count:], options)
            return replace(meant, left_out=_left_out(checks.left_out(plain[:count])))
    raise Refused(_not_found(checks, plain))


def _left_out(absent: Sequence[Check]) -> str:
    """`12 left out: The demo has no database.`"""
    reasons = Counter(check.target.absent for check in absent)
    return "; ".join(f"{count} left out: {why}" for why, count in reasons.items())


def _options(words: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """The words, and what is said by name: `--since 10m`, `--since=10m`, `since=10m`."""
    plain: list[str] = []
    options: dict[str, str] = {}
    rest = list(words)
    while rest:
        word = rest.pop(0)
        name, joined, value = word.lstrip("-").partition("=")
        if not word.startswith("--") and not (joined and name.isidentifier()):
            plain.append(word)
            continue
        if not joined:
            value = rest.pop(0) if rest else ""
        options[name.replace("-", "_").lower()] = value
    return plain, options


def _with(found: Sequence[Check], words: Sequence[str], rest: Sequence[str], options: Mapping[str, str]) -> Wanted:
    asks = {name: ask for check in found for name, ask in check.asks.items()}
    if unknown := sorted(options.keys() - asks.keys()):
        there = ", ".join(f"--{name}" for name in asks) or "none"
        raise Refused(f"{' '.join(words)} has no --{unknown[0]}. There is: {there}.")
    values = {name: asks[name].kind.read(text) for name, text in options.items()}
    for word in rest:
        name = next((name for name, ask in asks.items() if name not in values and _fits(ask, word)), None)
        if name is None:
            takes = ", ".join(f"{name.replace('_', ' ')} ({ask.kind.example})" for name, ask in asks.items())
            raise Refused(f"{' '.join(words)} does not know what to do with {word!r}. It takes: {takes or 'nothing'}.")
        values[name] = asks[name].kind.read(word)
    ready = [check for check in found if all(name in values or ask.default for name, ask in check.asks.items())]
    if not ready:
        found[0].arguments({name: value for name, value in values.items() if name in found[0].asks})
    return Wanted(what=" ".join(words), checks=ready, arguments=values)


def _fits(ask: Ask, word: str) -> bool:
    try:
        ask.kind.read(word)
    except Refused:
        return False
    return True


def _not_found(checks: Checks, words: Sequence[str]) -> str:
    said = " ".join(words)
    known = [*checks.suites, *checks.by_name]
    near = difflib.get_close_matches("_".join(words).lower(), known, n=3, cutoff=0.5)
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    return f"Nothing here is called {said!r}.{hint} Suites: {', '.join(checks.suites) or 'none'}. More: /diag list"
