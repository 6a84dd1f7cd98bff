"""Two playbooks lead to each other as long as the feed is closed: the bot stops and asks, and says so once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.playground.values import Message
from tests.scenarios.looking_desk import LookingDesk
from tests.scenarios.world import World, world_with_slack

ROUND = """\
title: NAME
start: closed
steps:
  closed:
    check: feed
    question: Is it closed, says NAME?
    then:
      - {when: state == 'fail', say: It is closed, go: on}
      - {say: It is open, go: fine}
  on: {goto: OTHER}
  fine: {done: All is well., outcome: not_this}
"""


@pytest.fixture
async def world(sqlite_url: str, tmp_path: Path) -> AsyncIterator[World]:
    desk = LookingDesk(tmp_path)
    desk.writes("feed", "closed")
    for name, other in (("here", "there"), ("there", "here")):
        text = ROUND.replace("NAME", name).replace("OTHER", other)
        (tmp_path / "packs" / "desk" / f"{name}.yaml").write_text(text)
    async with world_with_slack(sqlite_url, desk.environ) as made:
        yield made


async def looked(world: World) -> None:
    for _ in range(6):
        await world.tick()
        await world.app.looking.tick()
        await world.pass_time("2s")
    await world.pass_time("10s")


def step(world: World) -> Message:
    return next(m for m in world.thread() if "📖 *" in m.readable())


async def test_a_person_is_asked_and_may_call_look_or_stop(world: World):
    await world.alert("FeedDown")
    await world.slash("ann", "/playbook start here")
    await looked(world)
    shown = step(world).readable()
    assert "It goes in a circle" in shown
    assert "led here 2 times already" in shown
    assert "Is it closed, says here? → It is closed" in shown
    for button in ("It is open", "Look Again", "Call the Next Level", "Stop"):
        assert button in shown
    stale = step(world)
    await world.push("ann", stale, "playbook.more.call")
    await world.pass_time("10s")
    called = [entry for entry in await world.timeline() if entry.kind == "escalated"]
    assert len(called) == 1
    await world.push("bob", stale, "playbook.more.call")  # a second one on the same picture calls nobody
    assert "That step is over already" in world.told("bob")
    await world.push("ann", step(world), "playbook.more.look")
    await looked(world)
    assert "It goes in a circle" in step(world).readable()
    await world.push("ann", step(world), "playbook.more.stop")
    await world.pass_time("10s")
    assert "*Stopped.*" in step(world).readable()
