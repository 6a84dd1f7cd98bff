"""Finder: the playbooks that a question is about, best first, and the step of each at which to begin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp

from bot.core.check import Checks
from bot.core.error_entry import ErrorEntry
from bot.core.finding.asked import Want, wants_of
from bot.core.finding.index import Index, Scope, rarity
from bot.core.finding.messages import Messages
from bot.core.finding.sheet import Material, sheet_of, step_sheets
from bot.core.finding.spelling import Spelling
from bot.core.finding.terms import KNOWN, terms_of
from bot.core.playbook import Playbook

MOST = 10
ENOUGH = 0.34
"""The least score that is worth being offered."""
_BESIDES = 0.2
"""What further ways of saying the same thing add."""
_SYSTEM = 0.35
"""How much it counts that a system knows a word which others do not."""
_MESSAGE = 0.6
"""How much it counts that a whole error message stands in the question."""
_HEAVY = 0.55
"""A word that stands this heavily in a playbook is what the playbook is about."""
_BASE = 2.2
"""The sum at which a score is trusted by half."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A playbook that fits a question."""

    system: str
    playbook: str
    step: str
    """Where to begin: the step that fits best, else the first one."""
    title: str
    covers: tuple[str, ...]
    """What of the guide the playbook and that step do."""
    score: float
    """From 0 to 1: how much of the question it is about."""
    why: str
    """The words by which it was found."""


@dataclass(frozen=True, slots=True)
class _Book:
    """A playbook with what belongs to it."""

    playbook: Playbook
    checks: Checks
    errors: tuple[ErrorEntry, ...]


class Finder:
    """Made once of everything that can be found; then each question takes milliseconds."""

    def __init__(self, materials: Iterable[Material]) -> None:
        self._index = Index()
        self._books: list[_Book] = []
        self._messages = Messages()
        self._steps: dict[int, Mapping[str, dict[str, float]]] = {}
        for material in materials:
            self._add(material)
        self._spelling = Spelling({*(t for t in self._index.terms if "~" not in t and t[0] != "#"), *KNOWN})

    def _add(self, material: Material) -> None:
        sheets = []
        for playbook in material.playbooks:
            errors = tuple(entry for entry in material.errors if entry.playbook == playbook.name)
            self._messages.add(len(self._books), playbook.offer.errors, errors)
            self._books.append(_Book(playbook, material.checks, errors))
            sheets.append(sheet_of(playbook, material.checks, errors))
        names = {term for text in (material.system, material.title, *material.names) for term in terms_of(text)}
        self._index.add(material.system, sheets, names)

    def find(self, words: str, system: str = "") -> list[Found]:
        """The playbooks that the words are about, best first, ten at most; none where nothing fits. `system`: only of
        that one."""
        scope = self._index.scopes.get(system, Scope(0, 0)) if system else self._index.everywhere
        wants = wants_of(words, self._index, self._spelling, scope)
        if not scope.size or not wants:
            return []
        sums, parts = self._weigh(wants, scope, between=not system)
        said = self._messages.said_in(words, scope)
        for place, message in said.items():
            mass = sum(self._index.rarity(term, scope) for term in set(terms_of(message.text)))
            sums[place] = sums.get(place, 0.0) + _MESSAGE * mass
        total = sum(want.mass for want in wants)
        ranked = []
        for place, amount in sums.items():
            share = parts.get(place, 0.0) / total if total else 0.0
            share = max(share, 0.9) if place in said and said[place].sure else share
            ranked.append((amount * (0.4 + 0.6 * share), share, amount, place))
        ranked.sort(key=lambda one: (-one[0], one[3]))
        found = []
        best = ranked[0][0] if ranked else 0.0
        for amount, share, raw, place in ranked[:MOST]:
            score = share * (1 - exp(-raw / _BASE)) * (0.5 + 0.5 * amount / best)
            if score >= ENOUGH:
                found.append(self._found(place, wants, said.get(place), score, scope))
        return found

    def _weigh(self, wants: Sequence[Want], scope: Scope, *, between: bool) -> tuple[dict[int, float], dict[int, float]]:
        """By playbook: the sum of what speaks for it, and how much of the question that is."""
        sums: dict[int, float] = {}
        parts: dict[int, float] = {}
        for want in wants:
            best: dict[int, float] = {}
            for term, weight in want.ways:
                worth = weight * self._index.rarity(term, scope)
                for place, heavy in zip(*self._index.found(term, scope), strict=True):
                    value = worth * heavy
                    known = best.get(place, 0.0)
                    best[place] = value + _BESIDES * known if value > known else known + _BESIDES * value
            for place, value in best.items():
                sums[place] = sums.get(place, 0.0) + want.counts * value
                if want.mass:
                    part = min(1.0, want.counts * value / (_HEAVY * want.mass)) * want.mass
                    parts[place] = parts.get(place, 0.0) + part
            if between:
                self._add_systems(want, sums)
        return sums, parts

    def _add_systems(self, want: Want, sums: dict[int, float]) -> None:
        for term, weight in want.ways[:1]:
            says, scopes = self._index.systems_of(term)
            for scope in scopes:
                for place in range(scope.begin, scope.end):
                    if place in sums:
                        sums[place] += _SYSTEM * want.counts * weight * says

    def _found(self, place: int, wants: Sequence[Want], message: object, score: float, scope: Scope) -> Found:
        book = self._books[place]
        step = self._step(place, wants)
        entry = getattr(message, "entry", None)
        if isinstance(entry, ErrorEntry) and entry.step:
            step = entry.step
        covers = (*book.playbook.covers, *book.playbook.steps[step].covers, *(entry.covers if entry else ()))
        return Found(
            system=book.playbook.system,
            playbook=book.playbook.name,
            step=step,
            title=book.playbook.title,
            covers=tuple(dict.fromkeys(covers)),
            score=round(min(score, 1.0), 3),
            why=self._why(place, wants, scope),
        )

    def _why(self, place: int, wants: Sequence[Want], scope: Scope) -> str:
        """The words of the question that stand in a playbook, the rarest first."""
        there = []
        for want in wants:
            if any(place in self._index.found(term, scope)[0] for term, _ in want.ways) and want.typed:
                there.append((-want.mass, want.typed))
        return ", ".join(dict.fromkeys(typed for _, typed in sorted(there)[:5]))

    def _step(self, place: int, wants: Sequence[Want]) -> str:
        """The step that fits best; the first one where none fits well."""
        playbook = self._books[place].playbook
        if place not in self._steps:
            self._steps[place] = step_sheets(playbook, self._books[place].checks)
        sheets = self._steps[place]
        counts: dict[str, int] = {}
        for sheet in sheets.values():
            for term in sheet:
                counts[term] = counts.get(term, 0) + 1
        best, most = playbook.start, 1.2
        for name, sheet in sheets.items():
            amount = 0.0
            for want in wants:
                ways = [
                    weight * rarity(counts[term], len(sheets)) * sheet[term] / (sheet[term] + 1.5)
                    for term, weight in want.ways
                    if term in sheet
                ]
                amount += want.counts * max(ways, default=0.0)
            if amount > most:
                best, most = name, amount
        return best
