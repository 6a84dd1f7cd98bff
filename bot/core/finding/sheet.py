"""Sheet: a playbook as the words by which it is found, each as heavy as the place where it stands."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from bot.core.check import Checks
from bot.core.error_entry import ErrorEntry
from bot.core.finding.terms import terms_of, words_of
from bot.core.playbook import Kind, Playbook, Step


@dataclass(frozen=True, kw_only=True, slots=True)
class Material:
    """What of one system can be found, and what tells it from the others."""

    system: str
    title: str = ""
    names: Sequence[str] = ()
    """Its hosts, services, exchanges and databases."""
    playbooks: Iterable[Playbook] = ()
    errors: Sequence[ErrorEntry] = ()
    checks: Checks = field(default_factory=lambda: Checks(by_name={}, suites={}))


@dataclass(frozen=True, slots=True)
class Place:
    """A part of a playbook: how much a word there weighs, and how many words stand there usually."""

    weight: float
    usual: float
    pairs: bool = False
    """Whether words that follow each other are kept as such: `order book`."""


TITLE = Place(3.0, 6, pairs=True)
NAME = Place(1.5, 3)
SYMPTOMS = Place(2.2, 24, pairs=True)
WORDS = Place(2.6, 24, pairs=True)
ERRORS = Place(2.6, 16, pairs=True)
ALERTS = Place(2.4, 8, pairs=True)
ROUTES = Place(0.8, 6)
FOUND = Place(1.0, 60)
"""What its steps may find: branches, answers, ends."""
STEPS = Place(0.8, 160)
CHECKS = Place(0.7, 100)
COMMANDS = Place(0.4, 160)
BESIDES = Place(0.3, 160)
"""Guards and help."""

_BODY = 0.4
"""The most that a word weighs which only stands in the steps: they speak of much besides."""
_EVEN = 0.8
"""How far a long text counts less: 0 not at all, 1 wholly."""
_QUOTED = re.compile(r"'([^']+)'|\"([^\"]+)\"")


def sheet_of(playbook: Playbook, checks: Checks, errors: Iterable[ErrorEntry]) -> dict[str, float]:
    """How heavy each term is in a playbook; `errors` are the error entries that lead to it."""
    head: dict[str, float] = {}
    body: dict[str, float] = {}
    for place, texts in _places(playbook, checks, list(errors)):
        heavy = head if place.pairs or place is NAME else body
        counts: Counter[str] = Counter()
        length = 0
        for text in texts:
            found = terms_of(text)
            length += len(found)
            counts.update(found)
            if place.pairs:
                counts.update(pairs_of(text))
        share = place.weight / (1 - _EVEN + _EVEN * max(length, place.usual / 2) / (place.usual * 1.6))
        for term, count in counts.items():
            heavy[term] = heavy.get(term, 0.0) + share * min(count, 3)
    return {term: head.get(term, 0.0) + min(_BODY, body.get(term, 0.0)) for term in head | body}


def messages_of(playbook: Playbook, errors: Iterable[ErrorEntry]) -> list[str]:
    """The error messages by which a playbook is known."""
    return [*playbook.offer.errors, *(said for entry in errors for said in entry.says)]


def sheet_of_entry(entry: ErrorEntry) -> dict[str, float]:
    """The same of an error entry."""
    heavy: dict[str, float] = {}
    for weight, texts in ((2.5, entry.says), (0.8, (entry.means,)), (0.5, (entry.do,)), (0.5, (entry.name,))):
        for text in texts:
            for term in (*terms_of(text), *pairs_of(text)):
                heavy[term] = heavy.get(term, 0.0) + weight
    return heavy


def pairs_of(text: str) -> Iterator[str]:
    """Words that follow each other, chatter left out: `order~book`."""
    stems = [word.stem for word in words_of(text) if word.weighs]
    return (f"{one}~{two}" for one, two in pairwise(stems))


def _places(playbook: Playbook, checks: Checks, errors: Sequence[ErrorEntry]) -> Iterator[tuple[Place, Sequence[str]]]:
    steps = list(playbook.steps.values())
    looked = [checks.by_name[name] for step in steps for name in step.checks if name in checks.by_name]
    offer = playbook.offer
    yield TITLE, [playbook.title]
    yield NAME, [playbook.name]
    yield SYMPTOMS, playbook.symptoms
    yield WORDS, playbook.words
    yield ERRORS, messages_of(playbook, errors)
    yield ALERTS, alerts_in(offer.when.source) if offer.when else []
    yield ROUTES, offer.routes
    yield FOUND, [*(choice.say for step in steps for choice in step.choices)]
    yield STEPS, [*(step.text for step in steps), *(entry.means for entry in errors)]
    yield CHECKS, [text for check in looked for text in (check.title, *check.words)]
    yield COMMANDS, [command for step in steps for command in step.commands]
    yield BESIDES, [text for step in steps for text in (step.help, step.guard)]


def alerts_in(source: str) -> list[str]:
    """The texts in an expression over an alert: names of alerts, mostly. Signs of patterns separate words."""
    return [re.sub(r"[\\^$.|?*+()\[\]{}]+", " ", one or other) for one, other in _QUOTED.findall(source)]


_NEVER = (Kind.DONE, Kind.GOTO, Kind.ESCALATE)
"""Steps at which nothing is to be done or decided: no place to begin at."""


def step_sheets(playbook: Playbook, checks: Checks) -> Mapping[str, dict[str, float]]:
    """The same of each of its steps by which something can be found: what it says, looks at and has one type, and the
    branches that lead there."""
    sheets: dict[str, dict[str, float]] = {}
    for step in playbook.steps.values():
        if step.kind in _NEVER:
            continue
        heavy: dict[str, float] = {}
        for weight, text in _of_step(step, checks):
            for term in terms_of(text):
                heavy[term] = heavy.get(term, 0.0) + weight
        sheets[step.name] = heavy
    for step in playbook.steps.values():
        for choice in step.choices:
            if choice.go in sheets:
                for term in terms_of(choice.say):
                    sheets[choice.go][term] = sheets[choice.go].get(term, 0.0) + 1.5
    return sheets


def _of_step(step: Step, checks: Checks) -> Iterator[tuple[float, str]]:
    yield 2.0, step.name
    yield 1.5, step.text
    for name in step.checks:
        yield 0.8, name
        if name in checks.by_name:
            yield 0.8, checks.by_name[name].title
            yield 0.5, " ".join(checks.by_name[name].words)
    for command in step.commands:
        yield 0.6, command
    yield 0.4, step.help
    yield 0.4, step.guard
