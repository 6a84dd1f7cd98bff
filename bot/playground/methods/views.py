"""views.*: modals and Home tabs."""

from __future__ import annotations

from bot.playground import modals
from bot.playground.arguments import Args
from bot.playground.errors import ApiError
from bot.playground.methods import Method
from bot.playground.room import Room
from bot.playground.shapes import view_json
from bot.playground.values import Json, View


def _answer(room: Room, view: View) -> Json:
    return {"ok": True, "view": view_json(room, view)}


def _trigger(args: Args) -> str:
    return args.need("trigger_id", "invalid_trigger_id")


def open_view(room: Room, args: Args) -> Json:
    content = modals.check(args.json("view", "invalid_arguments"), "modal")
    trigger = modals.use_trigger(room, _trigger(args))
    return _answer(room, modals.open_modal(room, trigger.user, content))


def push(room: Room, args: Args) -> Json:
    content = modals.check(args.json("view", "invalid_arguments"), "modal")
    trigger = modals.use_trigger(room, _trigger(args))
    return _answer(room, modals.push_modal(room, trigger.user, content))


def update(room: Room, args: Args) -> Json:
    view = _known(room, args)
    content = modals.check(args.json("view", "invalid_arguments"), view.content["type"])
    return _answer(room, modals.update_view(room, view, content, args.text("hash")))


def publish(room: Room, args: Args) -> Json:
    user = args.need("user_id")
    if user not in room.state.people:
        raise ApiError("user_not_found")
    content = modals.check(args.json("view", "invalid_arguments"), "home")
    return _answer(room, modals.publish_home(room, user, content, args.text("hash")))


def _known(room: Room, args: Args) -> View:
    external = args.text("external_id")
    for view in room.state.views.values():
        if view.id == args.text("view_id") or (external and view.content.get("external_id") == external):
            return view
    raise ApiError("not_found")


METHODS = {
    "views.open": Method(run=open_view, tier=4),
    "views.push": Method(run=push, tier=4),
    "views.update": Method(run=update, tier=4),
    "views.publish": Method(run=publish, tier=4),
}
