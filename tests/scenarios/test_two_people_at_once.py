"""Two people answer at the same moment: one holds it, the other is told who."""

from __future__ import annotations

import asyncio

import pytest

from bot.engine import resolve, respond
from tests.scenarios.world import OPERATIONS, World, person


@pytest.fixture(params=["world", "postgres_world"])
def on_both(request: pytest.FixtureRequest) -> World:
    """On SQLite one after the other, on PostgreSQL really at once."""
    made: World = request.getfixturevalue(request.param)
    return made


async def test_one_holds_it_the_other_is_told_who(on_both: World) -> None:
    """ESCALATION 15: both acknowledge in the same instant."""
    world = on_both
    await world.alert()
    both = [world.app.engine.do(respond.acknowledge, 1, person(who)) for who in ("ann", "bob")]
    answers = {said.text for said in await asyncio.gather(*both)}
    holder = (await world.ladder()).holder_name
    assert answers == {
        "You have INC-1 now; nobody further is paged for it.",
        f"{holder} has INC-1 since just now. To take it over: /incident take 1",
    }
    assert len(await world.said("acknowledged")) == 1


async def test_twenty_at_once(postgres_world: World) -> None:
    """ESCALATION 15: exactly one of twenty holds it, and no two of them wait for each other."""
    world = postgres_world
    await world.alert()
    said = await asyncio.gather(
        *(world.app.engine.do(respond.acknowledge, 1, person(("ann", "bob", "cid")[i % 3])) for i in range(20))
    )
    assert sum(one.text.startswith("You have INC-1 now") for one in said) == 1
    assert len(await world.said("acknowledged")) == 1
    await world.at("29m")
    assert {minute for minute, _, _ in world.pages()} == {0.0}


async def test_one_acknowledges_while_another_resolves(postgres_world: World) -> None:
    """ESCALATION 15: whichever comes first, it ends resolved, and nobody is paged."""
    world = postgres_world
    await world.alert()
    outcomes = await asyncio.gather(
        world.app.engine.do(respond.acknowledge, 1, person("ann")),
        world.app.engine.do(resolve.resolve, 1, person("bob")),
        return_exceptions=True,
    )
    assert not isinstance(outcomes[1], BaseException)
    assert (await world.incident()).phase == "resolved"
    await world.at("1h")
    assert world.minutes(OPERATIONS) == [0.0]


async def test_a_digit_and_a_link_at_once(world: World) -> None:
    """ESCALATION 15: the same person by two ways is one acknowledgement."""
    await world.alert()
    call, mail = world.call(OPERATIONS), world.mail("operations@company.com")
    await asyncio.gather(world.press(call, "1"), world.web.post(mail.link, data={"verb": "acknowledge"}))
    assert len(await world.said("acknowledged")) == 1
    assert (await world.ladder()).holder == "operations"
