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
    missing = {name: way.missing for name, way in world.app.engine.desk.ways.items() if way.missing}
    return simulate(system, routed, incident.severity, START, ack_after=ack_after, until=LASTS, missing=missing)


async def _the_same(world: World, ack: int | None) -> set[int]:
    """Compare; the seconds at which somebody was paged."""
    events = await _simulated(world, None if ack is None else timedelta(minutes=ack))
    shown = [(e.offset_s, e.level, e.pager, e.to.partition(" <")[0]) for e in events if e.kind == "page"]
    done = [
        (round((page.made_at - START).total_seconds()), page.level + 1, page.way, page.name)
        for page in await world.ledger()
        if page.level is not None
    ]
    assert sorted(done) == sorted(shown)
    return {second for second, *_ in done}


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
    assert len(await _the_same(world, ack)) > 3


@pytest.mark.parametrize(
    "unset",
    [
        # Level 1 of pyrt has no address at all: level 2 is paged at once.
        {f"TOCSIN_VAR_PYRT_ON_CALL_{way}": "" for way in ("PHONE", "MAIL", "SLACK")},
        # No way to telephone: the last level has no other.
        {"TOCSIN_TWILIO_ACCOUNT_SID": "", "TOCSIN_VAR_PYRT_EMERGENCY_MAIL": ""},
    ],
    ids=["addresses", "ways"],
)
async def test_also_of_what_cannot_be_tried(make_world: Make, unset: dict[str, str]) -> None:
    """ESCALATION 6, 32."""
    world = await make_world("pyrt", **unset)
    await world.alert("SystemDown")
    await world.until(START + LASTS)
    await _the_same(world, None)
