"""Reads `checks.yaml`: what can be looked at, by which probe, and when that is bad."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from bot.core.answer_sorts import unlike
from bot.core.argument import kind_of, places
from bot.core.check import Ask, Check, Checks, Place, Target
from bot.core.errors import BadContent, Refused
from bot.core.expression import Expression, compile_expression
from bot.core.verdict import facts_in
from bot.core.watch import Watch
from bot.packs.check_models import CheckEntry, ChecksFile, WatchEntry
from bot.packs.models import SystemFile
from bot.packs.problems import Problems, meant
from bot.packs.reading import Document, Steps, read
from bot.packs.structure import fit_each
from bot.packs.targets import inventory, target_of
from bot.packs.variables import Variables

_LONGEST = timedelta(minutes=2)


@dataclass(frozen=True, kw_only=True, slots=True)
class ProbeInfo:
    """What the reader of checks needs to know of a probe kind."""

    parameters: type[BaseModel]
    facts: frozenset[str]
    fills: frozenset[str]
    """Parameters that may hold what a person fills in."""
    sorts: Mapping[str, str] = field(default_factory=dict)
    """Of each fact what it is: number, text, flag, list or map."""


def read_checks(
    folder: Path, file: SystemFile, variables: Variables, probes: Mapping[str, ProbeInfo], problems: Problems
) -> Checks:
    """The checks of a pack; those with errors are left out, and told of. A pack need not have any."""
    path = folder / "checks.yaml"
    if not path.is_file():
        return Checks(by_name={}, suites={})
    document = read(path, problems)
    document = variables.use(document, problems, lambda steps: False) if document is not None else None
    found, refused = fit_each(document, ChecksFile, problems, "checks") if document is not None else (None, ())
    if document is None:
        return Checks(by_name={}, suites={})
    if found is None:
        return Checks(by_name={}, suites=_plain_suites(document), broken=_broken_checks(file.name, document, ()))
    reader = _Reader(
        file=file, document=document, probes=probes, suites=found.suites, refused=refused, problems=problems
    )
    by_name = {name: check for name, entry in found.checks.items() if (check := reader.check(name, entry)) is not None}
    for name in sorted(found.checks.keys() & found.suites.keys()):
        said = f"{name!r} is a check and a suite, and /diag {name} can mean one of them only"
        problems.error(document.place("checks", name), said, "name one of them otherwise")
    watches = {name: watch for name, entry in found.watch.items() if (watch := reader.watch(name, entry, by_name))}
    broken = _broken_checks(file.name, document, by_name)
    return Checks(by_name=by_name, suites=dict(found.suites), watches=watches, broken=broken)


def _plain_suites(document: Document) -> dict[str, str]:
    suites = document.data.get("suites")
    return {str(name): str(said) for name, said in suites.items()} if isinstance(suites, Mapping) else {}


def _broken_checks(system: str, document: Document, right: Collection[str]) -> dict[str, Check]:
    entries = document.data.get("checks")
    if not isinstance(entries, Mapping):
        return {}
    return {str(name): _broken(str(name), entry, system, document) for name, entry in entries.items()
            if str(name) not in right}  # fmt: skip


def _broken(name: str, entry: Any, system: str, document: Document) -> Check:
    """What stands in the place of a check that could not be read: in its suites, and unknown."""
    written: Mapping[str, Any] = entry if isinstance(entry, Mapping) else {}
    title, suites = written.get("title"), written.get("suites")
    place = document.place("checks", name)
    file = "/".join(Path(place.file).parts[-2:])
    return Check(
        name=name, system=system, title=title if isinstance(title, str) and title else name, probe="",
        target=Target(id="", kind="none", place=Place(id="")), parameters={},
        suites=tuple(one for one in suites if isinstance(one, str)) if isinstance(suites, list) else (),
        broken=f"the pack's check {name} is broken, {file}:{place.line}: run tocsin check",
    )  # fmt: skip


def check_suites(file: SystemFile, document: Document, checks: Checks, problems: Problems) -> None:
    """Tell of routes that name a suite which does not exist."""
    for position, route in enumerate(file.routes):
        if route.suite and route.suite not in checks.suites:
            place = document.place("routes", position, "suite")
            problems.error(place, f"there is no suite {route.suite!r}", meant(route.suite, checks.suites))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Reader:
    file: SystemFile
    document: Document
    probes: Mapping[str, ProbeInfo]
    suites: Mapping[str, str]
    refused: Collection[str]
    """Checks whose entries are wrong by their shape."""
    problems: Problems

    def check(self, name: str, entry: CheckEntry) -> Check | None:
        at: Steps = ("checks", name)
        probe = self.probes.get(entry.probe)
        if probe is None:
            self._error((*at, "probe"), f"there is no probe called {entry.probe!r}", meant(entry.probe, self.probes))
            return None
        target = self._target(entry.at, (*at, "at"))
        asks = self._asks(entry, at)
        warn, fail = (self._rule(getattr(entry, word), probe, (*at, word)) for word in ("warn", "fail"))
        self._check_names(entry, probe, at)
        if target is None or asks is None or not self._parameters_fit(entry, probe, target, asks, at):
            return None
        if (entry.warn and warn is None) or (entry.fail and fail is None):
            return None  # without its rule it would read as healthy
        return Check(
            name=name, system=self.file.name, title=entry.title, probe=entry.probe, target=target,
            parameters=parameters_for(entry.params, target, probe.parameters), warn=warn, fail=fail, says=entry.says,
            asks=asks, suites=entry.suites, words=entry.words, within=entry.within, lines=entry.lines,
            covers=entry.covers, help=entry.help,
        )  # fmt: skip

    def watch(self, name: str, entry: WatchEntry, checks: Mapping[str, Check]) -> Watch | None:
        at: Steps = ("watch", name)
        check = checks.get(entry.check)
        if check is None and entry.check in self.refused:
            return None  # what is wrong with it has been told
        if check is None:
            self._error((*at, "check"), f"there is no check {entry.check!r}", meant(entry.check, checks))
            return None
        try:
            values = check.arguments(entry.params)
        except Refused as problem:
            self._error((*at, "with"), str(problem), "write it")
            return None
        if check.fail is None:
            self._error(
                (*at, "check"), f"{entry.check} never fails: it has no rule for that", "write fail: in the check"
            )
            return None
        return Watch(
            name=name, system=self.file.name, check=check, arguments=values, every=entry.every, lasting=entry.lasting,
            severity=entry.severity or "", component=entry.component,
        )  # fmt: skip

    def _asks(self, entry: CheckEntry, at: Steps) -> dict[str, Ask] | None:
        asks = {}
        for name, ask in entry.asks.items():
            try:
                asks[name] = Ask(kind=kind_of(ask.kind), default=ask.default)
                if ask.default:
                    asks[name].kind.read(ask.default)
            except Exception as problem:
                said, _, remedy = str(problem).partition(": ")
                self._error((*at, "asks", name), said, remedy or "write one of that kind")
                return None
        return asks

    def _rule(self, source: str, probe: ProbeInfo, at: Steps) -> Expression | None:
        if not source:
            return None
        try:
            rule = compile_expression(source)
        except BadContent as problem:
            self._error(at, str(problem), "write for example used_percent > 90")
            return None
        for name in sorted(rule.names - probe.facts):
            self._error(at, f"this probe reports no {name!r}", meant(name, probe.facts))
        wrong = unlike(source, probe.sorts)
        for said in wrong:
            self._error(at, f"{said}, which cannot be compared", "compare it with what is of its sort")
        return rule if rule.names <= probe.facts and not wrong else None

    def _check_names(self, entry: CheckEntry, probe: ProbeInfo, at: Steps) -> None:
        for suite in entry.suites:
            if suite not in self.suites:
                self._error((*at, "suites"), f"there is no suite {suite!r}", meant(suite, self.suites))
        for name in facts_in(entry.says):
            if name not in probe.facts and name not in entry.asks:
                self._error((*at, "says"), f"this probe reports no {name!r}", meant(name, probe.facts))
        if entry.within > _LONGEST:
            self._error((*at, "within"), "nobody waits so long", "write at most 2m")

    def _parameters_fit(
        self, entry: CheckEntry, probe: ProbeInfo, target: Target, asks: Mapping[str, Ask], at: Steps
    ) -> bool:
        """Tried with an example of each argument in its place. A variable that is not set is told of where it is
        declared."""
        for name, value in entry.params.items():
            for place in places(str(value)):
                if place not in asks:
                    self._error((*at, "with", name), f"{place!r} is not among the arguments", meant(place, asks))
                    return False
                if name == "argv" and _fills_in_a_program(value):
                    said = "what is run may not be filled in by people: neither the program nor its code"
                    self._error((*at, "with", name), said, "let the program take it as an argument of its own")
                    return False
                if name not in probe.fills:
                    may = ", ".join(sorted(probe.fills)) or "none"
                    self._error((*at, "with", name), f"{name} may not be filled in by people", f"these may: {may}")
                    return False
        examples = {name: ask.kind.example.split(" or ")[0] for name, ask in asks.items()}
        written = Check(
            name="x", system="x", title="x", probe="x", target=target,
            parameters=parameters_for(entry.params, target, probe.parameters),
        )  # fmt: skip
        try:
            probe.parameters.model_validate(written.filled(examples))
        except ValidationError as failure:
            known = probe.parameters.model_fields
            unset = {name for name, value in written.parameters.items() if "${" in str(value)}
            errors = [error for error in failure.errors(include_input=False) if unset.isdisjoint(error["loc"][:1])]
            for error in errors:
                step = str(error["loc"][0]) if error["loc"] else ""
                said = f"with.{'.'.join(map(str, error['loc']))}: {error['msg']}"
                remedy = known[step].description or "correct it" if step in known else meant(step, known)
                self._error((*at, "with", step) if step in entry.params else at, said, remedy)
            return not errors
        return True

    def _target(self, id_: str, at: Steps) -> Target | None:
        target = target_of(self.file, id_)
        if target is None:
            known = inventory(self.file)
            if len(kinds := known.get(id_, ())) > 1:
                remedy = f"write {' or '.join(f'{kind}.{id_}' for kind in kinds)}"
                self._error(at, f"{id_!r} is a {' and a '.join(kinds)}", remedy)
            else:
                self._error(at, f"{self.file.name} has nothing called {id_!r} to look at", meant(id_, known))
        return target

    def _error(self, at: Steps, message: str, remedy: str) -> None:
        self.problems.error(self.document.place(*at), message, remedy)


_CODE = re.compile(r"-[a-z]?[ceE]|--(?:command|eval|exec)")
"""Options after which a shell or an interpreter takes a program as text."""


def _fills_in_a_program(argv: Any) -> bool:
    words = [str(word) for word in argv] if isinstance(argv, Sequence) and not isinstance(argv, str) else [str(argv)]
    return any(
        places(word) and (not at or _CODE.fullmatch(words[at - 1]) or _CODE.fullmatch(re.split(r"[={]", word)[0]))
        for at, word in enumerate(words)
    )


def parameters_for(written: Mapping[str, Any], target: Target, model: type[BaseModel]) -> dict[str, Any]:
    """What is written, and what the target itself tells where the probe asks for it: a log's path, a service's unit."""
    told = {name: value for name, value in target.details.items() if name in model.model_fields and value}
    return {**told, **written}
