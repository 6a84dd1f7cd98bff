"""Asking back: which incident is meant, with a button for each. Nothing is ever guessed (ESCALATION 16)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.core.errors import Ambiguous
from bot.core.incident import Incident
from bot.views.blocks import actions, plain, section
from bot.views.mrkdwn import fit
from bot.views.words import cut, one_line

_SHOWN = 10
_VALUE = 2000
_PLACE = "{number}"


class AskWhich(Ambiguous):
    """Several incidents fit. `again` are the words of the command, with NUMBER where the number belongs."""

    NUMBER = _PLACE

    def __init__(self, incidents: Sequence[Incident], again: Sequence[str]) -> None:
        super().__init__(numbers=tuple(incident.number for incident in incidents))
        self.incidents, self.again = tuple(incidents), tuple(again)


def in_a_line(incident: Incident) -> str:
    """The incident in a list."""
    return f"{incident.label} {incident.severity.word} {incident.system}: {cut(one_line(incident.title), 120)}"


def which_one(command: str, asks: AskWhich) -> tuple[str, Sequence[Mapping[str, Any]]]:
    """The question in words, and as blocks with a button for each incident."""
    count = len(asks.incidents)
    said = " ".join(("/" + command, *asks.again)).replace(_PLACE, "NUMBER")
    lines = [in_a_line(incident) for incident in asks.incidents[:_SHOWN]]
    left = [f"and {count - _SHOWN} more: /incident list"] if count > _SHOWN else []
    text = "\n".join([f"{count} incidents are open. Which one?", *lines, *left, f"Write for example: {cut(said, 200)}"])
    shown = [f"• {fit(line, 250)}" for line in lines]
    blocks = [section(f"*{count} incidents are open. Which one?*", *shown, *left)]
    buttons = [button for i in asks.incidents[:_SHOWN] if (button := _button(command, i, asks.again))]
    if buttons:
        blocks.append(actions(*buttons))
    return text, blocks


def _button(command: str, incident: Incident, again: Sequence[str]) -> dict[str, Any] | None:
    value = json.dumps([incident.label if word == _PLACE else word for word in again], ensure_ascii=False)
    if len(value) > _VALUE:
        return None
    action = f"{command}.which.{incident.number}"
    return {"type": "button", "action_id": action, "text": plain(incident.label), "value": value}


def again(value: str) -> list[str]:
    """The words behind a button of `which_one`."""
    words = json.loads(value)
    return [str(word) for word in words]
