"""Every branch of every check of every playbook is taken by something that its checks may come to. A branch that
nothing leads to is dead: what it says can never be found out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from bot.core.evidence import State
from bot.core.expression import compile_expression
from bot.core.playbook import Branch, Kind, Playbook, Step, stepping
from bot.core.playbook.walk import Finding, Stand, Walk
from tests.playbooks.coming_to import said_together, seen_together
from tests.playbooks.kit import NOW, SYSTEMS, playbooks

_PACKS = Path(__file__).parents[2] / "playbooks"
SAID_BY_PEOPLE = frozenset({
    "Docker cannot be asked", "I have looked them up", "I have looked them up at Alpaca", "It cannot be read",
    "It cannot be seen", "It cannot be told", "It is kept elsewhere", "Nobody can tell", "The machine cannot be asked",
    "They are kept elsewhere", "They cannot be read",
})  # fmt: skip
"""The last branch of a step, where it is for people only: its checks cannot tell."""


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_branch_is_taken(system: str):
    branches = taken = 0
    dead: list[str] = []
    for book in playbooks(system).values():
        for step in book.steps.values():
            left = untaken(book, step)
            branches += len(step.branches)
            taken += len(step.branches) - len(left)
            dead += [f"{_place(book, step, number)} {step.branches[number].say}" for number in left]
    assert dead == [], f"{taken} of {branches} branches of {system} are taken"
    assert taken == branches > 100


def untaken(book: Playbook, step: Step) -> list[int]:
    """The branches of a step, by their places, that are taken by nothing that its checks come to, nor by a person who
    is asked instead and says that nobody can tell."""
    left = set(range(len(step.branches)))
    # Two branches may say the same.
    numbered = replace(step, branches=tuple(replace(one, say=str(n)) for n, one in enumerate(step.branches)))
    told = replace(book, steps={**book.steps, step.name: numbered})
    for arguments in said_together(book, step):
        at = Walk(playbook=book.name, step=step.name, stand=Stand.LOOKING, arguments=arguments)
        for findings in seen_together(book.system, step) if left else ():
            on = stepping.found(told, at, findings, NOW)
            if on.trail:
                left.discard(int(on.trail[-1].said))
            if not left:
                break
    return [number for number in sorted(left) if not _by_people(told, step, number)]


def _by_people(book: Playbook, step: Step, number: int) -> bool:
    """Whether that branch is there for whoever is asked when the checks cannot tell, and leads on."""
    branch = step.branches[number]
    if branch.say not in SAID_BY_PEOPLE or branch.when is not None:
        return False
    blind = {name: Finding(state=State.UNKNOWN) for name in step.checks}
    at = stepping.found(book, Walk(playbook=book.name, step=step.name, stand=Stand.LOOKING), blind, NOW)
    return stepping.answer(book, at, number, by="Ann", now=NOW).step == branch.go


def _place(book: Playbook, step: Step, number: int) -> str:
    file = _PACKS / book.system / f"{book.name}.yaml"
    branches = YAML().load(file.read_text())["steps"][step.name]["then"]
    return f"{file.relative_to(_PACKS.parent)}:{branches.lc.item(number)[0] + 1}:"


# --- of what is dead it says so


def a_step(checks: Sequence[str], *rules: str) -> tuple[Playbook, Step]:
    """A step of hft that looks and branches by these rules; an empty one is for every other case."""
    branches = tuple(
        Branch(say=one or "else", go="end", when=compile_expression(one) if one else None) for one in rules
    )
    step = Step(name="look", kind=Kind.CHECK, text="?", checks=tuple(checks), branches=branches)
    end = Step(name="end", kind=Kind.DONE, text="The end.")
    return Playbook(name="a", system="hft", title="A", start="look", steps={"look": step, "end": end}), step


@pytest.mark.parametrize(
    ("checks", "rules", "dead"),
    [
        # book_sanity fails or does not: it has no rule that warns.
        (["book_sanity"], ["state == 'warn'", "state == 'fail'", ""], [0]),
        (["book_sanity"], ["state == 'fail'", "state == 'ok'", ""], [2]),
        # What is behind a wider rule is never asked.
        (["engine_disk"], ["state in ['warn', 'fail']", "state == 'fail'", ""], [1]),
        # No number is both.
        (["rate_limit_log"], ["count > 3 and count < 4", "count > 5 and count < 5", ""], [1]),
        # It warns of one already.
        (["rate_limit_log"], ["at_least == 3 and state == 'ok'", ""], [0]),
        (["rejections"], ["matches(groups | join(' '), 'lot.?size|qty')", "'qty' in groups", ""], [1]),
        (["venues", "book_sanity"], ["venues.state == 'fail'", "failed == ['venues']", ""], [1]),
    ],
)  # fmt: skip
def test_a_dead_branch_is_found(checks: list[str], rules: list[str], dead: list[int]):
    assert untaken(*a_step(checks, *rules)) == dead
