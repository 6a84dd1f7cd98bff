"""A modal filled in, sent, answered; or closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.playground import choices, modals
from bot.playground.errors import ApiError
from bot.playground.markup import elements_of
from bot.playground.room import Room
from bot.playground.shapes import view_json
from bot.playground.values import Json, Person, View

_TROUBLE = "We had some trouble connecting. Try again?"
_REQUIRED = "Please complete this required field."


async def submit(room: Room, person: Person, view: View, given: Mapping[str, Any]) -> Json | None:
    """None when the modal was taken; otherwise what is wrong, by block_id."""
    filled = replace(view, values=_filled(view, given))
    if missing := _incomplete(filled):
        return missing
    if modals.is_open(room, view):
        room.state.views[view.id] = replace(room.state.views[view.id], values=filled.values)
    payload = room.common("view_submission", person) | {
        "trigger_id": room.new_trigger(person.id),
        "view": view_json(room, filled),
        "response_urls": [],
    }
    ack = await room.delivery.ask("interactive", payload)
    if not ack.ok:
        return {"": _TROUBLE}
    try:
        return _carry_out(room, person, filled, ack.answer if isinstance(ack.answer, Mapping) else {})
    except ApiError as error:
        # Slack's client says only this; a test wants to know why.
        return {"": f"{_TROUBLE} ({error.answer()})"}


async def close(room: Room, person: Person, view: View) -> None:
    """The person closes what they see."""
    modals.close_top(room, person.id)
    if view.content.get("notify_on_close"):
        told = {"view": view_json(room, view), "is_cleared": False}
        await room.delivery.ask("interactive", room.common("view_closed", person) | told)


def _carry_out(room: Room, person: Person, view: View, answer: Mapping[str, Any]) -> Json | None:
    """What the acknowledgement asks for. Raises ApiError where Slack would not take it."""
    action = answer.get("response_action")
    if action == "errors":
        errors = dict(answer.get("errors") or {})
        inputs = {block["block_id"] for block in view.all_blocks if block["type"] == "input"}
        if not errors or errors.keys() - inputs:
            raise ApiError("invalid_arguments", unknown_blocks=sorted(errors.keys() - inputs))
        return errors
    if action == "update":
        modals.update_view(room, view, modals.check(answer.get("view"), "modal"))
    elif action == "push":
        modals.push_modal(room, person.id, modals.check(answer.get("view"), "modal"))
    elif action == "clear":
        modals.close_all(room, person.id)
    elif action is None:
        top = room.state.top(person.id)
        if top is not None and top.id == view.id:
            modals.close_top(room, person.id)
    else:
        raise ApiError("invalid_arguments", response_action=action)
    return None


def _filled(view: View, given: Mapping[str, Any]) -> Json:
    """The view's values with the given ones entered. Raises LookupError for a name that is nowhere in the view."""
    values, left = dict(view.values), set(given)
    for block in view.all_blocks:
        for element in elements_of(block):
            block_id, action_id = block["block_id"], element["action_id"]
            inner = given.get(block_id)
            if isinstance(inner, Mapping) and action_id in inner:
                values, left = choices.with_value(values, block_id, element, inner[action_id]), left - {block_id}
            elif action_id in given:
                values, left = choices.with_value(values, block_id, element, given[action_id]), left - {action_id}
            elif block_id in given and block["type"] == "input":
                values, left = choices.with_value(values, block_id, element, inner), left - {block_id}
    if left:
        there = [f"{one['block_id']}/{inner['action_id']}" for one in view.all_blocks for inner in elements_of(one)]
        raise LookupError(f"no {', '.join(sorted(left))} in this modal; there is {', '.join(there) or 'nothing'}")
    return values


def _incomplete(view: View) -> Json:
    """What Slack's client itself complains of before it sends anything."""
    wrong: Json = {}
    for block in view.all_blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        entry = view.values.get(block["block_id"], {}).get(element["action_id"], {})
        if choices.is_empty(entry):
            if not block.get("optional"):
                wrong[block["block_id"]] = _REQUIRED
        elif complaint := _length(element, str(entry.get("value") or "")):
            wrong[block["block_id"]] = complaint
    return wrong


def _length(element: Json, text: str) -> str:
    if element["type"] != "plain_text_input":
        return ""
    if len(text) < element.get("min_length", 0):
        return f"Must be at least {element['min_length']} characters."
    most = element.get("max_length", 3000)
    return f"Must be at most {most} characters." if len(text) > most else ""
