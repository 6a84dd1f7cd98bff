"""The verbs on views: modals on a person's stack, and Home tabs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.core.slack_limits import Surface, problems
from bot.playground.choices import initial_values
from bot.playground.errors import ApiError, refused_view
from bot.playground.markup import stored
from bot.playground.room import Room
from bot.playground.values import Json, Trigger, View

_MOST_MODALS = 3


def check(content: object, surface: Surface) -> Json:
    """The view, if Slack takes it; otherwise raises the ApiError."""
    if not isinstance(content, Mapping):
        messages = ["[ERROR] must provide an object [json-pointer:/view]"]
        raise ApiError("invalid_arguments", response_metadata={"messages": messages})
    if found := problems(content, surface):
        raise refused_view(found)
    return dict(content)


def use_trigger(room: Room, trigger_id: str) -> Trigger:
    """The trigger, which is then used up."""
    trigger = room.state.triggers.get(trigger_id)
    if trigger is None:
        raise ApiError("invalid_trigger_id")
    if trigger.used:
        raise ApiError("exchanged_trigger_id")
    if room.state.now() >= trigger.expires:
        raise ApiError("expired_trigger_id")
    room.state.triggers[trigger_id] = replace(trigger, used=True)
    return trigger


def open_modal(room: Room, user: str, content: Json) -> View:
    """A new stack of one modal; what was open is closed without a word, as in Slack's client."""
    view = _new(room, user, content)
    _close_all(room, user)
    room.state.stacks[user] = [view.id]
    return _keep(room, view)


def push_modal(room: Room, user: str, content: Json) -> View:
    stack = room.state.stacks.get(user) or []
    if not stack:
        raise ApiError("invalid_trigger_id")
    if len(stack) >= _MOST_MODALS:
        raise ApiError("push_limit_reached")
    below = room.state.views[stack[-1]]
    view = replace(_new(room, user, content), root=below.root, previous=below.id)
    stack.append(view.id)
    return _keep(room, view)


def update_view(room: Room, view: View, content: Json, expected_hash: str = "") -> View:
    """New content; what was entered in blocks that remain is kept."""
    if expected_hash and expected_hash != view.hash:
        raise ApiError("hash_conflict")
    shaped = _stored(room, content)
    fresh = initial_values(shaped["blocks"])
    kept = {
        block_id: {action: view.values.get(block_id, {}).get(action, value) for action, value in actions.items()}
        for block_id, actions in fresh.items()
    }
    return _keep(room, replace(view, content=shaped, values=kept, hash=_hash(room)))


def publish_home(room: Room, user: str, content: Json, expected_hash: str = "") -> View:
    known = room.state.homes.get(user)
    if known is not None:
        return update_view(room, room.state.views[known], content, expected_hash)
    view = _new(room, user, content)
    room.state.homes[user] = view.id
    return _keep(room, view)


def close_top(room: Room, user: str) -> View | None:
    """Close what the person sees; the modal below shows again."""
    stack = room.state.stacks.get(user)
    if not stack:
        return None
    view = room.state.views.pop(stack.pop())
    room.state.announce("view_closed", view=view)
    return view


def close_all(room: Room, user: str) -> None:
    _close_all(room, user)


def is_open(room: Room, view: View) -> bool:
    return view.id in room.state.views


def _close_all(room: Room, user: str) -> None:
    while close_top(room, user) is not None:
        pass


def _new(room: Room, user: str, content: Json) -> View:
    external = content.get("external_id")
    if external and any(one.content.get("external_id") == external for one in room.state.views.values()):
        raise ApiError("duplicate_external_id")
    identity, shaped = room.state.mint("V"), _stored(room, content)
    values = initial_values(shaped["blocks"])
    return View(id=identity, user=user, content=shaped, hash=_hash(room), root=identity, values=values)


def _stored(room: Room, content: Json) -> dict[str, Any]:
    return {**content, "blocks": list(stored(content["blocks"], room.state.mint))}


def _hash(room: Room) -> str:
    return f"{room.state.stamp()}.{room.state.mint('h')}"


def _keep(room: Room, view: View) -> View:
    room.state.views[view.id] = view
    room.state.announce("home" if view.content["type"] == "home" else "view", view=view)
    return view
