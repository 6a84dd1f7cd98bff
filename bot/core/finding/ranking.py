"""Ranking: which of many sheets a question is about, and how sure that is. BM25 over weighted places, with the ways in
which each word may have been meant; a whole error message outweighs words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp

from bot.core.finding.asked import Want, wants_of
from bot.core.finding.index import ABOUT, Index, Scope
from bot.core.finding.messages import Message, Messages
from bot.core.finding.spelling import Spelling
from bot.core.finding.terms import TRADE, is_plain, terms_of

MOST = 10
ENOUGH = 0.34
"""The least score that is worth being offered."""
_BESIDES = 0.2
"""What further ways of saying the same thing add."""
_SYSTEM = 0.35
"""How much it counts that a system knows a word which others do not."""
_MESSAGE = 0.6
"""How much it counts that a whole error message stands in the question."""
_SURE = 0.9
"""The least part of a question that a message of its own is."""
_DEEP = 1.5
"""How much less sure it is that a sheet is about a word that it only mentions."""
_BASE = 0.55
"""The sum at which a score is trusted by two thirds: in parts of a word that a single sheet has."""
_BARE = 0.4
"""What remains of a sum when hardly anything of the question is met."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A sheet that fits, and how well."""

    place: int
    score: float
    """From 0 to 1."""
    message: Message | None
    """The error message of it that stands in the question."""


@dataclass(frozen=True, slots=True)
class _Fit:
    place: int
    worth: float
    share: float


class Ranking:
    """Made once; then each question takes milliseconds."""

    def __init__(self) -> None:
        self.index = Index()
        self._messages = Messages()
        self._spelling: Spelling | None = None

    def add(
        self,
        system: str,
        sheets: Sequence[Mapping[str, float]],
        messages: Iterable[tuple[int, str]],
        names: Iterable[str],
    ) -> None:
        """Add the sheets of a system, error messages by the place of the sheet among these, and the names that the
        system is known by."""
        begin = self.index.size
        self._messages.add((begin + place, text) for place, text in messages)
        self.index.add(system, sheets, {term for name in names for term in terms_of(name)})
        self._spelling = None

    def wants(self, words: str, system: str = "") -> list[Want]:
        """What a question wants."""
        if self._spelling is None:
            self._spelling = Spelling({*filter(is_plain, self.index.terms), *TRADE})
        return wants_of(words, self.index, self._spelling, self.index.scope(system))

    def rank(self, words: str, wants: Sequence[Want], system: str = "") -> list[Ranked]:
        """What fits, best first, ten at most; nothing where nothing does. `system`: only of that one."""
        scope = self.index.scope(system)
        sums, parts = self._weigh(wants, scope, between=not system)
        said = self._messages.said_in(words, scope)
        for place, message in said.items():
            mass = sum(self.index.rarity(term, scope) for term in sorted(set(terms_of(message.text))))
            sums[place] = sums.get(place, 0.0) + _MESSAGE * mass
        total = sum(want.mass for want in wants)
        fits = []
        for place, amount in sums.items():
            share = parts.get(place, 0.0) / total if total else 0.0
            if place in said and said[place].sure:
                share = max(share, _SURE)
            fits.append(_Fit(place, amount * (_BARE + (1 - _BARE) * share), share))
        base = _BASE * self.index.rarest(scope)
        fits.sort(key=lambda fit: (-fit.worth, fit.place))
        scored = [
            Ranked(
                fit.place,
                fit.share * (1 - exp(-fit.worth / base)) * (0.5 + 0.5 * fit.worth / fits[0].worth),
                said.get(fit.place),
            )
            for fit in fits[:MOST]
            if fit.worth > 0
        ]
        return [one for one in scored if one.score >= ENOUGH]

    def _weigh(
        self, wants: Sequence[Want], scope: Scope, *, between: bool
    ) -> tuple[dict[int, float], dict[int, float]]:
        """By sheet: the sum of what speaks for it, and how much of the question that is."""
        sums: dict[int, float] = {}
        parts: dict[int, float] = {}
        for want in wants:
            for place, value in self._met(want, scope).items():
                sums[place] = sums.get(place, 0.0) + want.counts * value
                if want.mass:
                    part = min(1.0, want.counts * value / (ABOUT * want.mass)) ** _DEEP
                    parts[place] = parts.get(place, 0.0) + part * want.mass
        for want in wants if between else ():
            self._add_systems(want, sums)
        return sums, parts

    def _met(self, want: Want, scope: Scope) -> dict[int, float]:
        """How well each sheet meets a want: by the best of its ways, and a little by the others."""
        met: dict[int, float] = {}
        for term, weight in want.ways:
            worth = weight * self.index.rarity(term, scope)
            for place, heavy in zip(*self.index.found(term, scope), strict=True):
                value = worth * heavy
                known = met.get(place, 0.0)
                met[place] = value + _BESIDES * known if value > known else known + _BESIDES * value
        return met

    def _add_systems(self, want: Want, sums: dict[int, float]) -> None:
        """A word that only some systems know speaks for all of theirs."""
        for term, weight in want.ways[:1]:
            for scope, says in self.index.systems_of(term):
                for place in range(scope.begin, scope.end):
                    if place in sums:
                        sums[place] += _SYSTEM * want.counts * weight * says
