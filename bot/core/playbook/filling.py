"""Filling in: what a playbook's parameters are on a walk, and its texts with them in their places."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from bot.core.argument import fill_known, places
from bot.core.errors import Refused
from bot.core.playbook.value import Playbook, Step
from bot.core.playbook.walk import Stand, Walk


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
    return learned_by(playbook, playbook.steps[walk.step]) if walk.stand is Stand.WAITING else ()


def learned_by(playbook: Playbook, step: Step) -> tuple[str, ...]:
    """The parameters of a step's commands that are learned on the way."""
    named = dict.fromkeys(place for command in step.commands for place in places(command))
    return tuple(name for name in named if name in playbook.parameters and playbook.parameters[name].later)


def learned(playbook: Playbook, walk: Walk, values: Mapping[str, str]) -> Walk:
    """After somebody said what its commands need. Raises Refused for what is no parameter, or looks wrong."""
    if walk.stand.is_over:
        raise Refused("It is over already.")
    if not values:
        there = ", ".join(f"{name}=..." for name in playbook.parameters) or "this playbook needs none"
        raise Refused(f"Say what to fill in: {there}.")
    return walk.changed(arguments={**walk.arguments, **values_for(playbook, {**walk.arguments, **values})})
