"""Reads the playbooks of a pack, and refuses what leads nowhere."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Set
from dataclasses import dataclass
from pathlib import Path

import orjson

from bot.core.answer_sorts import unlike
from bot.core.argument import kind_of, places
from bot.core.check import Checks
from bot.core.errors import BadContent
from bot.core.expression import Expression, compile_expression
from bot.core.playbook import Answer, Branch, Kind, Offer, Parameter, Playbook, Playbooks, Step
from bot.packs.checks import ProbeInfo
from bot.packs.flow import check_ends, check_flow
from bot.packs.models import SystemFile
from bot.packs.playbook_models import OfferEntry, ParameterEntry, PlaybookFile, StepEntry
from bot.packs.problems import Problems, meant
from bot.packs.reading import Document, Steps, read
from bot.packs.routes import read_expression
from bot.packs.structure import fit
from bot.packs.variables import Variables

OTHER_FILES = ("system.yaml", "checks.yaml", "errors.yaml", "actions.yaml", "checklists.yaml")
"""Files of a pack that are no playbooks."""


def read_playbooks(
    folder: Path,
    file: SystemFile,
    variables: Variables,
    checks: Checks,
    probes: Mapping[str, ProbeInfo],
    problems: Problems,
) -> Playbooks:
    """The playbooks of a pack; those with errors are left out, and told of."""
    documents: dict[str, tuple[Document, PlaybookFile]] = {}
    refused: set[str] = set()
    for path in sorted(folder.glob("*.yaml")):
        if path.name in OTHER_FILES:
            continue
        document = read(path, problems)
        document = variables.use(document, problems, lambda steps: False) if document is not None else None
        found = fit(document, PlaybookFile, problems) if document is not None else None
        if document is not None and found is not None:
            documents[path.stem] = document, found
        else:
            refused.add(path.stem)
    check_ends(documents, problems)
    by_name = {}
    for name, (document, found) in documents.items():
        reader = _Reader(
            system=file, document=document, file=found, checks=checks, probes=probes, problems=problems,
            others={other: entry for other, (_, entry) in documents.items()}, refused=refused,
        )  # fmt: skip
        playbook = reader.playbook(name)
        if playbook is not None:
            by_name[name] = playbook
    return Playbooks(by_name=by_name)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Reader:
    system: SystemFile
    document: Document
    file: PlaybookFile
    checks: Checks
    probes: Mapping[str, ProbeInfo]
    problems: Problems
    others: Mapping[str, PlaybookFile]
    refused: Set[str]
    """Playbooks of which nothing is known: what is wrong there is told there."""

    def playbook(self, name: str) -> Playbook | None:
        parameters = self._parameters()
        offer = self._offer(self.file.offer)
        steps = {step: self._step(step, entry) for step, entry in self.file.steps.items()}
        whole = [step for step in steps.values() if step is not None]
        self._check_parameters_used()
        if parameters is None or offer is None or len(whole) < len(steps):
            return None
        if not check_flow(self.document, self.file.start, {step.name: step for step in whole}, self.problems):
            return None
        body = orjson.dumps(self.file.model_dump(mode="json"), option=orjson.OPT_SORT_KEYS)
        return Playbook(
            name=name, system=self.system.name, title=self.file.title, symptoms=self.file.symptoms,
            words=self.file.words, offer=offer, parameters=parameters, start=self.file.start,
            steps={step.name: step for step in whole}, covers=self.file.covers,
            version=hashlib.sha256(body).hexdigest()[:12],
        )  # fmt: skip

    # --- the head

    def _parameters(self) -> dict[str, Parameter] | None:
        found = {}
        for name, entry in self.file.parameters.items():
            parameter = self._parameter(name, entry)
            if parameter is not None:
                found[name] = parameter
        return found if len(found) == len(self.file.parameters) else None

    def _parameter(self, name: str, entry: ParameterEntry) -> Parameter | None:
        at: Steps = ("parameters", name)
        try:
            kind = kind_of(entry.kind)
            if entry.default:
                kind.read(entry.default)
        except Exception as problem:
            said, _, remedy = str(problem).partition(": ")
            self._error(at, said, remedy or "write one of that kind")
            return None
        return Parameter(
            kind=kind, label=entry.label or name, default=entry.default, help=entry.help, later=entry.later
        )

    def _offer(self, entry: OfferEntry) -> Offer | None:
        known = [route.name for route in self.system.routes]
        for route in entry.routes:
            if route not in known:
                self._error(("offer", "routes"), f"there is no route {route!r}", meant(route, known))
        for check in entry.checks:
            if check not in self.checks.by_name and check not in self.checks.broken:
                self._error(("offer", "checks"), f"there is no check {check!r}", meant(check, self.checks.by_name))
        when = None
        if entry.when:
            when = read_expression(entry.when, self.document.place("offer", "when"), self.problems)
            if when is None:
                return None
        return Offer(routes=entry.routes, when=when, checks=entry.checks, errors=entry.errors)

    def _check_parameters_used(self) -> None:
        used: set[str] = set()
        asked = {check for entry in self.file.steps.values() for check in _names(entry.check)}
        for name, entry in self.file.steps.items():
            used |= self._places_of(name, entry)
            if entry.goto in self.others:
                used |= set(self.others[entry.goto].parameters)
        turned_to = {entry.goto for entry in self.file.steps.values() if entry.goto}
        if not asked <= self.checks.by_name.keys() or not turned_to <= self.others.keys():
            return  # what a check or playbook that is wrong or missing asks for is not known
        used |= {ask for check in asked for ask in self._asks(check)}
        for name in self.file.parameters.keys() - used:
            self._error(
                ("parameters", name), f"no step uses {name!r}", f"write {{{name}}} where it belongs, or delete it"
            )

    def _places_of(self, name: str, entry: StepEntry) -> set[str]:
        """The parameters that a step's texts have places for; strangers are told of."""
        found: set[str] = set()
        texts = {"ask": entry.ask, "do": entry.do, "question": entry.question, "done": entry.done,
                 "escalate": entry.escalate, "guard": entry.guard, "help": entry.help}  # fmt: skip
        for field, text in texts.items():
            found |= self._known_places(("steps", name, field), text)
        for position, command in enumerate(entry.commands):
            found |= self._known_places(("steps", name, "commands", position), command)
        for argument, text in entry.given.items():
            found |= self._known_places(("steps", name, "with", argument), text)
        return found

    def _known_places(self, at: Steps, text: str) -> set[str]:
        found = set(places(text))
        for place in sorted(found - self.file.parameters.keys()):
            self._error(at, f"there is no parameter {place!r}", meant(place, self.file.parameters))
        return found

    # --- the steps

    def _step(self, name: str, entry: StepEntry) -> Step | None:
        at: Steps = ("steps", name)
        kind = Kind(entry.kind)
        branches, targets = self._branches(name, entry), self._check_targets(at, entry)
        if branches is None or not targets:
            return None
        answers = tuple(Answer(say=one.say, go=one.go) for one in entry.answers)
        if kind is Kind.DO and not answers:
            answers = (Answer(say="Done", go=entry.go),)
        return Step(
            name=name, kind=kind, text=getattr(entry, entry.kind) if kind is not Kind.CHECK else entry.question,
            help=entry.help, checks=_names(entry.check), given=entry.given, branches=branches, answers=answers,
            commands=entry.commands, risk=entry.risk, guard=entry.guard, on=entry.on,
            go=entry.go if kind is Kind.ESCALATE else "", playbook=entry.goto, outcome=entry.outcome,
            at_most=entry.at_most, after_that=entry.after_that, lines=entry.lines, covers=entry.covers,
        )  # fmt: skip

    def _check_targets(self, at: Steps, entry: StepEntry) -> bool:
        """Whether the checks and the other playbook are there, and get what they need."""
        whole = True
        for check in _names(entry.check):
            if check not in self.checks.by_name:
                if check not in self.checks.broken:
                    self._error((*at, "check"), f"there is no check {check!r}", meant(check, self.checks.by_name))
                whole = False
                continue
            for ask, needed in self._asks(check).items():
                own = self.file.parameters.get(ask)
                if needed and ask not in entry.given and (own is None or own.later):
                    remedy = (
                        f"write with: {{{ask}: ...}}, or make it a parameter of the playbook, asked at the beginning"
                    )
                    self._error((*at, "check"), f"{check} needs {ask!r}", remedy)
                    whole = False
        if entry.goto and entry.goto not in self.others:
            if entry.goto not in self.refused:
                self._error((*at, "goto"), f"there is no playbook {entry.goto!r}", meant(entry.goto, self.others))
            return False
        allowed = {ask for check in _names(entry.check) for ask in self._asks(check)}
        allowed |= set(self.others[entry.goto].parameters) if entry.goto else set()
        for name in entry.given.keys() - allowed:
            self._error((*at, "with", name), f"there is nothing that takes {name!r}", meant(name, allowed))
        there = {*self.system.hosts, *self.system.services, *self.system.databases}
        if entry.on and entry.on not in there:
            self._error((*at, "on"), f"{self.system.name} has no host or service {entry.on!r}", meant(entry.on, there))
        return whole

    def _asks(self, check: str) -> dict[str, bool]:
        """The arguments of a check, and whether each must be given."""
        found = self.checks.by_name.get(check)
        return {name: not ask.default for name, ask in found.asks.items()} if found else {}

    def _branches(self, name: str, entry: StepEntry) -> tuple[Branch, ...] | None:
        branches, whole = [], True
        for position, branch in enumerate(entry.then):
            when = None
            if branch.when:
                when = self._rule(branch.when, entry, ("steps", name, "then", position, "when"))
                whole = whole and when is not None
            branches.append(Branch(say=branch.say, go=branch.go, when=when))
        return tuple(branches) if whole else None

    def _rule(self, source: str, entry: StepEntry, at: Steps) -> Expression | None:
        try:
            rule = compile_expression(source)
        except BadContent as problem:
            self._error(at, str(problem), "write for example state == 'fail' or connected == false")
            return None
        names = _names(entry.check)
        known = {"state", "failed", *names, *self.file.parameters}
        for check in names[:1] if len(names) == 1 else ():
            if check in self.checks.by_name:
                known |= self.probes[self.checks.by_name[check].probe].facts
        for stranger in sorted(rule.names - known):
            self._error(at, f"this check reports no {stranger!r}", meant(stranger, known))
        wrong = unlike(source, self._sorts(names))
        for said in wrong:
            self._error(at, f"{said}, which cannot be compared", "compare it with what is of its sort")
        never = self._never(source, names)
        if never:
            said = f"{source!r} can never be: {never} has no rule for fail"
            self._error(at, said, "write state in ['warn', 'fail'], or give the check a rule for fail")
        return rule if rule.names <= known and not wrong and not never else None

    def _sorts(self, names: tuple[str, ...]) -> dict[str, str]:
        """Of what a branch may ask about, what it is; of several checks each fact by its check's name as well."""
        sorts = dict.fromkeys(self.file.parameters, "text") | {"state": "text", "failed": "list"}
        for name in names:
            check = self.checks.by_name.get(name)
            its = dict(self.probes[check.probe].sorts) if check else {}
            sorts |= {f"{name}.{fact}": sort for fact, sort in {**its, "state": "text"}.items()}
            sorts |= {**its, **sorts} if len(names) == 1 else {}
        return sorts

    def _never(self, source: str, names: tuple[str, ...]) -> str:
        """The checks that are asked whether they fail, and cannot; empty where they can."""
        can = {name for name in names if name in self.checks.by_name and self.checks.by_name[name].fail is not None}
        for asked in re.findall(r"(?:\b(\w+)\.|(?<![.\w]))state == 'fail'", source):
            if asked and asked not in can:
                return str(asked)
            if not asked and not can:
                return ", ".join(names)
        return ""

    def _error(self, at: Steps, message: str, remedy: str) -> None:
        self.problems.error(self.document.place(*at), message, remedy)


def _names(check: tuple[str, ...] | str) -> tuple[str, ...]:
    return (check,) if isinstance(check, str) else check
