"""What a workspace is made of: frozen values, replaced and never changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """A member, guest, outsider or bot."""

    id: str
    name: str
    """What people type after the @."""
    real_name: str
    email: str
    tz: str = "Europe/London"
    """IANA name."""
    team_id: str
    is_bot: bool = False
    is_restricted: bool = False
    """A guest of several channels."""
    is_ultra_restricted: bool = False
    """A guest of one channel."""
    is_stranger: bool = False
    """Of another company, met in a shared channel."""
    deleted: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Channel:
    """A public or private channel, or the direct messages between the bot and one person."""

    id: str
    name: str
    members: frozenset[str]
    creator: str
    created: int
    is_private: bool = False
    is_im: bool = False
    is_archived: bool = False
    is_shared: bool = False
    topic: str = ""
    purpose: str = ""
    pins: tuple[str, ...] = ()
    """Timestamps of pinned messages."""
    bookmarks: tuple[Json, ...] = ()

    @property
    def kind(self) -> str:
        """As events call it."""
        return "im" if self.is_im else "group" if self.is_private else "channel"


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """A message at one moment: an edit makes a new value, so that an old one can still be pressed."""

    channel: str
    ts: str
    user: str
    text: str = ""
    blocks: tuple[Json, ...] = ()
    attachments: tuple[Json, ...] = ()
    metadata: Json | None = None
    thread_ts: str = ""
    """The parent's ts; on a parent its own; empty outside threads."""
    subtype: str = ""
    by_app: bool = False
    viewer: str = ""
    """The one person who sees it, when it is ephemeral."""
    broadcast: bool = False
    reactions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Emoji name -> who, in order."""
    files: tuple[str, ...] = ()
    edited: str = ""
    """When it was last edited (ts); empty: never."""
    values: Json = field(default_factory=dict)
    """What is chosen in its menus: block_id -> action_id -> value."""

    @property
    def is_reply(self) -> bool:
        return self.thread_ts not in ("", self.ts)

    @property
    def all_blocks(self) -> tuple[Json, ...]:
        """Its blocks, and those inside its attachments."""
        return (*self.blocks, *(block for one in self.attachments for block in one.get("blocks") or ()))

    def readable(self) -> str:
        """All that can be read in it, one piece a line: for assertions and for the terminal."""
        legacy = [one[name] for one in self.attachments for name in ("pretext", "title", "text") if one.get(name)]
        shown = [*texts_in(self.all_blocks), *legacy]
        return "\n".join([self.text, *shown] if self.text not in shown else shown).strip()


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """A modal or a person's Home tab at one moment."""

    id: str
    user: str
    content: Json
    """What the app sent: type, title, blocks, submit, callback_id ..."""
    hash: str
    root: str
    previous: str = ""
    values: Json = field(default_factory=dict)
    """What is entered: block_id -> action_id -> value."""

    @property
    def all_blocks(self) -> tuple[Json, ...]:
        return tuple(self.content.get("blocks") or ())

    @property
    def title(self) -> str:
        return str((self.content.get("title") or {}).get("text", ""))

    def readable(self) -> str:
        return "\n".join([self.title, *texts_in(self.all_blocks)]).strip()


@dataclass(frozen=True, kw_only=True, slots=True)
class File:
    """An uploaded file, or one that is awaited."""

    id: str
    name: str
    length: int
    created: int
    user: str = ""
    """Id of whoever uploaded it."""
    title: str = ""
    alt_text: str = ""
    snippet_type: str = ""
    content: bytes | None = None
    shares: tuple[tuple[str, str], ...] = ()
    """(channel, ts) of the messages that show it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Trigger:
    """The right to open one modal, for a moment."""

    user: str
    expires: float
    used: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Hook:
    """A response_url: the right to answer one interaction, five times within half an hour."""

    user: str
    channel: str
    made: float
    original: str = ""
    """ts of the message that was pressed; empty after a slash command."""
    thread_ts: str = ""
    uses: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """One call of the Web API, as the log keeps it."""

    method: str
    arguments: Json
    answer: Json
    status: int
    at: float
    fault: str = ""
    """Which fault was injected; the answer of a lost one is what the app never saw."""
    took: float = 0.0
    """Real seconds until the answer, or until a fault began to hold it back."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivered:
    """One attempt to hand something to the app."""

    kind: str
    """`events_api`, `slash_commands` or `interactive`."""
    payload: Json
    acked: bool
    reason: str = ""
    """Why not: `timeout`, `connection_failed`, `http_error` ..."""
    attempt: int = 0
    """0 for the first."""
    answer: Any = None
    at: float
    took: float = 0.0
    """Real seconds until it was acknowledged, or until nobody waited for that any longer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Happened:
    """Anything that happened, for whoever watches. Its data can be written as JSON."""

    kind: str
    """`message`, `message_changed`, `message_deleted`, `ephemeral`, `reaction`, `view`, `home`, `view_closed`, `call`,
    `delivered`, `channel`, `person`, `file`, `usergroup`, `canvas`, `socket`, `listening`, `seen`."""
    at: float
    data: Json


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What a person saw at once in answer to a command, a press or a shortcut."""

    acked: bool
    """The app took it within the ack timeout."""
    text: str = ""
    """The text of the answer, or the line in which Slack says what failed."""
    message: Message | None = None
    """The message that the acknowledgement itself carried, if any."""

    def __str__(self) -> str:
        return self.text


def texts_in(value: object) -> Iterator[str]:
    """Every text of blocks, in reading order."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name in ("text", "alt_text") and isinstance(inner, str):
                yield inner
            else:
                yield from texts_in(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts_in(inner)
