"""Looking: runs by itself what is due, side by side: the looks at incidents, the checks of playbooks' steps, and
the checks that are watched."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.core.errors import Refused, StoreAway
from bot.core.evidence import Evidence
from bot.core.look import Look
from bot.core.playbook import filling
from bot.core.watch import Watch, Watched
from bot.engine import looks, walks, watching
from bot.engine.engine import Engine
from bot.engine.investigate import Investigation
from bot.store.runs import Run
from bot.store.transaction import Tx

log = structlog.get_logger("looking")

_APART_S = 0.1
"""Real seconds from one question for due work to the next: in a storm one question serves many incidents."""

_AGAIN_S = 1.0
"""Real seconds until the next try when the database is away."""

_EARLY_S = 3.0
"""Real seconds after which bad news is told although slower checks are still under way."""

Due = list[Coroutine[Any, Any, None]]


class Looking:
    """Does what is due. `run` does it for ever; a test calls `tick` after it has moved the clock."""

    def __init__(self, engine: Engine, investigation: Investigation) -> None:
        self.engine, self.investigation = engine, investigation
        self._lease = engine.clock.during(looks.LEASE)
        self._watches = bool(watching.watches_of(engine.desk))
        self._woken = asyncio.Event()
        self._ending = False
        self._under_way: set[asyncio.Task[None]] = set()
        engine.on_commit(self._committed)

    def _committed(self, _urgent: bool, looking: bool) -> None:
        if looking:
            self._woken.set()

    async def tick(self) -> None:
        """Everything due now, and what follows from it, to its end."""
        while due := await self._due():
            await asyncio.gather(*due)

    async def run(self, later: Callable[[timedelta], None]) -> None:
        """Until `end`: look when woken, and ask to be woken `later` at the earliest due time."""
        while not self._ending:
            await self._woken.wait()
            await asyncio.sleep(_APART_S)
            self._woken.clear()
            try:
                for work in await self._due():
                    task = asyncio.create_task(work)
                    self._under_way.add(task)
                    task.add_done_callback(self._under_way.discard)
                at = await self.engine.store.run(self._next_due)
                if at is not None:
                    later(self.engine.clock.real_delay(at))
            except StoreAway as away:
                log.warning("store_away", reason=str(away))
                later(timedelta(seconds=_AGAIN_S))
            except Exception:
                log.exception("looking_stumbled")
                later(timedelta(seconds=_AGAIN_S))

    async def _due(self) -> Due:
        now, desk = self.engine.clock.now(), self.engine.desk
        found, steps, watched = await self.engine.store.run(
            lambda tx: (
                looks.claim(tx, desk, self._lease, now),
                walks.claim(tx, self._lease, now),
                watching.claim(tx, desk, self._lease, now) if self._watches else [],
            )
        )
        return [
            *(self._look(look, labels) for look, labels in found),
            *(self._step(run) for run in steps),
            *(self._watch(watch, stands) for watch, stands in watched),
        ]

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

    # --- a look at an incident

    async def _look(self, look: Look, labels: Mapping[str, str]) -> None:
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
        await self._keep(looks.finish, look, evidence)

    async def _tell_early(self, look: Look, found: list[Evidence], total: int) -> None:
        await asyncio.sleep(_EARLY_S)
        try:
            await self.engine.do(looks.so_far, look, list(found), total)
        except StoreAway as away:
            log.warning("store_away", reason=str(away))

    # --- the checks of a playbook's step

    async def _step(self, run: Run) -> None:
        """Run the checks of the step that a walk is at, and go on with it."""
        step, known = run.playbook.steps[run.walk.step], self.engine.desk.checks(run.system).by_name
        checks = [known[name] for name in step.checks if name in known]
        missing = [name for name in step.checks if name not in known]
        given = filling.arguments_of(run.walk, step)
        try:
            evidence = await self.investigation.look_all(checks, given)
        except Refused as problem:
            log.warning("step_not_looked_at", run=run.id, step=step.name, why=str(problem))
            evidence, missing = [], list(step.checks)
        except Exception:
            log.exception("step_failed", run=run.id, step=step.name)
            evidence, missing = [], list(step.checks)
        look = Look(
            system=run.system, what=", ".join(step.checks), arguments=given, incident=run.incident,
            why=f"playbook {run.playbook.title}", by=run.playbook.title, made_at=self.engine.clock.now(),
        )  # fmt: skip
        await self._keep(walks.found, run.id, run.walk.revision, look, evidence, missing)

    # --- a watched check

    async def _watch(self, watch: Watch, stands: Watched) -> None:
        """Look once, and alert where it has failed for long."""
        evidence = await self.investigation.look(watch.check, watch.arguments)
        await self._keep(watching.looked, watch, stands, evidence)

    def _next_due(self, tx: Tx) -> datetime | None:
        watched = watching.next_due(tx, self.engine.desk) if self._watches else None
        return min((at for at in (tx.looks.next_due(), tx.runs.next_due(), watched) if at is not None), default=None)

    async def _keep(self, verb: Callable[..., object], *args: object) -> None:
        """Have what was found kept, as soon as the database is there."""
        while not self._ending:
            try:
                await self.engine.do(verb, *args)
            except StoreAway as away:
                log.warning("store_away", reason=str(away))
                await asyncio.sleep(_AGAIN_S)
            else:
                return
