"""Messages: the error messages that playbooks know, looked for in a question word by word."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.core.error_entry import ErrorEntry, pattern_of
from bot.core.finding.index import Scope

_SURE = 14
"""Letters from which on a message is no chance: `timeout` stands in many a text."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message that a playbook knows."""

    place: int
    text: str
    part: str
    """Its longest piece without a `*`, in small letters with single blanks: no text without it holds the message."""
    pattern: re.Pattern[str]
    entry: ErrorEntry | None = None

    @property
    def sure(self) -> bool:
        """Whether the message alone says what is wrong."""
        return len(self.text) >= _SURE


class Messages:
    """All of them."""

    def __init__(self) -> None:
        self._all: list[Message] = []

    def add(self, place: int, said: Iterable[str], entries: Iterable[ErrorEntry]) -> None:
        """Add those of the playbook at that place."""
        for text, entry in (*((text, None) for text in said), *((s, entry) for entry in entries for s in entry.says)):
            part = max((" ".join(piece.split()) for piece in text.lower().split("*")), key=len)
            self._all.append(Message(place, text, part, pattern_of(text), entry))

    def said_in(self, words: str, scope: Scope) -> dict[int, Message]:
        """By playbook: the longest of its messages that stands in the words; an error entry's before the same text of
        the playbook itself."""
        plain = " ".join(words.lower().split())
        found: dict[int, Message] = {}
        for message in self._all:
            if scope.begin <= message.place < scope.end and message.part in plain and message.pattern.search(words):
                known = found.get(message.place)
                if known is None or (len(message.text), message.entry is not None) > (
                    len(known.text), known.entry is not None
                ):  # fmt: skip
                    found[message.place] = message
        return found
