"""A press on a button or menu: which element it is, and the block_actions payload it makes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from bot.playground import choices, posting
from bot.playground.markup import elements_of
from bot.playground.room import Room
from bot.playground.shapes import message_json, view_json
from bot.playground.values import Json, Message, Person, View


@dataclass(frozen=True, kw_only=True, slots=True)
class Pressed:
    """One interactive element and the block it is in."""

    block_id: str
    element: Json


def find(shown: Message | View, action_id: str, *, value: str | None = None, block_id: str | None = None) -> Pressed:
    """The element with this action_id; raises LookupError naming what there is to press."""
    there: list[str] = []
    for block in shown.all_blocks:
        for element in elements_of(block):
            there.append(element["action_id"])
            same_value = value is None or element.get("type") != "button" or element.get("value") == value
            if element["action_id"] == action_id and same_value and block_id in (None, block["block_id"]):
                return Pressed(block_id=block["block_id"], element=element)
    raise LookupError(f"nothing to press as {action_id!r} (value {value!r}); there is {', '.join(there) or 'nothing'}")


def press(room: Room, person: Person, shown: Message | View, pressed: Pressed, given: Any) -> Json:
    """The payload of a press; what was chosen is remembered."""
    element, stamp = pressed.element, room.state.stamp()
    action: Json = {
        "type": element["type"], "action_id": element["action_id"], "block_id": pressed.block_id, "action_ts": stamp,
    }  # fmt: skip
    if element["type"] == "button":
        action |= {name: element[name] for name in ("text", "value", "style", "url") if name in element}
        values = shown.values
    else:
        action |= choices.chosen(element, given)
        stateless = element["type"] == "overflow"
        values = shown.values if stateless else choices.with_value(shown.values, pressed.block_id, element, given)
    payload = room.common("block_actions", person) | _where(room, person, _remembered(room, shown, values), values)
    return payload | {"trigger_id": room.new_trigger(person.id), "actions": [action]}


def suggestion(room: Room, person: Person, shown: Message | View, pressed: Pressed, typed: str) -> Json:
    """The payload of a person typing into an external select."""
    payload = room.common("block_suggestion", person) | _where(room, person, shown, shown.values)
    named = {"action_id": pressed.element["action_id"], "block_id": pressed.block_id, "value": typed}
    return {name: value for name, value in payload.items() if name not in ("response_url", "state")} | named


def _remembered(room: Room, shown: Message | View, values: Json) -> Message | View:
    """The view with what was chosen; a message keeps it in the store, and is told as it looked when pressed."""
    if isinstance(shown, View):
        room.state.views[shown.id] = replace(room.state.views[shown.id], values=values)
        return replace(shown, values=values)
    now = posting.current(room, shown)
    if now is not None:
        posting.put(room, replace(now, values=values))
    return shown


def _where(room: Room, person: Person, shown: Message | View, values: Json) -> Json:
    if isinstance(shown, View):
        return {"container": {"type": "view", "view_id": shown.id}, "view": view_json(room, shown)}
    channel = room.state.channels[shown.channel]
    container: Json = {
        "type": "message", "message_ts": shown.ts, "channel_id": channel.id, "is_ephemeral": bool(shown.viewer),
    }  # fmt: skip
    if shown.is_reply:
        container["thread_ts"] = shown.thread_ts
    hook = room.new_hook(person.id, channel.id, original=shown.ts, thread_ts=shown.thread_ts if shown.is_reply else "")
    where: Json = {
        "container": container,
        "channel": {"id": channel.id, "name": room.shown_name(channel)},
        "response_url": hook,
        "state": {"values": choices.initial_values(shown.all_blocks) | values},
    }
    # Slack does not tell the content of an ephemeral message again.
    return where if shown.viewer else where | {"message": message_json(room, shown)}
