"""Checklist: lines to be done and ticked one by one, by whoever takes them. Content; drawn from a pack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from bot.core.alert import Severity


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line of a checklist."""

    name: str
    text: str
    stage: str = ""
    """The heading it stands under, such as `Containment`; empty: none."""
    command: str = ""
    """What to type for it; empty: nothing."""
    covers: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Checklist:
    """The checklist as its pack has it. What an incident has come to is stored with it, and stays as it was then."""

    name: str
    title: str
    severities: frozenset[Severity] = frozenset()
    """It begins by itself for incidents of these; empty with `types`: of any."""
    types: frozenset[str] = frozenset()
    """It begins by itself for these issue types; empty with `severities`: for any."""
    lines: tuple[Line, ...]
    covers: tuple[str, ...] = ()

    def begins(self, severity: Severity, types: Sequence[str]) -> bool:
        """Whether it begins by itself for an incident of that severity and of those types."""
        if not self.severities and not self.types:
            return False
        fits = not self.types or any(type_ in self.types for type_ in types)
        return fits and (not self.severities or severity in self.severities)

    def line(self, name: str) -> Line | None:
        """The line of that name."""
        return next((line for line in self.lines if line.name == name), None)

    @property
    def stages(self) -> list[tuple[str, list[Line]]]:
        """Its lines under their headings, in order."""
        found: list[tuple[str, list[Line]]] = []
        for line in self.lines:
            if not found or found[-1][0] != line.stage:
                found.append((line.stage, []))
            found[-1][1].append(line)
        return found


@dataclass(frozen=True, kw_only=True, slots=True)
class Tick:
    """Where one line stands."""

    line: str
    owner: str = ""
    """Id of the person whose line it is; empty: anybody's."""
    owner_name: str = ""
    at: datetime | None = None
    """When it was ticked; None: it is not."""
    by: str = ""
    """The name of the person who ticked it."""


class Progress(NamedTuple):
    """How far a checklist is."""

    done: int
    lines: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Ticked:
    """A checklist of one incident, as it stands."""

    checklist: Checklist
    ticks: Mapping[str, Tick] = field(default_factory=dict)
    """By line; a line without one is open and anybody's."""

    def tick(self, line: str) -> Tick:
        """Where that line stands."""
        return self.ticks.get(line) or Tick(line=line)

    @property
    def progress(self) -> Progress:
        """How many lines are ticked, of how many."""
        done = sum(self.tick(line.name).at is not None for line in self.checklist.lines)
        return Progress(done=done, lines=len(self.checklist.lines))

    @property
    def open_lines(self) -> list[Line]:
        """Those that are not ticked."""
        return [line for line in self.checklist.lines if self.tick(line.name).at is None]
