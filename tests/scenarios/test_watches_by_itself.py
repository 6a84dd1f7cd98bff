"""A desk without a monitor: a check is run every minute, and opens an incident when it has failed for five."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.core.incident import Incident
from tests.scenarios.looking_desk import LookingDesk
from tests.scenarios.world import World


@pytest.fixture
def desk(tmp_path: Path) -> LookingDesk:
    return LookingDesk(tmp_path)


@pytest.fixture
async def world(sqlite_url: str, desk: LookingDesk) -> AsyncIterator[World]:
    made = World(None, sqlite_url, desk.environ)
    await made.start()
    yield made
    await made.stop()


async def minutes(world: World, count: int) -> list[Incident]:
    """Each minute the bot looks; the incidents that are open then."""
    for _ in range(count):
        await world.app.looking.tick()
        await world.pass_time("1m")
    await world.app.looking.tick()
    await world.tick()
    return await world.app.engine.look(lambda tx: tx.incidents.list_open())


async def test_it_opens_an_incident_when_it_lasts(world: World, desk: LookingDesk):
    desk.writes("orders", "44 REJECTED")
    assert await minutes(world, 4) == []
    (incident,) = await minutes(world, 1)
    assert incident.title == "Orders: 1 rejected"
    assert incident.severity.word == "critical"
    assert incident.component == "orders"


async def test_what_is_well_again_was_nothing(world: World, desk: LookingDesk):
    desk.writes("orders", "44 REJECTED")
    await minutes(world, 3)
    desk.writes("orders", "45 FILLED")
    await minutes(world, 1)
    desk.writes("orders", "46 REJECTED")
    assert await minutes(world, 4) == []


async def test_it_ends_when_it_is_well_again(world: World, desk: LookingDesk):
    desk.writes("orders", "44 REJECTED")
    await minutes(world, 6)
    desk.writes("orders", "45 FILLED")
    await minutes(world, 1)
    incident = await world.incident()
    assert incident.firing == 0


async def test_what_cannot_be_seen_neither_alerts_nor_ends(world: World, desk: LookingDesk, tmp_path: Path):
    desk.writes("orders", "44 REJECTED")
    await minutes(world, 6)
    (tmp_path / "orders.log").unlink()
    (incident,) = await minutes(world, 3)
    assert incident.firing == 1


async def test_an_alert_that_goes_on_joins_its_incident(world: World, desk: LookingDesk):
    desk.writes("orders", "44 REJECTED")
    assert len(await minutes(world, 12)) == 1
