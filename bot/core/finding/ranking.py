"""Ranking: which of many sheets a question is about, and how sure that is. BM25 over weighted places, with the ways in
which each word may have been meant; a whole error message outweighs words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from math import exp, log, log1p

from bot.core.finding.asked import Want, wants_of
from bot.core.finding.index import ABOUT, Index, Scope
from bot.core.finding.messages import Message, Messages
from bot.core.finding.spelling import Spelling
from bot.core.finding.terms import TRADE, is_plain, terms_of, words_of

MOST = 10
ENOUGH = 0.5
"""The least score of the best: below it nothing is offered."""
ALSO = 0.2
"""The least score of what is offered beside the best."""
_BESIDES = 0.35
"""What further ways of saying the same thing add."""
_SYSTEM = 1.8
"""How much it counts that a system knows a word which others do not."""
_LIKELY = 0.3
"""How much it counts that one system has more playbooks than another: questions are about it more often."""
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

# How sure it is that a sheet answers a question: a logistic function, fitted to questions whose answer is known.
_AT = -4.25
_SUM, _SHARE, _MET, _STRANGE = 2.2, 3.6, 0.9, -3.3
"""... of the sum that speaks for it, the part of the question that it meets, the wants that it meets well, and the
part of the question that nobody knows."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A sheet that fits, and how well."""

    place: int
    score: float
    """From 0 to 1."""
    message: Message | None
    """The error message of it that stands in the question."""


class _Tally:
    """What speaks for each sheet of a scope. Plain lists, since a common word stands in thousands of sheets."""

    def __init__(self, scope: Scope, total: float) -> None:
        self.scope, self.total = scope, total or 1.0
        self.sums = [0.0] * scope.size
        self.parts = [0.0] * scope.size
        """How much of the question each meets."""
        self.well = [0] * scope.size
        """How many wants each meets well."""
        self.messages: dict[int, Message] = {}

    def share(self, at: int) -> float:
        """The part of the question that a sheet meets."""
        share = self.parts[at] / self.total
        message = self.messages.get(at)
        return max(share, _SURE) if message is not None and message.sure else share

    def best(self) -> list[int]:
        """Where what speaks most for stands, by the sum, and by how much of the question it meets."""
        ranked = (
            (-amount * (_BARE + (1 - _BARE) * self.share(at)), at) for at, amount in enumerate(self.sums) if amount
        )
        return [at for _, at in nsmallest(MOST, ranked)]


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
        names: Sequence[str] = (),
        parts: Sequence[str] = (),
    ) -> None:
        """Add the sheets of a system, error messages by the place of the sheet among these, and the names that the
        system and its parts are known by."""
        begin = self.index.size
        self._messages.add((begin + place, text) for place, text in messages)
        known = {term for name in (system, *names, *parts) for term in terms_of(name)}
        stems = [tuple(word.stem for word in words_of(name)) for name in parts]
        # What the trade calls a thing is more than a name: `database`.
        own = [one for one in stems if len(one) > 1 or not TRADE.issuperset(one)]
        self.index.add(system, sheets, known, filter(is_plain, terms_of(system)), own)
        self._spelling = None

    def wants(self, words: str, system: str = "") -> list[Want]:
        """What a question wants."""
        if self._spelling is None:
            self._spelling = Spelling({*filter(is_plain, self.index.terms), *TRADE})
        return wants_of(words, self.index, self._spelling, self.index.scope(system))

    def named_in(self, words: str) -> str:
        """The one system that a question calls by its name; none where it names none, or several."""
        named = {system for word in words_of(words) for system in self.index.called(word.stem)}
        return named.pop() if len(named) == 1 else ""

    def rank(self, words: str, wants: Sequence[Want], system: str = "") -> list[Ranked]:
        """What fits, best first, ten at most; nothing where nothing does. `system`: only of that one."""
        scope = self.index.scope(system)
        tally = _Tally(scope, sum(want.mass for want in wants))
        for want in wants:
            self._weigh(want, tally)
        if not system:
            self._add_systems(wants, tally)
        for place, message in self._messages.said_in(words, scope).items():
            at = place - scope.begin
            tally.messages[at] = message
            terms = sorted(set(terms_of(message.text)))
            tally.sums[at] += _MESSAGE * sum(self.index.rarity(term, scope) for term in terms)
        strange = sum(want.mass for want in wants if not want.ways) / tally.total
        scored = [
            Ranked(at + scope.begin, self._sure(tally, at, strange), tally.messages.get(at)) for at in tally.best()
        ]
        if not any(one.score >= ENOUGH for one in scored):
            return []
        return sorted((one for one in scored if one.score >= ALSO), key=lambda one: -one.score)

    def _sure(self, tally: _Tally, at: int, strange: float) -> float:
        amount = log1p(tally.sums[at] / self.index.rarest(tally.scope))
        well = min(tally.well[at], _MANY)
        logit = _AT + _SUM * amount + _SHARE * tally.share(at) + _MET * well + _STRANGE * strange
        return 1 / (1 + exp(-logit))

    def _weigh(self, want: Want, tally: _Tally) -> None:
        """Add what a want says."""
        met, begin = self._met(want, tally.scope), tally.scope.begin
        for place, value in met.items():
            tally.sums[place - begin] += want.counts * value
        if not want.mass:
            return
        whole = ABOUT * want.mass / want.counts
        for place, value in met.items():
            part = value / whole
            tally.parts[place - begin] += want.mass * part if part < 1.0 else want.mass
            if part >= _WELL:
                tally.well[place - begin] += 1

    def _met(self, want: Want, scope: Scope) -> dict[int, float]:
        """How well each sheet meets a want: by the best of its ways, and a little by the others."""
        met: dict[int, float] = {}
        for term, weight in want.ways:
            worth = weight * self.index.rarity(term, scope)
            docs, heavy = self.index.found(term, scope)
            if not met:
                met = {place: worth * one for place, one in zip(docs, heavy, strict=True)}
                continue
            for place, one in zip(docs, heavy, strict=True):
                value, known = worth * one, met.get(place, 0.0)
                met[place] = value + _BESIDES * known if value > known else known + _BESIDES * value
        return met

    def _add_systems(self, wants: Sequence[Want], tally: _Tally) -> None:
        """Words that only some systems know, and a little how many sheets a system has, speak for all of its sheets
        that something else speaks for."""
        amounts: dict[Scope, float] = {}
        for want in wants:
            for term, weight in want.ways[:1]:
                for scope, says in self.index.systems_of(term):
                    amounts[scope] = amounts.get(scope, 0.0) + _SYSTEM * want.counts * weight * says
        largest = max((scope.size for scope in self.index.scopes), default=0)
        for scope in self.index.scopes:
            amounts[scope] = amounts.get(scope, 0.0) + _LIKELY * log((1 + scope.size) / (1 + largest))
        for scope, amount in amounts.items():
            for at in range(scope.begin, scope.end):
                if tally.sums[at]:
                    tally.sums[at] += amount
