"""Reads what a pack says is at risk and what makes an incident graver, once its checks are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jinja2 import nodes

from bot.core.alert import Severity
from bot.core.answer_sorts import wrong_answers
from bot.core.check import Checks
from bot.core.errors import BadContent
from bot.core.exposure import RULE_FACTS, RULE_NUMBERS, RULE_TEXTS, Figure, Raise
from bot.core.expression import Expression, compile_expression, parse
from bot.packs.checks import ProbeInfo
from bot.packs.exposure_models import FigureEntry, RaiseEntry
from bot.packs.models import SystemFile
from bot.packs.problems import Problems, meant
from bot.packs.reading import Document, Steps


def read_exposure(
    file: SystemFile, document: Document, checks: Checks, probes: Mapping[str, ProbeInfo], problems: Problems
) -> tuple[tuple[Figure, ...], tuple[Raise, ...]]:
    """The figures and rules of a pack; those with errors are left out, and told of."""
    reader = _Reader(file=file, document=document, checks=checks, probes=probes, problems=problems)
    figures = [figure for name, entry in file.exposure.items() if (figure := reader.figure(name, entry))]
    rules = [rule for place, entry in enumerate(file.raises) if (rule := reader.rule(place, entry))]
    return tuple(figures), tuple(rules)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Reader:
    file: SystemFile
    document: Document
    checks: Checks
    probes: Mapping[str, ProbeInfo]
    problems: Problems

    def figure(self, name: str, entry: FigureEntry) -> Figure | None:
        at: Steps = ("exposure", name)
        if not self._runs_by_itself(entry.check, (*at, "check")):
            return None
        probe = self.probes[self.checks.by_name[entry.check].probe]
        fact, _, inner = entry.fact.partition(".")
        sort = probe.sorts.get(fact, "map" if inner else "number")
        if fact not in probe.facts:
            self._error((*at, "fact"), f"{entry.check} reports no {fact!r}", meant(fact, probe.facts))
            return None
        if inner and sort != "map":
            self._error((*at, "fact"), f"{fact!r} of {entry.check} is no mapping, but {sort}", f"write {fact}")
            return None
        if not inner and sort != "number":
            numbers = sorted(one for one, kind in probe.sorts.items() if kind == "number")
            remedy = (
                f"write {fact}.NAME for one of its values" if sort == "map" else f"take one of {', '.join(numbers)}"
            )
            self._error((*at, "fact"), f"{fact!r} of {entry.check} is no number, but {sort}", remedy)
            return None
        return Figure(
            name=name,
            title=entry.title,
            below_zero=entry.below_zero,
            check=entry.check,
            fact=entry.fact,
            unit=entry.unit,
        )

    def rule(self, place: int, entry: RaiseEntry) -> Raise | None:
        at: Steps = ("raises", place)
        expression = self._expression(entry.when, (*at, "when"))
        if entry.type and entry.type not in self.file.types:
            self._error((*at, "type"), f"there is no type {entry.type!r}", meant(entry.type, self.file.types))
            return None
        if any(entry.name == other.name for other in self.file.raises[:place]):
            self._error((*at, "name"), f"two rules are called {entry.name!r}", "name one otherwise")
            return None
        if expression is None:
            return None
        return Raise(
            name=entry.name,
            when=expression,
            figures=tuple(dict.fromkeys(path[0] for path in _paths(entry.when, "exposure") if path)),
            checks=tuple(dict.fromkeys(path[0] for path in _paths(entry.when, "checks") if path)),
            severity=Severity[entry.severity.upper()],
            type=entry.type,
        )

    def _expression(self, source: str, at: Steps) -> Expression | None:
        try:
            expression = compile_expression(source)
        except BadContent as problem:
            said, _, remedy = str(problem).partition("; ")
            self._error(at, said, remedy or "correct the expression")
            return None
        whole = True
        for name in sorted(expression.names - RULE_FACTS):
            self._error(at, f"a rule knows nothing called {name!r}", meant(name, RULE_FACTS))
            whole = False
        for path in _paths(source, "exposure"):
            whole &= self._knows_figure(path, at)
        for path in _paths(source, "checks"):
            whole &= self._knows_check(path, source, at)
        wrong = wrong_answers(source, texts=RULE_TEXTS, numbers=RULE_NUMBERS)
        if wrong.always or wrong.at_times:
            said = f"expression {source!r} answers with {wrong.always or wrong.at_times}, not with true or false"
            self._error(at, said, "compare it: exposure.result < -1000, checks.feed.state == 'fail'")
        return expression if whole and not (wrong.always or wrong.at_times) else None

    def _knows_figure(self, path: tuple[str, ...], at: Steps) -> bool:
        if len(path) == 1 and path[0] in self.file.exposure:
            return True
        named = path[0] if path else "exposure"
        remedy = meant(named, self.file.exposure) if self.file.exposure else "write it under exposure"
        self._error(at, f"{self.file.name} has no figure {'.'.join(path) or 'of that name'!r}", remedy)
        return False

    def _knows_check(self, path: tuple[str, ...], source: str, at: Steps) -> bool:
        if not path:
            self._error(at, "checks are looked at one by one", "write checks.NAME.state, or checks.NAME.FACT")
            return False
        name = path[0]
        if not self._runs_by_itself(name, at):
            return False
        check = self.checks.by_name[name]
        known = {"state", *self.probes[check.probe].facts}
        if len(path) < 2 or path[1] not in known:
            fact = path[1] if len(path) > 1 else ""
            self._error(at, f"{name} reports no {fact!r}" if fact else f"say what of {name}", meant(fact, known))
            return False
        if path[1] == "state" and check.fail is None and f"{name}.state == 'fail'" in source:
            self._error(at, f"{name} never fails: it has no rule for that", "write fail: in the check")
            return False
        return True

    def _runs_by_itself(self, name: str, at: Steps) -> bool:
        check = self.checks.by_name.get(name)
        if check is None:
            self._error(at, f"there is no check {name!r}", meant(name, self.checks.by_name))
            return False
        if asked := [word for word, ask in check.asks.items() if not ask.default]:
            self._error(at, f"{name} cannot be run by itself: it needs {asked[0]}", "take a check that needs nothing")
            return False
        return True

    def _error(self, at: Steps, message: str, remedy: str) -> None:
        self.problems.error(self.document.place(*at), message, remedy)


def _paths(source: str, root: str) -> list[tuple[str, ...]]:
    """What an expression takes of a mapping: `exposure.loss` and `exposure['loss']` are both (`loss`,); the mapping by
    itself is ()."""
    tree = parse(source)
    attributes, items = list(tree.find_all(nodes.Getattr)), list(tree.find_all(nodes.Getitem))
    longer = {id(node.node) for node in attributes} | {id(node.node) for node in items}
    ends = (node for node in (*attributes, *items, *tree.find_all(nodes.Name)) if id(node) not in longer)
    return [path[1:] for path in map(_path, ends) if path[:1] == (root,)]


def _path(node: nodes.Node) -> tuple[str, ...]:
    if isinstance(node, nodes.Getattr):
        return (*_path(node.node), node.attr)
    if isinstance(node, nodes.Getitem):
        return (*_path(node.node), str(node.arg.value) if isinstance(node.arg, nodes.Const) else "?")
    return (node.name,) if isinstance(node, nodes.Name) else ("",)
