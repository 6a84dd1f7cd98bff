"""The Events API: which events the app subscribed to and may see, and what they look like."""

from __future__ import annotations

from typing import Any

from bot.playground.room import Room
from bot.playground.shapes import message_json
from bot.playground.values import Channel, File, Json, Message


def tell(room: Room, name: str, event: Json, channel: Channel | None = None) -> None:
    """Deliver an event if the app subscribed to it and is in the channel."""
    inside = channel is None or room.settings.bot_user in channel.members
    if name not in room.settings.events or not inside:
        return
    settings = room.settings
    room.delivery.event({
        "token": settings.verification_token,
        "team_id": settings.team_id,
        "api_app_id": settings.app_id,
        "type": "event_callback",
        "event_id": room.state.mint("Ev"),
        "event_time": int(room.state.now()),
        "event_context": room.state.mint("4-"),
        "is_ext_shared_channel": bool(channel and channel.is_shared),
        "authorizations": [{
            "enterprise_id": None, "team_id": settings.team_id, "user_id": settings.bot_user,
            "is_bot": True, "is_enterprise_install": False,
        }],
        "event": {**event, "event_ts": event.get("event_ts") or room.state.stamp()},
    })  # fmt: skip


def message_posted(room: Room, message: Message) -> None:
    """To whoever reads the channel, the bot's own messages included; and app_mention where a person names the bot."""
    channel = room.state.channels[message.channel]
    body = {**message_json(room, message), "channel": channel.id, "event_ts": message.ts}
    _message_event(room, channel, body)
    mentioned = f"<@{room.settings.bot_user}>" in message.text
    if mentioned and message.user != room.settings.bot_user and not channel.is_im and not message.viewer:
        # With files a message is of a subtype, a mention never.
        plain = {name: value for name, value in body.items() if name != "subtype" or value != "file_share"}
        tell(room, "app_mention", {**plain, "type": "app_mention"}, channel)


def message_changed(room: Room, old: Message, new: Message) -> None:
    channel = room.state.channels[new.channel]
    _message_event(room, channel, {
        "type": "message", "subtype": "message_changed", "channel": channel.id, "hidden": True,
        "ts": room.state.stamp(), "message": message_json(room, new), "previous_message": message_json(room, old),
    })  # fmt: skip


def message_deleted(room: Room, old: Message) -> None:
    """Of one without replies: of another its tombstone tells, by `message_changed`."""
    channel = room.state.channels[old.channel]
    _message_event(room, channel, {
        "type": "message", "subtype": "message_deleted", "channel": channel.id, "hidden": True,
        "ts": room.state.stamp(), "deleted_ts": old.ts, "previous_message": message_json(room, old),
    })  # fmt: skip


def file_shared(room: Room, file: File, channel: Channel, user: str) -> None:
    event = {
        "type": "file_shared", "file_id": file.id, "file": {"id": file.id}, "user_id": user, "channel_id": channel.id
    }  # fmt: skip
    tell(room, "file_shared", event, channel)


def reaction(room: Room, message: Message, user: str, name: str, *, added: bool) -> None:
    kind = "reaction_added" if added else "reaction_removed"
    item = {"type": "message", "channel": message.channel, "ts": message.ts}
    event = {"type": kind, "user": user, "reaction": name, "item": item, "item_user": message.user}
    tell(room, kind, event, room.state.channels[message.channel])


def joined(room: Room, channel: Channel, user: str, inviter: str = "") -> None:
    event: dict[str, Any] = {
        "type": "member_joined_channel",
        "user": user,
        "channel": channel.id,
        "channel_type": "G" if channel.is_private else "C",
        "team": room.settings.team_id,
    }
    tell(room, "member_joined_channel", event | ({"inviter": inviter} if inviter else {}), channel)


def _message_event(room: Room, channel: Channel, body: Json) -> None:
    names = {"im": "message.im", "group": "message.groups", "channel": "message.channels"}
    tell(room, names[channel.kind], {**body, "channel_type": channel.kind}, channel)
