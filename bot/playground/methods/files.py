"""files.*: the three steps of an upload, and what is known of a file."""

from __future__ import annotations

from dataclasses import replace

from bot.playground import sharing
from bot.playground.arguments import Args
from bot.playground.errors import ApiError
from bot.playground.methods import Method, bot_in
from bot.playground.room import Room
from bot.playground.shapes import file_json, shares_json
from bot.playground.values import Channel, File, Json


def upload_url(room: Room, args: Args) -> Json:
    name, length = args.need("filename"), args.number("length", 0)
    if length <= 0:
        raise ApiError("invalid_arguments")
    file = File(
        id=room.state.mint("F"), name=name, length=length, created=int(room.state.now()),
        user=room.settings.bot_user, alt_text=args.text("alt_txt"), snippet_type=args.text("snippet_type"),
    )  # fmt: skip
    ticket = sharing.announced(room, file)
    return {"ok": True, "upload_url": f"{room.url}/upload/v1/{ticket}", "file_id": file.id}


def complete(room: Room, args: Args) -> Json:
    channels = [_target(room, one) for one in args.words("channels") or args.words("channel_id")]
    files = [_finished(room, one) for one in args.objects("files", "invalid_arguments") or []]
    if not files:
        raise ApiError("invalid_arguments")
    for channel in channels:
        message = sharing.share(
            room, files, channel, room.settings.bot_user, text=args.text("initial_comment"),
            thread_ts=args.text("thread_ts"), by_app=True,
        )  # fmt: skip
        files = [room.state.files[one] for one in message.files if one in room.state.files]
    if not channels:  # not shown to anybody yet
        files = [room.state.keep_file(one) for one in files]
    return {"ok": True, "files": [file_json(room, one) for one in files]}


def _target(room: Room, where: str) -> Channel:
    """Unlike a post, a file needs the bot in the channel."""
    channel = room.direct_channel(where) if where in room.state.people else room.state.channel(where)
    if not bot_in(room, channel):
        raise ApiError("channel_not_found" if channel.is_private else "not_in_channel")
    if channel.is_archived:
        raise ApiError("is_archived")
    return channel


def _finished(room: Room, given: Json) -> File:
    file = room.state.files.get(str(given.get("id")))
    if file is None or file.content is None:
        raise ApiError("file_not_found")
    return replace(file, title=str(given.get("title") or file.name))


def _known(room: Room, args: Args) -> File:
    file = room.state.files.get(args.need("file", "file_not_found"))
    if file is None:
        raise ApiError("file_not_found")
    return file


def info(room: Room, args: Args) -> Json:
    file = _known(room, args)
    return {"ok": True, "file": {**file_json(room, file), "shares": shares_json(room, file)}}


def delete(room: Room, args: Args) -> Json:
    """An app deletes files of its own alone."""
    file = _known(room, args)
    if file.user != room.settings.bot_user:
        raise ApiError("cant_delete_file")
    del room.state.files[file.id]
    room.state.announce("file", deleted=file.id)
    return {"ok": True}


METHODS = {
    "files.getUploadURLExternal": Method(run=upload_url, scopes=("files:write",), tier=4),
    "files.completeUploadExternal": Method(run=complete, scopes=("files:write",), tier=4),
    "files.info": Method(run=info, scopes=("files:read",), tier=4),
    "files.delete": Method(run=delete, scopes=("files:write",)),
}
