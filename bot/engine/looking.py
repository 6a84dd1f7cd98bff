"""Looking: runs the looks that are due by themselves, side by side, and has their evidence kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

import structlog

from bot.core.errors import StoreAway
from bot.core.evidence import Evidence
from bot.core.look import Look
from bot.engine import looks
from bot.engine.engine import Engine
from bot.engine.investigate import Investigation

log = structlog.get_logger("looking")

_APART_S = 0.1
"""Real seconds from one question for due looks to the next: in a storm one question serves many incidents."""

_AGAIN_S = 1.0
"""Real seconds until the next try when the database is away."""

_EARLY_S = 3.0
"""Real seconds after which bad news is told although slower checks are still under way."""


class Looking:
    """Does what is due. `run` does it for ever; a test calls `tick` after it has moved the clock."""

    def __init__(self, engine: Engine, investigation: Investigation) -> None:
        self.engine, self.investigation = engine, investigation
        self._lease = engine.clock.during(looks.LEASE)
        self._woken = asyncio.Event()
        self._ending = False
        self._under_way: set[asyncio.Task[None]] = set()
        engine.on_commit(lambda urgent: self._woken.set())

    async def tick(self) -> None:
        """Everything due now, to its end."""
        while due := await self._due():
            await asyncio.gather(*(self._look(look, labels) for look, labels in due))

    async def run(self, later: Callable[[timedelta], None]) -> None:
        """Until `end`: look when woken, and ask to be woken `later` at the earliest due time."""
        while not self._ending:
            await self._woken.wait()
            await asyncio.sleep(_APART_S)
            self._woken.clear()
            try:
                for look, labels in await self._due():
                    task = asyncio.create_task(self._look(look, labels))
                    self._under_way.add(task)
                    task.add_done_callback(self._under_way.discard)
                at = await self.engine.store.run(lambda tx: tx.looks.next_due())
                if at is not None:
                    later(self.engine.clock.real_delay(at))
            except StoreAway as away:
                log.warning("store_away", reason=str(away))
                later(timedelta(seconds=_AGAIN_S))
            except Exception:
                log.exception("looking_stumbled")
                later(timedelta(seconds=_AGAIN_S))

    async def _due(self) -> list[tuple[Look, dict[str, str]]]:
        now = self.engine.clock.now()
        return await self.engine.store.run(lambda tx: looks.claim(tx, self.engine.desk, self._lease, now))

    def wake(self) -> None:
        """There may be something to look at."""
        self._woken.set()

    async def end(self) -> None:
        """Stop looking. What is under way is left to another process, or to the next start."""
        self._ending = True
        self._woken.set()
        for task in list(self._under_way):
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _look(self, look: Look, labels: dict[str, str]) -> None:
        """One look, to the end; whatever happens to it is told."""
        checks, values = looks.checks_of(self.engine.desk, look, labels)
        found: list[Evidence] = []
        early = asyncio.create_task(self._tell_early(look, found, len(checks)))
        try:
            evidence = await self.investigation.look_all(checks, values, told=found.append)
        except Exception:
            log.exception("look_failed", look=look.id, incident=look.incident)
            evidence = []
        finally:
            early.cancel()
        await self._keep(look, evidence)

    async def _tell_early(self, look: Look, found: list[Evidence], total: int) -> None:
        await asyncio.sleep(_EARLY_S)
        try:
            await self.engine.do(looks.so_far, look, list(found), total)
        except StoreAway as away:
            log.warning("store_away", reason=str(away))

    async def _keep(self, look: Look, evidence: list[Evidence]) -> None:
        while not self._ending:
            try:
                await self.engine.do(looks.finish, look, evidence)
            except StoreAway as away:
                log.warning("store_away", reason=str(away))
                await asyncio.sleep(_AGAIN_S)
            else:
                return
