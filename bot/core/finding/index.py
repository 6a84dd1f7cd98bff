"""Index: in which sheets a term stands, how heavily, and how much that says: among all of them, or a system's."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import log

_NAMED = 1.75
"""How much more it says of a system that it is called so."""
_REMEMBERED = 50_000
_MENTIONS = 0.5
ABOUT = 0.5
"""A sheet in which a term stands this heavily is about it."""
_SATURATES = 2.4
"""From about this weight on more of the same term adds little."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The sheets among which is looked: all, or those of one system."""

    begin: int
    end: int

    @property
    def size(self) -> int:
        """How many there are."""
        return self.end - self.begin


class Index:
    """Made once of all sheets; a system's stand side by side."""

    def __init__(self) -> None:
        self._scopes: dict[str, Scope] = {}
        self._docs: dict[str, array[int]] = {}
        self._heavy: dict[str, array[float]] = {}
        self._systems: dict[str, list[int]] = {}
        """Term -> the places of the systems that know it."""
        self._named: set[tuple[str, int]] = set()
        """The terms by which the system at a place is called, or something of it."""
        self._parts: dict[tuple[str, ...], set[Scope]] = {}
        """Words -> the systems of which a part is called so."""
        self._called: dict[str, set[str]] = {}
        """Term -> the systems that are called so themselves."""
        self._begins: list[int] = []
        self._said: dict[tuple[str, Scope], tuple[float, float]] = {}
        self.size = 0

    def add(
        self,
        system: str,
        sheets: Iterable[Mapping[str, float]],
        names: Iterable[str] = (),
        called: Iterable[str] = (),
        parts: Iterable[tuple[str, ...]] = (),
    ) -> None:
        """Add the sheets of a system, further terms that it is known by, those of its own name, and the words by which
        its parts are called."""
        place, begin = len(self._begins), self.size
        self._said.clear()
        for sheet in sheets:
            for term, weight in sheet.items():
                docs = self._docs.get(term)
                if docs is None:
                    docs = self._docs[term] = array("I")
                    self._heavy[term] = array("f")
                docs.append(self.size)
                self._heavy[term].append(weight / (weight + _SATURATES))
                self._known_in(term, place)
            self.size += 1
        for term in names:
            self._known_in(term, place)
            self._named.add((term, place))
        self._begins.append(begin)
        self._scopes[system] = Scope(begin, self.size)
        for part in parts:
            self._parts.setdefault(part, set()).add(self._scopes[system])
        for term in called:
            self._called.setdefault(term, set()).add(system)

    def _known_in(self, term: str, place: int) -> None:
        known = self._systems.setdefault(term, [])
        if not known or known[-1] != place:
            known.append(place)

    @property
    def scopes(self) -> Iterable[Scope]:
        """Of every system."""
        return self._scopes.values()

    def scope(self, system: str = "") -> Scope:
        """The sheets of a system; without one all of them, and none of a system that is not known."""
        return self._scopes.get(system, Scope(0, 0)) if system else Scope(0, self.size)

    def meets(self, ways: Iterable[tuple[str, float]], place: int) -> bool:
        """Whether any of these terms stands in a sheet."""
        only = Scope(place, place + 1)
        return any(self.found(term, only)[0] for term, _ in ways)

    @property
    def terms(self) -> Iterable[str]:
        """Every term there is."""
        return self._docs.keys()

    def __contains__(self, term: str) -> bool:
        return term in self._systems

    def found(self, term: str, scope: Scope) -> tuple[array[int], array[float]]:
        """The sheets in which a term stands, and how heavily, from 0 to 1."""
        docs = self._docs.get(term)
        if docs is None:
            return _NOWHERE
        left, right = bisect_left(docs, scope.begin), bisect_left(docs, scope.end)
        return docs[left:right], self._heavy[term][left:right]

    def rarity(self, term: str, scope: Scope) -> float:
        """How much it says that a term stands somewhere: 0 for one that stands nowhere, most for one that a single
        sheet is about. Where it is only mentioned counts by how heavily: nearly every playbook mentions orders."""
        return self._says(term, scope)[0]

    def worth(self, term: str, scope: Scope) -> float:
        """The same, less where even the sheet that has it most only mentions it."""
        return self._says(term, scope)[1]

    def heads(self, term: str, scope: Scope) -> bool:
        """Whether a sheet is about a term, and does not only mention it."""
        says, worth = self._says(term, scope)
        return worth > _MENTIONS * says

    def _says(self, term: str, scope: Scope) -> tuple[float, float]:
        key = term, scope
        if key not in self._said:
            docs, heavy = self.found(term, scope)
            says = rarity(max(1.0, sum(heavy) / ABOUT), scope.size) if docs else 0.0
            if len(self._said) >= _REMEMBERED:
                self._said.clear()
            self._said[key] = says, says * min(1.0, max(heavy, default=0.0) / ABOUT)
        return self._said[key]

    def called(self, term: str) -> set[str]:
        """The systems that are called so; none where a playbook of another one is about something of that name."""
        systems = self._called.get(term, set())
        elsewhere = (scope for system, scope in self._scopes.items() if system not in systems)
        return set() if systems and any(self.heads(term, scope) for scope in elsewhere) else systems

    def is_called(self, term: str, scope: Scope) -> bool:
        """Whether a term is the name of the system whose sheets these are: it says nothing about any of them."""
        return any(self._scopes[system] == scope for system in self._called.get(term, ()))

    def is_part(self, stems: tuple[str, ...], scope: Scope) -> bool:
        """Whether a part of one of these systems is called so: `execution engine`."""
        return any(scope.begin <= one.begin < scope.end for one in self._parts.get(stems, ()))

    def rarest(self, scope: Scope) -> float:
        """The rarity of what stands in a single sheet."""
        return rarity(1, scope.size)

    def systems_of(self, term: str) -> list[tuple[Scope, float]]:
        """The sheets of the systems that know a term which others do not, and how much that says."""
        known = self._systems.get(term, [])
        if not known or len(known) == len(self._begins):
            return []
        says, scopes = log(len(self._begins) / len(known)), list(self._scopes.values())
        return [(scopes[place], says * (_NAMED if (term, place) in self._named else 1.0)) for place in known]


_NOWHERE: tuple[array[int], array[float]] = (array("I"), array("f"))


def rarity(count: float, of: int) -> float:
    """Robertson's measure: log(1 + (n - df + 0.5) / (df + 0.5))."""
    return log(1 + max(0.0, of - count + 0.5) / (count + 0.5))
