"""Many alerts of one cause are one incident, one card and one ladder."""

from __future__ import annotations

import asyncio

from tests.scenarios.conftest import Make
from tests.scenarios.world import ENGINEERING, OPERATIONS, START, World, make_alert


async def test_the_monitors_own_key_is_the_group(world: World) -> None:
    """ESCALATION 26: Alertmanager's groupKey: three alerts, one incident, one call."""
    for n in range(3):
        await world.alert(f"ExchangeDown{n}", key="venues", fingerprint=f"f{n}")
    assert await world.open_incidents() == [1]
    assert world.minutes(OPERATIONS) == [0.0]
    assert (await world.incident()).alerts == 3
    await world.alert("ExchangeDown9", key="another")
    assert await world.open_incidents() == [2, 1]


async def test_without_a_key_it_is_system_and_component(make_world: Make) -> None:
    """ESCALATION 26: a monitor that has no groups, for example plain JSON."""
    world = await make_world(TOCSIN_VAR_GENERIC_TOKEN="generic-token-generic-token")
    for component, title in (("binance", "a"), ("binance", "b"), ("kraken", "c")):
        alert = make_alert("VenueTimeout", "critical", "firing", START, title, title, {"exchange": component})
        await world.post([alert], key="")
    assert [(await world.incident(n)).alerts for n in (1, 2)] == [2, 1]
    assert {(await world.incident(n)).component for n in (1, 2)} == {"binance", "kraken"}


async def test_a_route_may_group_by_labels(world: World) -> None:
    """ESCALATION 26: disks are grouped by machine and mount point, whatever Alertmanager's key."""
    await world.alert("DiskFull", key="k1", fingerprint="f1", instance="gw1", mountpoint="/")
    await world.alert("DiskFilling", key="k2", fingerprint="f2", instance="gw1", mountpoint="/")
    await world.alert("DiskFull", key="k1", fingerprint="f3", instance="gw2", mountpoint="/")
    assert await world.open_incidents() == [2, 1]
    assert (await world.incident(1)).alerts == 2


async def test_a_storm_of_a_thousand_is_one_incident_one_ladder_and_one_call(world: World) -> None:
    """ESCALATION 26: in posts of a hundred at once; nobody's phone rings more than once, and level 2 comes at 5."""
    posts = [
        world.post(
            [make_alert("ExchangeDown", "critical", "firing", START, f"f{p}-{n}", "", {}) for n in range(100)],
            tick=False,
        )
        for p in range(10)
    ]
    answers = await asyncio.gather(*posts)
    assert {answer.status_code for answer in answers} == {202}
    await world.at("6m")
    assert await world.open_incidents() == [1]
    incident = await world.incident()
    assert (incident.alerts, incident.firing) == (1000, 1000)
    assert (world.minutes(OPERATIONS), world.minutes(ENGINEERING)) == ([0.0], [5.0])
    assert len([e for e in await world.timeline() if e.kind == "paged"]) == 2


async def test_a_storm_on_an_acknowledged_incident_writes_to_the_holder_once_a_minute(world: World) -> None:
    """ESCALATION 21, 26: 120 alerts in two minutes are three quiet notes."""
    await world.alert()
    await world.ack("ann")
    for second in range(0, 120, 2):
        await world.at(f"{60 + second}s")
        await world.alert(f"ExchangeDown{second}", fingerprint=f"f{second}")
    await world.at("5m")
    told = [m for m in world.sent("mail") if not m.wants_answer]
    assert [m.minute for m in told] == [1.0, 2.0, 3.0]
    assert told[-1].text == "More alerts joined INC-1: 61 alerts, 61 firing"
