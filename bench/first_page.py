"""First page: from sending an alert to the arrival of the first page and of the Slack card, idle and in a storm."""

from __future__ import annotations

import asyncio
import json
import math
import time
from dataclasses import dataclass, field

from bench.bodies import joining, opening
from bench.client import Connection, connect, hammer, quantile
from bench.figures import FIRST_PAGE_MS, Figure, at_most
from bench.outside import Outside
from bench.pace import Pace
from bench.running import Server

_CARD_EVERY_S = 1.1
"""Slack takes one message a second per channel, so in a storm cards are looked at no faster than that."""
_QUIET_S = 4.0
"""Until the channel has what else there is to say of an incident."""
_REST_S = 0.03
_PATIENCE_S = 30.0


@dataclass(slots=True)
class _Probes:
    """Incidents that were opened to see when they are known outside."""

    server: Server
    outside: Outside
    pages: list[float] = field(default_factory=list)
    sent_at: dict[int, float] = field(default_factory=dict)
    """Of those whose card is looked at."""
    _card_at: float = 0.0

    async def send(self, connection: Connection, card_every: float = _CARD_EVERY_S) -> None:
        """Open one incident and wait for its page; the card is looked at of one every so many seconds."""
        with_card = time.time() - self._card_at >= card_every
        answer = await connection.ask(next(opening(1, system=b"aside" if with_card else b"bench")))
        assert answer.status == 202, answer
        number = int(json.loads(answer.body)["incidents"][0].removeprefix("INC-"))
        if with_card:
            self._card_at = answer.sent_at
            self.sent_at[number] = answer.sent_at
        async with asyncio.timeout(_PATIENCE_S):
            self.pages.append(await self.outside.pages.of(number) - answer.sent_at)

    async def cards(self) -> list[float]:
        """How long the cards took; waits for those still to come."""
        ends = time.time() + _PATIENCE_S
        while time.time() < ends and not self.sent_at.keys() <= self.outside.cards().keys():
            await asyncio.sleep(0.2)
        arrived = self.outside.cards()
        return [arrived.get(number, ends) - at for number, at in self.sent_at.items()]


async def measure(server: Server, outside: Outside, database: str, pace: Pace) -> list[Figure]:
    """Idle, then during a storm."""
    idle = _Probes(server, outside)
    connection = await connect(server.port)
    for _ in range(pace.idle_cards):
        await idle.send(connection, 0)
        await asyncio.sleep(_QUIET_S)
    for _ in range(pace.idle_samples):
        await idle.send(connection, math.inf)
        await asyncio.sleep(_REST_S)
    figures = [
        _quantile(database, "first page, idle", idle.pages, 0.5),
        at_most(database, "first page, idle, p99", quantile(idle.pages, 0.99) * 1000, "ms", FIRST_PAGE_MS),
        _quantile(database, "card in Slack, idle", await idle.cards(), 0.5),
    ]
    storm = _Probes(server, outside)
    over = asyncio.Event()

    async def blow() -> float:
        measured = await hammer(server.port, 64, joining(1), most=pace.storm)
        over.set()
        return measured.rate

    blowing = asyncio.create_task(blow())
    while not over.is_set():
        await storm.send(connection)
        await asyncio.sleep(_REST_S)
    connection.close()
    name = f"in a storm of {pace.storm:,}"
    return [
        *figures,
        Figure(database=database, what=f"alerts accepted {name}", value=await blowing, unit="/s"),
        *_quantiles(database, f"first page, {name}", storm.pages),
        *_quantiles(database, f"card in Slack, {name}", await storm.cards()),
    ]


def _quantiles(database: str, what: str, seconds: list[float]) -> list[Figure]:
    return [_quantile(database, what, seconds, part) for part in (0.5, 0.99)]


def _quantile(database: str, what: str, seconds: list[float], part: float) -> Figure:
    return Figure(
        database=database,
        what=f"{what}, p{round(part * 100)}",
        value=quantile(seconds, part) * 1000,
        unit="ms",
    )
