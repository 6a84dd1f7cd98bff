"""Somebody has no patience for lists: words, slips and log lines lead to the playbook and start it with one click, and
what an alert's error message means is told in the thread before anybody asks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.scenarios.in_slack import OPS
from tests.scenarios.looking_desk import LookingDesk
from tests.scenarios.world import World, world_with_slack

_ERRORS = """\
errors:
  closed:
    says: ["feed closed by peer: *"]
    means: The other side has closed the price feed.
    do: Open it again, once.
    playbook: feed_down
    step: reopen
  queue:
    says: [Queue full]
    means: More comes in than is worked on.
    do: Make room.
  sequence:
    says: [sequence gap]
    means: Messages were lost.
    do: Ask for a snapshot.
  heartbeat:
    says: [Heartbeat timeout]
    means: Nothing was heard of them.
    do: Connect again.
"""


@pytest.fixture
async def world(sqlite_url: str, tmp_path: Path) -> AsyncIterator[World]:
    desk = LookingDesk(tmp_path)
    desk.writes("feed", "closed")
    (tmp_path / "packs" / "desk" / "errors.yaml").write_text(_ERRORS)
    async with world_with_slack(sqlite_url, desk.environ) as made:
        yield made


async def told(world: World) -> list[str]:
    """What the thread says of error messages."""
    await world.pass_time("10s")  # a channel takes a message a second
    return [line for line in world.lines() if "💡" in line]


async def test_an_alerts_message_is_explained_once(world: World):
    await world.alert("Slow", summary="ERROR feed closed by peer: 104")
    (line,) = await told(world)
    assert "“feed closed by peer: *”: The other side has closed the price feed. Open it again, once." in line
    assert "📖 The price feed is closed" in line
    await world.alert("Slow", summary="ERROR feed closed by peer: 105", fingerprint="another")
    assert len(await told(world)) == 1
    assert [entry.kind for entry in await world.timeline()].count("explained") == 1


async def test_its_button_starts_the_playbook(world: World):
    await world.alert("Slow", summary="feed closed by peer: 104")
    await told(world)
    message = next(one for one in world.thread() if "💡" in one.readable())
    await world.push("ann", message, "playbook.start.0")
    await world.app.looking.tick()
    await world.pass_time("10s")
    assert any("Open the feed of binance again." in line for line in world.lines())


async def test_three_messages_at_most(world: World):
    said = "feed closed by peer: 1, Queue full, sequence gap, Heartbeat timeout"
    await world.alert("Slow", summary=said)
    assert len(await told(world)) == 3


async def test_an_alert_without_one_is_left_alone(world: World):
    await world.alert("Slow", summary="all is quiet")
    assert await told(world) == []


async def test_what_a_person_declares_is_explained_too(world: World):
    await world.slash("ann", "/incident declare critical gateway says Queue full")
    assert ["More comes in than is worked on" in line for line in await told(world)] == [True]


async def test_words_find_a_playbook_and_a_click_starts_it(world: World):
    await world.alert("Slow")
    await world.slash("bob", "/playbook find prise feed closd")
    found = world.slack.ephemerals("bob")[-1]
    assert "🔍 *prise feed closd*" in found.readable()
    assert "📖 The price feed is closed" in found.readable()
    await world.push("bob", found, "playbook.start.0")
    await world.app.looking.tick()
    await world.pass_time("10s")
    assert any("Open the feed of binance again." in line for line in world.lines())


async def test_in_the_thread_by_mention(world: World):
    await world.alert("Slow")
    await world.say("bob", "@tocsin playbook find the price feed is closed", world.card())
    assert "📖 *The price feed is closed*" in world.lines()[-1]


async def test_without_an_incident_nothing_can_be_started_but_how_is_said(world: World):
    await world.slash("bob", "/playbook find price feed closed")
    said = world.told("bob")
    assert "To walk one: `/playbook start INCIDENT NAME`" in said
    assert "feed_down" in said


async def test_nothing_fits(world: World):
    await world.slash("bob", "/playbook find where is the coffee machine")
    assert "No playbook fits that." in world.told("bob")
    await world.slash("bob", "/explain the coffee is cold")
    assert "Nothing is known of that. /playbook find looks for a playbook by any words." in world.told("bob")


async def test_a_message_is_explained_on_request(world: World):
    await world.alert("Slow")
    await world.slash("bob", "/explain 03:04 WARN feed closed by peer: 99 retrying")
    said = world.slack.ephemerals("bob")[-1]
    assert "The other side has closed the price feed." in said.readable()
    assert "*What helps:* Open it again, once." in said.readable()
    await world.push("bob", said, "playbook.start.0")
    assert any("started the playbook" in entry.text for entry in await world.timeline())


async def test_one_that_nobody_wrote_down_exactly(world: World):
    await world.slash("bob", "/explain queues are full", OPS)
    assert "No known message stands in that. It looks like" in world.told("bob")
    assert "More comes in than is worked on." in world.told("bob")
