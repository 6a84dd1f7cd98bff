"""The holder gives it back: a round begins at the highest level already paged."""

from __future__ import annotations

import pytest

from bot.core.alert import Severity
from bot.core.oncall import Actor
from bot.engine import amend, next_level, oncall, respond
from tests.scenarios.conftest import Make
from tests.scenarios.desks import number
from tests.scenarios.world import ARCHITECTURE, ENGINEERING, HOTLINE, OPERATIONS, World, person

DATA_ENGINEER = Actor(id="data_engineer", name="Data Engineer", via="link")
DBA = Actor(id="dba", name="DBA", via="link")


async def test_the_highest_level_paged_now_and_the_later_ones_with_the_policys_gaps(world: World) -> None:
    """ESCALATION 13: acknowledged at 6, given back at 20: level 2 at 20, level 3 ten minutes later, level 4 fifteen."""
    await world.alert()
    await world.at("6m")
    await world.ack("bob")
    await world.at("20m")
    said = await world.do(respond.unacknowledge, 1, "bob", why="I have to leave")
    assert said == (
        "INC-1 is nobody's now. Level 2 (Engineering on call) paged now. Next: level 3 (Architecture) in 10 min."
    )
    await world.at("59m")
    assert world.pages("phone", since=6) == [
        (20.0, "phone", ENGINEERING),
        (30.0, "phone", ARCHITECTURE),
        (45.0, "phone", HOTLINE),
    ]
    await world.at("60m")
    assert world.minutes(OPERATIONS)[-1] == 60.0, "15 minutes after its end the whole ladder begins again"


async def test_given_back_by_the_link_of_a_question(world: World) -> None:
    """ESCALATION 13: "Release" in the mail that asks."""
    await world.alert()
    await world.ack()
    await world.at("31m")
    await world.answer_link(world.mail("operations@company.com"), "unacknowledge")
    await world.at("33m")
    assert world.pages("phone", since=30.5) == [(32.0, "phone", OPERATIONS)], "its number was called a minute ago"


async def test_pagerduty_wakes_again_when_it_is_given_back(world: World) -> None:
    """ESCALATION 13: acknowledged there it would stay silent, so its incident is ended and opened anew."""
    await world.alert()
    await world.at("30m")
    await world.ack()
    await world.at("40m")
    await world.do(respond.unacknowledge, 1)
    actions = [event.detail["action"] for event in world.sent("pagerduty")]
    assert actions == ["trigger", "acknowledge", "resolve", "trigger"]
    assert len({event.detail["dedup"] for event in world.sent("pagerduty")}) == 1


@pytest.fixture
async def part_held(make_world: Make) -> World:
    """Cid has an incident of the infrastructure; it is about data too, which the data engineer has."""
    world = await make_world("sapphire")
    await world.alert("NodeNotReady", severity="high")
    await world.do(respond.acknowledge, 1, "cid")
    await world.app.engine.do(amend.add_type, 1, "data", person("cid"))
    await world.tick()
    await world.press(world.call(number("sapphire", "data_engineer")), "1")
    await world.at("5m")
    return world


async def test_a_part_is_given_back(part_held: World) -> None:
    """ESCALATION 13, 20: the answer tells what the part does next; Cid keeps the incident."""
    said = await part_held.app.engine.do(respond.unacknowledge, 1, DATA_ENGINEER)
    assert said.text == (
        "The part data of INC-1 is nobody's now. Level 1 (Data Engineer) paged now. Next: level 2 (DBA) in 30 min."
    )
    assert (await part_held.ladder()).state == "held"


async def test_who_has_a_part_cannot_go_on(part_held: World) -> None:
    """ESCALATION 14, 20: the same of "I can't": the next level of the part is called, and nobody is above."""
    said = await part_held.app.engine.do(next_level.pass_on, 1, DATA_ENGINEER)
    assert said.text == (
        "Understood. Level 2 (DBA) paged now. Everybody has been called; the ladder begins again in 15 min."
    )


async def test_a_part_is_taken_from_whose_shift_has_ended(part_held: World) -> None:
    """ESCALATION 12, 20: the answer names the part; the incident is still Cid's."""
    await part_held.app.engine.do(oncall.stand_in, "sapphire", "data_primary", ["dba"], person("cid"))
    await part_held.grade(Severity.CRITICAL, "cid")
    said = await part_held.app.engine.do(respond.confirm, 1, DBA)
    assert said.text == "You have the part data of INC-1 now; Data Engineer is told."
