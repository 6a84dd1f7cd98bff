"""Group commit at intake: posts that arrive while a transaction is under way go into the next one together."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import suppress

from bot.core.errors import StoreAway
from bot.engine import intake
from bot.engine.engine import Engine
from bot.engine.intake import Post, Taken

MOST_WAITING = 5_000
"""Posts that may wait at once; beyond it the sender is asked to come again, while it still keeps the alert."""

_MOST_ALERTS = 2_000


_COMPANY_S = 0.002
"""Real seconds that a batch waits, at most, for senders who had come along with the last one: they are about to send
again, and half as many commits take twice as many posts. A lone sender never waits."""


_Waiting = tuple[Post, asyncio.Future[Taken]]


class Intake:
    """Takes posts in. The first one is committed at once and alone."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._waiting: deque[_Waiting] = deque()
        self._worker: asyncio.Task[None] | None = None
        self._arrived = asyncio.Event()
        self._expected = 0
        """So many waiting posts are worth starting for at once."""

    async def take(self, post: Post) -> Taken:
        """What became of the post, once it is committed. Raises StoreAway when it could not be."""
        if len(self._waiting) >= MOST_WAITING:
            raise StoreAway("more alerts arrive than can be stored")
        done: asyncio.Future[Taken] = asyncio.get_running_loop().create_future()
        self._waiting.append((post, done))
        if len(self._waiting) >= self._expected:
            self._arrived.set()
        self._engine.posts += 1
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work())
        return await done

    async def _work(self) -> None:
        while self._waiting:
            batch = self._next_batch()
            try:
                await self._commit(batch)
            except StoreAway as away:
                _refuse(batch, away)
            except Exception as problem:
                if len(batch) == 1:
                    _refuse(batch, problem)
                else:
                    await self._commit_each(batch)
            await self._company(len(batch))

    async def _company(self, last: int) -> None:
        """Wait a moment for those whose posts were in the last batch, if they were several."""
        if last == 1:
            return
        self._expected = last + len(self._waiting)
        self._arrived.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(_COMPANY_S):
                await self._arrived.wait()

    def _next_batch(self) -> list[_Waiting]:
        batch: list[_Waiting] = []
        alerts = 0
        while self._waiting and (not batch or alerts + len(self._waiting[0][0].alerts) <= _MOST_ALERTS):
            batch.append(self._waiting.popleft())
            alerts += len(batch[-1][0].alerts)
        return batch

    async def _commit(self, batch: Sequence[_Waiting]) -> None:
        # A post that was taken in already is a repeat, as when a monitor sends it twice.
        taken = await self._engine.do_repeatable(intake.take, [post for post, _ in batch])
        for (_, done), answer in zip(batch, taken, strict=True):
            if not done.done():
                done.set_result(answer)

    async def _commit_each(self, batch: Sequence[_Waiting]) -> None:
        """One post that cannot be stored must not take the others with it."""
        for place, one in enumerate(batch):
            try:
                await self._commit([one])
            except StoreAway as away:
                _refuse(batch[place:], away)
                return
            except Exception as problem:
                _refuse([one], problem)


def _refuse(batch: Sequence[_Waiting], problem: Exception) -> None:
    for _, done in batch:
        if not done.done():
            done.set_exception(problem)
