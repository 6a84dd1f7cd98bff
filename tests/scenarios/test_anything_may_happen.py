"""Anything may happen, in any order: whatever it is, the ladder keeps its promises."""

from __future__ import annotations

import contextlib
import random
import re
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from functools import partial

import httpx
import pytest

from bot.core.alert import Severity
from bot.core.errors import Refused
from bot.core.escalation import HELD, RUNNING
from bot.engine import amend, handover, merge, next_level, oncall, resolve, respond
from bot.playground.values import Message
from tests.scenarios.conftest import Make
from tests.scenarios.in_slack import OPS
from tests.scenarios.outside import Page
from tests.scenarios.world import World, person

SYSTEMS = ("hft", "sapphire", "tmt")
VERBS = (
    respond.acknowledge, respond.acknowledge, respond.unacknowledge, next_level.pass_on, next_level.escalate_now,
    respond.confirm, respond.take_over, resolve.resolve, resolve.reopen, handover.accept, handover.decline,
    merge.unmerge,
)  # fmt: skip
NAMES = ("ExchangeDisconnected", "SecurityBreach", "AgentDown", "RedisDown", "SystemDown")


class Story:
    """One random story."""

    def __init__(self, world: World, chance: random.Random) -> None:
        self.world, self.chance = world, chance
        self.fired: dict[str, datetime] = {}
        self.checked = 0

    async def go(self, steps: int) -> None:
        """Live through it."""
        acts: list[Callable[[], Awaitable[None]]] = [
            self.alert, self.alert, self.over, self.verb, self.verb, self.verb, self.time, self.time, self.time,
            self.answer, self.grade, self.merge, self.hand_over, self.duty, self.trouble, self.restart, self.type,
        ]  # fmt: skip
        await self.alert()
        await self.look()
        for _ in range(steps):
            try:
                await self.chance.choice(acts)()
            except Refused:
                continue
            finally:
                await self.world.tick()
                await self.look()

    async def look(self) -> None:
        """Whatever has just left was wanted by the ladder as it now stands."""
        new, self.checked = self.world.outside.seen[self.checked :], len(self.world.outside.seen)
        for page in new:
            if page.way == "mail" and page.wants_answer:
                await self._wanted(page)

    async def _wanted(self, page: Page) -> None:
        number = int(re.search(r"INC-(\d+)", page.text)[1])  # type: ignore[index]
        incident = await self.world.incident(number)
        ladders = await self.world.app.engine.look(lambda tx: tx.incidents.escalations(number))
        asked = any(e.state == HELD and e.answer_by for e in ladders.values())
        assert incident.is_open, f"{page.text} left after the end"
        assert asked or any(e.state == RUNNING for e in ladders.values()), f"{page.text} left although it was held"

    # What may happen

    async def alert(self) -> None:
        name = self.chance.choice(NAMES)
        severity = self.chance.choice(("critical", "critical", "high", "medium", "low"))
        starts = self.fired[name] = self.chance.choice((self.world.now, self.fired.get(name, self.world.now)))
        key = self.chance.choice(("g1", "g2", name))
        answer = await self.world.alert(name, severity=severity, key=key, starts=starts, fingerprint=f"{key}{name}")
        assert answer.status_code == 202

    async def over(self) -> None:
        name, key = self.chance.choice(NAMES), self.chance.choice(("g1", "g2"))
        starts = self.fired.get(name, self.world.now)
        assert (await self.world.resolved(name, key=key, starts=starts, fingerprint=f"{key}{name}")).status_code == 202

    async def verb(self) -> None:
        await self.world.do(self.chance.choice(VERBS), await self._one(), self.chance.choice(("ann", "bob", "cid")))

    async def time(self) -> None:
        seconds = self.chance.choice((1, 29, 60, 119, 300, 301, 600, 1800, 4000))
        target = self.world.now + timedelta(seconds=seconds)
        await self.world.tick()
        while (due := await self.world.next_due()) is not None and due <= target:
            self.world.now = max(due, self.world.now + timedelta(microseconds=1))
            await self.world.tick()
            await self.look()
        self.world.now = max(self.world.now, target)

    async def answer(self) -> None:
        calls, mails = self.world.sent("phone"), [m for m in self.world.sent("mail") if m.link]
        if calls and self.chance.random() < 0.6:
            call = self.chance.choice(calls[-4:])
            if self.chance.random() < 0.5:
                await self.world.press(call, self.chance.choice("123"))
            else:
                await self.world.call_ends(call, self.chance.choice(("busy", "no-answer", "completed")))
        elif mails:
            verb = self.chance.choice(("acknowledge", "pass", "escalate", "confirm", "unacknowledge"))
            await self.world.answer_link(self.chance.choice(mails[-4:]), verb)

    async def grade(self) -> None:
        await self.world.grade(self.chance.choice(list(Severity)), "bob", await self._one())

    async def type(self) -> None:
        await self.world.app.engine.do(amend.add_type, await self._one(), "security", person("ann"))

    async def merge(self) -> None:
        await self.world.app.engine.do(merge.merge, await self._one(), await self._one(), person("ann"))

    async def hand_over(self) -> None:
        system = self.chance.choice(list(self.world.app.engine.desk.systems.values()))
        to = self.chance.choice(list(system.roster.contacts.values()))
        await self.world.do(handover.hand_over, await self._one(), "ann", to)

    async def duty(self) -> None:
        system = self.chance.choice(list(self.world.app.engine.desk.systems.values()))
        role, contact = self.chance.choice(list(system.roster.roles)), self.chance.choice(list(system.roster.contacts))
        if self.chance.random() < 0.5:
            await self.world.app.engine.do(oncall.stand_in, system.name, role, [contact], person("ann"))
        else:
            await self.world.app.engine.do(oncall.own_again, system.name, role, person("ann"))

    async def trouble(self) -> None:
        self.world.outside.answers.clear()
        way = self.chance.choice(("phone", "sms", "pagerduty", ""))
        status = self.chance.choice((400, 429, 500, 503))
        if self.chance.random() < 0.4:
            self.world.outside.lost[self.chance.choice(("phone", "sms", "pagerduty", "mail"))] = 1
        elif way:
            self.world.outside.answers[way] = lambda request: httpx.Response(status)

    async def restart(self) -> None:
        await (self.world.kill() if self.chance.random() < 0.5 else self.world.stop_bot())
        self.world.now += timedelta(seconds=self.chance.choice((0, 70, 1000, 5000)))
        await self.world.start_bot()

    async def _one(self) -> int:
        opened = await self.world.app.engine.look(lambda tx: tx.incidents.list_open())
        return self.chance.choice([i.number for i in opened] or [1])


