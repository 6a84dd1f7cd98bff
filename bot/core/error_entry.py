"""Error entry: what a message in a log or an alert means, and what helps. Content; drawn from a pack."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, kw_only=True, slots=True)
class ErrorEntry:
    """One error message of a system."""

    name: str
    system: str
    says: tuple[str, ...]
    """As it stands in logs; `*` is anything within a line."""
    means: str
    """The cause."""
    do: str
    """The remedy, in a sentence or two."""
    playbook: str = ""
    step: str = ""
    covers: tuple[str, ...] = ()

    def said_in(self, text: str) -> str:
        """The longest of its messages that stands in the text, in any case; empty where none does."""
        there = (said for said in self.says if pattern_of(said).search(text))
        return max(there, key=len, default="")


@lru_cache(maxsize=16_384)
def pattern_of(said: str) -> re.Pattern[str]:
    """Finds a message: capitals do not matter, blanks may be more than one, `*` is anything within a line."""
    parts = [r"\s+".join(re.escape(word) for word in part.split()) for part in said.split("*")]
    return re.compile(r"[^\n]{0,200}?".join(parts), re.IGNORECASE)


def explained(entries: Sequence[ErrorEntry], text: str) -> list[ErrorEntry]:
    """The entries whose message stands in a text, the longest message first: it says most."""
    found = [(len(said), entry) for entry in entries if (said := entry.said_in(text))]
    return [entry for _, entry in sorted(found, key=lambda one: -one[0])]
