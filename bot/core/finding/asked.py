"""Asked: what a question wants: its words, and for each of them everything that would be as good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from bot.core.finding.index import Index, Scope
from bot.core.finding.spelling import Spelling
from bot.core.finding.terms import ELSEWHERE, KNOWN, Word, words_of

_CONCEPT, _SLIP, _BEGINNING, _HALF, _JOINED = 0.75, 0.85, 0.6, 0.5, 0.9
"""What a word counts that is only meant, a slip of the pen, a beginning, half of what was written, both halves."""
_WRITTEN = 1.8
_MENTIONED = 0.5
"""What a word counts that is none of the trade's and that no playbook is about: it is only mentioned somewhere."""
_LITTLE = {"#not": 0.4, "#down": 0.5}
"""What is said of nearly everything that is wrong."""
_DENIED = 0.166
"""What a word that only denies is worth at most, however rare it is: `wont` says less than what will not."""
_WHERE = 0.3
"""What a word counts that only says where it happens: `oom on the execution engine`."""
_EVERYDAY = 0.2
"""What a word of everyday is worth where a playbook is about it."""
_PAIR = 0.5
_AGAIN = 0.8
"""What the second word for the same thing still counts."""
_STRANGE = 0.9
"""How much a word that nobody knows says against an answer, in parts of the rarest word."""
_ELSEWHERE = 1.3
"""The same of what other departments are about."""
_ABSENT = 0.2
"""The same of a word of the trade that these playbooks do not know."""
_LONGEST_NAME = 3
"""Words of a part's name."""
_WANTS, _PAIRS = 12, 8
"""So many words of a question are looked at, the rarest, and so many of those that follow each other."""


@dataclass(frozen=True, slots=True)
class Want:
    """One thing that is asked about."""

    ways: tuple[tuple[str, float], ...]
    """The terms that would answer it, and how well."""
    mass: float
    """How much of the question it is. 0: it only speaks for what is found anyhow."""
    counts: float = 1.0
    typed: str = ""


def wants_of(text: str, index: Index, spelling: Spelling, scope: Scope) -> list[Want]:
    """What a question wants among these playbooks."""
    words = [word for word in words_of(text) if word.weighs]
    where = _where(words, index, scope)
    wants: list[Want] = []
    seen: set[str] = set()
    for place, word in enumerate(words):
        want = _want(word, words[place + 1] if place + 1 < len(words) else None, index, spelling, scope)
        terms = [term for term, _ in want.ways]
        again = not set(terms) - seen or terms[0] in seen
        counts = (_AGAIN if again else 1.0) * (_WHERE if place in where else 1.0)
        seen.update(terms)
        wants.append(replace(want, counts=counts, mass=counts * want.mass))
    wants.sort(key=lambda want: -want.mass)
    known, strange = [want for want in wants if want.ways], [want for want in wants if not want.ways]
    pairs = dict.fromkeys(f"{one.stem}~{two.stem}" for one, two in pairwise(words))
    joined = [Want(((pair, _PAIR),), mass=0.0) for pair in pairs if pair in index]
    return [*known[:_WANTS], *strange[:_WANTS], *joined[:_PAIRS]]


def _want(word: Word, after: Word | None, index: Index, spelling: Spelling, scope: Scope) -> Want:
    """What one word wants."""
    if word.stem in ELSEWHERE and not index.heads(word.stem, index.scope()):
        return Want((), mass=_ELSEWHERE * index.rarest(scope), typed=word.typed)
    ways = _ways(word, after, index)
    guessed = not ways and word.stem not in KNOWN
    ways = _guessed(word, index, spelling) if guessed else _evened(ways, index, scope)
    if not word.concepts and not guessed:
        ways = [(term, weight if index.heads(term, scope) else weight * _MENTIONED) for term, weight in ways]
    return Want(tuple(ways), mass=_worth(word, ways, guessed, index, scope), typed=word.typed)


def _worth(word: Word, ways: Sequence[tuple[str, float]], guessed: bool, index: Index, scope: Scope) -> float:
    """How much a word says."""
    if word.everyday:
        heads = bool(ways) and index.heads(ways[0][0], scope)
        return _EVERYDAY * max(weight * index.rarity(term, scope) for term, weight in ways) if heads else 0.0
    if ways and index.is_called(ways[0][0], scope):
        return 0.0
    # Mentions of a word of the trade do not matter; any other word that no playbook is about speaks against all.
    measure = index.worth if word.concepts else index.rarity
    worth = max((weight * measure(term, scope) for term, weight in ways), default=0.0)
    if (guessed or not ways) and not word.stem.isdigit():
        worth = (_ABSENT if word.concepts else _STRANGE) * index.rarest(scope)
    return min(worth, _DENIED) if any(term == "#not" for term, _ in ways) else worth


def _where(words: Sequence[Word], index: Index, scope: Scope) -> set[int]:
    """The places of the words that name a part of a system, where others tell what is wrong with it."""
    stems = tuple(word.stem for word in words)
    named = {
        place
        for begin in range(len(stems))
        for end in range(begin + 1, min(begin + _LONGEST_NAME, len(stems)) + 1)
        if index.is_part(stems[begin:end], scope)
        for place in range(begin, end)
    }
    telling = (set(word.concepts) - _LITTLE.keys() for place, word in enumerate(words) if place not in named)
    return named if any(telling) else set()


def _evened(ways: list[tuple[str, float]], index: Index, scope: Scope) -> list[tuple[str, float]]:
    """What a word means tells more than which of its synonyms was written, however rare that one is."""
    most = max((index.rarity(term, scope) for term, _ in ways if term[0] == "#"), default=0.0)
    if not most:
        return ways
    return [
        (term, weight if term[0] == "#" else weight * min(1.0, _WRITTEN * most / (index.rarity(term, scope) or most)))
        for term, weight in ways
    ]


def _ways(word: Word, after: Word | None, index: Index) -> list[tuple[str, float]]:
    """The word itself, what it means, and both words in one."""
    ways: list[tuple[str, float]] = []
    little = max((_LITTLE.get(concept, 1.0) for concept in word.concepts), default=1.0)
    if word.stem in index:
        ways.append((word.stem, little))
    ways += [(concept, _CONCEPT * _LITTLE.get(concept, 1.0)) for concept in word.concepts if concept in index]
    if after is not None and word.stem + after.stem in index:
        ways.append((word.stem + after.stem, _JOINED))
    return ways


def _guessed(word: Word, index: Index, spelling: Spelling) -> list[tuple[str, float]]:
    """What a word that nobody knows may mean."""
    meant = [(other, _SLIP) for other in spelling.near(word.stem, len(word.typed))]
    meant = meant or [(other, _BEGINNING) for other in spelling.longer(word.stem)]
    meant = meant or [(other, _HALF) for other in spelling.apart(word.stem) or ()]
    ways: dict[str, float] = {}
    for other, weight in meant:
        for known in words_of(other):
            for term in (known.stem, *known.concepts):
                if term in index:
                    ways[term] = max(ways.get(term, 0.0), weight * (1.0 if term == known.stem else _CONCEPT))
    return list(ways.items())
