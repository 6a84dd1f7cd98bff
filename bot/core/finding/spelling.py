"""Spelling: the known words that an unknown one may be: a slip of the pen, an abbreviation, two words in one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

_SHORTEST = 4
"""Shorter words are close to too many others."""
_LONG = 9
"""From here on two slips are believed."""
_OTHER = 4
"""Up to here a letter in place of another makes another word: boot, book."""
_MOST = 3


class Spelling:
    """The words that are known. Words that differ by one letter share a word with one letter less; so do two letters
    that changed places."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = frozenset(word for word in known if word.isalpha() and len(word) >= 3)
        self._shorter: dict[str, list[str]] = defaultdict(list)
        self._long: dict[str, list[str]] = defaultdict(list)
        self._begins: dict[str, list[str]] = defaultdict(list)
        for word in sorted(self._known):
            if len(word) >= _SHORTEST:
                for less in {word, *_one_less(word)}:
                    self._shorter[less].append(word)
                self._begins[word[:3]].append(word)
            if len(word) >= _LONG - 2:
                self._long[word[0]].append(word)

    def near(self, word: str, letters: int = 0) -> list[str]:
        """What it may have been meant to be, the nearest first. `letters`: how many it had with its ending."""
        if len(word) < _SHORTEST or not word.isalpha():
            return []
        found: dict[str, int] = {}
        for less in {word, *_one_less(word)}:
            for other in self._shorter.get(less, ()):
                if other not in found:
                    found[other] = distance(word, other)
        if not any(slips <= 1 for slips in found.values()):
            signs = frozenset(word)
            for other in self._long.get(word[0], ()) if len(word) >= _LONG - 2 else ():
                if abs(len(other) - len(word)) <= 2 and len(signs ^ frozenset(other)) <= 4:
                    found[other] = distance(word, other)
        ranked = sorted(
            (slips, other[0] != word[0], other)
            for other, slips in found.items()
            if slips <= (2 if max(len(word), len(other)) >= _LONG else 1)
            and (max(letters, len(word)) > _OTHER or not _replaced(word, other))
        )
        return [other for _, _, other in ranked[:_MOST]]

    def longer(self, word: str) -> list[str]:
        """The words that it is the beginning of: `replic`, `sym`."""
        if len(word) < 3 or not word.isalpha():
            return []
        return [other for other in self._begins.get(word[:3], ()) if other.startswith(word) and other != word][:_MOST]

    def apart(self, word: str) -> tuple[str, str] | None:
        """The two known words of which it is made: `orderbook`."""
        least = 3 if len(word) >= _LONG else _SHORTEST
        if not word.isalpha():
            return None
        halves = [(word[:cut], word[cut:]) for cut in range(least, len(word) - least + 1)]
        known = [pair for pair in halves if pair[0] in self._known and pair[1] in self._known]
        return max(known, key=lambda pair: min(map(len, pair)), default=None)


def _one_less(word: str) -> Iterable[str]:
    return (word[:place] + word[place + 1 :] for place in range(len(word)))


def _replaced(one: str, two: str) -> bool:
    return len(one) == len(two) and sorted(one) != sorted(two)


def distance(one: str, two: str) -> int:
    """How many letters are missing, too many, different or have changed places with their neighbour."""
    before: list[int] = []
    row = list(range(len(two) + 1))
    for i, left in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, right in enumerate(two, 1):
            cost = min(before[j] + 1, row[-1] + 1, before[j - 1] + (left != right))
            if i > 1 and j > 1 and left == two[j - 2] and one[i - 2] == right:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]
