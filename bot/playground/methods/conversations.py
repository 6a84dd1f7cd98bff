"""conversations.*: channels, who is in them, and what was said."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from bot.playground import events
from bot.playground.arguments import Args, pages
from bot.playground.errors import ApiError
from bot.playground.methods import Method, bot_in, own_channel, visible_channel
from bot.playground.room import Room
from bot.playground.shapes import channel_json, message_json
from bot.playground.values import Channel, Json, Message

_NAME = re.compile(r"[\w-]+")
_MOST_INVITED = 100
_LONGEST_TOPIC = 250


def _checked_name(room: Room, name: str) -> str:
    if not name:
        raise ApiError("invalid_name_required")
    if len(name) > 80:
        raise ApiError("invalid_name_maxlength")
    if not _NAME.fullmatch(name) or name != name.lower():
        raise ApiError("invalid_name_specials")
    if any(one.name == name for one in room.state.channels.values() if not one.is_im):
        raise ApiError("name_taken")
    return name


def _answer(room: Room, channel: Channel) -> Json:
    return {"ok": True, "channel": channel_json(room, channel)}


def create(room: Room, args: Args) -> Json:
    name, bot = _checked_name(room, args.text("name")), room.settings.bot_user
    private = args.flag("is_private")
    return _answer(room, room.add_channel(Channel(
        id=room.state.mint("C"), name=name, members=frozenset((bot,)), creator=bot,
        created=int(room.state.now()), is_private=private,
    )))  # fmt: skip


def rename(room: Room, args: Args) -> Json:
    channel = own_channel(room, args)
    new = room.put_channel(replace(channel, name=_checked_name(room, args.text("name"))))
    told = {"id": new.id, "name": new.name, "created": new.created}
    events.tell(room, "channel_rename", {"type": "channel_rename", "channel": told}, new)
    return _answer(room, new)


def info(room: Room, args: Args) -> Json:
    return _answer(room, visible_channel(room, args))


def join(room: Room, args: Args) -> Json:
    channel = visible_channel(room, args)
    if channel.is_archived:
        raise ApiError("is_archived")
    if channel.is_private:
        raise ApiError("method_not_supported_for_channel_type")
    if bot_in(room, channel):
        return {**_answer(room, channel), "warning": "already_in_channel"}
    joined = room.put_channel(replace(channel, members=channel.members | {room.settings.bot_user}))
    events.joined(room, joined, room.settings.bot_user)
    return _answer(room, joined)


def leave(room: Room, args: Args) -> Json:
    channel = visible_channel(room, args)
    if not bot_in(room, channel):
        return {"ok": True, "not_in_channel": True}
    room.put_channel(replace(channel, members=channel.members - {room.settings.bot_user}))
    return {"ok": True}


def invite(room: Room, args: Args) -> Json:
    channel, users = own_channel(room, args), args.words("users")
    if not users:
        raise ApiError("no_user")
    if len(users) > _MOST_INVITED:
        raise ApiError("too_many_users")
    if room.settings.bot_user in users:
        raise ApiError("cant_invite_self")
    for user in users:
        if user not in room.state.people:
            raise ApiError("user_not_found")
        if user in channel.members:
            raise ApiError("already_in_channel")
    joined = room.put_channel(replace(channel, members=channel.members | set(users)))
    for user in users:
        events.joined(room, joined, user, room.settings.bot_user)
    return _answer(room, joined)


def kick(room: Room, args: Args) -> Json:
    channel, user = own_channel(room, args), args.need("user", "user_not_found")
    if user == room.settings.bot_user:
        raise ApiError("cant_kick_self")
    if user not in channel.members:
        raise ApiError("not_in_channel")
    room.put_channel(replace(channel, members=channel.members - {user}))
    return {"ok": True}


def _setter(name: str) -> Callable[[Room, Args], Json]:
    def run(room: Room, args: Args) -> Json:
        channel, text = own_channel(room, args), args.text(name)
        if len(text) > _LONGEST_TOPIC:
            raise ApiError("too_long")
        new = replace(channel, topic=text) if name == "topic" else replace(channel, purpose=text)
        return {**_answer(room, room.put_channel(new)), name: text}

    return run


def archive(room: Room, args: Args) -> Json:
    channel = visible_channel(room, args)
    if channel.is_archived:
        raise ApiError("already_archived")
    if not bot_in(room, channel):
        raise ApiError("not_in_channel")
    room.put_channel(replace(channel, is_archived=True))
    told = {"type": "channel_archive", "channel": channel.id, "user": room.settings.bot_user}
    events.tell(room, "channel_archive", told, channel)
    return {"ok": True}


def unarchive(room: Room, args: Args) -> Json:
    channel = visible_channel(room, args)
    if not channel.is_archived:
        raise ApiError("not_archived")
    room.put_channel(replace(channel, is_archived=False))
    return {"ok": True}


def open_direct(room: Room, args: Args) -> Json:
    if "channel" in args:
        channel = visible_channel(room, args)
    else:
        users = args.words("users")
        if len(users) != 1:
            raise ApiError("users_list_not_supplied" if not users else "method_not_supported_for_channel_type")
        person = room.state.people.get(users[0])
        if person is None:
            raise ApiError("user_not_found")
        if person.deleted:
            raise ApiError("user_disabled")
        if person.is_bot:
            raise ApiError("cannot_dm_bot")
        channel = room.direct_channel(person.id)
    shaped = channel_json(room, channel) if args.flag("return_im") else {"id": channel.id}
    return {"ok": True, "channel": shaped}


def _kinds(args: Args) -> set[str]:
    return set(args.words("types") or ["public_channel"])


def list_channels(room: Room, args: Args) -> Json:
    """Public channels, and the private ones that the bot is in."""
    return _listed(room, args, [one for one in room.state.channels.values() if bot_in(room, one) or not one.is_private])


def users_conversations(room: Room, args: Args) -> Json:
    user = args.text("user") or room.settings.bot_user
    return _listed(room, args, [one for one in room.state.channels.values() if user in one.members])


def _listed(room: Room, args: Args, channels: list[Channel]) -> Json:
    kinds, hide = _kinds(args), args.flag("exclude_archived")
    named = {"im": "im", "group": "private_channel", "channel": "public_channel"}
    wanted = [one for one in channels if named[one.kind] in kinds and not (hide and one.is_archived)]
    page, metadata = pages(wanted, args)
    return {"ok": True, "channels": [channel_json(room, one) for one in page], "response_metadata": metadata}


def members(room: Room, args: Args) -> Json:
    page, metadata = pages(sorted(visible_channel(room, args).members), args)
    return {"ok": True, "members": page, "response_metadata": metadata}


def history(room: Room, args: Args) -> Json:
    """Newest first; replies only where they were also sent to the channel."""
    channel = _readable(room, args)
    shown = [one for one in room.state.messages[channel.id].values() if not one.is_reply or one.broadcast]
    return _messages(room, args, [one for one in reversed(shown) if _between(one, args)], most=100)


def replies(room: Room, args: Args) -> Json:
    """The parent, then its replies, oldest first."""
    channel, ts = _readable(room, args), args.need("ts", "thread_not_found")
    parent = room.state.message(channel.id, ts)
    if parent is None:
        raise ApiError("thread_not_found")
    found = [one for one in room.state.replies(channel.id, ts) if _between(one, args)]
    return _messages(room, args, [parent, *found], most=1000)


def _readable(room: Room, args: Args) -> Channel:
    channel = visible_channel(room, args)
    if not bot_in(room, channel):
        raise ApiError("not_in_channel")
    needed = {"im": "im:history", "group": "groups:history", "channel": "channels:history"}[channel.kind]
    if needed not in room.settings.scopes:
        raise ApiError("missing_scope", needed=needed, provided=",".join(sorted(room.settings.scopes)))
    return channel


def _between(message: Message, args: Args) -> bool:
    at, oldest, latest = float(message.ts), args.text("oldest", "0"), args.text("latest", "inf")
    if args.flag("inclusive") and message.ts in (oldest, latest):
        return True
    return float(oldest) < at < float(latest)


def _messages(room: Room, args: Args, found: list[Message], *, most: int) -> Json:
    page, metadata = pages(found, args, most=most)
    with_metadata = args.flag("include_all_metadata")
    return {
        "ok": True,
        "messages": [message_json(room, one, metadata=with_metadata) for one in page],
        "has_more": bool(metadata["next_cursor"]),
        "response_metadata": metadata,
    }


_READ = ("channels:read", "groups:read", "im:read", "mpim:read")
_WRITE = ("channels:manage", "groups:write", "channels:write", "im:write")
_HISTORY = ("channels:history", "groups:history", "im:history")
METHODS = {
    "conversations.create": Method(run=create, scopes=_WRITE, tier=2),
    "conversations.rename": Method(run=rename, scopes=_WRITE, tier=2),
    "conversations.info": Method(run=info, scopes=_READ),
    "conversations.join": Method(run=join, scopes=("channels:join",)),
    "conversations.leave": Method(run=leave, scopes=_WRITE),
    "conversations.invite": Method(run=invite, scopes=(*_WRITE, "channels:write.invites", "groups:write.invites")),
    "conversations.kick": Method(run=kick, scopes=_WRITE),
    "conversations.setTopic": Method(run=_setter("topic"), scopes=(*_WRITE, "channels:write.topic"), tier=2),
    "conversations.setPurpose": Method(run=_setter("purpose"), scopes=(*_WRITE, "channels:write.topic"), tier=2),
    "conversations.archive": Method(run=archive, scopes=_WRITE, tier=2),
    "conversations.unarchive": Method(run=unarchive, scopes=_WRITE, tier=2),
    "conversations.open": Method(run=open_direct, scopes=("im:write", "mpim:write")),
    "conversations.list": Method(run=list_channels, scopes=_READ, tier=2),
    "conversations.members": Method(run=members, scopes=_READ, tier=4),
    "conversations.history": Method(run=history, scopes=_HISTORY),
    "conversations.replies": Method(run=replies, scopes=_HISTORY),
    "users.conversations": Method(run=users_conversations, scopes=_READ),
}
