"""The composition root: build, start, and stop in reverse. One straight line; nothing here decides anything."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import structlog
from fastapi import FastAPI

import commands
from bot.configured import Content, desk_for, find_ways, load_content
from bot.core.clock import Clock
from bot.core.errors import BadContent, DeliveryFailed
from bot.engine.claiming import Claiming
from bot.engine.compose import Links
from bot.engine.deliver import Delivery
from bot.engine.engine import Engine
from bot.engine.group_commit import Intake
from bot.engine.sending import Sending
from bot.engine.work import Work
from bot.inbound.alerts import AlertDoors
from bot.inbound.answers import Answers
from bot.inbound.health import Health
from bot.inbound.metrics import Metrics
from bot.inbound.slack_app import SlackSide, open_slack
from bot.inbound.terminal import Terminal
from bot.inbound.web import build_web
from bot.outbound.http import open_client
from bot.outbound.slack import Slack
from bot.pagers.base import Carrier, Tools
from bot.plugs import discover
from bot.settings import Environment, Settings
from bot.store import migrations
from bot.store.store import open_store
from bot.timers import Timers
from commands.base import Command

log = structlog.get_logger("app")

_SWEEP_S = 5.0
_HEALTH_S = 15.0
_HEARTBEAT_S = 60.0
_SETTLE_S = 5.0
"""How long a stopping bot waits for messages that are under way."""

_SEEN_LASTS = timedelta(days=3)
"""Slack repeats an event for minutes, PagerDuty for a day."""


def real_clock(speed: float = 1.0) -> Clock:
    """The present; `speed` makes a demo's time run faster from now on."""
    now = datetime.now(UTC)
    if speed == 1.0:
        return Clock(read=lambda: datetime.now(UTC), follows_store=True)
    return Clock(read=lambda: datetime.now(UTC), began=now, speed=speed)


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
    side: SlackSide | None
    http: httpx.AsyncClient

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
        self.timers.every("sweep", _SWEEP_S, _calls(self.work.wake))
        self.timers.every("health", _HEALTH_S, self._look)
        self.timers.every("forget", 3600, self._forget)
        if self.settings.heartbeat_url:
            self.timers.every("heartbeat", _HEARTBEAT_S, self._beat)
        self.work.wake()

    async def _end_work(self, runner: asyncio.Task[None]) -> None:
        self.work.end()
        await asyncio.wait({runner}, timeout=_SETTLE_S)
        runner.cancel()

    def _wake_later(self, delay: timedelta) -> None:
        self.timers.after("due", max(delay, timedelta(milliseconds=20)), _calls(self.work.wake))

    async def _look(self) -> None:
        await self._settle_in()
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


async def build(
    environment: Environment,
    *,
    clock: Clock | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
    give_up: Callable[[], None] = lambda: None,
    content: Content | None = None,
) -> App:
    """Build a bot from its environment. Nothing is sent before `start`. Raises BadContent when the settings are wrong
    or no system can be read, and StoreAway when the database cannot be reached. `transport` stands in for the network
    in tests of vendors' APIs; `give_up` is called when Slack's sockets cannot be had back; `content` is what was read
    of this environment before."""
    settings = environment.settings()
    clock = clock or real_clock()
    ways = find_ways(environment, settings)
    content = content or load_content(environment, settings, ways)
    if not content.systems:
        raise BadContent("no system could be read:\n" + "\n".join(map(str, content.problems)))
    for problem in content.problems:
        log.warning("content", where=f"{problem.file}:{problem.line}", message=problem.message, remedy=problem.remedy)
    desk = desk_for(settings, ways, environment, content)
    secret = settings.secret.get_secret_value() or secrets.token_hex(32)
    known: dict[str, Command] = discover(commands, "COMMAND", Command)

    stack = AsyncExitStack()
    store = open_store(settings.database_url)
    stack.callback(store.close)
    await asyncio.to_thread(store.migrate)
    if clock.follows_store:
        clock = replace(clock, offset=await asyncio.to_thread(store.ahead, clock.read))
    engine = Engine(store, desk, clock)
    http = open_client(user_agent="tocsin", proxy=settings.proxy or None, transport=transport)
    stack.push_async_callback(http.aclose)
    metrics = Metrics()
    slack, side = _slack(settings, engine, known, clock, give_up)
    if slack is not None:
        stack.push_async_callback(slack.close)
    tools = Tools(http=http, slack=slack, public_url=settings.public_url, now=clock.now)
    carriers: dict[str, Carrier] = {name: ways.pagers[name].open(p, tools) for name, p in ways.parameters.items()}
    for carrier in carriers.values():
        stack.push_async_callback(carrier.close)
    delivery = Delivery(
        store=store,
        clock=clock,
        claiming=Claiming(
            desk=desk, clock=clock, links=Links(public_url=settings.public_url, secret=secret), slack=slack
        ),
        sending=Sending(
            desk=desk,
            carriers=carriers,
            slack=slack,
            repeat_safe=frozenset(name for name, pager in ways.pagers.items() if pager.repeat_safe),
        ),
        observe=lambda errand, outcome: metrics.observe(errand, outcome, clock.now()),
    )
    work = Work(engine, delivery)
    health = Health(
        engine=engine,
        metrics=metrics,
        slack=slack,
        schema=lambda: migrations.version(store.engine),
        sockets=lambda: side.sockets.connected if side and side.sockets else 0,
    )
    web = build_web(
        alerts=AlertDoors(
            doors=content.doors, intake=Intake(engine), redactor=desk.redactor, metrics=metrics, now=clock.now
        ),
        answers=Answers(
            engine=engine,
            secret=secret,
            public_url=settings.public_url,
            pagers={name: (ways.pagers[name], p) for name, p in ways.parameters.items()},
            slack_away=lambda: slack is not None and slack.health.failing_since is not None,
        ),
        health=health,
        terminal=Terminal(engine=engine, commands=known).answer,
        slack_events=side.endpoint if side else None,
    )
    return App(
        settings=settings,
        clock=clock,
        engine=engine,
        work=work,
        delivery=delivery,
        web=web,
        health=health,
        metrics=metrics,
        slack=slack,
        stack=stack,
        timers=Timers(),
        side=side,
        http=http,
    )


def _slack(
    settings: Settings, engine: Engine, known: dict[str, Command], clock: Clock, give_up: Callable[[], None]
) -> tuple[Slack | None, SlackSide | None]:
    """Both sides of Slack, or neither without a token."""
    token = settings.slack_bot_token.get_secret_value()
    if not token:
        return None, None
    proxy = settings.proxy or None
    slack = Slack(token, now=clock.now, base_url=settings.slack_api_url, proxy=proxy)
    side = open_slack(
        engine=engine,
        commands=known,
        slack=slack,
        token=token,
        app_token=settings.slack_app_token.get_secret_value(),
        signing_secret=settings.slack_signing_secret.get_secret_value(),
        base_url=settings.slack_api_url,
        proxy=proxy,
        now=clock.read,
        give_up=give_up,
    )
    return slack, side


def _calls(function: Any) -> Any:
    async def call() -> None:
        function()

    return call
