"""The verbs on messages, whoever does them: a Web API call, a person, an acknowledgement, a response_url."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.core.slack_limits import problems
from bot.playground import events
from bot.playground.errors import ApiError, refused
from bot.playground.markup import escaped, stored
from bot.playground.room import Room
from bot.playground.values import Channel, Json, Message

_NO_FALLBACK = "This content can't be displayed."


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """What a message says, before it is posted."""

    text: str | None = None
    blocks: Sequence[Json] | None = None
    attachments: Sequence[Json] | None = None
    metadata: Json | None = None

    @classmethod
    def of(cls, payload: Mapping[str, Any]) -> Draft:
        """From a message payload (an acknowledgement's or a response_url's)."""
        return cls(
            text=payload.get("text"),
            blocks=payload.get("blocks"),
            attachments=payload.get("attachments"),
            metadata=payload.get("metadata"),
        )

    def payload(self) -> Json:
        parts = {"text": self.text, "blocks": self.blocks, "attachments": self.attachments, "metadata": self.metadata}
        return {name: value for name, value in parts.items() if value is not None}


def check(draft: Draft, *, update: bool = False) -> None:
    """Raises the ApiError with which Slack would refuse the draft."""
    payload = draft.payload()
    if found := problems({**payload, "ts": ""} if update else payload, "message"):
        raise refused(found)


def post(
    room: Room, draft: Draft, channel: Channel, user: str, *, thread_ts: str = "", by_app: bool = False,
    broadcast: bool = False, files: tuple[str, ...] = (), subtype: str = "",
) -> Message:  # fmt: skip
    """A message that stays, as this user, and the events of it."""
    if thread_ts:
        _open_thread(room, channel, thread_ts)
    message = Message(
        channel=channel.id, ts=room.state.stamp(), user=user, thread_ts=thread_ts, by_app=by_app, files=files,
        broadcast=broadcast, subtype="thread_broadcast" if broadcast and thread_ts else subtype,
        metadata=draft.metadata, **_content(room, draft),
    )  # fmt: skip
    room.state.keep_message(message)
    room.state.announce("message", message=message)
    events.message_posted(room, message)
    return message


def whisper(room: Room, draft: Draft, channel: Channel, viewer: str, *, thread_ts: str = "") -> Message:
    """A message that only one person sees; no event, no history."""
    message = Message(
        channel=channel.id, ts=room.state.stamp(), user=room.settings.bot_user, thread_ts=thread_ts,
        by_app=True, viewer=viewer, metadata=draft.metadata, **_content(room, draft),
    )  # fmt: skip
    room.state.keep(room.state.ephemerals, message.ts, message)
    room.state.announce("ephemeral", message=message)
    return message


def edit(room: Room, old: Message, draft: Draft) -> Message:
    """Text without blocks takes the blocks away; attachments and metadata stay unless given."""
    content = _content(room, draft)
    if draft.text is None:
        content["text"] = old.text
    if draft.blocks is None and draft.text is None:
        content["blocks"] = old.blocks
    if draft.attachments is None:
        content["attachments"] = old.attachments
    metadata = old.metadata if draft.metadata is None else draft.metadata
    new = replace(old, **content, metadata=metadata, edited=room.state.stamp(), values={})
    put(room, new)
    room.state.announce("message_changed", message=new, previous=old)
    if not new.viewer:
        events.message_changed(room, old, new)
    return new


def remove(room: Room, message: Message) -> None:
    """A parent with replies leaves a tombstone. Files that are shown nowhere else go along."""
    if message.viewer:
        del room.state.ephemerals[message.ts]
    elif room.state.replies(message.channel, message.ts):
        tombstone = Message(
            channel=message.channel, ts=message.ts, user=message.user, thread_ts=message.ts, subtype="tombstone",
            text="This message was deleted.",
        )  # fmt: skip
        events.message_changed(room, message, put(room, tombstone))
    else:
        del room.state.messages[message.channel][message.ts]
        events.message_deleted(room, message)
    room.state.forget_files(message)
    room.state.announce("message_deleted", message=message)


def put(room: Room, message: Message) -> Message:
    """Replace the stored message of the same ts."""
    kept = room.state.ephemerals if message.viewer else room.state.messages[message.channel]
    kept[message.ts] = message
    return message


def current(room: Room, message: Message) -> Message | None:
    """The message as it is now; None once deleted."""
    if message.viewer:
        return room.state.ephemerals.get(message.ts)
    return room.state.message(message.channel, message.ts)


def _open_thread(room: Room, channel: Channel, thread_ts: str) -> None:
    parent = room.state.message(channel.id, thread_ts)
    if parent is None:
        raise ApiError("thread_not_found")
    if parent.is_reply:
        # Real Slack takes it and then shows it nowhere useful: always reply to the parent.
        raise ApiError("cannot_reply_to_message")
    if not parent.thread_ts:
        put(room, replace(parent, thread_ts=parent.ts))


def _content(room: Room, draft: Draft) -> dict[str, Any]:
    blocks = stored(draft.blocks or (), room.state.mint)
    text = escaped(draft.text or "") or (_NO_FALLBACK if blocks else "")
    return {
        "text": text,
        "blocks": blocks,
        "attachments": tuple(_attachment(room, one) for one in draft.attachments or ()),
    }


def _attachment(room: Room, attachment: Json) -> Json:
    texts = {name: escaped(attachment[name]) for name in ("text", "pretext", "title") if attachment.get(name)}
    if attachment.get("blocks") is None:
        return {**attachment, **texts}
    return {**attachment, **texts, "blocks": list(stored(attachment["blocks"], room.state.mint))}
