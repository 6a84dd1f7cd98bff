"""The one expression language of packs: Jinja2's, sandboxed, with answers true, false and unknown.

`labels.team == 'fx' and number(labels.loss) > 1000` decides a route today, a check's verdict and a playbook's branch
by the same rules. A missing, null, NaN or mistyped fact makes the answer unknown, never quietly true or false.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.parser import Parser
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.core.errors import BadContent
from bot.core.text import cut


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


# A comma is a thousands separator only where it can be one: "1,5" may be a European one and a half, so it is no number.
_COMMAS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?(?:[eE][+-]?\d+)?", re.ASCII)


def _number(value: Any) -> float:
    """The number a label or fact holds; raises where it holds none, which makes the whole answer unknown."""
    text = str(value).replace("_", "").strip().lstrip("$€£")
    try:
        number = float(text.replace(",", "") if _COMMAS.fullmatch(text) else text)
    except ValueError:
        raise _NotANumber(f"{cut(str(value), 40)!r} is not a number") from None
    if math.isnan(number):
        raise _NotANumber("the number is NaN")
    return number


def _matches(value: Any, pattern: str) -> bool:
    """True when the regular expression is found in the text, in any case."""
    return re.search(pattern, str(value), re.IGNORECASE) is not None


class _Generator(CodeGenerator):
    """Compiles `==` and `!=` so that values of different sorts have no answer, as `<` and `>` do by themselves."""

    def visit_Compare(self, node: nodes.Compare, frame: Frame) -> None:
        if len(node.ops) != 1 or node.ops[0].op not in ("eq", "ne"):
            super().visit_Compare(node, frame)
            return
        self.write("(not " if node.ops[0].op == "ne" else "(")
        self.write("environment.same(")
        self.visit(node.expr, frame)
        self.write(", ")
        self.visit(node.ops[0].expr, frame)
        self.write("))")


class _Environment(ImmutableSandboxedEnvironment):
    code_generator_class = _Generator
    intercepted_binops = frozenset({"**", "*"})

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """A slip of the pen must not fill the memory: no large powers, and no text or list times a number."""
        numbers = isinstance(left, int | float) and isinstance(right, int | float)
        if not numbers or (operator == "**" and (abs(left) > 1e15 or abs(right) > 64)):
            raise TypeError(f"{operator} of these values is not part of the language")
        return super().call_binop(context, operator, left, right)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """An entry of a mapping wins over a method of the same name: a fact may be called `items` or `values`."""
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)

    @staticmethod
    def same(left: Any, right: Any) -> bool:
        """Whether two values of one sort are equal; whatever is asked of `none` has an answer."""
        equal = bool(left == right)
        if not equal and left is not None and right is not None and _sort(left) != _sort(right):
            raise TypeError(f"{type(left).__name__} and {type(right).__name__} cannot be compared")
        return equal


_SORTS: Sequence[tuple[type, ...]] = ((str,), (int, float), (Mapping,), (list, tuple))


def _sort(value: Any) -> tuple[type, ...]:
    return next((sort for sort in _SORTS if isinstance(value, sort)), (type(value),))


_ENVIRONMENT = _Environment(undefined=StrictUndefined)
_ENVIRONMENT.globals = {"number": _number, "matches": _matches, "min": min, "max": max, "abs": abs, "round": round}


def _known(value: Any) -> Any:
    """Facts without those that say nothing: a null or NaN entry is taken out, so that naming it is naming a missing
    fact. In a list, which must keep its places, it becomes undefined."""
    if type(value) is str:
        return value
    if isinstance(value, Mapping):
        kept = {k: v if type(v) is str else _known(v) for k, v in value.items() if not _says_nothing(v)}
        return Blanks(kept) if isinstance(value, Blanks) else kept
    if isinstance(value, list | tuple):
        missing = StrictUndefined(hint="a value in the list is missing")
        return [missing if _says_nothing(v) else _known(v) for v in value]
    return value


def _says_nothing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


class Facts:
    """Facts made ready to be asked many things."""

    __slots__ = ("names",)

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self.names: dict[str, Any] = {**_ENVIRONMENT.globals, **_known(facts)}


@dataclass(frozen=True, kw_only=True, slots=True)
class Expression:
    """An expression that is understood."""

    source: str
    names: frozenset[str]
    """The facts it looks at (top-level names)."""

    def ask(self, facts: Mapping[str, Any] | Facts) -> Answer:
        """Evaluate; never raises."""
        try:
            given = facts if isinstance(facts, Facts) else Facts(facts)
            # As jinja2.TemplateExpression does it, but that the names are not put together anew for each question.
            context = Context(_ENVIRONMENT, given.names, None, {})
            for _ in _compiled(self.source)(context):
                pass
            value = context.vars["result"]
        except Exception as problem:  # filters raise whatever the value's sort makes them stumble over
            return Answer(value=None, why=f"{self.source}: {problem}")
        if isinstance(value, bool):
            return Answer(value=value)
        if isinstance(value, StrictUndefined):
            return Answer(value=None, why=f"{self.source}: that fact is missing")
        return Answer(value=None, why=f"{self.source}: the answer is {type(value).__name__}, not true or false")


@lru_cache(maxsize=4096)
def compile_expression(source: str) -> Expression:
    """Read; raises BadContent with the place of the error in the expression."""
    try:
        tree = parse(source)
        if not _surely_compiles(tree.nodes[0]):
            _compiled(source)
    except (TemplateError, SyntaxError, ValueError, RecursionError, MemoryError) as problem:
        raise BadContent(
            f"expression {source[:200]!r} is not understood: {problem}; write for example labels.team == 'fx'"
        ) from None
    _refuse_bad_patterns(source, tree)
    names = frozenset(name.name for name in tree.find_all(nodes.Name)) - _ENVIRONMENT.globals.keys()
    return Expression(source=source, names=names)


@lru_cache(maxsize=4096)
def parse(source: str) -> nodes.Output:
    """What an expression is made of, for those who look at it without asking or changing it: the one node in it. Raises
    what Jinja2 raises."""
    parser = Parser(_ENVIRONMENT, source, state="variable")
    tree = parser.parse_expression()
    if not parser.stream.eos:
        _ENVIRONMENT.parse("{{ (" + source + ") }}")  # says best what is wrong, if it is not just a bracket
        raise TemplateSyntaxError(f"{parser.stream.current.value!r} is too much", parser.stream.current.lineno)
    return nodes.Output([tree])


@lru_cache(maxsize=4096)
def _compiled(source: str) -> Callable[[Context], Iterator[str]]:
    """What Jinja2 makes of an expression. That takes much longer than reading it, and most of a pack's expressions are
    not asked anything by a process that lives for one command. Raises what Jinja2 and Python raise."""
    return _ENVIRONMENT.compile_expression(source, undefined_to_none=False)._template.root_render_func


_DEEPEST = 30
_PLAIN = (
    nodes.And, nodes.Or, nodes.Not, nodes.Compare, nodes.Operand, nodes.Name, nodes.Const, nodes.Getattr, nodes.Getitem,
    nodes.Call, nodes.Filter, nodes.Test, nodes.List, nodes.Tuple, nodes.Neg, nodes.Add, nodes.Sub, nodes.Mul,
    nodes.Div, nodes.Concat,
)  # fmt: skip


def _surely_compiles(node: nodes.Node, depth: int = 0) -> bool:
    """Whether it is made of nothing but what always compiles, so that this can wait until it is first asked."""
    if depth > _DEEPEST or not isinstance(node, _PLAIN):
        return False
    if isinstance(node, nodes.Filter) and node.name not in _ENVIRONMENT.filters:
        return False
    if isinstance(node, nodes.Test) and node.name not in _ENVIRONMENT.tests:
        return False
    return all(_surely_compiles(inner, depth + 1) for inner in node.iter_child_nodes())


def _refuse_bad_patterns(source: str, tree: nodes.Node) -> None:
    for pattern in _patterns(tree):
        try:
            re.compile(pattern)
        except re.error as problem:
            raise BadContent(
                f"expression {source!r}: the pattern {pattern!r} is not a regular expression: {problem}"
            ) from None


def _patterns(tree: nodes.Node) -> Iterator[str]:
    for call in tree.find_all(nodes.Call):
        if not isinstance(call.node, nodes.Name) or call.node.name != "matches" or len(call.args) != 2:
            continue
        if isinstance(call.args[1], nodes.Const) and isinstance(call.args[1].value, str):
            yield call.args[1].value
