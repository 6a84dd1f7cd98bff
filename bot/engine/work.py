"""Work: everything that is due, done; and when to look again. The loop that a running bot lives in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.core.errors import StoreAway
from bot.engine import due
from bot.engine.deliver import Delivery
from bot.engine.engine import Engine
from bot.engine.weekly import Weekly
from bot.store.transaction import Tx

log = structlog.get_logger("work")

_AGAIN_S = 1.0
"""Real seconds until the next try when the database is away."""

_APART_S = 0.015
"""Real seconds from one turn to the next: when there is much to do, a turn does it for many at once."""

_FOR_EACH_S = 0.005
"""Real seconds to rest for each message that was set on its way, while posts of monitors come in: to take them in
durably goes before sending very much at once."""

_SOON_S, _STORM_S = 0.05, 0.25
"""Real seconds within which what wakes nobody, such as a card, is looked at; and while posts of monitors come in."""


class Work:
    """Does what is due. `run` does it for ever; a test calls `tick` after it has moved the clock."""

    def __init__(self, engine: Engine, delivery: Delivery, weekly: Weekly | None = None) -> None:
        """Without `weekly` nobody is told of a week unless they ask."""
        self.engine, self.delivery, self._weekly = engine, delivery, weekly
        self._lease = engine.clock.during(due.LEASE)
        self._woken = asyncio.Event()
        self._soon: asyncio.TimerHandle | None = None
        self._posts = 0
        self._ending = False
        engine.on_commit(self._committed)
        delivery.wake = self.wake

    def wake(self) -> None:
        """There may be something to do."""
        self._woken.set()

    def end(self) -> None:
        """Let `run` end after the turn it is in: what it has claimed it also sends on its way."""
        self._ending = True
        self.wake()

    def _committed(self, urgent: bool, _looking: bool) -> None:
        if urgent:
            self.wake()
        elif self._soon is None:
            storm, self._posts = self.engine.posts != self._posts, self.engine.posts
            soon = _STORM_S if storm else _SOON_S
            self._soon = asyncio.get_running_loop().call_later(soon, self._wake_at_last)

    def _wake_at_last(self) -> None:
        self._soon = None
        self.wake()

    async def climb(self) -> bool:
        """Work a batch of the ladders that are due, and of reminders only where no ladder is: no page waits for them.
        False when nothing was due."""
        now = self.engine.clock.now()

        def look(tx: Tx) -> tuple[list[tuple[int, str]], list[int]]:
            ladders = due.claim(tx, now, self._lease)
            return ladders, [] if ladders else due.others_due(tx, now)

        ladders, others = await self.engine.store.run(look)
        if ladders:
            await self._climb(ladders, now)
        for number in others:
            await self._remind(number, now)
        if self._weekly is not None:
            self._weekly.begin()
        return bool(ladders or others)

    async def _remind(self, number: int, now: datetime) -> None:
        desk = self.engine.desk
        try:
            await self.engine.store.run(lambda tx: due.remind(tx, desk, number, now))
        except StoreAway:
            raise
        except Exception:
            log.exception("remind_failed", incident=number)
            await self.engine.store.run(lambda tx: due.put_off(tx, number, now))

    async def _climb(self, ladders: list[tuple[int, str]], now: datetime) -> None:
        desk = self.engine.desk
        try:
            await self.engine.run(lambda tx: due.climb(tx, desk, ladders, now))
        except StoreAway:
            raise
        except Exception:
            log.exception("climb_failed", due=ladders)
            if len(ladders) == 1:
                return  # its lease keeps it from being tried again at once; late work stops the heartbeat
            for one in ladders:
                await self._climb([one], now)

    async def tick(self) -> None:
        """Everything due now, and all that follows from it, until nothing is left to do."""
        while True:
            while await self.climb():
                pass
            await self.delivery.drain()
            if self._weekly is not None:
                await self._weekly.settle()
            # A page that reached nobody may have made the next level due.
            if not await self.engine.store.run(lambda tx: _is_due(tx, self.engine.clock.now())):
                return

    async def run(self, later: Callable[[timedelta], None]) -> None:
        """Until `end`: work when woken, and ask to be woken `later` at the earliest due time."""
        loop = asyncio.get_running_loop()
        turned = loop.time() - _APART_S
        rest = _APART_S
        while not self._ending:
            await self._woken.wait()
            await asyncio.sleep(turned + rest - loop.time())
            self._woken.clear()
            turned, rest, posts = loop.time(), _APART_S, self.engine.posts
            try:
                sent = await self.delivery.pump()
                # One batch, then the pages it made leave before the next one.
                climbed = await self.climb()
                if self.engine.posts != posts:
                    rest = max(_APART_S, sent * _FOR_EACH_S)
                if sent or climbed:
                    self.wake()
                else:
                    later(self.engine.clock.real_delay(await self.engine.store.run(self._wake_at)))
            except asyncio.CancelledError:
                raise
            except StoreAway as away:
                log.warning("store_away", reason=str(away))
                later(timedelta(seconds=_AGAIN_S))
            except Exception:
                log.exception("work_stumbled")
                later(timedelta(seconds=_AGAIN_S))
        if self._weekly is not None:
            await self._weekly.settle()

    def next_due(self, tx: Tx) -> datetime | None:
        """When something is to be done next; None: nothing waits for the clock."""
        now = self.engine.clock.now()
        weekly = self._weekly.next_due() if self._weekly is not None else None
        found = due.next_due(tx, now), self.delivery.next_due(tx, now), weekly
        return min((at for at in found if at is not None), default=None)

    def _wake_at(self, tx: Tx) -> datetime:
        return self.next_due(tx) or self.engine.clock.now() + timedelta(minutes=1)


def _is_due(tx: Tx, now: datetime) -> bool:
    at = due.next_due(tx, now)
    return at is not None and at <= now