class SlackStory(Story):
    """One in which it is Slack that stumbles, and goes away and comes back."""

    away = False

    async def trouble(self) -> None:
        faults = self.world.slack.faults
        faults.clear()
        method = self.chance.choice(
            ("chat.postMessage", "chat.update", "conversations.open", "conversations.history", "*")
        )
        fatal = partial(faults.answer, "fatal_error")
        spoil = self.chance.choice((faults.rate_limit, faults.server_error, faults.drop, faults.lose_answer, fatal))
        spoil(method, times=self.chance.choice((1, 2, 5)))

    async def restart(self) -> None:
        if self.chance.random() < 0.5:
            await (self.world.slack.come_back() if self.away else self.world.slack.go_down())
            self.away = not self.away
        elif not self.away:
            await super().restart()

    async def all_is_well(self) -> None:
        """Nothing goes wrong any more."""
        self.world.slack.faults.clear()
        if self.away:
            await self.world.slack.come_back()


async def _end(world: World) -> None:
    """Bob resolves everything, once the people of every type have answered."""
    for number in await world.open_incidents():
        for who in await world.people_called(number):
            with contextlib.suppress(Refused):
                await world.app.engine.do(respond.acknowledge, number, who)
        await world.do(resolve.resolve, number, "bob")


def _keys(messages: Iterable[Message]) -> list[str]:
    """What the bot's messages are known by."""
    return [m.metadata["event_payload"]["key"] for m in messages if m.metadata]


@pytest.mark.parametrize("seed", range(6))
async def test_the_ladder_keeps_its_promises(make_world: Make, seed: int) -> None:
    """ESCALATION 1, 2, 3, 11, 22: nothing stumbles; no page leaves that the ladder does not want; when all is resolved
    nothing more is sent, and nothing is left in the outbox that nobody would send."""
    world = await make_world(SYSTEMS[seed % len(SYSTEMS)] if seed % 4 else ",".join(SYSTEMS))
    await Story(world, random.Random(seed)).go(40)
    world.outside.answers.clear()
    world.outside.lost.clear()
    await _end(world)
    await world.pass_time("5m")
    before = len([page for page in world.outside.seen if page.wants_answer])
    await world.pass_time("3h")
    assert len([page for page in world.outside.seen if page.wants_answer]) == before
    await world.pass_time("1m")  # the last lines of the thread leave one a second
    assert await world.app.engine.look(lambda tx: tx.outbox.backlog()) == []
    states = {page.state for number in range(1, 30) for page in await world.ledger(number)}
    assert states <= {"sent", "delivered", "answered", "failed", "unreached", "dropped"}


@pytest.mark.parametrize("seed", range(3))
async def test_slack_shows_each_thing_once(slack_world: World, seed: int) -> None:
    """ESCALATION 18, 26: whatever Slack did meanwhile: one card for each incident, which shows its end; no line and no
    direct message twice."""
    world = slack_world
    story = SlackStory(world, random.Random(seed))
    await story.go(40)
    await story.all_is_well()
    await _end(world)
    await world.pass_time("15m")
    cards = world.cards()
    numbers = [int(card.text.split(" ")[0].removeprefix("INC-")) for card in cards]
    assert sorted(numbers) == list(range(1, len(cards) + 1))
    for number, card in zip(numbers, cards, strict=True):
        incident = await world.incident(number)
        assert "resolved" in card.text.lower() or incident.merged_into
        lines = _keys(m for m in world.slack.messages(OPS, card.ts) if m.is_reply)
        assert len(lines) == len(set(lines))
    for who in ("ann", "bob"):
        told = _keys(world.direct(who))
        assert len(told) == len(set(told))
    assert await world.app.engine.look(lambda tx: tx.outbox.backlog()) == []
