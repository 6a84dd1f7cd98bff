"""The real slack-bolt app against the playground's workspace: by Socket Mode, or by signed HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from bot.core.clock import Clock
from bot.core.oncall import Contact, Roster
from bot.core.policy import Level, Plan, Policy, Target
from bot.core.system import System
from bot.engine.claiming import Claiming
from bot.engine.compose import Links
from bot.engine.deliver import Delivery
from bot.engine.desk import Desk, Way
from bot.engine.engine import Engine
from bot.engine.sending import Sending
from bot.engine.work import Work
from bot.inbound.slack_app import SlackSide, open_slack
from bot.outbound.slack import Slack
from bot.pagers.base import Tools
from bot.pagers.slack import PAGER, SlackParameters
from bot.playground.listening import HOST, Listener
from bot.playground.values import Message
from bot.playground.workspace import Workspace
from bot.store import tables
from bot.store.store import Store, open_store
from commands import help as help_
from commands import incident, oncall, page

CHANNEL = "hft-operations"
ROSTER = Roster(
    contacts={
        "ann": Contact(id="ann", name="Ann Archer", addresses={"slack": "UANN00001"}),
        "bob": Contact(id="bob", name="Bob Baker", addresses={"mail": "bob@desk.example"}),
    },
    roles={"operations": ("ann",), "engineering": ("bob",)},
)
PLAN = Plan(
    policies={
        "standard": Policy(
            name="standard",
            levels=(
                Level(name="Operations", after=timedelta(0), targets=(Target(to="operations", ways=("slack",)),)),
                Level(
                    name="Engineering", after=timedelta(minutes=5), targets=(Target(to="engineering", ways=("slack",)),)
                ),
            ),
        )
    },
    choices=(),
    catch_all="standard",
)


def _system(name: str, channel: str) -> System:
    return System(name=name, title=name, channel=f"#{channel}", roster=ROSTER, plan=PLAN, routes=())


@dataclass
class Bot:
    """A running bot, its workspace, and the shortest words for both."""

    slack: Workspace
    engine: Engine
    work: Work
    side: SlackSide
    store: Store
    given_up: list[bool]

    async def declare(self, user: str = "ann", text: str = "high gateway down", channel: str = CHANNEL) -> Message:
        """An incident and its card."""
        before = len(self.slack.messages(channel))
        await self.slack.slash(user, channel, "/incident", f"declare {text}")
        await self.answer(user, "is open in")
        for _ in range(40):  # Slack takes one message a second into a channel
            await self.work.tick()
            if cards := self.slack.messages(channel)[before:]:
                return cards[0]
            await asyncio.sleep(0.1)
        raise AssertionError(self.slack.dump())

    async def told(self, card: Message, words: str) -> Message:
        """A line of the incident's thread."""
        for _ in range(40):
            await self.work.tick()
            thread = self.slack.messages(card.channel, thread_ts=card.ts)
            if found := next((m for m in thread if words in m.readable()), None):
                return found
            await asyncio.sleep(0.1)
        raise AssertionError(self.slack.dump())

    async def until(self, holds: Callable[[], bool], seconds: float = 10) -> None:
        """Wait for something the workspace does not know of."""
        async with asyncio.timeout(seconds):
            while not holds():
                await asyncio.sleep(0.02)

    async def answer(self, user: str, words: str) -> Message:
        """What only this person sees, with these words in it, the latest first."""

        def find(slack: Workspace) -> Message | None:
            return next((m for m in reversed(slack.ephemerals(user)) if words in m.readable()), None)

        found = await self.slack.wait_for(find)
        assert found is not None
        return found

    async def holder(self, number: int) -> str:
        return await self.engine.look(lambda tx: tx.incidents.escalations(number)["main"].holder)

    async def numbers(self) -> list[int]:
        return await self.engine.look(lambda tx: [i.number for i in tx.incidents.list_open()])

    async def timeline(self, number: int, kind: str = "") -> list[Any]:
        return await self.engine.look(lambda tx: [e for e in tx.timeline.of(number) if kind in ("", e.kind)])

    async def settle(self) -> None:
        """Everything that was taken in is worked."""
        await asyncio.sleep(0.05)
        await self.side.door.queue.drain()


async def _bot(tmp_path: Any, slack: Workspace, http: httpx.AsyncClient, **more: Any) -> Bot:
    store = open_store(f"sqlite:///{tmp_path}/desk.db")
    tables.metadata.create_all(store.engine)
    clock = Clock(read=lambda: datetime.now(UTC))
    systems = {"hft": _system("hft", CHANNEL), "tmt": _system("tmt", "tmt-operations")}
    desk = Desk(systems=systems, ways={"slack": Way(name="slack", wakes=False)})
    engine = Engine(store, desk, clock)
    web = Slack(slack.bot_token, now=clock.now, base_url=slack.api_url)
    carrier = PAGER.open(SlackParameters(), Tools(http=http, slack=web, public_url="", now=clock.now))
    links = Links(public_url="", secret="s" * 32)
    claiming = Claiming(desk=desk, clock=clock, links=links, slack=web)
    sending = Sending(desk=desk, carriers={"slack": carrier}, slack=web, repeat_safe=frozenset())
    delivery = Delivery(store=store, clock=clock, claiming=claiming, sending=sending)
    given_up: list[bool] = []
    side = open_slack(
        engine=engine,
        commands={c.name: c for c in (m.COMMAND for m in (help_, incident, oncall, page))},
        slack=web,
        token=slack.bot_token,
        base_url=slack.api_url,
        now=clock.read,
        give_up=lambda: given_up.append(True),
        **more,
    )
    return Bot(slack=slack, engine=engine, work=Work(engine, delivery), side=side, store=store, given_up=given_up)


async def _stop(bot: Bot) -> None:
    await bot.side.stop()
    assert bot.work.delivery.sending.slack is not None
    await bot.work.delivery.sending.slack.close()
    bot.store.close()


@pytest.fixture
async def bot(tmp_path: Any) -> AsyncIterator[Bot]:
    """By Socket Mode."""
    async with Workspace(channels=(CHANNEL, "tmt-operations", "random")) as slack, httpx.AsyncClient() as http:
        made = await _bot(tmp_path, slack, http, app_token=slack.app_token)
        await made.side.start()
        await slack.connected(2)
        yield made
        await _stop(made)


@pytest.fixture
async def http_bot(tmp_path: Any) -> AsyncIterator[Bot]:
    """By signed HTTP."""
    async with Workspace(channels=(CHANNEL, "tmt-operations", "random")) as slack, httpx.AsyncClient() as http:
        made = await _bot(tmp_path, slack, http, signing_secret=slack.signing_secret)
        assert made.side.endpoint is not None
        app = Starlette(routes=[Route("/slack/events", made.side.endpoint, methods=["POST"])])
        listener = Listener(app)
        slack.deliver_to(f"http://{HOST}:{await listener.open()}/slack/events")
        await made.side.start()
        yield made
        await _stop(made)
        await listener.close()
