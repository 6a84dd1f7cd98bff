"""Explainer: the error entries that a text is about: those whose message stands in it, else those that it resembles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.core.error_entry import ErrorEntry, explained
from bot.core.finding.ranking import Ranking
from bot.core.finding.resemblance import Resemblance
from bot.core.finding.sheet import sheet_of_entry

MOST = 5
NEAREST = 3
ALIKE = 0.76
"""The least resemblance of a text to a message that does not stand in it: a wrong explanation is worse than none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Explained:
    """What is known of an error text."""

    entries: tuple[ErrorEntry, ...]
    exact: bool
    """Whether their messages stand in the text; else they are the nearest."""


class Explainer:
    """Made once of all error entries."""

    def __init__(self, entries: Mapping[str, Iterable[ErrorEntry]]) -> None:
        self._by_system = {system: tuple(of_it) for system, of_it in entries.items()}
        self._all = [entry for of_it in self._by_system.values() for entry in of_it]
        self._ranking = Ranking()
        for system, of_it in self._by_system.items():
            self._ranking.add(system, [sheet_of_entry(entry) for entry in of_it], ())

    def explain(self, text: str, system: str = "") -> Explained:
        """The entries that a text is about, best first; none where nothing is known. `system`: only of that one."""
        known = self._by_system.get(system, ()) if system else self._all
        exact = explained(known, text)
        if exact:
            return Explained(entries=tuple(exact[:MOST]), exact=True)
        wants = self._ranking.wants(text, system)
        resemblance = Resemblance(text, wants)
        near = [self._all[one.place] for one in self._ranking.rank(text, wants, system)]
        alike = [entry for entry in near if resemblance.to(entry.says) >= ALIKE]
        return Explained(entries=tuple(alike[:NEAREST]), exact=False)
