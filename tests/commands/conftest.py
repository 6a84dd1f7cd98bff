"""A desk with two systems on a real SQLite file, a clock moved by hand, and people who say things."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.core.alert import Severity
from bot.core.clock import Clock
from bot.core.oncall import Actor, Contact, Roster
from bot.core.policy import Choice, Level, Plan, Policy, Target
from bot.core.system import System
from bot.engine.desk import Desk, Way
from bot.engine.engine import Engine
from bot.plugs import discover
from bot.store import tables
from bot.store.store import open_store
from commands import base
from commands.base import Command, Context, Reply, SlackUser

ROSTER = Roster(
    contacts={
        "alice": Contact(id="alice", name="Alice Ng", addresses={"slack": "UALICE", "mail": "alice@desk.example"}),
        "bob": Contact(
            id="bob", name="Bob Ito", addresses={"slack": "UBOB", "phone": "+15550100"}, unset={"mail": "HFT_BOB_MAIL"}
        ),
        "carol": Contact(id="carol", name="Carol Diaz", addresses={"mail": "carol@desk.example"}),
        "hotline": Contact(id="hotline", name="Hotline", unset={"phone": "HFT_HOTLINE"}),
    },
    roles={"operations": ("alice",), "engineering": ("bob",), "architecture": ("carol",), "emergency": ("hotline",)},
)


def _level(name: str, minutes: int, to: str, *ways: str) -> Level:
    return Level(name=name, after=timedelta(minutes=minutes), targets=(Target(to=to, ways=ways),))


LADDER = Policy(
    name="standard",
    levels=(
        _level("Operations", 0, "operations", "slack", "mail"),
        _level("Engineering", 5, "engineering", "slack", "phone"),
        _level("Architecture", 15, "architecture", "mail"),
    ),
)
SECURITY = Policy(name="security", levels=(_level("Security", 0, "engineering", "phone"),))
PLAN = Plan(
    policies={"standard": LADDER, "security": SECURITY},
    choices=(Choice(policy="security", types=frozenset({"security"})), Choice(policy="standard")),
    catch_all="standard",
)


def _system(name: str, channel: str) -> System:
    return System(
        name=name,
        title=f"{name.upper()} trading",
        channel=channel,
        other_channels=(f"#{name}-chat",),
        roster=ROSTER,
        plan=PLAN,
        routes=(),
        severities={"sev0": Severity.CRITICAL},
        types=("security", "data"),
    )


@dataclass
class World:
    """The desk, and how people talk to it."""

    engine: Engine
    commands: dict[str, Command]
    time: list[datetime]
    known: dict[str, SlackUser] = field(default_factory=dict)

    def later(self, **span: float) -> None:
        self.time[0] += timedelta(**span)

    def context(
        self, who: str = "UALICE", place: str = "slack", system: str = "hft", incident: int | None = None, **more: Any
    ) -> Context:
        names = {"UALICE": "Alice Ng", "UBOB": "bob", "UCAROL": "carol", "UEVE": "Eve"}

        async def look_up(user: str) -> SlackUser | None:
            return self.known.get(user)

        async def everybody() -> list[SlackUser]:
            return list(self.known.values())

        return Context(
            who=Actor(id=who, name=names.get(who, who), via="terminal" if place == "terminal" else "slack", slack=who),
            place=place,
            system=system,
            incident=incident,
            engine=self.engine,
            commands=self.commands,
            look_up=look_up,
            everybody=everybody,
            **more,
        )

    async def say(self, line: str, **where: Any) -> Reply:
        """`/incident ack 12` or `incident ack 12`, word by word as a door would take it."""
        from commands._grammar import split

        words = split(line.removeprefix("/"))
        return await base.run(self.commands[words[0]], words[1:], self.context(**where))

    async def declare(self, text: str = "gateway down", system: str = "hft") -> int:
        reply = await self.say(f"incident declare {system} high {text}")
        assert reply.incident, reply.text
        return reply.incident

    async def timeline(self, number: int) -> list[tuple[str, str, str]]:
        return await self.engine.look(lambda tx: [(e.kind, e.text, e.why) for e in tx.timeline.of(number)])

    async def incident(self, number: int) -> Any:
        return await self.engine.look(lambda tx: tx.incidents.get(number))

    async def holder(self, number: int) -> str:
        return await self.engine.look(lambda tx: tx.incidents.escalations(number)["main"].holder)


@pytest.fixture
def world(tmp_path: Any) -> Iterator[World]:
    store = open_store(f"sqlite:///{tmp_path}/desk.db")
    tables.metadata.create_all(store.engine)
    time = [datetime(2026, 11, 21, 9, 0, tzinfo=UTC)]
    ways = {
        "slack": Way(name="slack", wakes=False),
        "mail": Way(name="mail", wakes=False),
        "phone": Way(name="phone", wakes=True, voice=True),
    }
    systems = {"hft": _system("hft", "#hft-incidents"), "tmt": _system("tmt", "#tmt-incidents")}
    engine = Engine(store, Desk(systems=systems, ways=ways, inactive=("sapphire",)), Clock(read=lambda: time[0]))
    yield World(engine=engine, commands=discover("commands", "COMMAND", Command), time=time)
    store.close()


Say = Callable[..., Awaitable[Reply]]
