"""The walk through a playbook: where it stands, and what each answer, finding and change of mind makes of it. Pure."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.core.argument import fill_known, places
from bot.core.errors import Refused
from bot.core.evidence import State, worst
from bot.core.expression import Facts
from bot.core.playbook.value import Answer, Branch, Kind, Playbook, Step


class Stand(StrEnum):
    """What a walk waits for."""

    LOOKING = "looking"
    """For the bot's checks."""
    WAITING = "waiting"
    """For a person."""
    CALLING = "calling"
    """For the next level to be called, which the bot does at once."""
    MOVING = "moving"
    """For the other playbook, which the bot takes up at once."""
    DONE = "done"
    STOPPED = "stopped"

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes."""
        return self in (Stand.DONE, Stand.STOPPED)


class Turn(StrEnum):
    """Whether a step led to another playbook."""

    NONE = ""
    ON = "on"
    """To one that takes over."""
    BACK = "back"
    """Back to the one before."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """One step that was taken, and what it came to."""

    playbook: str
    step: str
    said: str
    """The branch or answer that was taken."""
    by: str = ""
    """Who decided; empty: the bot, by its checks."""
    why: str = ""
    """What the checks saw; why it was skipped."""
    skipped: bool = False
    turn: Turn = Turn.NONE
    arguments: Mapping[str, str] = field(default_factory=dict)
    """Of a turn to another playbook: what was known before it."""
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Walk:
    """Where one walk stands."""

    playbook: str
    step: str
    stand: Stand
    arguments: Mapping[str, str] = field(default_factory=dict)
    trail: tuple[Visit, ...] = ()
    asks: str = ""
    """Why a person is asked what a check should have told; empty: it is a person's question anyhow."""
    ended: str = ""
    """How it was stopped."""
    revision: int = 1
    """Rises with every change: what is pressed on an older picture of it counts no longer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What one check of a step came to."""

    state: State
    facts: Mapping[str, Any] = field(default_factory=dict)
    verdict: str = ""


def begin(playbook: Playbook, arguments: Mapping[str, str]) -> Walk:
    """A walk at the first step. Raises Refused for an argument that is missing or wrong."""
    values = values_for(playbook, arguments)
    return _enter(
        playbook, Walk(playbook=playbook.name, step="", stand=Stand.WAITING, arguments=values), playbook.start
    )


def values_for(playbook: Playbook, given: Mapping[str, str]) -> dict[str, str]:
    """The values of its parameters. Raises Refused, saying what such a value looks like."""
    values = {}
    for name, parameter in playbook.parameters.items():
        text = given.get(name) or parameter.default
        if not text and parameter.later:
            continue
        if not text:
            shown = name.replace("_", " ")
            raise Refused(f"{playbook.name} needs {shown}, which looks like {parameter.kind.example}.")
        values[name] = parameter.kind.read(text)
    if unknown := given.keys() - playbook.parameters.keys():
        there = ", ".join(playbook.parameters) or "none"
        raise Refused(f"{playbook.name} has no parameter {sorted(unknown)[0]}. There is: {there}.")
    return values


def from_labels(playbook: Playbook, labels: Mapping[str, str]) -> dict[str, str]:
    """What the labels of an alert say of its parameters; what they say wrongly is left out."""
    found = {}
    for name, parameter in playbook.parameters.items():
        try:
            found[name] = parameter.kind.read(labels[parameter.label])
        except (KeyError, Refused):
            continue
    return found


def said(walk: Walk, text: str) -> str:
    """A text of the playbook with the walk's arguments in their places; what is not known yet stands open."""
    return fill_known(text, walk.arguments) if "{" in text else text


def typed(walk: Walk, command: str) -> str:
    """A command to copy, with the walk's arguments in their places; one that a shell would take apart is quoted."""
    return fill_known(command, {name: shlex.quote(value) for name, value in walk.arguments.items()})


def arguments_of(walk: Walk, step: Step) -> dict[str, str]:
    """What a step hands on: what it says itself, and parameters of the same name. What is not known yet is left out."""
    known = {name: text for name, text in step.given.items() if set(places(text)) <= walk.arguments.keys()}
    return {**walk.arguments, **{name: said(walk, text) for name, text in known.items()}}


