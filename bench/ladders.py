"""Ladders: how late escalations are when very many fall due within a minute. A process of its own, in real time."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import uvloop

from bench.client import quantile
from bench.figures import Figure
from bench.pace import Pace
from bench.running import start
from bot import logs
from bot.app import App, build
from bot.core import escalation as ladder
from bot.core.alert import Severity
from bot.core.incident import Incident
from bot.core.message import Carried, Sent
from bot.core.redaction import Redactor
from bot.settings import Environment
from bot.store.cards import Card
from bot.store.transaction import Tx

_LEAD_S = 2.0
_PER_S = 1_500
"""At least so many incidents are stored per second before the first is due."""
_AT_ONCE = 500
_PATIENCE_S = 90.0


class AtOnce:
    """A carrier that takes no time, and remembers when it was given the first page of each incident."""

    can_look_up = False

    def __init__(self) -> None:
        self.arrived: dict[int, datetime] = {}

    async def send(self, message: Carried) -> Sent:
        self.arrived.setdefault(message.incident, datetime.now(UTC))
        return Sent(ref=message.key)

    async def look_up(self, message: Carried) -> Sent | None:
        raise NotImplementedError("nothing is lost on the way to it")

    async def close(self) -> None:
        """Nothing is held."""


async def measure(environ: Mapping[str, str], database: str, pace: Pace) -> list[Figure]:
    """The lateness of ladders in a process of their own."""
    process = start("bench.ladders", {"environ": environ, "many": pace.ladders, "within": pace.within})
    assert process.stdout is not None
    said = await asyncio.to_thread(process.stdout.read)
    assert process.wait() == 0, "the ladders fell"
    found = json.loads(said)
    what = f"lateness of {pace.ladders:,} escalations within {pace.within:g} s"
    late = [
        Figure(database=database, what=f"{what}, {name}", value=found[name] * 1000, unit="ms")
        for name in ("p50", "p99", "max")
    ]
    rss = Figure(database=database, what="memory after the escalations", value=found["rss"] / 2**20, unit="MB")
    return [*late, rss]


async def _climb(environ: Mapping[str, str], many: int, within: float) -> dict[str, float]:
    app = await build(Environment(environ))
    carrier = AtOnce()
    app.delivery.sending.carriers = {"webhook": carrier}
    begins = datetime.now(UTC) + timedelta(seconds=_LEAD_S + many / _PER_S)
    due: dict[int, datetime] = {}
    for first in range(0, many, _AT_ONCE):
        last = min(first + _AT_ONCE, many)
        moments = [begins + timedelta(seconds=within * n / many) for n in range(first, last)]
        numbers = await app.engine.store.run(lambda tx, moments=moments: _open(tx, app, moments))  # type: ignore[misc]
        due |= dict(zip(numbers, moments, strict=True))
    assert datetime.now(UTC) < begins, "the first ladders were due before the last was stored"
    await app.start()
    ends = begins + timedelta(seconds=within + _PATIENCE_S)
    while len(carrier.arrived) < many and datetime.now(UTC) < ends:
        await asyncio.sleep(0.1)
    late = [(carrier.arrived.get(number, datetime.now(UTC)) - at).total_seconds() for number, at in due.items()]
    rss = psutil.Process().memory_info().rss
    await app.stop()
    return {"p50": quantile(late, 0.5), "p99": quantile(late, 0.99), "max": max(late), "rss": rss}


def _open(tx: Tx, app: App, moments: Sequence[datetime]) -> list[int]:
    """Store incidents whose first level is due at these moments."""
    system = app.engine.desk.systems["bench"]
    plan, severity = system.plan, Severity.CRITICAL
    policy = plan.choose(severity, "")
    numbers = tx.incidents.add([
        Incident(
            number=0, system=system.name, title="Orders are late on a gateway", severity=severity, plan=plan,
            group=f"due:{at.isoformat()}", opened_at=at, since=at, alerts=1, firing=1,
        )
        for at in moments
    ])  # fmt: skip
    ladders = [ladder.start(policy, severity, at, plan.timings) for at in moments]
    tx.incidents.save_escalations(list(zip(numbers, ladders, strict=True)))
    tx.cards.add([Card(incident=number, channel=system.channel) for number in numbers])
    return numbers


if __name__ == "__main__":
    with Path(os.devnull).open("w") as nowhere:
        logs.configure("info", "json", Redactor(()), stream=nowhere)  # what the log costs counts
        given: Any = json.load(sys.stdin)
        print(json.dumps(uvloop.run(_climb(given["environ"], given["many"], given["within"]))))
