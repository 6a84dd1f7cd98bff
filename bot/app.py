"""The composition root: build, start, and stop in reverse. One straight line; nothing here decides anything."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from fastapi import FastAPI
from pydantic import BaseModel, SecretStr, ValidationError

import bot.pagers
import bot.sources
import commands
from bot import packs
from bot.core.clock import Clock
from bot.core.errors import BadContent, StoreAway
from bot.core.redaction import Redactor
from bot.engine.compose import Links
from bot.engine.deliver import Delivery
from bot.engine.desk import Desk, Way
from bot.engine.engine import Engine
from bot.engine.group_commit import Intake
from bot.engine.work import Work
from bot.inbound.alerts import AlertDoors, Door
from bot.inbound.answers import Answers
from bot.inbound.health import Health
from bot.inbound.metrics import Metrics
from bot.inbound.terminal import Terminal
from bot.inbound.web import build_web
from bot.outbound.http import open_client
from bot.outbound.slack import Slack
from bot.pagers.base import Carrier, Pager, Tools
from bot.plugs import discover
from bot.settings import Environment, Settings
from bot.store import migrations
from bot.store.store import Store, open_store
from bot.timers import Timers

log = structlog.get_logger("app")

_SWEEP_S = 5.0
_HEALTH_S = 15.0
_HEARTBEAT_S = 60.0
_SEEN_LASTS = timedelta(days=3)
"""Slack repeats an event for minutes, PagerDuty for a day."""


def real_clock(speed: float = 1.0) -> Clock:
    """The present; `speed` makes a demo's time run faster from now on."""
    now = datetime.now(UTC)
    return Clock(read=lambda: datetime.now(UTC), began=now if speed != 1.0 else None, speed=speed)


@dataclass(frozen=True, kw_only=True)
class Ways:
    """The pagers there are, each with its parameters from the environment."""

    pagers: Mapping[str, Pager]
    parameters: Mapping[str, BaseModel]
    """Of those that are configured."""
    missing: Mapping[str, str]
    """Of those that are not: what to set."""

    def for_desk(self) -> dict[str, Way]:
        """What the ladder needs to know of them."""
        return {
            name: Way(name=name, wakes=p.wakes, voice=p.voice, keeps_incidents=p.keeps_incidents,
                      missing=f"{name} is not configured: {self.missing[name]}" if name in self.missing else "")
            for name, p in self.pagers.items()
        }


def find_ways(environment: Environment, settings: Settings) -> Ways:
    """Discover the pagers and read their sections."""
    pagers: dict[str, Pager] = discover(bot.pagers, "PAGER")
    parameters, missing = {}, {}
    for name, pager in pagers.items():
        if name == "slack" and not settings.slack_bot_token.get_secret_value():
            missing[name] = "set SLACK_BOT_TOKEN"
            continue
        try:
            parameters[name] = pager.parameters.model_validate(environment.section(pager.section))
        except ValidationError as problem:
            fields = [f"TOCSIN_{pager.section}_{'_'.join(map(str, e['loc']))}".upper() for e in problem.errors()]
            missing[name] = "set " + ", ".join(dict.fromkeys(fields))
    return Ways(pagers=pagers, parameters=parameters, missing=missing)


def secrets_of(settings: Settings, ways: Ways, environment: Environment) -> list[str]:
    """Every secret this process was given: none of them may show up anywhere."""
    models: list[BaseModel] = [settings, *ways.parameters.values()]
    found = [value.get_secret_value() for model in models for value in dict(model).values() if isinstance(value, SecretStr)]
    named = [value for key, value in environment.variables().items() if any(word in key for word in ("TOKEN", "SECRET", "KEY"))]
    return [one for one in (*found, *named) if one]


@dataclass(kw_only=True)
class App:
    """A built bot. `start`, then `serve` or `work.tick` by hand, then `stop`."""

    settings: Settings
    clock: Clock
    engine: Engine
    work: Work
    delivery: Delivery
    web: FastAPI
    health: Health
    metrics: Metrics
    slack: Slack | None
    stack: AsyncExitStack
    timers: Timers
    sockets: Any = None
    http: Any = None

    async def start(self, *, timers: bool = True) -> None:
        """Connect to Slack and begin to work. Without `timers` nothing happens by itself: a test moves the time."""
        if self.slack is not None:
            self.stack.push_async_callback(self.slack.close)
        if timers:
            await self._start_timers()
        if self.sockets is not None:
            await self.sockets.start()
            self.stack.push_async_callback(self.sockets.stop)

    async def _start_timers(self) -> None:
        self.timers.start()
        self.stack.callback(self.timers.stop)
        runner = asyncio.create_task(self.work.run(self._wake_later))
        self.stack.callback(runner.cancel)
        self.timers.every("sweep", _SWEEP_S, _calls(self.work.wake))
        self.timers.every("health", _HEALTH_S, self._look)
        self.timers.every("forget", 3600, self._forget)
        if self.settings.heartbeat_url:
            self.timers.every("heartbeat", _HEARTBEAT_S, self._beat)
        self.work.wake()

    def _wake_later(self, delay: timedelta) -> None:
        self.timers.after("due", max(delay, timedelta(milliseconds=20)), _calls(self.work.wake))

    async def _look(self) -> None:
        wrong = await self.health.look()
        if wrong:
            log.error("unhealthy", why=wrong)

    async def _forget(self) -> None:
        before = self.clock.now() - _SEEN_LASTS
        await self.engine.store.run(lambda tx: tx.people.forget_seen(before))

    async def _beat(self) -> None:
        """Say that all is well, to somebody who notices when it is no longer said."""
        if wrong := await self.health.look():
            log.error("heartbeat_withheld", why=wrong)
            return
        try:
            await self.http.get(self.settings.heartbeat_url)
        except Exception as problem:
            log.warning("heartbeat_failed", reason=type(problem).__name__)

    async def stop(self) -> None:
        """Stop in reverse: first the doors, then the work, then the store."""
        await self.stack.aclose()


def _calls(function: Any) -> Any:
    async def call() -> None:
        function()

    return call
