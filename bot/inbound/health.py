"""Health: is it alive, can it take alerts, and is due work done in time. The heartbeat stops when it is not."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.core.errors import StoreAway
from bot.engine.engine import Engine
from bot.inbound.metrics import Metrics
from bot.outbound.slack import Slack
from bot.store.transaction import Tx

LATE = timedelta(seconds=30)
"""Work this long overdue is late."""

STUCK = timedelta(minutes=5)
"""A message that has not left for so long, although Slack answers, is stuck."""


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
        failing = self.slack.health.failing_since if self.slack else None
        self.metrics.slack_failing.set((now - failing).total_seconds() if failing else 0)
        self.metrics.slack_sockets.set(self.sockets())
        try:
            late, waiting, oldest, by_system = await self.engine.look(lambda tx: _figures(tx, now))
        except StoreAway as away:
            self.metrics.store_up.set(0)
            self.metrics.healthy.set(0)
            return str(away)
        self.metrics.store_up.set(1)
        self.metrics.late.set(late)
        self.metrics.waiting.set(waiting)
        age = now - oldest if oldest else timedelta(0)
        self.metrics.oldest.set(age.total_seconds())
        for system in self.engine.desk.systems:
            self.metrics.open.labels(system).set(by_system[system])
        wrong = f"{late} escalations are late" if late else ""
        if not wrong and age > STUCK and failing is None:
            wrong = f"a message has been waiting for {round(age.total_seconds())} s"
        self.metrics.healthy.set(0 if wrong else 1)
        return wrong

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
        return Response(self.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")


def _figures(tx: Tx, now: datetime) -> tuple[int, int, datetime | None, Counter[str]]:
    waiting, oldest = tx.outbox.backlog()
    return tx.incidents.late(now - LATE), waiting, oldest, Counter(i.system for i in tx.incidents.list_open())
