"""What a check may come to: facts at and around every boundary that the rules ask about, judged as the check judges."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations, pairwise, product
from math import prod
from typing import Any

from jinja2 import nodes

import bot.probes
from bot.core.evidence import State, judge
from bot.core.expression import parse
from bot.core.playbook import Playbook, Step
from bot.core.playbook.walk import Finding
from bot.plugs import discover
from bot.probes.base import Probe
from tests.playbooks.kit import contents

MOST = 4_000
"""Combinations of facts, or of findings, that are tried."""
FAR = 10.0**9
_PROBES = discover(bot.probes, "PROBE", Probe)
_MISSING = object()

Path = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is asked of one fact, or of one entry of it, at one place."""

    path: Path
    numbers: frozenset[float] = frozenset()
    """What it is compared with."""
    texts: frozenset[str] = frozenset()
    plain: bool = False
    """Whether it is so."""
    several: bool = False
    """It is more than one value: a list."""
    defined: bool = False
    """Whether it is known, or what is to be taken where it is not."""


@cache
def asked_by(source: str) -> frozenset[Asked]:
    """What an expression asks."""
    return frozenset(_asked(parse(source), Asked(path=(), plain=True)))


def _asked(node: nodes.Node, around: Asked) -> Iterator[Asked]:
    """What is asked within a part of an expression; `around` is what is asked of whatever stands here."""
    if path := _path(node):
        yield replace(around, path=path)
        return
    if isinstance(node, nodes.Compare | nodes.Call) and not around.numbers | around.texts:
        around = replace(around, **_constants(node), plain=False)
    if isinstance(node, nodes.Test):
        around = replace(around, defined=node.name == "defined", plain=False)
    if isinstance(node, nodes.Filter) and node.name == "default":
        around = replace(around, defined=True)
    elif isinstance(node, nodes.Filter) or (isinstance(node, nodes.Call) and _path(node.node) in (("min",), ("max",))):
        around = replace(around, several=True, plain=False)
    for child in node.iter_child_nodes():
        yield from _asked(child, around)


def _constants(node: nodes.Node) -> dict[str, Any]:
    """Numbers and texts; of a pattern, texts in which it is found."""
    # Jinja2 makes one constant of a list of constants when it compiles.
    values = [one for const in node.find_all(nodes.Const) for one in _each(const.value)]
    patterns = [call.args[1].value for call in _calls(node) if _path(call.node) == ("matches",)]
    keys = [item.arg.value for item in node.find_all(nodes.Getitem) if isinstance(item.arg, nodes.Const)]
    plain = [one for one in values if one not in (*patterns, *keys) and not isinstance(one, bool)]
    return {
        "numbers": frozenset(float(one) for one in plain if isinstance(one, int | float)),
        "texts": frozenset([one for one in plain if isinstance(one, str)] + [t for p in patterns for t in matching(p)]),
    }


def _calls(node: nodes.Node) -> Iterator[nodes.Call]:
    if isinstance(node, nodes.Call):
        yield node
    yield from node.find_all(nodes.Call)


def _each(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else [value]


def matching(pattern: str) -> list[str]:
    """Texts in which a pattern of a pack is found: one for each of its ways."""
    plain = re.sub(r"\[(.)[^]]*\]", r"\1", pattern)
    pieces = [re.sub(r"\.\?|[?+*\\]", "", piece) for piece in re.split(r"[|()^$]", plain)]
    found = [piece for piece in pieces if piece and re.search(pattern, piece, re.IGNORECASE)]
    assert found, f"write by hand a text in which {pattern!r} is found"
    return found


def _path(node: nodes.Node) -> Path:
    if isinstance(node, nodes.Name):
        return (node.name,)
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Getattr):
        return _path(node.node.node)  # `values.items()` asks of the whole
    if isinstance(node, nodes.Getattr) and (before := _path(node.node)):
        return (*before, node.attr)
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const) and (before := _path(node.node)):
        return (*before, str(node.arg.value))
    return ()


