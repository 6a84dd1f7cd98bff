"""The composition root: builds a bot. One straight line; nothing here decides anything."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import replace

import httpx
import structlog
from fastapi import FastAPI

import commands
from bot.configured import Content, Ways, desk_for, find_ways, load_content
from bot.core.clock import Clock, Followed
from bot.core.errors import BadContent
from bot.engine.claiming import Claiming
from bot.engine.compose import Links
from bot.engine.deliver import Delivery
from bot.engine.engine import Engine
from bot.engine.group_commit import Intake
from bot.engine.investigate import Investigation
from bot.engine.looking import Looking
from bot.engine.sending import Sending
from bot.engine.weekly import Weekly
from bot.engine.work import Work
from bot.findings import mistakes
from bot.inbound.alerts import AlertDoors
from bot.inbound.answers import Answers
from bot.inbound.board import BoardPages
from bot.inbound.board_door import BoardDoor
from bot.inbound.board_drawn import Drawn
from bot.inbound.board_live import Live
from bot.inbound.health import Health
from bot.inbound.metrics import Metrics
from bot.inbound.slack_app import SlackSide, open_slack
from bot.inbound.terminal import Terminal
from bot.inbound.web import build_web
from bot.outbound.http import open_client
from bot.outbound.slack import Slack
from bot.pagers.base import Carrier, Tools
from bot.parts import investigation_of, real_clock
from bot.plugs import discover
from bot.running import App
from bot.settings import Environment, Settings, tokens_in
from bot.store import migrations
from bot.store.store import Store, open_store
from bot.timers import Timers
from commands.base import Command

log = structlog.get_logger("app")

__all__ = ["App", "build", "real_clock"]


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
    _must_have_systems(content)
    for found in mistakes(environment, settings, ways, content):
        tell = log.error if found.level == "error" else log.warning
        tell("setting", variable=found.where, message=found.message, remedy=found.remedy)
    desk = desk_for(settings, ways, environment, content)
    secret = settings.secret.get_secret_value() or secrets.token_hex(32)
    known: dict[str, Command] = discover(commands, "COMMAND", Command)

    stack = AsyncExitStack()
    store = open_store(settings.database_url)
    stack.callback(store.close)
    await asyncio.to_thread(store.migrate)
    clock, followed = await _follow(store, clock)
    engine = Engine(store, desk, clock)
    http = open_client(user_agent="tocsin", proxy=settings.proxy or None, transport=transport)
    stack.push_async_callback(http.aclose)
    metrics = Metrics()
    investigation = investigation_of(settings, environment, content, engine, http, stack)
    links = Links(public_url=settings.public_url, secret=secret, to_board=settings.board_links)
    slack, side = _slack(settings, engine, known, clock, give_up, investigation, links)
    if slack is not None:
        stack.push_async_callback(slack.close)
    delivery = _delivery(engine, metrics, slack, ways, links, http)
    board = _board(settings, engine, secret)
    for carrier in delivery.sending.carriers.values():
        stack.push_async_callback(carrier.close)
    health = Health(
        engine=engine,
        metrics=metrics,
        slack=slack,
        schema=lambda: migrations.version(store.engine),
        sockets=lambda: side.sockets.connected if side and side.sockets else 0,
    )
    return App(
        settings=settings,
        clock=clock,
        followed=followed,
        engine=engine,
        work=Work(engine, delivery, Weekly(engine, slack) if slack and settings.weekly_digest else None),
        looking=Looking(engine, investigation),
        delivery=delivery,
        web=_web(engine, content, ways, known, secret, health, side, investigation, board),
        board=board,
        health=health,
        metrics=metrics,
        slack=slack,
        stack=stack,
        timers=Timers(),
        side=side,
        http=http,
    )


def _must_have_systems(content: Content) -> None:
    """A bot that serves nothing does not start; what else is wrong is logged."""
    if not content.systems:
        raise BadContent("no system could be read:\n" + "\n".join(map(str, content.problems)))
    for problem in content.problems:
        tell = log.error if problem.level == "error" else log.warning
        tell("content", where=f"{problem.file}:{problem.line}", message=problem.message, remedy=problem.remedy)


async def _follow(store: Store, clock: Clock) -> tuple[Clock, Followed | None]:
    """The clock that follows the database's, where it is to and the database has one of its own."""
    first = await store.read_clock(clock.count) if clock.count else None
    if clock.count is None or first is None:
        return clock, None
    followed = Followed(first, clock.count)
    return replace(clock, read=followed.now), followed


def _web(
    engine: Engine,
    content: Content,
    ways: Ways,
    known: dict[str, Command],
    secret: str,
    health: Health,
    side: SlackSide | None,
    investigation: Investigation,
    board: BoardPages | None,
) -> FastAPI:
    """All doors but Slack's sockets."""
    slack, now = health.slack, engine.clock.now
    return build_web(
        alerts=AlertDoors(
            doors=content.doors,
            intake=Intake(engine),
            redactor=engine.desk.redactor,
            metrics=health.metrics,
            now=now,
        ),
        answers=Answers(
            engine=engine,
            secret=secret,
            public_url=engine.desk.public_url,
            pagers={name: (ways.pagers[name], p) for name, p in ways.parameters.items()},
            slack_away=lambda: slack is not None and slack.failing_since is not None,
        ),
        health=health,
        terminal=Terminal(engine=engine, commands=known, investigation=investigation).answer,
        slack_events=side.endpoint if side else None,
        board=board.routes() if board else (),
    )


def _board(settings: Settings, engine: Engine, secret: str) -> BoardPages | None:
    """The board, where somebody may look at it."""
    tokens = tokens_in(settings.board_token)
    if not tokens and not settings.board_links:
        return None
    door = BoardDoor(secret=secret, public_url=settings.public_url, tokens=tokens, by_links=settings.board_links)
    return BoardPages(engine=engine, door=door, live=Live(engine), drawn=Drawn(engine))


def _delivery(
    engine: Engine, metrics: Metrics, slack: Slack | None, ways: Ways, links: Links, http: httpx.AsyncClient
) -> Delivery:
    """Everything that sends, with an open carrier of each way that is configured."""
    clock, desk = engine.clock, engine.desk
    tools = Tools(http=http, slack=slack, public_url=links.public_url, now=clock.now)
    carriers: dict[str, Carrier] = {name: ways.pagers[name].open(p, tools) for name, p in ways.parameters.items()}
    return Delivery(
        store=engine.store,
        clock=clock,
        claiming=Claiming(desk=desk, clock=clock, links=links, slack=slack),
        sending=Sending(
            desk=desk,
            carriers=carriers,
            slack=slack,
            repeat_safe=frozenset(name for name, pager in ways.pagers.items() if pager.repeat_safe),
        ),
        observe=lambda errand, outcome: metrics.observe(errand, outcome, clock.now()),
    )


def _slack(
    settings: Settings,
    engine: Engine,
    known: dict[str, Command],
    clock: Clock,
    give_up: Callable[[], None],
    investigation: Investigation,
    links: Links,
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
        investigation=investigation,
        board=links.board,
    )
    return slack, side
