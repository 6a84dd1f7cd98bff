"""Handing over: the other has to say yes; until then the old holder keeps it."""

from __future__ import annotations

import pytest

from bot.core.errors import Refused
from bot.engine import handover, respond
from tests.scenarios.world import World, person


async def _asked(world: World) -> None:
    """Ann has it and asks Bob."""
    await world.alert()
    await world.ack("ann")
    bob = world.app.engine.desk.systems["hft"].contact("engineering")
    said = await world.do(handover.hand_over, 1, "ann", bob)
    assert said == "Engineering on call is asked. Until they accept, Ann keeps INC-1."


async def test_until_yes_the_old_holder_keeps_it(world: World) -> None:
    """ESCALATION 17: Bob is asked by mail, for there is no Slack; nobody else is paged."""
    await _asked(world)
    assert world.mail("platform-eng@company.com").text.startswith("Ann asks you to take INC-1")
    assert (await world.ladder()).holder == "operations"
    assert await world.do(handover.accept, 1, "bob") == "You have INC-1 now; Ann is told."
    assert (await world.ladder()).holder == "engineering"
    assert world.mail("operations@company.com").text.startswith("Bob took INC-1 over")


async def test_no_leaves_it_where_it_is(world: World) -> None:
    """ESCALATION 17: and the holder is told."""
    await _asked(world)
    assert await world.do(handover.decline, 1, "bob") == "Ann keeps INC-1."
    assert (await world.ladder()).holder == "operations"
    assert world.mail("operations@company.com").text.startswith("Bob declined INC-1")


async def test_no_answer_leaves_it_with_the_holder_who_is_asked_in_time(world: World) -> None:
    """ESCALATION 12, 17: silence is no yes, and no activity either."""
    await _asked(world)
    await world.at("30m")
    assert [to for _, _, to in world.pages("phone", since=1)] == ["+15550100"]


async def test_only_who_was_asked_may_accept(world: World) -> None:
    """ESCALATION 17: others may take it over, which is another word."""
    await _asked(world)
    with pytest.raises(Refused, match="Nobody asks you to take INC-1 any more"):
        await world.do(handover.accept, 1, "cid")
    await world.do(respond.take_over, 1, "cid")
    with pytest.raises(Refused):
        await world.do(handover.accept, 1, "bob")
    assert (await world.ladder()).holder == person("cid").id
