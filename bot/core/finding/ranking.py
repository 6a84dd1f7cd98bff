"""Ranking: which of many sheets a question is about, and how sure that is. BM25 over weighted places, with the ways in
which each word may have been meant; a whole error message outweighs words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log1p

from bot.core.finding.asked import Want, wants_of
from bot.core.finding.index import ABOUT, Index, Scope
from bot.core.finding.messages import Message, Messages
from bot.core.finding.spelling import Spelling
from bot.core.finding.terms import TRADE, is_plain, terms_of

MOST = 10
ENOUGH = 0.5
"""The least score that is worth being offered."""
_BESIDES = 0.2
"""What further ways of saying the same thing add."""
_SYSTEM = 1.0
"""How much it counts that a system knows a word which others do not."""
_MESSAGE = 1.2
"""How much it counts that a whole error message stands in the question."""
_SURE = 0.9
"""The least part of a question that a message of its own is."""
_BARE = 0.6
"""What remains of a sum when hardly anything of the question is met."""
_WELL = 0.4
"""A want that is met to this part is met well."""
_MANY = 4
"""More wants than these that are met well say no more."""

# How sure it is that a sheet answers a question, as a logistic function fitted to questions of which the answer is known.
_AT = -5.2
_SUM, _SHARE, _MET, _STRANGE = 2.0, 4.2, 1.0, -2.5
"""... of the sum that speaks for it, the part of the question that it meets, the wants that it meets well, and the part of
the question that nobody knows."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A sheet that fits, and how well."""

    place: int
    score: float
    """From 0 to 1."""
    message: Message | None
    """The error message of it that stands in the question."""


@dataclass(slots=True)
class _Fit:
    """What speaks for a sheet."""

    place: int
    sum: float = 0.0
    part: float = 0.0
    """How much of the question it meets."""
    well: int = 0
    """How many wants it meets well."""
    message: Message | None = None


class Ranking:
    """Made once; then each question takes milliseconds."""

    def __init__(self) -> None:
        self.index = Index()
        self._messages = Messages()
        self._spelling: Spelling | None = None
        """Made at the first question."""

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
        fits = self._weigh(wants, scope, between=not system)
        for place, message in self._messages.said_in(words, scope).items():
            fit = fits.setdefault(place, _Fit(place))
            fit.message = message
            terms = sorted(set(terms_of(message.text)))
            fit.sum += _MESSAGE * sum(self.index.rarity(term, scope) for term in terms)
        total = sum(want.mass for want in wants) or 1.0
        strange = sum(want.mass for want in wants if not want.ways) / total
        best = sorted(fits.values(), key=lambda fit: (-_worth(fit, total), fit.place))[:MOST]
        scored = [Ranked(fit.place, self._sure(fit, total, strange, scope), fit.message) for fit in best]
        return sorted((one for one in scored if one.score >= ENOUGH), key=lambda one: -one.score)

    def _sure(self, fit: _Fit, total: float, strange: float, scope: Scope) -> float:
        amount = log1p(fit.sum / self.index.rarest(scope))
        logit = _AT + _SUM * amount + _SHARE * _share(fit, total) + _MET * min(fit.well, _MANY) + _STRANGE * strange
        return 1 / (1 + exp(-logit))

    def _weigh(self, wants: Sequence[Want], scope: Scope, *, between: bool) -> dict[int, _Fit]:
        """By sheet: what of the question speaks for it."""
        fits: dict[int, _Fit] = {}
        for want in wants:
            for place, value in self._met(want, scope).items():
                fit = fits.get(place)
                if fit is None:
                    fit = fits[place] = _Fit(place)
                fit.sum += want.counts * value
                if want.mass:
                    part = min(1.0, want.counts * value / (ABOUT * want.mass))
                    fit.part += part * want.mass
                    fit.well += part >= _WELL
        if between:
            self._add_systems(wants, fits)
        return fits

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

    def _add_systems(self, wants: Sequence[Want], fits: Mapping[int, _Fit]) -> None:
        """Words that only some systems know speak for all of theirs."""
        amounts: dict[Scope, float] = {}
        for want in wants:
            for term, weight in want.ways[:1]:
                for scope, says in self.index.systems_of(term):
                    amounts[scope] = amounts.get(scope, 0.0) + _SYSTEM * want.counts * weight * says
        for scope, amount in amounts.items():
            for place in range(scope.begin, scope.end):
                if place in fits:
                    fits[place].sum += amount


def _share(fit: _Fit, total: float) -> float:
    share = fit.part / total
    return max(share, _SURE) if fit.message is not None and fit.message.sure else share


def _worth(fit: _Fit, total: float) -> float:
    """By what sheets are ranked."""
    return fit.sum * (_BARE + (1 - _BARE) * _share(fit, total))
