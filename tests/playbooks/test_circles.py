"""Circles: a walk that its checks lead round and round, through any number of playbooks, asks a person."""

from __future__ import annotations

import random
from collections import Counter
from functools import cache
from itertools import islice
from typing import Any

import pytest

from bot.core.errors import Refused
from bot.core.evidence import State
from bot.core.playbook import Playbook, Step, frozen, stepping, turning
from bot.core.playbook.walk import Finding, Stand, Walk
from tests.playbooks.coming_to import seen_together
from tests.playbooks.kit import NOW, SYSTEMS, playbooks

WALKS = 40
"""Of each playbook, each with a world of its own in which nothing changes."""

_NOT_READY = {name: {"state": "fail"} for name in ("pod_states", "pod", "service", "endpoints")}
_NOT_THE_ENGINE = {
    "engine_process": {"state": "ok", "facts": {"memory_percent": 30}},
    "book_memory": {"state": "warn"},
    "kernel_kills": {"state": "fail", "facts": {"oom_kills": 0, "panics": 1}},
}


def by_itself(system: str, name: str, world: Any) -> tuple[Walk, dict[str, Playbook]]:
    """A walk as far as nobody is needed; `world` tells what the checks of a step find."""
    books = dict(playbooks(system))
    book = books[name]
    given = {name: one.default or one.kind.example.split()[0] for name, one in book.parameters.items() if not one.later}
    return onward(system, stepping.begin(book, given), world), books


def onward(system: str, at: Walk, world: Any) -> Walk:
    """On, as far as nobody is needed."""
    books = playbooks(system)
    for _ in range(1_000):
        step = books[at.playbook].steps[at.step]
        match at.stand:
            case Stand.LOOKING:
                at = stepping.found(books[at.playbook], at, world(system, step), NOW)
            case Stand.CALLING:
                at = stepping.called(books[at.playbook], at, "level 2 paged now", NOW)
            case Stand.MOVING:
                try:
                    at = stepping.moved(at, step, books[step.playbook], NOW)
                except Refused as problem:
                    return stepping.stop(at, str(problem))
            case _:
                return at
    raise AssertionError("it goes on for ever")


def told(said: dict[str, Any]) -> Any:
    """A world in which these checks find this and the others are well."""

    def look(system: str, step: Any) -> dict[str, Finding]:
        found = {name: said.get(name, {"state": "ok"}) for name in step.checks}
        return {
            name: Finding(state=State(one["state"]), facts=one.get("facts", {}), verdict=f"{name} as before")
            for name, one in found.items()
        }

    return look


@pytest.mark.parametrize(
    ("system", "name", "said"),
    [
        ("sapphire", "crash_loop", _NOT_READY),
        ("sapphire", "service_unreachable", _NOT_READY),
        ("hft", "out_of_memory", _NOT_THE_ENGINE | {"kernel_kills": {"state": "fail", "facts": {"oom_kills": 1}}}),
    ],
)
def test_two_playbooks_that_lead_to_each_other(system: str, name: str, said: dict[str, Any]):
    walk, books = by_itself(system, name, told(said))
    assert (walk.stand, walk.circling) == (Stand.WAITING, True)
    assert "the checks have led here 2 times already, and nobody was asked" in walk.asks
    assert books[walk.playbook].steps[walk.step].choices
    assert frozen.read_walk(frozen.walk_json(walk)) == walk


def circle() -> tuple[Walk, Playbook]:
    walk, books = by_itself("sapphire", "crash_loop", told(_NOT_READY))
    return walk, books[walk.playbook]


def test_it_looks_again_when_somebody_says_so_and_asks_again():
    walk, book = circle()
    again = stepping.look_again(book, walk, by="Ann", now=NOW)
    assert (again.stand, again.circling, again.asks) == (Stand.LOOKING, False, "")
    asked = onward("sapphire", again, told(_NOT_READY))
    assert asked.circling
    assert len(asked.trail) > len(walk.trail)


def test_an_answer_leads_out_of_it():
    walk, book = circle()
    choices = book.steps[walk.step].choices
    out = stepping.answer(book, walk, len(choices) - 1, by="Ann", now=NOW)
    assert (out.step, out.circling) == (choices[-1].go, False)
    assert turning.back(out).circling is False


def test_a_question_of_a_person_is_no_look():
    book, asks = next(
        (book, step) for book in playbooks("hft").values() for step in book.steps.values() if step.kind == "ask"
    )
    walk = Walk(playbook=book.name, step=asks.name, stand=Stand.WAITING)
    with pytest.raises(Refused, match="nothing to look at again"):
        stepping.look_again(book, walk, by="Ann", now=NOW)


@cache
def _findings(system: str, book: str, step: str) -> list[dict[str, Finding]]:
    return list(islice(seen_together(system, playbooks(system)[book].steps[step]), 400))


def test_whatever_the_checks_find_a_person_is_asked_in_time():
    dice, circles = random.Random(7), 0
    for system, name in [(one, name) for one in SYSTEMS for name in playbooks(one)]:
        for _ in range(WALKS):
            walk, books = by_itself(system, name, _at_random(dice))
            circles += walk.circling
            for (book, step), times in Counter((one.playbook, one.step) for one in walk.trail).items():
                one = books[book].steps[step]
                # Turns and calls are come to as often as the looks that lead there.
                assert one.kind != "check" or times <= (one.at_most or stepping.ALONE), (name, book, step, times)
    assert circles, "none of these went round, so nothing was tried"


def _at_random(dice: random.Random) -> Any:
    seen: dict[int, dict[str, Finding]] = {}

    def look(system: str, step: Step) -> dict[str, Finding]:
        book = next(one.name for one in playbooks(system).values() if one.steps.get(step.name) is step)
        return seen.setdefault(id(step), dice.choice(_findings(system, book, step.name)))

    return look
