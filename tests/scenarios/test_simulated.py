"""What the simulation shows is what the running bot does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.routing import Routed
from bot.core.simulation import Event, simulate
from tests.scenarios.conftest import Make
from tests.scenarios.world import START, World

LASTS = timedelta(minutes=100)


async def _simulated(world: World, ack_after: timedelta | None) -> list[Event]:
    """The events of INC-1's ladder."""
    incident = await world.incident()
    routed = Routed(
        system=incident.system,
        severity=incident.severity,
        type=incident.type,
        component=incident.component,
        policy=incident.policy,
        route=incident.route,
        unrouted=incident.unrouted,
        group=incident.group,
        first_step=incident.first_step,
        why="",
    )
    system = world.app.engine.desk.systems[incident.system]
    return simulate(system, routed, incident.severity, START, ack_after=ack_after, until=LASTS)


@pytest.mark.parametrize("ack", [None, 7])
@pytest.mark.parametrize("system", ["hft", "tmt", "sapphire", "pyrt", "botcore"])
async def test_the_same_people_by_the_same_ways_in_the_same_minute(
    make_world: Make, system: str, ack: int | None
) -> None:
    """ESCALATION 1, 8, 12, 13: two rounds; or acknowledged at 7, and given up after silence."""
    world = await make_world(system)
    await world.alert("SystemDown")
    if ack is not None:
        await world.at(f"{ack}m")
        await world.ack("cid")
    await world.until(START + LASTS)
    events = await _simulated(world, None if ack is None else timedelta(minutes=ack))
    shown = [(e.offset_s, e.level, e.pager, e.to.partition(" <")[0]) for e in events if e.kind == "page"]
    done = [
        (round((page.made_at - START).total_seconds()), page.level + 1, page.way, page.name)
        for page in await world.ledger()
        if page.level is not None
    ]
    assert len({second for second, *_ in done}) > 3
    assert sorted(done) == sorted(shown)
