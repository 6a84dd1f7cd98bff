"""Every branch of every playbook is walked at least once, and every walk comes to an end."""

from __future__ import annotations

import pytest

from bot.core.argument import KINDS
from bot.core.evidence import State
from bot.core.playbook import Playbook, stepping
from bot.core.playbook.walk import Finding, Stand, Walk
from tests.playbooks.kit import NOW, SYSTEMS, playbooks

MOST = 3_000
"""Walks of one playbook that differ in where they are and how often they have been there."""


@pytest.mark.parametrize("system", SYSTEMS)
def test_no_branch_is_a_dead_end(system: str):
    for book in playbooks(system).values():
        taken, ends = explored(book)
        there = {(step.name, choice.say) for step in book.steps.values() for choice in step.choices}
        assert there - taken == set(), book.name
        assert ends, book.name


def explored(book: Playbook) -> tuple[set[tuple[str, str]], set[str]]:
    """All that can be decided in a playbook, and where it ends, with checks that can never tell: a person decides."""
    taken: set[tuple[str, str]] = set()
    ends: set[str] = set()
    seen: set[object] = set()
    waiting = [stepping.begin(book, _some_values(book))]
    while waiting:
        at = waiting.pop()
        key = at.step, at.stand, _counted(book, at)
        if key in seen:
            continue
        seen.add(key)
        assert len(seen) < MOST, f"{book.name} goes on for ever"
        step = book.steps[at.step]
        match at.stand:
            case Stand.LOOKING:
                unknown = {name: Finding(state=State.UNKNOWN) for name in step.checks}
                waiting.append(stepping.found(book, at, unknown, NOW))
            case Stand.CALLING:
                waiting.append(stepping.called(book, at, "level 2 paged now", NOW))
            case Stand.WAITING:
                for place, choice in enumerate(step.choices):
                    waiting.append(stepping.answer(book, at, place, by="Ann", now=NOW))
                    taken.add((step.name, choice.say))
            case _:
                ends.add(step.name)
    return taken, ends


def _counted(book: Playbook, at: Walk) -> int:
    """How often it has been at steps that count it, all together: which of them matters little here."""
    return sum(bool(book.steps[visit.step].at_most) for visit in at.trail)


def _some_values(book: Playbook) -> dict[str, str]:
    return {name: one.default or KINDS[one.kind.name].example.split(" or ")[0] for name, one in book.parameters.items()}
