"""Mondays at nine the channel is told of its week: once, whoever of the replicas does it, and whatever happens then."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bot.app import App
from bot.engine import resolve
from bot.playground.values import Message
from tests.scenarios.in_slack import OPS
from tests.scenarios.world import World, world_with_slack

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def _digests(world: World) -> list[Message]:
    return [message for message in world.slack.messages(OPS) if "the week until" in message.readable()]


async def _a_saturday(world: World) -> None:
    """Two incidents; Ann has the first, in the night."""
    await world.alert()
    await world.at("4m")
    await world.ack()
    await world.jump("12h")
    await world.alert("RiskLimit", key="g2", severity="medium")
    await world.ack(number=2)


async def _on(world: World, moment: datetime) -> None:
    """It is that time; nothing woke the bot on the way."""
    world.now = moment
    await world.tick()


async def test_the_week_in_its_channel(slack_world: World) -> None:
    """How many, how long, who was paged when, what rang; a bar for each day; and not again the next minute."""
    world = slack_world
    await _a_saturday(world)
    await _on(world, MONDAY.replace(hour=8, minute=59))
    assert _digests(world) == []
    await _on(world, MONDAY)
    (digest,) = _digests(world)
    told = digest.readable()
    assert "2 incidents; 2 more than the week before" in told
    assert "Sat 21  ████████████████ 2" in told
    assert "ExchangeDisconnected" in told
    assert "at night: 22 to 7 o'clock, UTC" in told
    for later in (MONDAY.replace(minute=1), MONDAY.replace(hour=23), MONDAY.replace(day=25)):
        await _on(world, later)
    assert len(_digests(world)) == 1


async def test_the_next_week_is_told_too_and_quiet_ones_are_not(slack_world: World) -> None:
    """A week without any incident is told when the one before had some; after that there is nothing to say."""
    world = slack_world
    await _a_saturday(world)
    for number in (1, 2):
        await world.do(resolve.resolve, number, "ann")
    await _on(world, MONDAY)
    for day in (30, 7, 14):
        await _on(world, MONDAY.replace(month=11 if day == 30 else 12, day=day))
    told = [message.readable() for message in _digests(world)]
    assert len(told) == 2
    assert "0 incidents; 2 fewer than the week before" in told[1]


async def test_a_bot_that_was_away_on_monday_tells_later_and_once(slack_world: World) -> None:
    """Restarted at noon it tells; restarted again it does not."""
    world = slack_world
    await _a_saturday(world)
    await world.stop_bot()
    world.now = MONDAY.replace(hour=12)
    await world.start_bot()
    await world.tick()
    assert len(_digests(world)) == 1
    await world.stop_bot()
    world.now = MONDAY.replace(hour=13)
    await world.start_bot()
    await world.tick()
    assert len(_digests(world)) == 1


async def test_switched_off_it_is_only_told_when_asked(slack_world: World) -> None:
    """By a setting; /incident digest works all the same, and only for who asks."""
    world = slack_world
    await world.stop_bot()
    await world.start_bot(TOCSIN_WEEKLY_DIGEST="false")
    await _a_saturday(world)
    await _on(world, MONDAY)
    assert _digests(world) == []
    await world.slash("ann", "/incident digest")
    assert "2 incidents" in world.told("ann")
    assert "Sat 21" in world.told("ann")


async def test_slack_is_away_on_monday(slack_world: World) -> None:
    """It is told when Slack is back; no page waits for it."""
    world = slack_world
    await _a_saturday(world)
    await _on(world, MONDAY.replace(hour=8))
    await world.slack.go_down()
    for minute in (0, 1):
        await _on(world, MONDAY.replace(minute=minute))
    await world.slack.come_back()
    await _on(world, MONDAY.replace(minute=5))
    assert len(_digests(world)) == 1


async def test_its_answer_is_lost(slack_world: World) -> None:
    """It is in the channel, and the bot does not know: it looks before it posts again."""
    world = slack_world
    await _a_saturday(world)
    await _on(world, MONDAY.replace(hour=8))
    world.slack.faults.lose_answer("chat.postMessage")
    for minute in (0, 1, 5):
        await _on(world, MONDAY.replace(minute=minute))
    assert len(_digests(world)) == 1


@pytest.fixture
async def shared_world(postgres_url: str) -> AsyncIterator[World]:
    """With a local Slack on PostgreSQL, where there may be several bots."""
    async with world_with_slack(postgres_url, {}) as made:
        yield made


@pytest.fixture
async def second(shared_world: World) -> AsyncIterator[App]:
    """The other bot."""
    app = await shared_world.build_bot()
    await app.start(timers=False)
    yield app
    await app.stop()


async def test_two_replicas_tell_once(shared_world: World, second: App) -> None:
    """Both wake at nine; one posts."""
    world = shared_world
    await _a_saturday(world)
    await _on(world, MONDAY.replace(hour=8))
    world.now = MONDAY
    await asyncio.gather(world.app.work.tick(), second.work.tick())
    world.now = MONDAY.replace(minute=10)
    await asyncio.gather(world.app.work.tick(), second.work.tick())
    assert len(_digests(world)) == 1


async def test_a_week_is_where_the_desk_is(slack_world: World) -> None:
    """Nine o'clock in Tokyo is midnight in UTC."""
    world = slack_world
    await world.stop_bot()
    await world.start_bot(TOCSIN_TIME_ZONE="Asia/Tokyo")
    await _a_saturday(world)
    await _on(world, MONDAY.replace(hour=0, minute=1))
    (digest,) = _digests(world)
    assert "Asia/Tokyo" in digest.readable()