def values_of(asked: Sequence[Asked], sort: str) -> list[Any]:
    """What one fact may be: at, between, below and above the numbers; each text and another one; true and false; lists
    and mappings that are empty, of one and of all."""
    compared = sorted({number for one in asked for number in one.numbers})
    at = sorted({0.0, 1.0, *compared})
    numbers = [FAR, at[-1] + 1, *at, *((one + next_) / 2 for one, next_ in pairwise(at)), at[0] - 1]
    named = sorted({text for one in asked for text in one.texts})
    texts = ["something else", *named, ""]
    entries = [*texts, *compared]
    known: Mapping[str, Sequence[Any]] = {
        "number": numbers,
        "flag": [True, False],
        "text": texts,
        "list": [[], *([entry] for entry in entries), entries],
        "map": [{}, *({text: entry} for text in texts for entry in (*entries, 1, True, False))],
    }
    missing = [_MISSING] if any(one.defined for one in asked) else []
    if sort:
        return [*known[sort], *missing]
    flags = [True, False] if any(one.plain for one in asked) else []
    several = [[number] for number in numbers] if any(one.several for one in asked) else []
    return [*flags, *several, *(texts if named else () if several or flags else numbers), *missing]


@cache
def findings(system: str, name: str, asking: frozenset[Asked]) -> list[Finding]:
    """All that a check may come to, as far as those tell apart who ask these things of it. Its state is what its own
    rules say of the facts; it may also have seen nothing at all."""
    check = contents()[system].checks.by_name[name]
    own = [one for rule in (check.warn, check.fail) if rule is not None for one in asked_by(rule.source)]
    declared = _PROBES[check.probe].facts
    asked: dict[Path, list[Asked]] = {}
    for one in sorted([*own, *asking], key=lambda one: one.path):
        if one.path[0] in declared:
            asked.setdefault(one.path, []).append(one)
    choices = [values_of(of, declared[path[0]].sort if len(path) == 1 else "") for path, of in asked.items()]
    found = {"": Finding(state=State.UNKNOWN)}
    shown = {one.path[0] for one in asking}
    for values in _some(choices):
        seen = _nested(dict(zip(asked, values, strict=True)))
        state = judge(seen, warn=check.warn, fail=check.fail).state
        told = {name: value for name, value in seen.items() if name in shown}
        found.setdefault(f"{state} {told!r}", Finding(state=state, facts=told))
    return sorted(found.values(), key=lambda one: one.state.rank)


def _nested(values: Mapping[Path, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for path, value in sorted(values.items(), key=lambda one: len(one[0])):
        if value is _MISSING:
            continue
        inside = facts
        for name in path[:-1]:
            inside[name] = inside = inside[name] if isinstance(inside.get(name), dict) else {}
        inside[path[-1]] = dict(value) if isinstance(value, dict) else value
    return facts


def seen_together(system: str, step: Step) -> Iterator[dict[str, Finding]]:
    """What the checks of a step may come to together."""
    asked = [one for branch in step.branches if branch.when is not None for one in asked_by(branch.when.source)]
    each = []
    for name in step.checks:
        told = [replace(one, path=_within(name, step, one.path)) for one in asked]
        each.append(findings(system, name, frozenset(one for one in told if one.path)))
    for together in _some(each):
        yield dict(zip(step.checks, together, strict=True))


def said_together(book: Playbook, step: Step) -> Iterator[dict[str, str]]:
    """What may be known of the parameters that a step's branches ask about: nothing, each text, and another one."""
    texts: dict[str, set[str]] = {}
    for branch in step.branches:
        for one in asked_by(branch.when.source) if branch.when is not None else ():
            if one.path[0] in book.parameters:
                texts.setdefault(one.path[0], {"", "another"}).update(one.texts)
    for values in product(*(sorted(of) for of in texts.values())):
        yield {name: value for name, value in zip(texts, values, strict=True) if value}


def _within(check: str, step: Step, path: Path) -> Path:
    """The path within a check's facts; empty where it is another's, or what the check came to."""
    if len(step.checks) == 1 and path[0] != check:
        path = (check, *path)
    return path[1:] if path[0] == check and path[1:] not in (("state",), ("failed",)) else ()


def _some(choices: Sequence[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    """Every combination; of more than can be tried those in which all but one or two are the first, and then some that
    are drawn by lot."""
    if prod(len(values) for values in choices) <= MOST:
        yield from product(*choices)
        return
    usual = [values[0] for values in choices]
    for places in (*((place,) for place in range(len(choices))), *combinations(range(len(choices)), 2)):
        for others in product(*(choices[place] for place in places)):
            yield [others[places.index(n)] if n in places else value for n, value in enumerate(usual)]
    lot = random.Random(1)
    for _ in range(MOST):
        yield [lot.choice(values) for values in choices]
