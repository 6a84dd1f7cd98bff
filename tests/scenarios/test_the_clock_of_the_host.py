"""The clock of the host is wrong, and is set while the bot runs: replicas go by the database's time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.clock import Clock
from tests.scenarios.world import OPERATIONS, World

MINUTES = timedelta(minutes=1)


class Host:
    """The host's clock, and its count of the seconds since it was switched on."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)
        self.slept = timedelta(0)
        self._on = datetime.now(UTC)

    def clock(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def count(self) -> float:
        return (datetime.now(UTC) - self._on - self.slept).total_seconds()


@pytest.fixture
def host() -> Host:
    return Host()


@pytest.fixture
async def world(postgres_url: str, host: Host) -> AsyncIterator[World]:
    """A bot on such a host, which is five minutes slow when it starts."""
    host.ahead = -5 * MINUTES
    made = World(None, postgres_url, {})
    made.clock = Clock(read=host.clock, count=host.count)
    await made.start()
    yield made
    await made.stop()


def wrong_by(world: World) -> float:
    """How many seconds the bot's time is wrong."""
    return abs((world.app.clock.now() - datetime.now(UTC)).total_seconds())


async def test_no_level_comes_early_when_the_hosts_clock_is_put_right(world: World, host: Host) -> None:
    """ESCALATION 1: delays count from the start of the round."""
    await world.alert(starts=datetime.now(UTC))
    assert [to for _, way, to in world.pages() if way == "phone"] == [OPERATIONS]
    host.ahead = timedelta(0)
    await world.tick()
    assert [to for _, way, to in world.pages() if way == "phone"] == [OPERATIONS]
    assert wrong_by(world) < 1


async def test_after_a_sleep_the_bot_has_the_right_time_again(world: World, host: Host) -> None:
    """The host was halted for ten minutes, and counted nothing. One reading could be a mistake; two are believed."""
    host.slept = 10 * MINUTES
    await world.app._look()
    assert wrong_by(world) > 590
    await world.app._look()
    assert wrong_by(world) < 1
