"""Deliver: the only one that sends what must not be lost. Claim, commit, send, record."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import datetime

import structlog

from bot.core.clock import Clock
from bot.core.errors import StoreAway
from bot.engine.claiming import Claiming
from bot.engine.errand import Errand, Outcome
from bot.engine.pacing import Pacing
from bot.engine.recording import Finished, Recording
from bot.engine.sending import Sending
from bot.store.store import Store
from bot.store.transaction import Tx

_PLACES = 64  # messages of one way under way before no more of it are claimed

log = structlog.get_logger("deliver")


class Delivery:
    """Sends from the outbox. A slow way delays no other: each has its own few places."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        claiming: Claiming,
        sending: Sending,
        observe: Callable[[Errand, Outcome], None] = lambda errand, outcome: None,
    ) -> None:
        self.store, self.clock, self.claiming, self.sending, self.observe = store, clock, claiming, sending, observe
        self.wake: Callable[[], None] = lambda: None
        """Called when a message is done with, for then the next of its lane may leave."""
        self._recording = Recording(claiming.desk)
        self._pacing = Pacing()
        self._under_way: dict[asyncio.Task[None], str] = {}
        self._finished: list[tuple[Errand, Outcome]] = []

    async def pump(self) -> int:
        """One transaction: record what is done, claim what may leave; and set it on its way. How many that were.
        Not to be called again before it ended. Raises StoreAway, and then nothing is forgotten."""
        finished = list(self._finished)
        try:
            pacing, errands = await self.store.run(lambda tx: self._turn(tx, finished, careful=False))
        except StoreAway:
            raise
        except Exception:
            # Something about one message is not as it should be: find it out, and let the others go.
            log.exception("turn_failed")
            pacing, errands = await self.store.run(lambda tx: self._turn(tx, finished, careful=True))
        self._pacing = pacing
        self._finished = self._finished[len(finished) :]
        for errand in errands:
            self._under_way[asyncio.create_task(self._run(errand))] = errand.row.way
        return len(errands)

    def _turn(self, tx: Tx, finished: Finished, *, careful: bool) -> tuple[Pacing, list[Errand]]:
        now, pacing = self.clock.now(), self._pacing.copy()
        places = Counter(list(self._under_way.values()))
        busy = [way for way, count in places.items() if count >= _PLACES]
        self._recording.record_all(tx, pacing, finished, now, careful=careful)
        return pacing, self.claiming.claim(tx, pacing, busy, now, careful=careful)

    async def settle(self, patience_s: float) -> None:
        """Before the end: wait a little for what is under way and record it, so that nobody has to find it out."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=patience_s)
        finished, self._finished = self._finished, []

        def record(tx: Tx) -> None:
            self._recording.record_all(tx, self._pacing.copy(), finished, self.clock.now(), careful=True)

        if finished:
            try:
                await self.store.run(record)
            except StoreAway as away:
                log.warning("not_recorded", reason=str(away), messages=len(finished))

    async def drain(self) -> None:
        """Pump until nothing is under way and nothing more may leave."""
        while await self.pump() or self._under_way or self._finished:
            if self._under_way:
                await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)

    async def _run(self, errand: Errand) -> None:
        try:
            outcome = await self.sending.send(errand)
            self._finished.append((errand, outcome))
            self.observe(errand, outcome)
        finally:
            task = asyncio.current_task()
            if task is not None:
                self._under_way.pop(task, None)
            self.wake()

    def next_due(self, tx: Tx, now: datetime) -> datetime | None:
        """When a message may leave next, or the claim of one that is under way ends."""
        channels = tx.outbox.next_for_channels(now)
        found = [max(at, now + self._pacing.wait(channel, now)) for channel, at in channels.items()]
        return min((at for at in (tx.outbox.next_for_people(), *found) if at), default=None)
