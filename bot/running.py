"""Running: a built bot that connects, works by itself, and stops in reverse."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import httpx
import structlog
from fastapi import FastAPI

from bot.core.clock import STEP, Clock, Followed
from bot.core.errors import DeliveryFailed, StoreAway
from bot.engine.deliver import Delivery
from bot.engine.engine import Engine
from bot.engine.looking import Looking
from bot.engine.work import Work
from bot.inbound.board import BoardPages
from bot.inbound.health import Health
from bot.inbound.metrics import Metrics
from bot.inbound.slack_app import SlackSide
from bot.outbound.slack import Slack
from bot.settings import Settings
from bot.timers import Timers

log = structlog.get_logger("app")

_SWEEP_S = 5.0
_HEALTH_S = 15.0
_HEARTBEAT_S = 60.0
_SETTLE_S = 5.0
"""How long a stopping bot waits for messages that are under way."""

_SEEN_LASTS = timedelta(days=3)
"""Slack repeats an event for minutes, PagerDuty for a day."""

_LOOKS_LAST = timedelta(days=14)
"""How long evidence that belongs to no incident can be asked about."""


@dataclass(kw_only=True)
class App:
    """A built bot. `start`, then `serve` or `work.tick` by hand, then `stop`."""

    settings: Settings
    clock: Clock
    followed: Followed | None
    """The database's clock, by which this one goes; None: by the host's."""
    engine: Engine
    work: Work
    looking: Looking
    delivery: Delivery
    web: FastAPI
    health: Health
    metrics: Metrics
    slack: Slack | None
    stack: AsyncExitStack
    timers: Timers
    side: SlackSide | None
    http: httpx.AsyncClient
    board: BoardPages | None = None
    unhealthy: str = ""
    """What was wrong when the health was last looked at: it is logged when it changes."""

    async def start(self, *, timers: bool = True) -> None:
        """Connect to Slack and begin to work. Without `timers` nothing happens by itself: a test moves the time."""
        await self._settle_in()
        if timers:
            await self._start_timers()
        if self.side is not None:
            await self.side.start()
            self.stack.push_async_callback(self.side.stop)

    async def _settle_in(self) -> None:
        """Learn the workspace's address, for permalinks, and be in the systems' channels. Slack being away is no reason
        not to start: it is tried again with every look at the health."""
        claiming = self.delivery.claiming
        if self.slack is None or claiming.links.slack_url:
            return
        try:
            identity = await self.slack.auth()
        except DeliveryFailed as failure:
            log.warning("slack_away", reason=str(failure))
            return
        claiming.links = replace(claiming.links, slack_url=identity.url)
        for system in self.engine.desk.systems.values():
            for channel in filter(None, (system.channel, system.private_channel)):
                try:
                    await self.slack.enter(channel)
                except DeliveryFailed as failure:
                    log.warning("not_in_channel", channel=channel, system=system.name, reason=str(failure))

    async def _start_timers(self) -> None:
        self.timers.start()
        self.stack.callback(self.timers.stop)
        self.stack.push_async_callback(self.delivery.settle, _SETTLE_S)
        runner = asyncio.create_task(self.work.run(self._wake_later))
        self.stack.push_async_callback(self._end_work, runner)
        looker = asyncio.create_task(self.looking.run(self._look_later))
        self.stack.push_async_callback(self._end_looking, looker)
        self.timers.every("sweep", _SWEEP_S, self._sweep)
        self.timers.every("health", _HEALTH_S, self._look)
        self.timers.every("forget", 3600, self._forget)
        if self.settings.heartbeat_url:
            self.timers.every("heartbeat", _HEARTBEAT_S, self._beat)
        self.work.wake()
        self.looking.wake()

    async def _end_work(self, runner: asyncio.Task[None]) -> None:
        self.work.end()
        await asyncio.wait({runner}, timeout=_SETTLE_S)
        runner.cancel()

    async def _end_looking(self, looker: asyncio.Task[None]) -> None:
        await self.looking.end()
        looker.cancel()

    async def _sweep(self) -> None:
        self.work.wake()
        self.looking.wake()

    def _look_later(self, delay: timedelta) -> None:
        self.timers.after("look", max(delay, timedelta(milliseconds=20)), _calls(self.looking.wake))

    def _wake_later(self, delay: timedelta) -> None:
        self.timers.after("due", max(delay, timedelta(milliseconds=20)), _calls(self.work.wake))

    async def _look(self) -> None:
        await self._set_clock()
        await self._settle_in()
        await self.look_at_health()

    async def look_at_health(self) -> None:
        """Refresh the metrics, and log what is wrong where that has changed."""
        wrong = await self.health.look()
        if wrong and wrong != self.unhealthy:
            log.error("unhealthy", why=wrong)
        elif self.unhealthy and not wrong:
            log.info("healthy", was=self.unhealthy)
        self.unhealthy = wrong

    async def _set_clock(self) -> None:
        if self.followed is None or self.clock.count is None:
            return
        try:
            reading = await self.engine.store.read_clock(self.clock.count)
        except StoreAway:
            return  # the look at the health says so
        by = self.followed.take(reading) if reading else timedelta(0)
        if abs(by) > STEP:
            log.warning("clock_set", by_s=by.total_seconds())

    async def _forget(self) -> None:
        before, old = self.clock.now() - _SEEN_LASTS, self.clock.now() - _LOOKS_LAST
        await self.engine.store.run(lambda tx: tx.people.forget_seen(before))
        await self.engine.store.run(lambda tx: tx.looks.drop_old(old))

    async def _beat(self) -> None:
        """Say that all is well, to somebody who notices when it is no longer said."""
        if wrong := await self.health.look():
            log.error("heartbeat_withheld", why=wrong)
            return
        try:
            answer = await self.http.get(self.settings.heartbeat_url)
            why = "" if answer.is_success else f"the answer was {answer.status_code}"
        except Exception as problem:
            why = type(problem).__name__  # its text may hold the address, which is a secret
        self.metrics.heartbeat_failing.set(1 if why else 0)
        if why:
            log.error("heartbeat_failed", why=why, remedy="see TOCSIN_HEARTBEAT_URL")

    def hang_up(self) -> None:
        """End the answers that would not end by themselves: a server that is to stop waits for all of them."""
        if self.board is not None:
            self.board.live.end()

    async def stop(self) -> None:
        """Stop in reverse: first the doors, then the work, then the store."""
        self.hang_up()
        await self.stack.aclose()


def _calls(function: Any) -> Any:
    async def call() -> None:
        function()

    return call
