"""Whoever has a critical incident writes in its thread without commands: that shows that they are at it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.core.alert import Severity
from bot.playground.settings import EVENTS, Settings
from tests.scenarios.desks import ANN
from tests.scenarios.in_slack import ENG
from tests.scenarios.world import OPERATIONS, World, world_with_slack


@pytest.fixture
async def slack_world(sqlite_url: str) -> AsyncIterator[World]:
    """A bot whose app also hears what is said in channels, as its manifest asks for. Ann has INC-1."""
    settings = Settings(events=EVENTS | {"message.channels", "message.groups"})
    async with world_with_slack(sqlite_url, {}, settings) as made:
        await made.alert()
        await made.click("ann", made.card(), "ack")
        yield made


async def test_the_clock_begins_anew_with_the_holders_words(slack_world: World) -> None:
    """ESCALATION 12: Ann acknowledges at 0 and writes at 20, so she is asked at 50 and not at 30; silent then, she has
    it no more at 55, and the ladder pages."""
    world = slack_world
    await world.at("20m")
    await world.say("ann", "the venue says ten more minutes", world.card())
    await world.at("49m59s")
    assert await world.said("asked") == []
    await world.at("50m")
    assert len(await world.said("asked")) == 1
    await world.at("55m")
    assert (await world.ladder()).state == "running"
    assert (55.0, "phone", OPERATIONS) in world.pages("phone")


async def test_nobody_elses_words_and_no_other_place_count(slack_world: World) -> None:
    """ESCALATION 12: Bob writes in the thread, Ann in the channel, in another channel and in a thread about lunch, and
    the bot tells what it does."""
    world = slack_world
    await world.at("20m")
    await world.say("bob", "any news?", world.card())
    lunch = await world.say("ann", "lunch?")
    await world.say("ann", "pizza", lunch)
    await world.say("ann", "back in a minute", channel=ENG)
    await world.alert(fingerprint="another")
    await world.at("30m")
    assert len(await world.said("asked")) == 1


async def test_words_in_the_thread_of_another_incident_are_about_that_one(slack_world: World) -> None:
    """ESCALATION 12: Ann has both and writes in the second's thread: of the first she is asked all the same."""
    world = slack_world
    await world.alert("HighLatency", key="g2")
    await world.at("5s")
    second = world.card()
    await world.click("ann", second, "ack")
    await world.at("20m")
    await world.say("ann", "latency is falling", second)
    await world.at("31m")
    assert len(await world.said("asked", number=1)) == 1
    assert await world.said("asked", number=2) == []


async def test_asked_already_their_words_are_a_yes(slack_world: World) -> None:
    """ESCALATION 12: at 32 Ann is being called and writes: it stays hers, the thread says so, and her direct message
    no longer asks."""
    world = slack_world
    await world.at("32m")
    await world.say("ann", "on it, the session is being rebuilt", world.card())
    assert await world.said("confirmed") == ["ann still has it (wrote in the thread)"]
    assert any("still has it" in line for line in world.lines())
    ladder = await world.ladder()
    assert (ladder.state, ladder.answer_by) == ("held", None)
    await world.at("61m")
    assert len(await world.said("asked")) == 1
    await world.at("62m")
    assert len(await world.said("asked")) == 2


async def test_after_a_raise_words_are_no_yes(slack_world: World) -> None:
    """ESCALATION 20: it has become critical meanwhile: what Ann writes may be from before she heard of it."""
    world = slack_world
    await world.alert("HighLatency", severity="medium", key="g2")
    await world.at("5s")
    await world.click("ann", world.card(), "ack")
    await world.grade(Severity.CRITICAL, "bob", number=2)
    asked = (await world.ladder(2)).answer_by
    assert asked is not None
    await world.say("ann", "prices are back on gw2", world.card())
    assert (await world.ladder(2)).answer_by == asked


async def test_what_was_written_is_kept_nowhere(slack_world: World) -> None:
    """Only that it was: nothing of what people say to each other is on the timeline, unless they put it there."""
    world = slack_world
    before = len(await world.timeline())
    await world.say("ann", "between us: the vendor is asleep", world.card())
    entries = await world.timeline()
    assert len(entries) == before
    assert all("asleep" not in entry.text + entry.why for entry in entries)
    assert (await world.ladder()).holder_slack == ANN
