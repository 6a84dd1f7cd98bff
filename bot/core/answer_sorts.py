"""What sorts of values an expression may answer with, told from its words alone: an answer must be true or false."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from jinja2 import nodes

from bot.core.expression import parse

_TRUTH, _TEXT, _NUMBER, _LIST, _ANY = "true or false", "text", "a number", "a list", ""

Sorts = frozenset[str]
_BOTH: Sorts = frozenset({_TRUTH})

_MADE_BY_FILTERS: Mapping[str, tuple[str, ...]] = {
    _TEXT: (
        *("capitalize", "center", "e", "escape", "filesizeformat", "forceescape", "format", "indent", "join", "lower"),
        *("pprint", "replace", "string", "striptags", "title", "tojson", "trim", "truncate", "upper", "urlencode"),
    ),
    _NUMBER: ("abs", "count", "float", "int", "length", "round", "wordcount"),
    _LIST: ("batch", "dictsort", "groupby", "items", "list", "slice", "sort"),
}
_FILTERS = {name: sort for sort, names in _MADE_BY_FILTERS.items() for name in names}
_CALLS: Mapping[str, str] = {"number": _NUMBER, "abs": _NUMBER, "round": _NUMBER, "matches": _TRUTH}


@dataclass(frozen=True, kw_only=True, slots=True)
class WrongAnswers:
    """What an expression answers with instead of true or false, in words; empty where nothing is certain."""

    always: str = ""
    """It can answer with nothing else."""
    at_times: str = ""
    """It depends on the facts, as in `labels.loss and ...`, which is the empty text where there is no such label."""


def wrong_answers(source: str, *, texts: Collection[str], numbers: Collection[str]) -> WrongAnswers:
    """Look at an expression that compiles. `texts` and `numbers` are the facts of a known sort: `title`, or `labels.*`
    for every entry of a mapping. A fact that is not named may be anything."""
    if_true, if_false = _Reading(texts, numbers).of(parse(source).nodes[0])
    found = if_true | if_false
    wrong = " or ".join(sorted(found - {_TRUTH, _ANY}))
    return WrongAnswers(at_times=wrong) if {_TRUTH, _ANY} & found else WrongAnswers(always=wrong)


_OF_FACTS: Mapping[str, str] = {"text": _TEXT, "number": _NUMBER, "flag": _TRUTH, "list": _LIST, "map": "a mapping"}
"""What probes say of their facts, in words."""
_ORDERED = frozenset({_TEXT, _NUMBER})
_SIGNS = {"gt": ">", "gteq": ">=", "lt": "<", "lteq": "<=", "eq": "==", "ne": "!="}


def unlike(source: str, sorts: Mapping[str, str]) -> list[str]:
    """What an expression that compiles compares and cannot: a text with a number. `sorts` says of a fact, or of one in
    another (`orders.state`), whether it is text, number, flag, list or map; what it does not name may be anything."""
    found = []
    for compare in parse(source).find_all(nodes.Compare):
        left = compare.expr
        for operand in compare.ops:
            right = operand.expr
            words = _words_of(left, sorts), _words_of(right, sorts)
            if operand.op in _SIGNS and all(words) and not _comparable(operand.op, *words):
                (one, first), (other, second) = (_shown(left), words[0]), (_shown(right), words[1])
                found.append(f"{one} {_SIGNS[operand.op]} {other}: {one} is {first}, {other} is {second}")
            left = right
    return found


def _comparable(sign: str, left: str, right: str) -> bool:
    return left == right and (sign in ("eq", "ne") or left in _ORDERED)


def _words_of(node: nodes.Node, sorts: Mapping[str, str]) -> str:
    if isinstance(node, nodes.Const):
        return _constant(node)
    return _OF_FACTS.get(sorts.get(_shown(node), ""), _ANY)


def _shown(node: nodes.Node) -> str:
    """A fact or a constant as it is written; empty for whatever is made of several."""
    if isinstance(node, nodes.Const):
        return repr(node.value)
    if isinstance(node, nodes.Getattr):
        return f"{within}.{node.attr}" if (within := _shown(node.node)) else ""
    return node.name if isinstance(node, nodes.Name) else ""


class _Reading:
    """Walks an expression. Each part has two sets of sorts: those it may have where it counts as true, and where it
    counts as false, since `and` and `or` hand on one of their sides."""

    def __init__(self, texts: Collection[str], numbers: Collection[str]) -> None:
        self._facts = {**dict.fromkeys(texts, _TEXT), **dict.fromkeys(numbers, _NUMBER)}

    def of(self, node: nodes.Node) -> tuple[Sorts, Sorts]:
        """The sorts of a part, where true and where false."""
        if isinstance(node, nodes.And):
            (_, left), (right_true, right) = self.of(node.left), self.of(node.right)
            return right_true, left | right
        if isinstance(node, nodes.Or):
            (left, _), (right, right_false) = self.of(node.left), self.of(node.right)
            return left | right, right_false
        if isinstance(node, nodes.CondExpr) and node.expr2 is not None:
            first, second = self.of(node.expr1), self.of(node.expr2)
            return first[0] | second[0], first[1] | second[1]
        if isinstance(node, nodes.Filter) and node.name in ("default", "d") and node.node is not None and node.args:
            first, second = self.of(node.node), self.of(node.args[0])
            return first[0] | second[0], first[1] | second[1]
        sort = frozenset({self._sort(node)})
        return sort, sort

    def _sort(self, node: nodes.Node) -> str:
        for kind, tell in _TELL.items():
            if isinstance(node, kind):
                return tell(node)
        if isinstance(node, nodes.Name):
            return self._facts.get(node.name, _ANY)
        if isinstance(node, nodes.Getattr | nodes.Getitem) and isinstance(node.node, nodes.Name):
            return self._facts.get(f"{node.node.name}.*", _ANY)
        return _ANY


def _constant(node: nodes.Const) -> str:
    if isinstance(node.value, bool) or node.value is None:
        return _TRUTH if node.value is not None else _ANY
    return _TEXT if isinstance(node.value, str) else _NUMBER


def _call(node: nodes.Call) -> str:
    return _CALLS.get(node.node.name, _ANY) if isinstance(node.node, nodes.Name) else _ANY


_TELL: Mapping[tuple[type[nodes.Node], ...], Callable[..., str]] = {
    (nodes.Compare, nodes.Not, nodes.Test): lambda _: _TRUTH,
    (nodes.Const,): _constant,
    (nodes.Concat,): lambda _: _TEXT,
    # A sum of texts is text, but either is no answer.
    (nodes.BinExpr, nodes.UnaryExpr): lambda _: _NUMBER,
    (nodes.List, nodes.Tuple, nodes.Dict): lambda _: _LIST,
    (nodes.Filter,): lambda node: _FILTERS.get(node.name, _ANY),
    (nodes.Call,): _call,
}
