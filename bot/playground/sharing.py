"""The verbs on files, whoever does them: announced, received, shared in channels, and gone."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace

from bot.playground import events, posting
from bot.playground.posting import Draft
from bot.playground.room import Room
from bot.playground.values import Channel, File, Message


def announced(room: Room, file: File) -> str:
    """A file whose bytes are awaited; the ticket with which they may come."""
    ticket = secrets.token_urlsafe(16)
    room.state.keep_file(file)
    room.state.keep(room.state.uploads, ticket, file.id)
    return ticket


def received(room: Room, ticket: str, content: bytes) -> File | None:
    """Its bytes have come, as many as were announced; None where nobody waits for them. Raises ValueError."""
    file = room.state.files.get(room.state.uploads.get(ticket, ""))
    if file is None:
        return None
    if len(content) != file.length:
        raise ValueError(f"{file.length} bytes were announced, {len(content)} came")
    return room.state.keep_file(replace(file, content=content))


def share(
    room: Room, files: Sequence[File], channel: Channel, user: str, *, text: str = "", thread_ts: str = "",
    by_app: bool = False,
) -> Message:  # fmt: skip
    """A message that shows these files, with the events of it."""
    for one in files:
        room.state.keep_file(one)
    message = posting.post(
        room, Draft(text=text), channel, user, thread_ts=thread_ts, by_app=by_app,
        files=tuple(one.id for one in files), subtype="file_share",
    )  # fmt: skip
    for file in [room.state.files[one] for one in message.files if one in room.state.files]:
        room.state.announce("file", file=file)
        events.file_shared(room, file, channel, user)
    return message
