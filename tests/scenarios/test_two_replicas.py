"""Two bots on one PostgreSQL: whoever is faster does it, and it is done once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.app import App
from bot.engine import respond
from tests.scenarios.world import ARCHITECTURE, ENGINEERING, HOTLINE, OPERATIONS, TOKEN, World, make_alert, person


@pytest.fixture
async def second(postgres_world: World) -> AsyncIterator[App]:
    """The other bot."""
    app = await postgres_world.build_bot()
    await app.start(timers=False)
    yield app
    await app.stop()


async def _both(world: World, second: App) -> None:
    """Both wake in the same instant."""
    await asyncio.gather(world.app.work.tick(), second.work.tick())


async def test_both_wake_for_the_same_due_row(postgres_world: World, second: App) -> None:
    """ESCALATION 1, 3: each level is paged once, by one of them."""
    world = postgres_world
    await world.alert()
    for minute in range(1, 46):
        await world.jump(f"{minute}m")
        await _both(world, second)
    calls = world.pages("phone")
    assert sorted(calls) == sorted(
        (m, "phone", to)
        for m, to in ((0.0, OPERATIONS), (5.0, ENGINEERING), (15.0, ARCHITECTURE), (30.0, HOTLINE), (45.0, OPERATIONS))
    )
    assert len([e for e in await world.timeline() if e.kind == "paged"]) == 5


async def test_both_are_posted_the_same_alert(postgres_world: World, second: App) -> None:
    """ESCALATION 26: an Alertmanager of two members posts to each bot: one incident, one call."""
    world = postgres_world
    other = world.client(second)
    alert = make_alert("ExchangeDisconnected", "critical", "firing", world.now, "f1", "", {})
    body = {"version": "4", "groupKey": "g", "status": "firing", "alerts": [alert]}
    headers = {"Authorization": f"Bearer {TOKEN}"}
    answers = await asyncio.gather(
        *(web.post("/alerts/alertmanager", json=body, headers=headers) for web in (world.web, other) * 5)
    )
    await other.aclose()
    assert {a.status_code for a in answers} == {202}
    await _both(world, second)
    assert await world.open_incidents() == [1]
    assert (await world.incident()).alerts == 1
    assert world.minutes(OPERATIONS) == [0.0]


async def test_acknowledged_at_one_while_the_other_pages(postgres_world: World, second: App) -> None:
    """ESCALATION 2, 15: whichever came first, both agree afterwards, and no level above is paged."""
    world = postgres_world
    await world.alert()
    await world.jump("5m")
    await asyncio.gather(second.work.tick(), world.app.engine.do(respond.acknowledge, 1, person("ann")))
    for minute in (6, 15, 29):
        await world.jump(f"{minute}m")
        await _both(world, second)
    assert {to for _, _, to in world.pages("phone")} <= {OPERATIONS, ENGINEERING}
    assert (await world.ladder()).holder == "operations"


async def test_one_dies_with_its_claim_and_the_other_takes_over(postgres_world: World, second: App) -> None:
    """ESCALATION 3: in the midst of a call; the other asks Twilio what became of it."""
    world = postgres_world
    held = world.outside.hold("phone")
    await world.alert(tick=False)
    dialling = asyncio.create_task(world.tick())
    await held.reached.wait()
    under_way = list(world.app.delivery._under_way)
    for task in under_way:
        task.cancel()
    dialling.cancel()
    await asyncio.gather(dialling, *under_way, return_exceptions=True)
    world.outside.held.clear()
    await world.jump("1m1s")
    await second.work.tick()
    assert world.minutes(OPERATIONS) == [0.0]
    page = next(p for p in await world.ledger() if p.way == "phone")
    assert (page.state, page.outcome) == ("sent", "found after its answer was lost")


async def test_one_number_is_called_once_though_each_has_pages_for_it(postgres_world: World, second: App) -> None:
    """ESCALATION 7: forty incidents at once, more than one bot claims in a turn: one call within two minutes."""
    world = postgres_world
    for n in range(40):
        await world.alert(f"Alert{n}", key=f"g{n}", tick=False)
    await asyncio.gather(world.app.delivery.pump(), second.delivery.pump())
    await _both(world, second)
    assert world.minutes(OPERATIONS) == [0.0]
    for second_ in range(20, 320, 20):
        await world.jump(f"{second_}s")
        await _both(world, second)
    assert world.minutes(OPERATIONS) == [0.0], "one call stands for all of them, whoever makes it"
    states = [page.state for n in range(1, 41) for page in await world.ledger(n) if page.way == "phone"]
    assert set(states) == {"sent"}, "and everybody's page has left"
