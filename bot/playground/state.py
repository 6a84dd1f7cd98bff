"""Everything the workspace remembers, and who is told when it changes."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import asdict, is_dataclass, replace
from typing import Any, TypeVar

from bot.playground.errors import ApiError
from bot.playground.values import (
    Call,
    Channel,
    Delivered,
    File,
    Happened,
    Hook,
    Json,
    Message,
    Person,
    Trigger,
    View,
)

T = TypeVar("T")
_MOST_BYTES = 64_000_000
"""Of all files together, where not everything is remembered."""
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class State:
    """The memory of one workspace. Everything in it is a frozen value; only these containers change."""

    def __init__(
        self, now: Callable[[], float], remembered: int | None = None, remembered_messages: int | None = None
    ) -> None:
        """As `Settings` says of both."""
        self.now = now
        self._remembered, self._remembered_messages = remembered, remembered_messages
        self.people: dict[str, Person] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: dict[str, dict[str, Message]] = {}
        """Channel id -> ts -> message, oldest first."""
        self.forgotten: Counter[str] = Counter()
        """Channel id -> how many messages were there and are no longer kept."""
        self.ephemerals: dict[str, Message] = {}
        self.views: dict[str, View] = {}
        self.stacks: dict[str, list[str]] = {}
        """User id -> ids of the open modals, the visible one last."""
        self.homes: dict[str, str] = {}
        self.files: dict[str, File] = {}
        self.uploads: dict[str, str] = {}
        """Ticket of an upload address -> file id."""
        self.triggers: dict[str, Trigger] = {}
        self.hooks: dict[str, Hook] = {}
        self.usergroups: dict[str, Json] = {}
        self.canvases: dict[str, str] = {}
        self.scheduled: dict[str, Json] = {}
        self.calls: deque[Call] = deque(maxlen=remembered)
        self.deliveries: deque[Delivered] = deque(maxlen=remembered)
        self._watchers: set[asyncio.Queue[Happened | None]] = set()
        self._changed = asyncio.Event()
        self._minted = 0
        self._last_stamp = 0

    # --- identities

    def mint(self, prefix: str) -> str:
        """A new id in Slack's fashion: the prefix and nine capitals and digits, each used once."""
        self._minted += 1
        number, digits = self._minted, ""
        while number:
            number, rest = divmod(number, len(_ALPHABET))
            digits = _ALPHABET[rest] + digits
        return f"{prefix}0{digits.rjust(8, '0')}"

    def stamp(self) -> str:
        """A new ts: now, or a microsecond after the last one, whichever is later."""
        self._last_stamp = max(round(self.now() * 1_000_000), self._last_stamp + 1)
        seconds, micros = divmod(self._last_stamp, 1_000_000)
        return f"{seconds}.{micros:06}"

    # --- lookups

    def person(self, who: str) -> Person:
        """By id or name. Raises LookupError naming who there is."""
        name = who.removeprefix("@").lower()
        for one in self.people.values():
            if who == one.id or name == one.name:
                return one
        raise LookupError(f"nobody called {who!r}; there are {', '.join(sorted(p.name for p in self.people.values()))}")

    def channel(self, which: str) -> Channel:
        """By id or name, with or without #. Raises ApiError `channel_not_found`."""
        name = which.removeprefix("#")
        for one in self.channels.values():
            if which == one.id or (name == one.name and not one.is_im):
                return one
        raise ApiError("channel_not_found")

    def direct(self, user: str, bot: str) -> Channel | None:
        """The direct messages between the bot and this person (ids)."""
        pair = frozenset((user, bot))
        return next((one for one in self.channels.values() if one.is_im and one.members == pair), None)

    def message(self, channel: str, ts: str) -> Message | None:
        return self.messages.get(channel, {}).get(ts)

    def replies(self, channel: str, thread_ts: str) -> list[Message]:
        found = self.messages.get(channel, {}).values()
        return [one for one in found if one.is_reply and one.thread_ts == thread_ts]

    def top(self, user: str) -> View | None:
        """The modal this person sees."""
        stack = self.stacks.get(user)
        return self.views[stack[-1]] if stack else None

    # --- forgetting

    def keep(self, things: dict[str, T], key: str, thing: T) -> None:
        """Put it in; what is older than is remembered goes."""
        things[key] = thing
        if self._remembered is not None and len(things) > self._remembered:
            del things[next(iter(things))]

    def keep_message(self, message: Message) -> None:
        """Put a new one in, which from now on shows its files. Where there are too many by then, the conversation that
        has been silent longest goes, and of the only one its oldest replies."""
        kept = self.messages[message.channel]
        kept[message.ts] = message
        for file in [self.files[name] for name in message.files if name in self.files]:
            self.files[file.id] = replace(file, shares=(*file.shares, (message.channel, message.ts)))
        while self._remembered_messages is not None and len(kept) > max(self._remembered_messages, 1):
            last_said = {one.thread_ts or one.ts: one.ts for one in kept.values()}
            silent = min(last_said, key=lambda parent: last_said[parent])
            gone = [one for one in kept.values() if silent in (one.ts, one.thread_ts)]
            for one in gone if len(last_said) > 1 else gone[1:2]:
                del kept[one.ts]
                self.forgotten[message.channel] += 1
                self.forget_files(one)

    def keep_file(self, file: File) -> File:
        """Put it in; what is older than is remembered goes."""
        self.keep(self.files, file.id, file)
        if self._remembered is not None:
            held = sum(len(one.content or b"") for one in self.files.values())
            while held > _MOST_BYTES and len(self.files) > 1:
                held -= len(self.files.pop(next(iter(self.files))).content or b"")
        return file

    def forget_files(self, message: Message) -> None:
        """The message is gone, and with it those of its files that no other shows."""
        for file in [self.files[name] for name in message.files if name in self.files]:
            shares = tuple(one for one in file.shares if one != (message.channel, message.ts))
            if shares:
                self.files[file.id] = replace(file, shares=shares)
            else:
                del self.files[file.id]

    # --- telling

    def announce(self, kind: str, **data: Any) -> None:
        """Tell everybody who watches, and wake everybody who waits."""
        if self._watchers:
            happened = Happened(kind=kind, at=self.now(), data={name: _plain(value) for name, value in data.items()})
            for queue in self._watchers:
                queue.put_nowait(happened)
        self.wake()

    def wake(self) -> None:
        woken, self._changed = self._changed, asyncio.Event()
        woken.set()

    async def change(self, *, within: float) -> None:
        """Returns at the next change, or after so many seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._changed.wait()

    def watch(self, queue: asyncio.Queue[Happened | None]) -> None:
        self._watchers.add(queue)

    def unwatch(self, queue: asyncio.Queue[Happened | None]) -> None:
        self._watchers.discard(queue)

    def end_watching(self) -> None:
        """Every watcher's stream ends."""
        for queue in self._watchers:
            queue.put_nowait(None)
        self._watchers.clear()


def _plain(value: Any) -> Any:
    """As JSON has it: a dataclass is an object, a set or tuple a list."""
    if is_dataclass(value) and not isinstance(value, type):
        return _plain(asdict(value))
    if isinstance(value, dict):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, bytes):
        return f"({len(value)} bytes)"
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [_plain(inner) for inner in value]
    return value
