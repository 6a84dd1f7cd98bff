"""Health: is it alive, can it take alerts, is due work done in time and somebody reached. Else the heartbeat stops."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.core.errors import StoreAway
from bot.core.escalation import HELP, RUNNING, reaches_nobody
from bot.core.incident import Incident
from bot.engine.engine import Engine
from bot.inbound.metrics import Metrics
from bot.inbound.metrics_of_lives import MOST, SPAN
from bot.outbound.slack import Slack
from bot.store.outbox import CHANNEL, Waiting
from bot.store.transaction import Tx
from bot.views.words import count

LATE = timedelta(seconds=30)
"""Work this long overdue is late."""

STUCK = timedelta(minutes=5)
"""A page that has not left for so long is stuck."""

_NAMED = 10


@dataclass(frozen=True, kw_only=True)
class Health:
    """Looks at the bot from inside."""

    engine: Engine
    metrics: Metrics
    slack: Slack | None
    schema: Callable[[], tuple[str, str]]
    """The schema's revision in the database, and the newest one."""
    sockets: Callable[[], int] = lambda: 0

    async def look(self) -> str:
        """Refresh the metrics; what is wrong, or an empty string."""
        now = self.engine.clock.now()
        failing = self.slack.failing_since if self.slack else None
        self.metrics.slack_failing.set((now - failing).total_seconds() if failing else 0)
        self.metrics.slack_sockets.set(self.sockets())
        try:
            figures = await self.engine.look(lambda tx: _figures(tx, now))
        except StoreAway as away:
            self.metrics.store_up.set(0)
            self.metrics.healthy.set(0)
            return str(away)
        self.metrics.store_up.set(1)
        self.metrics.late.set(figures.late)
        self.metrics.reaching_nobody.set(len(figures.reaching_nobody))
        for to, waiting in (
            ("people", [w for w in figures.waiting if w.way != CHANNEL]),
            ("channels", [w for w in figures.waiting if w.way == CHANNEL]),
        ):
            self.metrics.waiting.labels(to).set(sum(w.count for w in waiting))
            self.metrics.oldest.labels(to).set(_age(waiting, now).total_seconds())
        for system in self.engine.desk.systems:
            self.metrics.open.labels(system).set(figures.open[system])
        wrong = [f"{count(figures.late, 'escalation')} late"] if figures.late else []
        # What waits for a channel wakes nobody; and a direct message waits for Slack, which is told of elsewhere.
        quiet = {CHANNEL, "slack"} if failing else {CHANNEL}
        pages = [w for w in figures.waiting if w.urgent and w.way not in quiet]
        if (age := _age(pages, now)) > STUCK:
            wrong.append(f"a page has been waiting for {round(age.total_seconds())} s")
        if figures.reaching_nobody:
            wrong.append(f"{_named(figures.reaching_nobody)} reaching nobody")
        self.metrics.healthy.set(0 if wrong else 1)
        return "; ".join(wrong)

    async def healthz(self, _request: Request) -> Response:
        """Liveness: the process answers."""
        return JSONResponse({"status": "ok"})

    async def readyz(self, _request: Request) -> Response:
        """Readiness: 503 only when an alert could not be committed. Slack away or late work never refuses alerts."""
        try:
            await self.engine.look(lambda tx: tx.incidents.next_due(self.engine.clock.now()))
            current, newest = await asyncio.to_thread(self.schema)
        except Exception as away:
            return JSONResponse({"status": "not ready", "why": type(away).__name__}, status_code=503)
        if current != newest:
            why = f"the schema is at {current or 'nothing'} and should be at {newest}: tocsin db upgrade"
            return JSONResponse({"status": "not ready", "why": why}, status_code=503)
        return JSONResponse({"status": "ready"})

    async def metricsz(self, _request: Request) -> Response:
        """Prometheus metrics, fresh."""
        await self.look()
        await self._look_back()
        return Response(self.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

    async def _look_back(self) -> None:
        """Read how incidents went, where that is not known yet or was a while ago."""
        now, lives = self.engine.clock.now(), self.metrics.lives
        if lives.is_stale(now):
            try:
                facts, counts = await self.engine.look(
                    lambda tx: (tx.figures.lives(now - SPAN, now, most=MOST), tx.figures.counts())
                )
            except StoreAway:
                return  # what is known is told on; that the database is away stands beside it
            lives.set(facts, counts, now)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Figures:
    """What the database says."""

    late: int
    waiting: Sequence[Waiting]
    open: Counter[str]
    reaching_nobody: Sequence[Incident]


def _named(incidents: Sequence[Incident]) -> str:
    """`2 incidents (INC-3, INC-7)`."""
    some = [incident.label for incident in incidents[:_NAMED]]
    return f"{count(len(incidents), 'incident')} ({', '.join(some)}{', …' if len(incidents) > _NAMED else ''})"


def _age(waiting: Sequence[Waiting], now: datetime) -> timedelta:
    return max((now - w.since for w in waiting), default=timedelta(0))


def _figures(tx: Tx, now: datetime) -> _Figures:
    opened = tx.incidents.list_open()
    return _Figures(
        late=tx.incidents.late(now - LATE),
        waiting=tx.outbox.backlog(),
        open=Counter(incident.system for incident in opened),
        reaching_nobody=list(_reaching_nobody(tx, opened)),
    )


def _reaching_nobody(tx: Tx, opened: Sequence[Incident]) -> Iterator[Incident]:
    """The open incidents of which a ladder, other than one that calls for help, reaches nobody. What another of the
    same policy has paged counts for it, too."""
    ladders = tx.incidents.escalations_of([incident.number for incident in opened])
    running = {n for n, parts in ladders.items() if any(e.state == RUNNING for e in parts.values())}
    states = tx.pages.states_of(running)
    for incident in opened:
        climb = [e for part, e in ladders[incident.number].items() if part != HELP and e.state == RUNNING]
        paged: dict[str, list[tuple[int, str]]] = {}
        for e in climb:
            paged.setdefault(e.policy, []).extend(states.get((incident.number, e.part, e.round), ()))
        if any(reaches_nobody(e, incident.plan.policies[e.policy], paged[e.policy]) for e in climb):
            yield incident
