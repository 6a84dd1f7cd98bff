"""Looking at the workspace: what is in it, what was called, and waiting until something is there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Self, TypeVar

from bot.playground.room import Room
from bot.playground.state import State
from bot.playground.values import Call, Channel, Delivered, File, Happened, Message, Person, View

T = TypeVar("T")
_DUMPED = 12
_ELSEWHERE = 0.05
"""Seconds after which a predicate is asked again though nothing changed here."""


class NotSeen(AssertionError):
    """What was waited for did not come; the message tells what was there instead."""


class Subscription:
    """Everything that happens from now on; ends when the workspace stops or `close` is called."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._queue: asyncio.Queue[Happened | None] = asyncio.Queue()
        state.watch(self._queue)

    def __aiter__(self) -> AsyncIterator[Happened]:
        return self

    async def __anext__(self) -> Happened:
        happened = await self._queue.get()
        if happened is None:
            raise StopAsyncIteration
        return happened

    def close(self) -> None:
        self._state.unwatch(self._queue)
        self._queue.put_nowait(None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


class Watching:
    """The reading half of `Workspace`. Everything it answers is a frozen value of that moment."""

    room: Room

    def person(self, who: str) -> Person:
        """By name (`ann`) or id."""
        return self.room.state.person(who)

    def people(self) -> tuple[Person, ...]:
        return tuple(self.room.state.people.values())

    def channel(self, which: str) -> Channel:
        """By name, with or without #, or id. Raises ApiError `channel_not_found`."""
        return self.room.state.channel(which)

    def channels(self) -> tuple[str, ...]:
        """Names (`#hft-operations`) without direct messages, in the order they were made."""
        return tuple(f"#{one.name}" for one in self.room.state.channels.values() if not one.is_im)

    def messages(self, channel: str, thread_ts: str | None = None) -> tuple[Message, ...]:
        """The channel as it is read, oldest first: without replies unless broadcast; or one thread with its parent."""
        found = self.room.state.messages[self.channel(channel).id].values()
        if thread_ts is None:
            return tuple(one for one in found if not one.is_reply or one.broadcast)
        return tuple(one for one in found if thread_ts in (one.ts, one.thread_ts))

    def direct_messages(self, user: str) -> tuple[Message, ...]:
        """Between the bot and this person, replies included; empty where none were ever opened."""
        channel = self.room.state.direct(self.person(user).id, self.room.settings.bot_user)
        return tuple(self.room.state.messages[channel.id].values()) if channel else ()

    def message(self, old: Message) -> Message | None:
        """The message as it is now; None once deleted."""
        kept = self.room.state.ephemerals if old.viewer else self.room.state.messages[old.channel]
        return kept.get(old.ts)

    def ephemerals(self, user: str, channel: str | None = None) -> tuple[Message, ...]:
        """What only this person sees, oldest first."""
        viewer, where = self.person(user).id, self.channel(channel).id if channel else None
        found = self.room.state.ephemerals.values()
        return tuple(one for one in found if one.viewer == viewer and where in (None, one.channel))

    def views(self, user: str) -> tuple[View, ...]:
        """This person's open modals, the visible one last."""
        state = self.room.state
        return tuple(state.views[one] for one in state.stacks.get(self.person(user).id, ()))

    def home(self, user: str) -> View | None:
        """This person's Home tab, once published."""
        known = self.room.state.homes.get(self.person(user).id)
        return self.room.state.views[known] if known else None

    def files(self) -> tuple[File, ...]:
        """All files whose bytes have come."""
        return tuple(one for one in self.room.state.files.values() if one.content is not None)

    def calls(self, method: str | None = None) -> tuple[Call, ...]:
        """The log of Web API calls; `response_url` and `upload` are in it under these names."""
        return tuple(one for one in self.room.state.calls if method in (None, one.method))

    def deliveries(self, kind: str | None = None) -> tuple[Delivered, ...]:
        """Every finished attempt to hand something to the app."""
        return tuple(one for one in self.room.state.deliveries if kind in (None, one.kind))

    @property
    def sockets(self) -> int:
        """Open Socket Mode connections that may be sent something."""
        return self.room.sockets.count

    def subscribe(self) -> Subscription:
        """Everything that happens from now on, as an async iterator."""
        return Subscription(self.room.state)

    async def wait_for(self, predicate: Callable[[Self], T], timeout: float = 5.0) -> T:  # noqa: ASYNC109
        """What the predicate answers, as soon as it is truthy. Raises NotSeen after `timeout` seconds.

        It is asked after every change of the workspace; and now and then, for what it may know from elsewhere.
        """
        try:
            async with asyncio.timeout(timeout):
                while not (found := predicate(self)):
                    await self.room.state.change(within=_ELSEWHERE)
                return found
        except TimeoutError:
            raise NotSeen(f"not within {timeout} s; this is there:\n{self.dump()}") from None

    async def wait_for_message(self, channel: str, words: str, timeout: float = 5.0) -> Message:  # noqa: ASYNC109
        """The newest message or reply in the channel that says these words."""
        where = self.channel(channel).id

        def find(_: Self) -> Message | None:
            newest_first = reversed(self.room.state.messages[where].values())
            return next((one for one in newest_first if words in one.readable()), None)

        found = await self.wait_for(find, timeout)
        assert found is not None
        return found

    async def connected(self, sockets: int = 1, timeout: float = 5.0) -> None:  # noqa: ASYNC109
        """Returns when so many Socket Mode connections are open."""
        await self.wait_for(lambda one: one.sockets >= sockets, timeout)

    def dump(self) -> str:
        """The latest of everything, to be read when a test fails."""
        state = self.room.state
        shown = [one for messages in state.messages.values() for one in messages.values()] + list(
            state.ephemerals.values()
        )
        lines = [_line(self.room, one) for one in sorted(shown, key=lambda one: one.ts)[-_DUMPED:]]
        lines += [f"view of {self.person(one.user).name}: {_short(one.readable())}" for one in state.views.values()]
        lines += [
            f"call {one.method}: {one.answer.get('error') or 'ok'}{f' ({one.fault})' if one.fault else ''}"
            for one in tuple(state.calls)[-_DUMPED:]
        ]
        lines += [
            f"delivered {_what(one)}: {'acknowledged' if one.acked else one.reason}"
            for one in tuple(state.deliveries)[-_DUMPED:]
        ]
        return "\n".join(lines) or "(nothing at all)"


def _line(room: Room, message: Message) -> str:
    state = room.state
    where = state.channels[message.channel].name
    thread = " (reply)" if message.is_reply else ""
    only = f" (only {state.people[message.viewer].name} sees it)" if message.viewer else ""
    return f"#{where}{thread}{only} {state.people[message.user].name}: {_short(message.readable())}"


def _what(delivered: Delivered) -> str:
    event = delivered.payload.get("event") or {}
    return str(event.get("type") or delivered.payload.get("command") or delivered.payload.get("type") or delivered.kind)


def _short(words: str) -> str:
    line = " / ".join(words.splitlines())
    return line if len(line) <= 200 else f"{line[:200]}…"
