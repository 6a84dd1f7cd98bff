"""The engine tells those who listen what each transaction left to do."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.engine import respond
from tests.scenarios.world import World


@pytest.fixture
async def world(sqlite_url: str) -> AsyncIterator[World]:
    """A bot for hft, without Slack."""
    made = World(None, sqlite_url, {})
    await made.start()
    yield made
    await made.stop()


async def test_what_is_left_to_be_sent_and_to_be_looked_at(world: World) -> None:
    """An incident that opens is paged for and looked at; an alert that joins it leaves nothing that cannot wait."""
    told: list[tuple[bool, bool]] = []
    world.app.engine.on_commit(lambda urgent, looking: told.append((urgent, looking)))
    await world.alert(fingerprint="f1", tick=False)
    await world.alert(fingerprint="f2", tick=False)
    await world.do(respond.note, 1, "ann", text="looking")
    assert told[:3] == [(True, True), (False, False), (False, False)]


async def test_a_level_that_is_paged_is_looked_at(world: World) -> None:
    """Also when the clock has done it."""
    await world.alert()
    await world.app.looking.tick()
    told: list[tuple[bool, bool]] = []
    world.app.engine.on_commit(lambda urgent, looking: told.append((urgent, looking)))
    await world.at("5m")
    assert (True, True) in told
