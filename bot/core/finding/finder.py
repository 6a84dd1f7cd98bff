"""Finder: the playbooks that a question is about, best first, and the step of each at which to begin."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.core.check import Checks
from bot.core.error_entry import ErrorEntry, explained
from bot.core.finding.asked import Want
from bot.core.finding.index import rarity
from bot.core.finding.ranking import Ranked, Ranking
from bot.core.finding.sheet import Material, messages_of, sheet_of, step_sheets
from bot.core.finding.terms import terms_of
from bot.core.playbook import Playbook

_STEP = 0.35
"""How well a step must fit to be begun at instead of the first one: in parts of a word that no other step has."""
_TITLE = 0.3
_COVERING = 2.0
"""How much likelier a step is meant that does the work of an item of the guide."""
_USUAL = 1.5
"""From about this weight on more of the same term says little more of a step."""
_SHOWN = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A playbook that fits a question."""

    system: str
    playbook: str
    step: str
    """The step that fits best, else the first one."""
    title: str
    covers: tuple[str, ...]
    """What of the guide the playbook and that step do."""
    score: float
    """From 0 to 1."""
    why: str
    """The words of the question by which it was found."""


@dataclass(frozen=True, slots=True)
class _Book:
    playbook: Playbook
    checks: Checks
    errors: tuple[ErrorEntry, ...]
    """The error entries that lead to it."""

    def entry(self, words: str) -> ErrorEntry | None:
        """The entry whose message stands in the words."""
        return next(iter(explained(self.errors, words)), None)


class _Steps:
    """The steps of one playbook."""

    def __init__(self, playbook: Playbook, checks: Checks) -> None:
        self._title = frozenset(terms_of(playbook.title))
        self._covering = frozenset(name for name, step in playbook.steps.items() if step.covers)
        self._sheets = sheets = step_sheets(playbook, checks)
        counts = Counter(term for sheet in sheets.values() for term in sheet)
        self._rarity = {term: rarity(count, len(sheets)) for term, count in counts.items()}

    def best(self, wants: Sequence[Want]) -> str:
        """The step that fits best; none where none fits well."""
        best, most = "", _STEP * rarity(1, len(self._sheets))
        for name, sheet in self._sheets.items():
            amount = sum(self._counts(want) * self._met(want, sheet) for want in wants)
            amount *= _COVERING if name in self._covering else 1.0
            if amount > most:
                best, most = name, amount
        return best

    def _counts(self, want: Want) -> float:
        """What the whole playbook is about points at no step."""
        return want.counts * (_TITLE if any(term in self._title for term, _ in want.ways) else 1.0)

    def _met(self, want: Want, sheet: Mapping[str, float]) -> float:
        """How well a step meets a want; what stands in few of the steps says more."""
        ways = ((term, weight, sheet[term]) for term, weight in want.ways if term in sheet)
        return max((w * self._rarity[term] * heavy / (heavy + _USUAL) for term, w, heavy in ways), default=0.0)


class Finder:
    """Made once of everything that can be found."""

    def __init__(self, materials: Iterable[Material]) -> None:
        self._ranking = Ranking()
        self._books: list[_Book] = []
        self._steps: dict[int, _Steps] = {}
        """By the place of their playbook; made when they are first asked for."""
        for material in materials:
            self._add(material)

    def _add(self, material: Material) -> None:
        books = [
            _Book(playbook, material.checks, tuple(one for one in material.errors if one.playbook == playbook.name))
            for playbook in material.playbooks
        ]
        sheets = [sheet_of(book.playbook, book.checks, book.errors) for book in books]
        messages = [(n, text) for n, book in enumerate(books) for text in messages_of(book.playbook, book.errors)]
        self._ranking.add(material.system, sheets, messages, [material.title], material.names)
        self._books += books

    def find(self, words: str, system: str = "") -> list[Found]:
        """The playbooks that the words are about, best first, ten at most; none where nothing fits. `system`: only of
        that one; without it of the one that the words name, if anything of it fits. Never raises, whatever the words
        are."""
        named = system or self._ranking.named_in(words)
        return self._find(words, named) or (self._find(words, "") if named != system else [])

    def _find(self, words: str, system: str) -> list[Found]:
        wants = self._ranking.wants(words, system)
        return [self._found(one, wants, words) for one in self._ranking.rank(words, wants, system)]

    def _found(self, ranked: Ranked, wants: Sequence[Want], words: str) -> Found:
        book = self._books[ranked.place]
        entry = book.entry(words) if ranked.message else None
        step = entry.step if entry and entry.step else self._step(ranked.place, wants)
        of_step = book.playbook.steps[step].covers
        return Found(
            system=book.playbook.system,
            playbook=book.playbook.name,
            step=step,
            title=book.playbook.title,
            covers=tuple(dict.fromkeys((*book.playbook.covers, *of_step, *(entry.covers if entry else ())))),
            score=round(ranked.score, 3),
            why=self._why(ranked, wants),
        )

    def _why(self, ranked: Ranked, wants: Sequence[Want]) -> str:
        """The message, or the words that were met, the rarest first."""
        if ranked.message is not None:
            return f"“{ranked.message.text}”"
        met = [want for want in wants if want.typed and self._ranking.index.meets(want.ways, ranked.place)]
        met.sort(key=lambda want: -want.mass)
        return ", ".join(list(dict.fromkeys(want.typed for want in met))[:_SHOWN])

    def _step(self, place: int, wants: Sequence[Want]) -> str:
        book = self._books[place]
        if place not in self._steps:
            self._steps[place] = _Steps(book.playbook, book.checks)
        return self._steps[place].best(wants) or book.playbook.start
