"""Walking: what a step of a playbook costs, from the answer to the next step committed and its message in the outbox. A
process of its own; nothing is looked at and nothing is sent meanwhile."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import Awaitable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import uvloop
from sqlalchemy import delete

from bench import floor
from bench.client import quantile
from bench.figures import Figure, at_most
from bench.pace import Pace
from bench.running import start
from bot import logs
from bot.app import App, build
from bot.core.alert import Severity
from bot.core.evidence import Evidence, Seen, State
from bot.core.look import Look
from bot.core.oncall import Actor
from bot.core.playbook.walk import Stand
from bot.core.redaction import Redactor
from bot.engine import walks
from bot.engine.declare import declare
from bot.engine.walks import Pressed
from bot.settings import Environment
from bot.store import tables
from bot.store.runs import Run
from bot.store.transaction import Tx

_MOST_MS = 20.0
_LONGEST = 40
"""Steps after which a walk is given up."""
_SYSTEM = "hft"
_ANN = Actor(id="operations", name="Ann", via="slack")


async def measure(environ: Mapping[str, str], database: str, pace: Pace) -> list[Figure]:
    """The figures of walks through the largest pack's playbooks, one after the other, `pace.steps` steps in all."""
    bundled = {name: said for name, said in environ.items() if name != "TOCSIN_PLAYBOOKS"}
    given = {**bundled, "TOCSIN_SYSTEMS": _SYSTEM, "TOCSIN_ENVIRONMENT": "demo"}
    process = start("bench.walking", {"environ": given, "steps": pace.steps})
    assert process.stdout is not None
    said = await asyncio.to_thread(process.stdout.read)
    assert process.wait() == 0, "the walks fell"
    found = json.loads(said)
    least = found["floor"]
    figures = []
    for kind, what in (("answered", "a step that a person answers"), ("checked", "a step that checks decide")):
        taken = found[kind]
        figures += [
            at_most(database, f"walk: {what}, p50", _ms(taken, 0.5), "ms", _MOST_MS, floor=_ms(least, 0.5)),
            Figure(database=database, what="… p99", value=_ms(taken, 0.99), unit="ms", floor=_ms(least, 0.99)),
        ]
    return figures


def _ms(seconds: list[float], part: float) -> float:
    return quantile(seconds, part) * 1000


class _Walking:
    """The walks of one bot, and what their steps took, in seconds."""

    def __init__(self, app: App) -> None:
        self._engine = app.engine
        self.answered: list[float] = []
        self.checked: list[float] = []
        self.floor: list[float] = []
        floor.lay(self._engine.store.engine)

    async def go(self, steps: int) -> None:
        """Walk each playbook in turn, one incident each, until so many steps were taken."""
        books = list(self._engine.desk.packs[_SYSTEM].playbooks.by_name.values())
        number = 0
        while len(self.answered) + len(self.checked) < steps:
            book = books[number % len(books)]
            number += 1
            told = await self._engine.do(declare, _SYSTEM, Severity.HIGH, f"{book.title}, number {number}", _ANN)
            arguments = {one: its.default or its.kind.example.split(" or ")[0] for one, its in book.parameters.items()}
            await self._engine.do(walks.start, told.incident.number, _ANN, playbook=book.name, arguments=arguments)
            await self._to_its_end(told.incident.number)

    async def _to_its_end(self, incident: int) -> None:
        for step in range(_LONGEST):
            run = (await self._engine.look(lambda tx: tx.runs.of_incident(incident)))[-1]
            if run.walk.stand.is_over:
                return
            self.floor.append(await _timed(floor.step_on(self._engine.store, 1)))
            if run.walk.stand is Stand.WAITING:
                self.answered.append(await _timed(self._answer(run, step)))
            else:
                self.checked.append(await _timed(self._find(run)))
            revision, sent = await self._engine.look(partial(_left, run_id=run.id))
            assert revision > run.walk.revision, "a step was taken, and is not there"
            assert sent == 1, "its message is not in the outbox"
        await self._engine.do(walks.stop, Pressed(run=run.id, revision=0), _ANN)

    async def _answer(self, run: Run, step: int) -> None:
        """By turns, so that the walks are long."""
        choice = step % len(run.playbook.steps[run.walk.step].choices)
        await self._engine.do(walks.answer, Pressed(run=run.id, revision=run.walk.revision), _ANN, choice=choice)

    async def _find(self, run: Run) -> None:
        """What a running bot does about it, but for the looking itself."""
        now = self._engine.clock.now()
        (claimed,) = await self._engine.run(lambda tx: walks.claim(tx, walks.LEASE, now))
        names = claimed.playbook.steps[claimed.walk.step].checks
        evidence = [_evidence(name, now, len(run.walk.trail)) for name in names]
        look = Look(
            system=run.system, what=", ".join(names), incident=run.incident, why=claimed.playbook.title, made_at=now
        )
        await self._engine.do(walks.found, run.id, claimed.walk.revision, look, evidence, [])


async def _timed(work: Awaitable[None]) -> float:
    began = time.perf_counter()
    await work
    return time.perf_counter() - began


def _evidence(check: str, now: datetime, step: int) -> Evidence:
    """Of each state by turns."""
    state = list(State)[step % len(State)]
    return Evidence(
        check=check, title=check, system=_SYSTEM, state=state, verdict=f"{check} is {state}",
        seen=Seen(facts={"count": step}), started=now, took=0.1,
    )  # fmt: skip


def _left(tx: Tx, run_id: int) -> tuple[int, int]:
    """The revision of the run, and how many messages of it wait; these are taken out, as by delivery before the next
    step."""
    run = tx.runs.get(run_id)
    assert run is not None
    waiting = delete(tables.outbox).where(tables.outbox.c.key == f"step.{run_id}")
    return run.walk.revision, tx.connection.execute(waiting).rowcount


async def _walk(environ: Mapping[str, str], steps: int) -> dict[str, Any]:
    app = await build(Environment(environ))
    walking = _Walking(app)
    await walking.go(steps)
    await app.stop()
    return {"answered": walking.answered, "checked": walking.checked, "floor": walking.floor}


if __name__ == "__main__":
    with Path(os.devnull).open("w") as nowhere:
        logs.configure("info", "json", Redactor(()), stream=nowhere)  # what the log costs counts
        given: Any = json.load(sys.stdin)
        print(json.dumps(uvloop.run(_walk(given["environ"], given["steps"]))))
