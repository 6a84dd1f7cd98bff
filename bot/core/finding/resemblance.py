"""Resemblance: how much of an error message a text says in other words. A message is what it is about and what is wrong
with it; a text that tells of no trouble resembles none, though it is about the same thing: `Queue depth 12`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bot.core.finding.asked import Want
from bot.core.finding.terms import Word, stem, words_of

_MEANT = 0.5
"""What a word of the message counts that the text only means."""
_TIMEOUT = "#timeout"
_WORDS = """
abort bad banned broken cannot cant closed conflict corrupt crash crashloopbackoff dead deadlock denied disabled
down err error evicted exceeded exhausted expired fail failure fault forbidden full gap gone illegal insufficient
invalid kill lacks lost malformed mismatch missed no not off oom out overflow panic panicked refused rejected
restricted segfault short slow stale stuck timeout too unable unauthorized unavailable unexpected unhealthy unknown
unreachable unsupported violation wrong
"""
_TROUBLE = frozenset(map(stem, _WORDS.split()))
"""Words that tell that something is wrong."""
_ONLY_IN_MESSAGES = frozenset({"off", "out"})
"""Those that tell so in a message (out of memory), and mostly nothing in a text (rolled out)."""
_TELLING = (_TROUBLE - _ONLY_IN_MESSAGES) | {_TIMEOUT}
_DENYING = "no not never without isnt wasnt hasnt havent didnt doesnt arent nothing none"
_DENY = frozenset(map(stem, _DENYING.split()))
_FILLING = "been yet be being any is was ever currently now the a an"
_BETWEEN = frozenset(map(stem, _FILLING.split()))
"""Words that may stand between what denies and what it denies: not yet exceeded."""
_PORT, _USE = "#port", "use"
"""Together they tell of trouble too: address in use. Memory that is in use does not."""


class Resemblance:
    """A text, made once and then compared with any number of messages."""

    def __init__(self, text: str, wants: Iterable[Want]) -> None:
        self._heard: dict[str, float] = {}
        words = words_of(text)
        for term, weight in [way for want in wants for way in want.ways] + [(word.stem, 1.0) for word in words]:
            heard = _MEANT if term[0] == "#" else min(1.0, weight)
            self._heard[term] = max(heard, self._heard.get(term, 0.0))
        told = {term for word in _not_denied(words) for term in (word.stem, *word.concepts)}
        slipped = self._heard.keys() - {term for word in words for term in (word.stem, *word.concepts)}
        self._troubled = bool(_TELLING & (told | slipped)) or (_PORT in self._heard and _USE in self._heard)

    def to(self, says: Iterable[str]) -> float:
        """From 0 to 1: to the message of an entry that it resembles most."""
        return max(map(self._to_one, says), default=0.0)

    def _to_one(self, message: str) -> float:
        words = words_of(message.replace("*", " "))
        trouble = [word for word in words if _is_trouble(word)]
        if trouble and not self._troubled:
            return 0.0
        # Any trouble will do, an overflow for what is full, but where a message tells of nothing else: timed out.
        about = [word for word in words if word.weighs and word not in trouble] or trouble
        return sum(map(self._says, about)) / len(about) if about else 0.0

    def _says(self, word: Word) -> float:
        return max(self._heard.get(term, 0.0) for term in (word.stem, *word.concepts))


def _not_denied(words: Sequence[Word]) -> Iterator[Word]:
    """The words without trouble that is denied, and without what denies it: in `not yet exceeded` nothing is wrong, in
    `not connected` it is."""
    place = 0
    while place < len(words):
        after = place + 1
        while after < len(words) and words[after].stem in _BETWEEN:
            after += 1
        denied = words[place].stem in _DENY and after < len(words) and _is_trouble(words[after])
        if denied and words[after].stem not in _DENY:
            place = after + 1
            continue
        yield words[place]
        place += 1


def _is_trouble(word: Word) -> bool:
    return word.stem in _TROUBLE or _TIMEOUT in word.concepts
