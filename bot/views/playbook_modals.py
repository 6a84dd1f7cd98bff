"""The forms of playbooks: what a walk must know at its beginning or on its way, why a step is skipped, who walks on."""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.errors import Refused
from bot.core.playbook import Playbook
from bot.core.playbook.filling import learned_at, said
from bot.core.playbook.walk import Walk
from bot.views.blocks import Block, plain, section
from bot.views.fields import input_block, modal, option, select, text_field
from bot.views.mrkdwn import fit, strong

START, FILL, SKIP, HAND = "playbook.start", "playbook.fill", "playbook.skip", "playbook.hand"
"""The callback ids."""
WHY, CHOICE, WHO = "why", "choice", "who"


def asks_first(playbook: Playbook, labels: Mapping[str, str]) -> bool:
    """Whether something must be known that neither the alerts nor a default tell."""
    return any(not _known(playbook, name, labels) for name, one in playbook.parameters.items() if not one.later)


def _known(playbook: Playbook, name: str, labels: Mapping[str, str]) -> str:
    parameter = playbook.parameters[name]
    try:
        return parameter.kind.read(labels.get(parameter.label, ""))
    except Refused:
        return parameter.default


def start_modal(playbook: Playbook, labels: Mapping[str, str], *, metadata: str) -> Block:
    """What the playbook must know, with what is known already."""
    names = [name for name, parameter in playbook.parameters.items() if not parameter.later]
    fields = [_field(playbook, name, _known(playbook, name, labels)) for name in names]
    return modal(START, "Start Playbook", "Start", metadata, [section(strong(fit(playbook.title, 200))), *fields])


def fill_modal(playbook: Playbook, walk: Walk, *, metadata: str) -> Block:
    """What the step's commands need, with what is known already."""
    fields = [_field(playbook, name, walk.arguments.get(name, "")) for name in learned_at(playbook, walk)]
    step = section(strong(fit(said(walk, playbook.steps[walk.step].text), 600)))
    return modal(FILL, "Fill In", "Fill In", metadata, [step, *fields])


def _field(playbook: Playbook, name: str, known: str) -> Block:
    parameter = playbook.parameters[name]
    field = text_field(name, known, limit=parameter.kind.most, hint=parameter.kind.example)
    return input_block(name, name.replace("_", " ").capitalize(), field, hint=parameter.help)


def skip_modal(playbook: Playbook, walk: Walk, *, metadata: str) -> Block:
    """Why the step is skipped, and where the walk goes on: nothing is chosen beforehand, but where there is one way."""
    step = playbook.steps[walk.step]
    options = [option(str(place), choice.say) for place, choice in enumerate(step.choices)]
    only = options[0] if len(options) == 1 else None
    blocks = [
        section(strong(fit(said(walk, step.text), 300))),
        input_block(WHY, "Why is it skipped?", text_field(WHY, "", lines=True)),
        *([input_block(CHOICE, "Go on as if", select(CHOICE, options, only))] if options else []),
    ]
    return modal(SKIP, "Skip This Step", "Skip", metadata, blocks)


def hand_modal(playbook: Playbook, *, metadata: str) -> Block:
    """Who walks on."""
    picker: Block = {"type": "users_select", "action_id": WHO, "placeholder": plain("Choose a person", 150)}
    blocks = [section(strong(fit(playbook.title, 200))), input_block(WHO, "Who walks on?", picker)]
    return modal(HAND, "Hand to Someone", "Hand Over", metadata, blocks)
