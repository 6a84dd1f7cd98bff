"""What tired operators ask, and how often the right playbook is found: the questions' halves, and their figures."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from bot.core.finding import Finder, Found
from tests.playbooks.kit import SYSTEMS, contents

_FOLDER = Path(__file__).parent / "questions"
TUNING, KEPT = "tuning", "kept"
"""The half by which the ranking was made, and the half that was put aside meanwhile."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """One question, and the ids of the guide's inventory of which one answers it; none: no guide does."""

    ask: str
    covers: tuple[str, ...]
    half: str


@dataclass(kw_only=True, slots=True)
class Figures:
    """How many questions there are, and for how many the right playbook was found."""

    total: int = 0
    first: int = 0
    """First, with the system known."""
    three: int = 0
    """Among the first three, with the system known."""
    over_all: int = 0
    """First, over all systems."""
    missed: list[str] = field(default_factory=list)
    """What was not first in its system, or not over all."""

    def add(self, other: Figures) -> None:
        """Count these too."""
        self.total, self.first = self.total + other.total, self.first + other.first
        self.three, self.over_all = self.three + other.three, self.over_all + other.over_all
        self.missed += other.missed

    def __str__(self) -> str:
        parts = (self.first / self.total, self.three / self.total, self.over_all / self.total)
        return f"{self.total} questions: first {parts[0]:.1%}, in three {parts[1]:.1%}, over all {parts[2]:.1%}"


def questions(name: str, half: str = "") -> list[Question]:
    """Those of a system, or with `none` those that no guide answers; of one half, or all."""
    rows = YAML(typ="safe").load(_FOLDER / f"{name}.yaml")
    found = [Question(ask=row["ask"], covers=tuple(row["covers"]), half=row["half"]) for row in rows]
    return [one for one in found if half in ("", one.half)]


@cache
def finder() -> Finder:
    """Of all five packs."""
    return Finder([one.material for one in contents().values()])


@cache
def answers() -> dict[str, frozenset[tuple[str, str]]]:
    """The playbooks that do the work of an item: those that stand for it as a whole, else those with a step for it,
    else those to which its error entry leads."""
    whole: dict[str, set[tuple[str, str]]] = {}
    parts: dict[str, set[tuple[str, str]]] = {}
    for system in SYSTEMS:
        its = contents()[system]
        for playbook in its.playbooks.by_name.values():
            for id_ in playbook.covers:
                whole.setdefault(id_, set()).add((system, playbook.name))
            for step in playbook.steps.values():
                for id_ in step.covers:
                    parts.setdefault(id_, set()).add((system, playbook.name))
        for entry in its.errors:
            for id_ in entry.covers if entry.playbook else ():
                parts.setdefault(id_, set()).add((system, entry.playbook))
    return {id_: frozenset(found) for id_, found in (parts | whole).items()}


def is_right(found: Found, question: Question) -> bool:
    """Whether that answers it."""
    return any((found.system, found.playbook) in answers().get(id_, ()) for id_ in question.covers)


def figures(system: str, half: str) -> Figures:
    """Of one system's questions."""
    result = Figures()
    for question in questions(system, half):
        here, everywhere = finder().find(question.ask, system), finder().find(question.ask)
        first = bool(here) and is_right(here[0], question)
        over_all = bool(everywhere) and is_right(everywhere[0], question)
        result.total += 1
        result.first += first
        result.three += any(is_right(one, question) for one in here[:3])
        result.over_all += over_all
        if not (first and over_all):
            got = [f"{one.system}.{one.playbook} {one.score}" for one in (everywhere if first else here)[:2]]
            result.missed.append(f"{system} {'over all' if first else 'here'}: {question.ask!r} -> {got}")
    return result


def all_figures(half: str) -> Figures:
    """Of all systems together."""
    result = Figures()
    for system in SYSTEMS:
        result.add(figures(system, half))
    return result


def offered_for_nothing(half: str, system: str = "") -> list[str]:
    """The questions that no guide answers and that something is offered for all the same."""
    return [one.ask for one in questions("none", half) if finder().find(one.ask, system)]
