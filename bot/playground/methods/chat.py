"""chat.*: messages of the bot."""

from __future__ import annotations

from bot.playground import posting
from bot.playground.arguments import Args
from bot.playground.errors import ApiError
from bot.playground.methods import Method, bot_in, own_channel, visible_channel
from bot.playground.posting import Draft
from bot.playground.room import Room
from bot.playground.shapes import message_json
from bot.playground.values import Channel, Json, Message

_MAX_AHEAD = 120 * 24 * 3600


def _draft(args: Args) -> Draft:
    metadata = args.json("metadata", "invalid_metadata_format")
    text = args.text("text") if "text" in args else None
    if "markdown_text" in args:
        if text or "blocks" in args:
            raise ApiError("markdown_text_conflict")
        text = args.text("markdown_text")
    return Draft(
        text=text,
        blocks=args.objects("blocks", "invalid_blocks_format"),
        attachments=args.objects("attachments", "invalid_attachments"),
        metadata=metadata,
    )


def target(room: Room, args: Args) -> Channel:
    """Where a post goes: a channel, or the direct messages of a user id."""
    where = args.need("channel", "channel_not_found")
    person = room.state.people.get(where)
    if person is not None:
        if person.is_bot:
            raise ApiError("cannot_dm_bot")
        return room.direct_channel(person.id)
    channel = visible_channel(room, args)
    if not bot_in(room, channel) and "chat:write.public" not in room.settings.scopes:
        raise ApiError("not_in_channel")
    if channel.is_archived:
        raise ApiError("is_archived")
    return channel


def post_message(room: Room, args: Args) -> Json:
    channel, draft = target(room, args), _draft(args)
    posting.check(draft)
    if seconds := room.rates.wait_for_channel(channel.id):
        raise ApiError("ratelimited", retry_after=seconds)
    message = posting.post(
        room, draft, channel, room.settings.bot_user, by_app=True,
        thread_ts=args.text("thread_ts"), broadcast=args.flag("reply_broadcast"),
    )  # fmt: skip
    return {"ok": True, "channel": channel.id, "ts": message.ts, "message": message_json(room, message)}


def post_ephemeral(room: Room, args: Args) -> Json:
    channel, draft, user = target(room, args), _draft(args), args.need("user", "user_not_in_channel")
    posting.check(draft)
    if user not in channel.members:
        raise ApiError("user_not_in_channel")
    message = posting.whisper(room, draft, channel, user, thread_ts=args.text("thread_ts"))
    return {"ok": True, "message_ts": message.ts}


def _own_message(room: Room, args: Args, error: str) -> Message:
    channel = visible_channel(room, args)
    message = room.state.message(channel.id, args.need("ts", "message_not_found"))
    if message is None or message.subtype == "tombstone":
        raise ApiError("message_not_found")
    if message.user != room.settings.bot_user:
        raise ApiError(error)
    if channel.is_archived:
        raise ApiError("is_archived")
    return message


def update(room: Room, args: Args) -> Json:
    old, draft = _own_message(room, args, "cant_update_message"), _draft(args)
    posting.check(draft, update=True)
    new = posting.edit(room, old, draft)
    shaped = message_json(room, new)
    return {"ok": True, "channel": new.channel, "ts": new.ts, "text": new.text, "message": shaped}


def delete(room: Room, args: Args) -> Json:
    message = _own_message(room, args, "cant_delete_message")
    posting.remove(room, message)
    return {"ok": True, "channel": message.channel, "ts": message.ts}


def permalink(room: Room, args: Args) -> Json:
    channel = visible_channel(room, args)
    message = room.state.message(channel.id, args.need("message_ts", "message_not_found"))
    if message is None:
        raise ApiError("message_not_found")
    address = f"{room.url}/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        address += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"ok": True, "channel": channel.id, "permalink": address}


def schedule(room: Room, args: Args) -> Json:
    """Kept and listed, but never posted: nothing in the playground happens by itself."""
    channel, draft, at = target(room, args), _draft(args), args.number("post_at", 0)
    posting.check(draft)
    if at <= room.state.now():
        raise ApiError("time_in_past")
    if at > room.state.now() + _MAX_AHEAD:
        raise ApiError("time_too_far")
    identity = room.state.mint("Q")
    kept = {"id": identity, "channel_id": channel.id, "post_at": at, "text": draft.text or ""}
    room.state.scheduled[identity] = kept
    return {"ok": True, "channel": channel.id, "scheduled_message_id": identity, "post_at": at}


def unschedule(room: Room, args: Args) -> Json:
    if room.state.scheduled.pop(args.need("scheduled_message_id"), None) is None:
        raise ApiError("invalid_scheduled_message_id")
    return {"ok": True}


def scheduled(room: Room, args: Args) -> Json:
    kept = [one for one in room.state.scheduled.values() if args.text("channel") in ("", one["channel_id"])]
    return {"ok": True, "scheduled_messages": kept, "response_metadata": {"next_cursor": ""}}


def validate_blocks(room: Room, args: Args) -> Json:
    """Not the channel's business: only whether these blocks would be taken."""
    posting.check(Draft(text="x", blocks=args.objects("blocks", "invalid_blocks_format")))
    return {"ok": True}


def mark(room: Room, args: Args) -> Json:
    own_channel(room, args)
    return {"ok": True}


_WRITE = ("chat:write",)
METHODS = {
    "chat.postMessage": Method(run=post_message, scopes=_WRITE, tier=0),
    "chat.postEphemeral": Method(run=post_ephemeral, scopes=_WRITE, tier=4),
    "chat.update": Method(run=update, scopes=_WRITE),
    "chat.delete": Method(run=delete, scopes=_WRITE),
    "chat.getPermalink": Method(run=permalink, tier=0),
    "chat.scheduleMessage": Method(run=schedule, scopes=_WRITE),
    "chat.deleteScheduledMessage": Method(run=unschedule, scopes=_WRITE),
    "chat.scheduledMessages.list": Method(run=scheduled),
    "blocks.validate": Method(run=validate_blocks),
    "conversations.mark": Method(run=mark, scopes=("channels:manage", "groups:write", "im:write")),
}
