"""The one expression language of packs: Jinja2's, sandboxed, with answers true, false and unknown.

`labels.team == 'fx' and number(labels.loss) > 1000` decides a route today, a check's verdict and a playbook's branch
by the same rules. A missing, null, NaN or mistyped fact makes the answer unknown, never quietly true or false.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, TemplateError, meta, nodes
from jinja2.sandbox import SandboxedEnvironment

from bot.core.errors import BadContent


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What an expression says of some facts."""

    value: bool | None
    """None: unknown."""
    why: str = ""
    """For unknown: which fact was missing or mistyped."""


class Blanks(dict[str, Any]):
    """A mapping whose missing keys are empty strings, as labels are in routes."""

    def __missing__(self, key: str) -> str:
        return ""


class _NotANumber(TypeError):
    """A text that should have been a number."""


def _number(value: Any) -> float:
    """The number a label or fact holds; raises where it holds none, which makes the whole answer unknown."""
    try:
        number = float(str(value).replace(",", "").replace("_", "").strip().lstrip("$€£"))
    except ValueError:
        raise _NotANumber(f"{str(value)[:40]!r} is not a number") from None
    if math.isnan(number):
        raise _NotANumber("the number is NaN")
    return number


def _matches(value: Any, pattern: str) -> bool:
    """True when the regular expression is found in the text, in any case."""
    return re.search(pattern, str(value), re.IGNORECASE) is not None


_ENVIRONMENT = SandboxedEnvironment(undefined=StrictUndefined)
_ENVIRONMENT.globals = {"number": _number, "matches": _matches, "min": min, "max": max, "abs": abs, "round": round}


def _known(value: Any) -> Any:
    """Facts without those that say nothing: a null or NaN entry is taken out, so that naming it is naming a missing fact."""
    if isinstance(value, Mapping):
        kept = {k: _known(v) for k, v in value.items() if not _says_nothing(v)}
        return Blanks(kept) if isinstance(value, Blanks) else kept
    return value


def _says_nothing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


@dataclass(frozen=True, kw_only=True, slots=True)
class Expression:
    """A compiled expression."""

    source: str
    names: frozenset[str]
    """The facts it looks at (top-level names)."""
    _run: Any = field(repr=False, compare=False)

    def ask(self, facts: Mapping[str, Any]) -> Answer:
        """Evaluate; never raises."""
        try:
            value = self._run(**_known(facts))
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, re.error) as problem:
            return Answer(value=None, why=f"{self.source}: {problem}")
        if isinstance(value, bool):
            return Answer(value=value)
        if isinstance(value, StrictUndefined):
            return Answer(value=None, why=f"{self.source}: that fact is missing")
        return Answer(value=None, why=f"{self.source}: the answer is {type(value).__name__}, not true or false")


@lru_cache(maxsize=4096)
def compile_expression(source: str) -> Expression:
    """Compile; raises BadContent with the place of the error in the expression."""
    try:
        tree = _ENVIRONMENT.parse("{{ (" + source + ") }}")
        run = _ENVIRONMENT.compile_expression(source, undefined_to_none=False)
    except TemplateError as problem:
        raise BadContent(
            f"expression {source!r} is not understood: {problem}; write for example labels.team == 'fx'"
        ) from None
    _refuse_bad_patterns(source, tree)
    names = frozenset(meta.find_undeclared_variables(tree)) - _ENVIRONMENT.globals.keys()
    return Expression(source=source, names=names, _run=run)


def _refuse_bad_patterns(source: str, tree: Any) -> None:
    for pattern in _patterns(tree):
        try:
            re.compile(pattern)
        except re.error as problem:
            raise BadContent(
                f"expression {source!r}: the pattern {pattern!r} is not a regular expression: {problem}"
            ) from None


def _patterns(tree: Any) -> Iterator[str]:
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "matches" and len(call.args) == 2:
            if isinstance(call.args[1], nodes.Const) and isinstance(call.args[1].value, str):
                yield call.args[1].value