def learned_at(playbook: Playbook, walk: Walk) -> tuple[str, ...]:
    """The parameters of its step's commands that are learned on the way, known or not."""
    return _learned_by(playbook, playbook.steps[walk.step]) if walk.stand is Stand.WAITING else ()


def _learned_by(playbook: Playbook, step: Step) -> tuple[str, ...]:
    named = dict.fromkeys(place for command in step.commands for place in places(command))
    return tuple(name for name in named if name in playbook.parameters and playbook.parameters[name].later)


def learned(playbook: Playbook, walk: Walk, values: Mapping[str, str]) -> Walk:
    """After somebody said what its commands need. Raises Refused for what is no parameter, or looks wrong."""
    if walk.stand.is_over:
        raise Refused("It is over already.")
    if not values:
        there = ", ".join(f"{name}=..." for name in playbook.parameters) or "this playbook needs none"
        raise Refused(f"Say what to fill in: {there}.")
    return _changed(walk, arguments={**walk.arguments, **values_for(playbook, {**walk.arguments, **values})})


# --- what the checks found


def found(playbook: Playbook, walk: Walk, findings: Mapping[str, Finding], now: datetime) -> Walk:
    """After the checks of its step. Where they cannot tell, a person is asked."""
    step = playbook.steps[walk.step]
    branch, why = _decided(step, findings, walk.arguments)
    if branch is None:
        return _changed(walk, stand=Stand.WAITING, asks=why)
    visit = Visit(playbook=playbook.name, step=step.name, said=branch.say, why=why, at=now)
    return _enter(playbook, _changed(walk, trail=(*walk.trail, visit)), branch.go)


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
    return _enter(playbook, _changed(walk, trail=(*walk.trail, visit)), chosen.go)


def skip(playbook: Playbook, walk: Walk, choice: int, *, by: str, why: str, now: datetime) -> Walk:
    """Go on without having done it, for a reason. Raises Refused where there is nothing to skip."""
    if not why.strip():
        raise Refused("Say why it is skipped, for whoever reads it later: /playbook skip WHY")
    chosen = _choice(playbook, walk, choice, looking_too=True)
    visit = Visit(playbook=playbook.name, step=walk.step, said=chosen.say, by=by, why=why.strip(), skipped=True, at=now)
    return _enter(playbook, _changed(walk, trail=(*walk.trail, visit)), chosen.go)


def _choice(playbook: Playbook, walk: Walk, choice: int, *, looking_too: bool = False) -> Answer:
    step = playbook.steps[walk.step]
    if walk.stand is not Stand.WAITING and not (looking_too and walk.stand is Stand.LOOKING):
        word = "is over" if walk.stand.is_over else "is looking by itself just now"
        raise Refused(f"There is nothing to answer: {playbook.title!r} {word}.")
    if not 0 <= choice < len(step.choices):
        raise Refused(f"This step has no answer {choice + 1}: {', '.join(one.say for one in step.choices)}.")
    return step.choices[choice]


