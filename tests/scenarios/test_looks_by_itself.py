"""An incident opens: the bot looks by itself. The first page does not wait for it; what it found stands on the card, in
the direct message, in the thread and in every later page, and each level hears what has changed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.engine import looks
from tests.scenarios.looking_desk import LookingDesk
from tests.scenarios.world import World, world_with_slack


@pytest.fixture
def desk(tmp_path: Path) -> LookingDesk:
    return LookingDesk(tmp_path)


@pytest.fixture
async def world(sqlite_url: str, desk: LookingDesk) -> AsyncIterator[World]:
    async with world_with_slack(sqlite_url, desk.environ) as made:
        yield made


async def looked(world: World) -> None:
    await world.app.looking.tick()
    await world.tick()


async def test_the_first_page_does_not_wait(world: World, desk: LookingDesk):
    desk.writes("feed", "closed", "closed")
    await world.alert("Slow")
    assert len(world.direct("ann")) == 1
    assert "closed" not in world.direct("ann")[0].readable()


async def test_what_was_found_is_everywhere(world: World, desk: LookingDesk):
    desk.writes("feed", "closed", "closed")
    await world.alert("Slow")
    await looked(world)
    found = "1 of 3 fails: Price feed: 2 times closed; 1 unknown: The other log ("
    assert found in world.card().readable()
    assert "nothing-here.log" in world.card().readable()  # which of the many things that can be missing
    assert found in world.direct("ann")[0].readable()
    assert len(world.direct("ann")) == 1
    thread = world.lines()[-1]
    assert found in thread
    assert "Why: the incident opened" in thread
    await world.at("5m")
    assert found in world.direct("bob")[0].readable()


async def test_the_route_says_which_suite(world: World, desk: LookingDesk):
    await world.alert("FeedDown")
    await looked(world)
    assert "ok: Price feed: 0 times closed" in world.card().readable()


async def test_each_level_hears_what_changed(world: World, desk: LookingDesk):
    desk.writes("feed", "closed")
    await world.alert("Slow")
    await looked(world)
    desk.writes("feed", "open")
    desk.writes("orders", "44 REJECTED")
    await world.at("5m")
    await looked(world)
    line = world.lines()[-1]
    assert "1 of 3 fails: Orders: 1 rejected" in line
    assert "Changed: fails now: Orders; now ok: Price feed" in line
    assert "Why: level 2 (Second) was paged" in line


async def test_a_process_that_died_while_it_looked_is_followed_by_another(world: World, desk: LookingDesk):
    await world.alert("Slow")
    assert len(await world.app.engine.do(looks.claim, looks.LEASE)) == 1  # and nothing more is heard of it
    await looked(world)
    assert "Found" not in world.card().readable()
    await world.pass_time("4m")
    await looked(world)
    assert "1 of 3 unknown: The other log (" in world.card().readable()


async def test_the_details_of_what_failed(world: World, desk: LookingDesk):
    desk.writes("feed", "closed")
    await world.alert("Slow")
    await looked(world)
    line = world.thread()[-1]
    await world.push("ann", line, "diag.details")
    shown = str(world.slack.views("ann")[-1].content)
    assert "Prices are not to be trusted" in shown
    assert "count &gt; 0" in shown
    assert "closed" in shown


async def test_a_look_that_decides_nothing_is_no_diagnosis(world: World, desk: LookingDesk, tmp_path: Path) -> None:
    """Where all is unknown nothing has been found out."""
    for log in tmp_path.rglob("*.log"):
        log.unlink()
    await world.alert("Slow")
    await looked(world)
    assert "unknown" in world.card().readable()
    assert (await world.incident()).diagnosed_at is None


async def test_a_look_that_decides_something_is_one(world: World, desk: LookingDesk) -> None:
    desk.writes("feed", "closed", "closed")
    await world.alert("Slow")
    await looked(world)
    assert (await world.incident()).diagnosed_at == world.now
