"""Live: tells those who look at the board that something has changed, as server-sent events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import structlog

from bot.core.errors import StoreAway
from bot.engine.engine import Engine
from bot.store.transaction import Tx

log = structlog.get_logger("board")

MOST = 100
"""Listeners at once. Whoever comes after them asks every now and then instead."""

_EVERY_S = 2.0
"""How often the database is asked for what other replicas did."""
_TOGETHER_S = 0.25
"""What is committed within this time is told once."""
_SUSTAINED_S = 1.0
"""The same while one change follows the other: in a storm of alerts nobody draws more than a page a second."""
_SILENCE_S = 15.0
"""After so long something is sent, by which a browser that is gone is noticed."""
_LONGEST_S = 600.0
"""Then a stream ends, and whoever comes again is asked again whether they may look."""


class Live:
    """One question to the database serves all listeners, and none is asked while nobody listens."""

    def __init__(self, engine: Engine, *, every_s: float = _EVERY_S, most: int = MOST) -> None:
        self._engine, self._every_s, self._most = engine, every_s, most
        self._listeners: set[asyncio.Event] = set()
        self._woken = asyncio.Event()
        self._watching: asyncio.Task[None] | None = None
        self._over = False
        self._mark = ""
        engine.on_commit(lambda _urgent, _looking: self._woken.set())

    @property
    def is_full(self) -> bool:
        """Whether nobody further can listen."""
        return self._over or len(self._listeners) >= self._most

    @property
    def known(self) -> str:
        """The mark that was told last; empty while nobody listens, for then nobody looks for another one."""
        return self._mark if self._listeners else ""

    @property
    def listeners(self) -> int:
        """How many listen."""
        return len(self._listeners)

    def end(self) -> None:
        """All streams end, now: a server that stops waits for its answers."""
        self._over = True
        if self._watching is not None:
            self._watching.cancel()
        for listener in self._listeners:
            listener.set()

    async def mark(self) -> str:
        """Names the state of everything that is shown; another one after each change. Raises StoreAway."""
        return await self._engine.look_on(mark_of)

    async def stream(self, known: str, present: str) -> AsyncIterator[str]:
        """Events named `changed`, whose id is the mark: one after each change, and one at once where `known` is not the
        present one."""
        changed = asyncio.Event()
        self._join(changed, present)
        ends = asyncio.get_running_loop().time() + _LONGEST_S
        try:
            yield f"retry: 3000\n{_event(self._mark) if known != present else ''}\n"
            while not self._over and asyncio.get_running_loop().time() < ends:
                try:
                    async with asyncio.timeout(_SILENCE_S):
                        await changed.wait()
                except TimeoutError:
                    yield ":\n\n"
                    continue
                changed.clear()
                if not self._over:
                    yield _event(self._mark) + "\n"
        finally:
            self._listeners.discard(changed)

    def _join(self, listener: asyncio.Event, present: str) -> None:
        self._listeners.add(listener)
        if self._watching is None or self._watching.done():
            self._mark = present
            self._watching = asyncio.create_task(self._watch())

    async def _watch(self) -> None:
        together = _TOGETHER_S
        while self._listeners and not self._over:
            try:
                async with asyncio.timeout(self._every_s):
                    await self._woken.wait()
                await asyncio.sleep(together)
            except TimeoutError:
                pass
            self._woken.clear()
            together = _TOGETHER_S
            try:
                mark = await self.mark()
            except StoreAway:
                continue  # whoever asks for the page is told so
            except Exception:
                log.exception("board_not_watched")
                continue
            if mark != self._mark:
                self._mark, together = mark, _SUSTAINED_S
                for listener in self._listeners:
                    listener.set()


def mark_of(tx: Tx) -> str:
    """The mark of what a transaction sees."""
    return "-".join(map(str, tx.board.mark()))


def _event(mark: str) -> str:
    return f"id: {mark}\nevent: changed\ndata: {mark}\n"
