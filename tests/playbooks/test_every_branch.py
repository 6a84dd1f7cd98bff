"""Every branch of every playbook is walked at least once, and every walk comes to an end."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.core.argument import KINDS
from bot.core.evidence import State
from bot.core.playbook import Playbook, walk
from bot.core.playbook.walk import Finding, Stand, Walk
from tests.playbooks.kit import NOW, SYSTEMS, every_way, playbooks


@pytest.mark.parametrize("system", SYSTEMS)
def test_no_branch_is_a_dead_end(system: str):
    for book in playbooks(system).values():
        taken = {visit for choices in every_way(book) for visit in _walked(system, book, choices)}
        there = {(step.name, choice.say) for step in book.steps.values() for choice in step.choices}
        assert there - taken == set(), book.name


def _walked(system: str, book: Playbook, choices: Sequence[int]) -> set[tuple[str, str]]:
    """What a walk decides that makes these choices first and then always the first one; checks can never tell, so that
    a person decides everything."""
    rest = list(choices)
    first = book
    at = walk.begin(book, _some_values(book))
    for _ in range(300):
        step = book.steps[at.step]
        match at.stand:
            case Stand.LOOKING:
                unknown = {name: Finding(state=State.UNKNOWN) for name in step.checks}
                at = walk.found(book, at, unknown, NOW)
            case Stand.WAITING:
                at = _chosen(book, at, rest)
            case Stand.CALLING:
                at = walk.called(book, at, "level 2 paged now", NOW)
            case Stand.MOVING:
                book = playbooks(system)[step.playbook]
                at = walk.moved(at, step, book, NOW)
            case _:
                return {(visit.step, visit.said) for visit in at.trail if visit.playbook == first.name}
    raise AssertionError(f"{first.name} does not end after {list(choices)}")


def _chosen(book: Playbook, at: Walk, rest: list[int]) -> Walk:
    choices = len(book.steps[at.step].choices)
    choice = rest.pop(0) if rest else len(at.trail) % choices
    return walk.answer(book, at, choice, by="Ann", now=NOW)


def _some_values(book: Playbook) -> dict[str, str]:
    return {name: one.default or KINDS[one.kind.name].example.split(" or ")[0] for name, one in book.parameters.items()}
