"""Work that goes on after the acknowledgement: bounded, kept, and waited for when the bot stops."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import structlog

log = structlog.get_logger("slack")
T = TypeVar("T")

_AT_ONCE = 50
_MOST_WAITING = 1000


class Queue:
    """At most so many pieces of work at once; beyond a bound nothing more is taken."""

    def __init__(self, at_once: int = _AT_ONCE, most_waiting: int = _MOST_WAITING) -> None:
        self._turn, self._most = asyncio.Semaphore(at_once), most_waiting
        self._tasks: set[asyncio.Task[Any]] = set()
        self.dropped = 0
        """How many pieces were not taken because too many waited."""

    def later(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T] | None:
        """Begin it soon; None where too many wait already."""
        if len(self._tasks) >= self._most:
            work.close()
            self.dropped += 1
            log.error("overloaded", waiting=len(self._tasks), dropped=self.dropped)
            return None
        task = asyncio.create_task(self._in_turn(work))
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("work_failed", exc_info=task.exception())

    async def _in_turn(self, work: Coroutine[Any, Any, T]) -> T:
        async with self._turn:
            return await work

    async def drain(self, patience_s: float = 3.0) -> None:
        """Wait for what was begun, so long."""
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=patience_s)