def back(walk: Walk) -> Walk:
    """At the last step that a person decided, to decide it again. Raises Refused where there is none."""
    decided = [place for place, visit in enumerate(walk.trail) if visit.by]
    if not decided:
        raise Refused("There is nothing to go back to: nobody has decided anything yet.")
    last = decided[-1]
    visit = walk.trail[last]
    before = next((one.arguments for one in walk.trail[last:] if one.turn is not Turn.NONE), walk.arguments)
    return _changed(
        walk, playbook=visit.playbook, step=visit.step, stand=Stand.WAITING, arguments=before,
        trail=walk.trail[:last], asks="", ended="",
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class WayBack:
    """Where another playbook was turned to, when that one came to nothing."""

    playbook: Playbook
    step: str
    """The last step there that may lead elsewhere."""
    number: int
    """The how-manieth of that playbook it was."""
    arguments: Mapping[str, str]


def way_back(books: Mapping[str, Playbook], walk: Walk) -> WayBack | None:
    """The way back to the playbook from which this one was turned to; only where this one ends by `not_this`."""
    if outcome_of(books[walk.playbook], walk) != "not_this":
        return None
    turns: list[int] = []
    for place, visit in enumerate(walk.trail):
        if visit.turn is Turn.ON:
            turns.append(place)
        elif visit.turn is Turn.BACK:
            turns.pop()
    if not turns:
        return None
    left = walk.trail[turns[-1]]
    its = [visit.step for visit in walk.trail[: turns[-1]] if visit.playbook == left.playbook]
    book = books[left.playbook]
    for number, step in reversed(list(enumerate(its, start=1))):
        if book.steps[step].choices:
            return WayBack(playbook=book, step=step, number=number, arguments=left.arguments)
    return None


def gone_back(books: Mapping[str, Playbook], walk: Walk, *, by: str, now: datetime) -> Walk:
    """At the step before the other playbook was turned to, where a person chooses another way. Raises Refused where
    there is no way back."""
    way = way_back(books, walk)
    if way is None:
        raise Refused("There is no playbook to go back to: this one was not turned to from another, or has not ended.")
    here = books[walk.playbook]
    visit = Visit(
        playbook=here.name, step=walk.step, said=f"back to: {way.playbook.title}", by=by, turn=Turn.BACK,
        arguments=walk.arguments, at=now,
    )  # fmt: skip
    asks = f"what they found led to {here.title!r}, and it is not that"
    return _changed(
        walk, playbook=way.playbook.name, step=way.step, stand=Stand.WAITING, arguments=way.arguments,
        trail=(*walk.trail, visit), asks=asks if way.playbook.steps[way.step].kind is Kind.CHECK else "",
    )  # fmt: skip


def stop(walk: Walk, why: str) -> Walk:
    """Given up. Raises Refused where it is over."""
    if walk.stand.is_over:
        raise Refused("It is over already.")
    return _changed(walk, stand=Stand.STOPPED, ended=why.strip())


# --- what the bot did at once


def called(playbook: Playbook, walk: Walk, result: str, now: datetime) -> Walk:
    """After the next level was called, or could not be."""
    step = playbook.steps[walk.step]
    visit = Visit(playbook=playbook.name, step=step.name, said=result, at=now)
    return _enter(playbook, _changed(walk, trail=(*walk.trail, visit)), step.go)


def moved(walk: Walk, step: Step, other: Playbook, now: datetime) -> Walk:
    """In the other playbook. What it needs and nobody told is its default; Refused where it has none."""
    given = {name: text for name, text in arguments_of(walk, step).items() if name in other.parameters}
    visit = Visit(
        playbook=walk.playbook, step=step.name, said=f"on with: {other.title}", turn=Turn.ON,
        arguments=walk.arguments, at=now,
    )  # fmt: skip
    on = _changed(walk, playbook=other.name, arguments=values_for(other, given), trail=(*walk.trail, visit))
    return _enter(other, on, other.start)


# --- going there

_STANDS = {
    Kind.CHECK: Stand.LOOKING,
    Kind.ASK: Stand.WAITING,
    Kind.DO: Stand.WAITING,
    Kind.ESCALATE: Stand.CALLING,
    Kind.GOTO: Stand.MOVING,
    Kind.DONE: Stand.DONE,
}


def _enter(playbook: Playbook, walk: Walk, name: str) -> Walk:
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
        gone = {one for one in _learned_by(playbook, step) if playbook.parameters[one].kind.name == "pid"}
        known = {one: value for one, value in known.items() if one not in gone}
    return replace(walk, step=step.name, stand=_STANDS[step.kind], arguments=known, asks="")


def _changed(walk: Walk, **values: Any) -> Walk:
    return replace(walk, revision=walk.revision + 1, **values)


def outcome_of(playbook: Playbook, walk: Walk) -> str:
    """How it ended: fixed, cause, not_this, handed_over, stopped; empty while it goes on."""
    if walk.stand is Stand.STOPPED:
        return "stopped"
    return playbook.steps[walk.step].outcome if walk.stand is Stand.DONE else ""
