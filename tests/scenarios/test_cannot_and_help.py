""" "I can't", and "escalate now"."""

from __future__ import annotations

import pytest

from bot.engine import respond
from tests.scenarios.world import ARCHITECTURE, ENGINEERING, HOTLINE, OPERATIONS, World


@pytest.mark.parametrize("how", ["phone", "link", "command"])
async def test_i_cannot_pages_the_next_level_now_and_the_gaps_stay(world: World, how: str) -> None:
    """ESCALATION 14: at minute 2, so that level 3 comes at 12 and level 4 at 27."""
    await world.alert()
    await world.at("2m")
    if how == "phone":
        assert "The next level is being called" in (await world.press(world.call(OPERATIONS), "2")).text
    elif how == "link":
        await world.answer_link(world.mail("operations@company.com"), "pass")
    else:
        await world.do(respond.pass_on, 1)
    await world.at("41m")
    assert world.pages("phone", since=1) == [
        (2.0, "phone", ENGINEERING),
        (12.0, "phone", ARCHITECTURE),
        (27.0, "phone", HOTLINE),
    ]
    await world.at("42m")
    assert world.minutes(OPERATIONS) == [0.0, 42.0]


async def test_the_holder_cannot_go_on(world: World) -> None:
    """ESCALATION 13, 14: the level above the highest paged, now."""
    await world.alert()
    await world.ack()
    await world.at("3m")
    await world.do(respond.pass_on, 1)
    await world.at("13m")
    assert world.pages("phone", since=1) == [(3.0, "phone", ENGINEERING), (13.0, "phone", ARCHITECTURE)]


async def test_escalate_now_pages_the_next_level_now(world: World) -> None:
    """ESCALATION 14: nobody has it yet."""
    await world.alert()
    await world.at("1m")
    await world.press(world.call(OPERATIONS), "3")
    await world.at("10m59s")
    assert world.minutes(ENGINEERING) == [1.0]
    await world.at("11m")
    assert world.minutes(ARCHITECTURE) == [11.0]


async def test_help_on_an_acknowledged_incident_keeps_its_holder(world: World) -> None:
    """ESCALATION 14: the next level is called as help, and unanswered the following ones after their gaps."""
    await world.alert()
    await world.ack()
    await world.at("10m")
    assert await world.do(respond.escalate_now, 1) == "Level 2 (Engineering on call) paged now."
    await world.at("19m59s")
    assert world.pages("phone", since=1) == [(10.0, "phone", ENGINEERING)]
    await world.at("20m")
    assert world.minutes(ARCHITECTURE) == [20.0]
    ladder = await world.ladder()
    assert (ladder.state, ladder.holder) == ("held", "operations")
    await world.ack("bob")
    await world.at("39m")
    assert world.minutes(HOTLINE) == []
    assert (await world.ladder()).holder == "operations", "who comes to help does not take it over"
    assert "Bob came to help" in await world.said("acknowledged")


async def test_help_ends_with_the_last_level(world: World) -> None:
    """ESCALATION 14: a call for help does not begin again by itself, since somebody has the incident."""
    await world.alert()
    await world.ack()
    await world.at("1m")
    await world.do(respond.escalate_now, 1)
    await world.at("29m")
    await world.do(respond.note, 1, text="still at it")
    await world.at("58m")
    assert world.pages("phone", since=1.5) == [(11.0, "phone", ARCHITECTURE), (26.0, "phone", HOTLINE)]


async def test_more_help_is_the_level_above(world: World) -> None:
    """ESCALATION 14: escalating twice does not call the same people again."""
    await world.alert()
    await world.ack()
    await world.at("1m")
    await world.do(respond.escalate_now, 1)
    await world.at("2m")
    await world.do(respond.escalate_now, 1)
    assert world.pages("phone", since=0.5) == [(1.0, "phone", ENGINEERING), (2.0, "phone", ARCHITECTURE)]


async def test_above_the_last_level_the_ladder_begins_again(world: World) -> None:
    """ESCALATION 8, 14: nobody is above level 4."""
    await world.alert()
    await world.at("31m")
    await world.do(respond.pass_on, 1)
    assert world.minutes(OPERATIONS) == [0.0, 31.0]
    await world.at("36m")
    assert world.minutes(ENGINEERING) == [5.0, 36.0]
