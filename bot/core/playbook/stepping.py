"""Stepping on: what findings, answers and what the bot did make of a walk. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from itertools import takewhile
from typing import Any

from bot.core.errors import Refused
from bot.core.evidence import State, worst
from bot.core.expression import Facts
from bot.core.playbook.filling import arguments_of, learned_by, said, values_for
from bot.core.playbook.value import Answer, Branch, Kind, Playbook, Step
from bot.core.playbook.walk import Finding, Stand, Turn, Visit, Walk

ALONE = 2
"""How often the bot looks at one step by itself, where the step says nothing else, before it asks whether it goes in a
circle."""
_LOOKS_AGAIN = "look again"


def begin(playbook: Playbook, arguments: Mapping[str, str]) -> Walk:
    """A walk at the first step. Raises Refused for an argument that is missing or wrong."""
    values = values_for(playbook, arguments)
    return _entered(
        playbook, Walk(playbook=playbook.name, step="", stand=Stand.WAITING, arguments=values), playbook.start
    )


# --- what the checks found


def found(playbook: Playbook, walk: Walk, findings: Mapping[str, Finding], now: datetime) -> Walk:
    """After the checks of its step. Where they cannot tell, a person is asked."""
    step = playbook.steps[walk.step]
    branch, why = _decided(step, findings, walk.arguments)
    if branch is None:
        return walk.changed(stand=Stand.WAITING, asks=why)
    visit = Visit(playbook=playbook.name, step=step.name, said=branch.say, why=why, at=now)
    return _entered(playbook, walk.changed(trail=(*walk.trail, visit)), branch.go)


def _decided(step: Step, findings: Mapping[str, Finding], arguments: Mapping[str, str]) -> tuple[Branch | None, str]:
    """The branch that holds, with what was seen; or none, with what could not be found out."""
    facts = Facts({**arguments, **_facts(step, findings)})
    unknown = [name for name in step.checks if findings[name].state is State.UNKNOWN]
    blind = ", ".join(findings[name].verdict or name for name in unknown)
    seen = "; ".join(one.verdict for one in findings.values() if one.verdict)
    for branch in step.branches:
        if branch.when is None:
            return (None, blind) if unknown else (branch, seen)
        answer = branch.when.ask(facts)
        if answer.value is None:
            return None, blind or answer.why
        if answer.value:
            return branch, seen
    return None, blind


def _facts(step: Step, findings: Mapping[str, Finding]) -> dict[str, Any]:
    known: dict[str, Any] = {name: {**one.facts, "state": one.state.value} for name, one in findings.items()}
    known["failed"] = [name for name in step.checks if findings[name].state is State.FAIL]
    known["state"] = worst(one.state for one in findings.values()).value
    if len(step.checks) == 1:
        (only,) = findings.values()
        known = {**only.facts, **known}
    return known


# --- what people say


def answer(playbook: Playbook, walk: Walk, choice: int, *, by: str, now: datetime, why: str = "") -> Walk:
    """After somebody chose. Raises Refused where there is nothing to choose."""
    chosen = _choice(playbook, walk, choice)
    step = playbook.steps[walk.step]
    visit = Visit(playbook=playbook.name, step=step.name, said=chosen.say, by=by, why=why, at=now)
    return _entered(playbook, walk.changed(trail=(*walk.trail, visit)), chosen.go)


def skip(playbook: Playbook, walk: Walk, choice: int | None, *, by: str, why: str, now: datetime) -> Walk:
    """Go on without having done it, for a reason. `choice` may be None where there is one way on. Raises Refused where
    there is nothing to skip, and where nobody said why, or where to go on."""
    ways = playbook.steps[walk.step].choices
    asked = choice if choice is not None else 0
    chosen = _choice(playbook, walk, asked, looking_too=True)
    if choice is None and len(ways) > 1:
        there = "; ".join(f"{place} {said(walk, way.say)}" for place, way in enumerate(ways, start=1))
        raise Refused(f"Say where it goes on: /playbook skip NUMBER WHY, as in /playbook skip 2 because ... ({there})")
    if not why.strip():
        number = f"{asked + 1} " if len(ways) > 1 else ""
        raise Refused(f"Say why it is skipped, for whoever reads it later: /playbook skip {number}WHY")
    visit = Visit(playbook=playbook.name, step=walk.step, said=chosen.say, by=by, why=why.strip(), skipped=True, at=now)
    return _entered(playbook, walk.changed(trail=(*walk.trail, visit)), chosen.go)


def _choice(playbook: Playbook, walk: Walk, choice: int, *, looking_too: bool = False) -> Answer:
    step = playbook.steps[walk.step]
    if walk.stand is not Stand.WAITING and not (looking_too and walk.stand is Stand.LOOKING):
        word = "is over" if walk.stand.is_over else "is looking by itself just now"
        raise Refused(f"There is nothing to answer: {playbook.title!r} {word}.")
    if not 0 <= choice < len(step.choices):
        raise Refused(f"This step has no answer {choice + 1}: {', '.join(one.say for one in step.choices)}.")
    return step.choices[choice]


def look_again(playbook: Playbook, walk: Walk, *, by: str, now: datetime) -> Walk:
    """Have the checks of its step run once more, where they could not tell or led in a circle. Raises Refused where a
    person is asked for another reason."""
    if walk.stand is not Stand.WAITING or playbook.steps[walk.step].kind is not Kind.CHECK:
        raise Refused("There is nothing to look at again: this step waits for no check.")
    visit = Visit(playbook=playbook.name, step=walk.step, said=_LOOKS_AGAIN, by=by, at=now)
    return walk.changed(stand=Stand.LOOKING, asks="", circling=False, trail=(*walk.trail, visit))


def stop(walk: Walk, why: str) -> Walk:
    """Given up. Raises Refused where it is over."""
    if walk.stand.is_over:
        raise Refused("It is over already.")
    return walk.changed(stand=Stand.STOPPED, ended=why.strip())


# --- what the bot did at once


def called(playbook: Playbook, walk: Walk, result: str, now: datetime) -> Walk:
    """After the next level was called, or could not be."""
    step = playbook.steps[walk.step]
    visit = Visit(playbook=playbook.name, step=step.name, said=result, at=now)
    return _entered(playbook, walk.changed(trail=(*walk.trail, visit)), step.go)


def moved(walk: Walk, step: Step, other: Playbook, now: datetime) -> Walk:
    """In the other playbook. What it needs and nobody told is its default; Refused where it has none."""
    given = {name: text for name, text in arguments_of(walk, step).items() if name in other.parameters}
    visit = Visit(
        playbook=walk.playbook, step=step.name, said=f"on with: {other.title}", turn=Turn.ON,
        arguments=walk.arguments, at=now,
    )  # fmt: skip
    on = walk.changed(playbook=other.name, arguments=values_for(other, given), trail=(*walk.trail, visit))
    return _entered(other, on, other.start)


# --- going there

_STANDS = {
    Kind.CHECK: Stand.LOOKING,
    Kind.ASK: Stand.WAITING,
    Kind.DO: Stand.WAITING,
    Kind.ESCALATE: Stand.CALLING,
    Kind.GOTO: Stand.MOVING,
    Kind.DONE: Stand.DONE,
}


def _entered(playbook: Playbook, walk: Walk, name: str) -> Walk:
    """At that step, or, when it has been there often enough, where it leads then."""
    step = playbook.steps[name]
    visits = Counter(visit.step for visit in walk.trail if visit.playbook == playbook.name)
    turned: set[str] = set()
    while step.at_most and visits[step.name] >= step.at_most and step.name not in turned:
        turned.add(step.name)
        step = playbook.steps[step.after_that]
    known = walk.arguments
    if visits[step.name]:
        # Its commands dealt with that process the last time: by now the number is nobody's, or another's.
        gone = {one for one in learned_by(playbook, step) if playbook.parameters[one].kind.name == "pid"}
        known = {one: value for one, value in known.items() if one not in gone}
    entered = replace(walk, step=step.name, stand=_STANDS[step.kind], arguments=known, asks="", circling=False)
    return _asked_in_a_circle(playbook, entered, step)


def _asked_in_a_circle(playbook: Playbook, walk: Walk, step: Step) -> Walk:
    """A person is asked instead of looking once more, when the checks alone have led here too often."""
    alone = takewhile(lambda visit: not visit.by, reversed(walk.trail))
    before = [visit for visit in alone if (visit.playbook, visit.step) == (playbook.name, step.name)]
    if walk.stand is not Stand.LOOKING or len(before) < (step.at_most or ALONE):
        return walk
    last = f"{before[0].said} ({before[0].why})" if before[0].why else before[0].said
    asks = f"the checks have led here {len(before)} times already, and nobody was asked. The last time: {last}"
    return replace(walk, stand=Stand.WAITING, asks=asks, circling=True)
