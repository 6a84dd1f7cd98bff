"""Messages: the error messages that are known, looked for in a question word by word."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.core.error_entry import pattern_of
from bot.core.finding.index import Scope
from bot.core.finding.terms import LONGEST

_SURE = 14
"""Letters from which on a message is no chance: `timeout` stands in many a text."""


@dataclass(frozen=True, slots=True)
class Message:
    """One of them, and the place of the sheet whose it is."""

    place: int
    text: str
    pattern: re.Pattern[str]

    @property
    def sure(self) -> bool:
        """Whether the message alone says what is wrong."""
        return len(self.text) >= _SURE


class Messages:
    """All of them."""

    def __init__(self) -> None:
        self._all: list[tuple[str, Message]] = []
        """Each behind its longest piece without a `*`, in small letters with single blanks: a text without that does
        not hold the message."""

    def add(self, messages: Iterable[tuple[int, str]]) -> None:
        """Add messages, each with the place of its sheet."""
        for place, text in messages:
            part = max((" ".join(piece.split()) for piece in text.lower().split("*")), key=len)
            self._all.append((part, Message(place, text, pattern_of(text))))

    def said_in(self, words: str, scope: Scope) -> dict[int, Message]:
        """By place: the longest message that stands in the words."""
        words = words[:LONGEST]
        plain = " ".join(words.lower().split())
        stands: dict[str, bool] = {}
        """By message: packs of one family have the same ones."""
        found: dict[int, Message] = {}
        for message in [message for part, message in self._all if part in plain]:
            if not scope.begin <= message.place < scope.end:
                continue
            if message.text not in stands:
                stands[message.text] = message.pattern.search(words) is not None
            if stands[message.text]:
                known = found.get(message.place)
                if known is None or len(message.text) > len(known.text):
                    found[message.place] = message
        return found
