"""Error entry: what a message in a log or an alert means, and what helps. Content; drawn from a pack."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass


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

    def fits(self, text: str) -> bool:
        """Whether the message stands in the text, in any case."""
        return any(pattern_of(said).search(text) for said in self.says)


def pattern_of(said: str) -> re.Pattern[str]:
    """Finds a message: capitals do not matter, blanks may be more than one, `*` is anything within a line."""
    parts = [r"\s+".join(re.escape(word) for word in part.split()) for part in said.split("*")]
    return re.compile(r"[^\n]{0,200}?".join(parts), re.IGNORECASE)


def explained(entries: Sequence[ErrorEntry], text: str) -> list[ErrorEntry]:
    """The entries whose message stands in a text, the longest message first: it says most."""
    found = [entry for entry in entries if entry.fits(text)]
    return sorted(found, key=lambda entry: -max(len(said) for said in entry.says))
