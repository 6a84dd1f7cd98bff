"""What hangs on messages and channels: reactions, pins, bookmarks, canvases; and the end of workflow functions."""

from __future__ import annotations

from dataclasses import replace

from bot.playground import events, posting
from bot.playground.arguments import Args
from bot.playground.errors import ApiError
from bot.playground.methods import Method, own_channel, visible_channel
from bot.playground.room import Room
from bot.playground.shapes import message_json
from bot.playground.values import Json, Message


def react(room: Room, message: Message, user: str, name: str, *, add: bool) -> Message:
    """Add or take away one person's reaction, with its event. Raises already_reacted or no_reaction."""
    name = name.strip(":")
    who = message.reactions.get(name, ())
    if add == (user in who):
        raise ApiError("already_reacted" if add else "no_reaction")
    now = (*who, user) if add else tuple(one for one in who if one != user)
    kept = {**message.reactions, name: now}
    new = replace(message, reactions={name: users for name, users in kept.items() if users})
    posting.put(room, new)
    room.state.announce("reaction", message=new, user=user, name=name, added=add)
    events.reaction(room, new, user, name, added=add)
    return new


def _message(room: Room, args: Args, *, inside: bool = True) -> Message:
    channel = own_channel(room, args) if inside else visible_channel(room, args)
    message = room.state.message(channel.id, args.need("timestamp", "message_not_found"))
    if message is None:
        raise ApiError("message_not_found")
    return message


def add_reaction(room: Room, args: Args) -> Json:
    react(room, _message(room, args), room.settings.bot_user, args.need("name", "invalid_name"), add=True)
    return {"ok": True}


def remove_reaction(room: Room, args: Args) -> Json:
    react(room, _message(room, args), room.settings.bot_user, args.need("name", "invalid_name"), add=False)
    return {"ok": True}


def reactions(room: Room, args: Args) -> Json:
    message = _message(room, args, inside=False)
    return {"ok": True, "type": "message", "channel": message.channel, "message": message_json(room, message)}


def add_pin(room: Room, args: Args) -> Json:
    message = _message(room, args)
    channel = room.state.channels[message.channel]
    if message.ts in channel.pins:
        raise ApiError("already_pinned")
    room.put_channel(replace(channel, pins=(*channel.pins, message.ts)))
    item = {"type": "message", "channel": channel.id, "message": message_json(room, message)}
    pinned: Json = {"type": "pin_added", "user": room.settings.bot_user, "channel_id": channel.id, "item": item}
    events.tell(room, "pin_added", pinned, channel)
    return {"ok": True}


def remove_pin(room: Room, args: Args) -> Json:
    message = _message(room, args)
    channel = room.state.channels[message.channel]
    if message.ts not in channel.pins:
        raise ApiError("no_pin")
    room.put_channel(replace(channel, pins=tuple(one for one in channel.pins if one != message.ts)))
    return {"ok": True}


def pins(room: Room, args: Args) -> Json:
    channel = own_channel(room, args)
    found = [message for ts in channel.pins if (message := room.state.message(channel.id, ts))]
    shaped = [{"type": "message", "channel": channel.id, "message": message_json(room, one)} for one in found]
    return {"ok": True, "items": shaped}


def add_bookmark(room: Room, args: Args) -> Json:
    channel = own_channel(room, args, "channel_id")
    if args.text("type", "link") != "link":
        raise ApiError("invalid_bookmark_type")
    bookmark: Json = {
        "id": room.state.mint("Bk"), "channel_id": channel.id, "title": args.need("title"), "type": "link",
        "link": args.need("link", "invalid_link"), "emoji": args.text("emoji"),
        "date_created": int(room.state.now()),
    }  # fmt: skip
    room.put_channel(replace(channel, bookmarks=(*channel.bookmarks, bookmark)))
    return {"ok": True, "bookmark": bookmark}


def edit_bookmark(room: Room, args: Args) -> Json:
    channel = own_channel(room, args, "channel_id")
    changes = {name: args.text(name) for name in ("title", "link", "emoji") if name in args}
    wanted = args.need("bookmark_id", "not_found")
    kept = tuple({**one, **changes} if one["id"] == wanted else one for one in channel.bookmarks)
    edited = [one for one in kept if one["id"] == wanted]
    if not edited:
        raise ApiError("not_found")
    room.put_channel(replace(channel, bookmarks=kept))
    return {"ok": True, "bookmark": edited[0]}


def remove_bookmark(room: Room, args: Args) -> Json:
    channel = own_channel(room, args, "channel_id")
    kept = tuple(one for one in channel.bookmarks if one["id"] != args.text("bookmark_id"))
    if len(kept) == len(channel.bookmarks):
        raise ApiError("not_found")
    room.put_channel(replace(channel, bookmarks=kept))
    return {"ok": True}


def bookmarks(room: Room, args: Args) -> Json:
    return {"ok": True, "bookmarks": list(own_channel(room, args, "channel_id").bookmarks)}


def create_canvas(room: Room, args: Args) -> Json:
    identity = room.state.mint("F")
    content = args.json("document_content") or {}
    room.state.canvases[identity] = str(content.get("markdown", ""))
    room.state.announce("canvas", id=identity)
    return {"ok": True, "canvas_id": identity}


def create_channel_canvas(room: Room, args: Args) -> Json:
    own_channel(room, args, "channel_id")
    return create_canvas(room, args)


def edit_canvas(room: Room, args: Args) -> Json:
    """Only whole replacements and insertions at the end or the start are carried out."""
    identity = args.need("canvas_id", "canvas_not_found")
    if identity not in room.state.canvases:
        raise ApiError("canvas_not_found")
    for change in args.objects("changes", "invalid_arguments") or []:
        old, new = room.state.canvases[identity], str((change.get("document_content") or {}).get("markdown", ""))
        placed = {"replace": new, "insert_at_end": old + new, "insert_at_start": new + old}
        room.state.canvases[identity] = placed.get(str(change.get("operation")), old)
    room.state.announce("canvas", id=identity)
    return {"ok": True}


def complete_function(room: Room, args: Args) -> Json:
    args.need("function_execution_id")
    return {"ok": True}


METHODS = {
    "reactions.add": Method(run=add_reaction, scopes=("reactions:write",)),
    "reactions.remove": Method(run=remove_reaction, scopes=("reactions:write",), tier=2),
    "reactions.get": Method(run=reactions, scopes=("reactions:read",)),
    "pins.add": Method(run=add_pin, scopes=("pins:write",), tier=2),
    "pins.remove": Method(run=remove_pin, scopes=("pins:write",), tier=2),
    "pins.list": Method(run=pins, scopes=("pins:read",), tier=2),
    "bookmarks.add": Method(run=add_bookmark, scopes=("bookmarks:write",), tier=2),
    "bookmarks.edit": Method(run=edit_bookmark, scopes=("bookmarks:write",), tier=2),
    "bookmarks.remove": Method(run=remove_bookmark, scopes=("bookmarks:write",), tier=2),
    "bookmarks.list": Method(run=bookmarks, scopes=("bookmarks:read",)),
    "canvases.create": Method(run=create_canvas, scopes=("canvases:write",), tier=2),
    "conversations.canvases.create": Method(run=create_channel_canvas, scopes=("canvases:write",), tier=2),
    "canvases.edit": Method(run=edit_canvas, scopes=("canvases:write",)),
    "functions.completeSuccess": Method(run=complete_function),
    "functions.completeError": Method(run=complete_function),
}
