"""Unfolding: one message in Slack, edited while its answer grows, at most once a second, and once it is whole."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any, Protocol

import structlog

from commands.base import Reply

log = structlog.get_logger("slack")

_APART_S = 1.2
"""Real seconds between two edits: Slack takes about fifty a minute."""

_TRIES = 3
"""For the last edit, which counts, and which nobody waits for: it is one more, whatever came before."""


class Messages(Protocol):
    """The two calls that are needed."""

    async def post(self, message: Mapping[str, Any]) -> tuple[str, str] | None:
        """Channel and time stamp of a new message; None where Slack did not take it."""

    async def edit(self, place: tuple[str, str], message: Mapping[str, Any]) -> bool:
        """Whether Slack took it."""


async def unfold(
    reply: Reply,
    messages: Messages,
    place: Mapping[str, str],
    draw: Callable[[Reply], dict[str, Any]],
    otherwise: Callable[[Reply], Awaitable[None]],
    attach: Callable[[Reply, str], Awaitable[None]],
) -> None:
    """Post the reply, and edit it as newer versions come; in the end `attach` its file to the message. Where it cannot
    be posted or edited, the last version goes `otherwise`. What is asked for is worked in any case."""
    assert reply.more is not None
    posted = await messages.post(draw(reply) | dict(place))
    newest = _Newest(reply.more, reply)
    edited = time.monotonic()
    while posted is not None and await newest.comes(_APART_S - (time.monotonic() - edited)):
        edited = time.monotonic()
        await messages.edit(posted, draw(newest.reply))
    last = await newest.last()
    for wait in range(_TRIES if posted is not None else 0):
        assert posted is not None
        await asyncio.sleep(_APART_S * wait)
        if await messages.edit(posted, draw(last)):
            await attach(last, posted[1])
            return
    await otherwise(last)


class _Newest:
    """Follows the versions, and holds the newest."""

    def __init__(self, versions: AsyncIterator[Reply], first: Reply) -> None:
        self.reply = first
        self._news = asyncio.Event()
        self._following = asyncio.create_task(self._follow(versions))

    async def _follow(self, versions: AsyncIterator[Reply]) -> None:
        async for version in versions:
            self.reply = version
            self._news.set()

    async def comes(self, not_within_s: float) -> bool:
        """Wait for a newer version, and so long in any case; False where the last one is there."""
        waiting = asyncio.create_task(self._wait(not_within_s))
        await asyncio.wait({waiting, self._following}, return_when=asyncio.FIRST_COMPLETED)
        if self._following.done():
            waiting.cancel()
            with suppress(asyncio.CancelledError):
                await waiting
            return False
        return True

    async def _wait(self, not_within_s: float) -> None:
        await asyncio.sleep(max(0.0, not_within_s))
        await self._news.wait()
        self._news.clear()

    async def last(self) -> Reply:
        """The last version. Raises whatever kept it from coming."""
        await self._following
        return self.reply
