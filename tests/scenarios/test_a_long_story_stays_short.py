"""A long night in one thread: ways that fail, looks that find the same again, an alert that comes and goes, notes. Who
opens the thread in the morning reads what happened, and not how often it was said."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot.engine import resolve
from bot.playground.settings import EVENTS, Settings
from tests.scenarios.looking_desk import LookingDesk
from tests.scenarios.world import START, World, world_with_slack


@pytest.fixture
def desk(tmp_path: Path) -> LookingDesk:
    return LookingDesk(tmp_path)


@pytest.fixture
async def world(sqlite_url: str, desk: LookingDesk) -> AsyncIterator[World]:
    settings = Settings(events=EVENTS | {"message.channels", "message.groups"})
    async with world_with_slack(sqlite_url, desk.environ, settings) as made:
        yield made


async def looked(world: World) -> None:
    await world.app.looking.tick()
    await world.tick()


async def test_the_whole_night(world: World, desk: LookingDesk) -> None:
    """Two rounds of two levels of which mail and telephone fail, looks, a flapping alert, notes, and the end."""
    desk.writes("feed", "closed")
    await two_rounds(world)
    await world.click("ann", world.card(), "ack")
    await world.say("ann", "@tocsin note gw1 restarted by hand", world.card())
    await world.slash("bob", "/incident note 1 the venue confirms an outage")
    await flaps(world, times=3)
    await world.click("ann", world.card(), "confirm")
    await world.do(resolve.resolve, 1, "ann", why="a new session")
    await world.at("60m")
    assert (len(world.thread()), len(world.broadcast())) == (23, 7), "\n".join(world.lines())


async def two_rounds(world: World) -> None:
    world.outside.answers["phone"] = lambda _: httpx.Response(400)
    world.mailbox.refuse = "550 5.1.1 no such mailbox"
    await world.alert("FeedDown")
    await looked(world)
    for minute in range(5, 35, 5):
        await world.at(f"{minute}m")
        await looked(world)


async def flaps(world: World, *, times: int) -> None:
    began = int((world.now - START).total_seconds() / 60)
    for minute in range(began + 2, began + 2 + 4 * times, 4):
        await world.at(f"{minute}m")
        await world.resolved("FeedDown", starts=START)
        await world.at(f"{minute + 2}m")
        await world.alert("FeedDown", starts=world.now)


async def test_the_ways_that_failed_are_one_message_that_follows_them(world: World) -> None:
    """Mail and telephone to level 1 fail in the first round: one message names both, and each round has its own. Which
    page failed why also stands on the timeline."""
    await two_rounds(world)
    told = [line for line in world.lines() if "ways to level 1 (First) failed so far" in line]
    assert len(told) == 2
    assert all("2 of 3 ways" in line and "Ann by phone: Twilio" in line and "Ann by mail: " in line for line in told)
    assert len([said for said in await world.said("page") if said.startswith("Ann by phone: failed")]) == 2


async def test_a_call_that_is_repeated_and_then_taken_is_told_so(world: World) -> None:
    """ESCALATION 6: nobody picks up, which the thread says at once; two minutes later somebody does."""
    await world.alert("FeedDown")
    await world.call_ends(world.sent("phone")[-1], "no-answer")
    await world.tick()
    (told,) = [m for m in world.thread() if "ways to level 1" in m.readable()]
    assert "1 of 3 ways to level 1 (First) failed so far" in told.readable()
    assert "calling again" in told.readable()
    await world.at("2m1s")
    (again,) = [m for m in world.thread() if m.ts == told.ts]
    assert "Every way to level 1 (First) that had failed works again" in again.readable()


async def test_a_look_that_found_the_same_again_is_not_posted_again(world: World, desk: LookingDesk) -> None:
    """Level 2 is paged and the bot looks again: nothing is otherwise, so that the thread hears nothing of it; the
    timeline does. In the next round the feed is open again, which is news."""
    desk.writes("feed", "closed")
    await world.alert("FeedDown")
    await looked(world)
    await world.at("5m")
    await looked(world)
    assert len([line for line in world.lines() if "Price feed" in line]) == 1
    assert len(await world.said("verdict")) == 2
    desk.writes("feed", "open")
    await world.at("25m")
    await looked(world)
    assert "now ok: Price feed" in world.lines()[-1]


async def test_an_alert_that_comes_and_goes_is_told_to_the_channel_once(world: World) -> None:
    """Over and open again the channel hears the first time; then the thread alone, and the card is current; after a
    quiet hour it is news again, and what a person says always is."""
    await world.alert("FeedDown")
    await world.click("ann", world.card(), "ack")
    await flaps(world, times=3)
    told = [text for text in world.broadcast() if "is over" in text or "reopened" in text]
    assert len(told) == 2
    assert len([line for line in world.lines() if "INC-1 reopened" in line]) == 3
    await world.click("ann", world.card(), "confirm")
    await world.at("3h")
    await world.resolved("FeedDown", starts=START)
    assert "The monitor says it is over" in world.broadcast()[-1]
    await world.slash("bob", "/incident reopen 1 orders hang")
    await world.slash("bob", "/incident resolve 1 orders are flat")
    await world.at("3h1m")
    ended = world.broadcast()[-2:]
    assert "reopened" in ended[0]
    assert "bob resolved it" in ended[1]


async def test_a_note_in_the_thread_gets_a_mark_and_no_line(world: World) -> None:
    """What is said there can be read there. Where Slack takes no mark, the answer is said; and where there is more to
    say, it is."""
    await world.alert("FeedDown")
    await world.click("ann", world.card(), "ack")
    said = await world.say("ann", "@tocsin note gw1 restarted", world.card())
    now = next(m for m in world.thread() if m.ts == said.ts)
    assert "UBOT00001" in now.reactions["white_check_mark"]
    assert "Noted" not in str(world.lines())
    world.slack.faults.answer("internal_error", "reactions.add", times=None)
    await world.say("ann", "@tocsin note gw2 restarted", world.card())
    assert world.lines()[-1].startswith("Noted on INC-1.")
    assert await world.said("note") == ["gw1 restarted", "gw2 restarted"]
