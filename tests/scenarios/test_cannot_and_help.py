""" "I can't", and "escalate now"."""

from __future__ import annotations

import pytest

from bot.engine import next_level, respond
from tests.scenarios.conftest import Make
from tests.scenarios.world import ARCHITECTURE, ENGINEERING, HOTLINE, OPERATIONS, World


@pytest.mark.parametrize("how", ["phone", "link", "command"])
async def test_i_cannot_pages_the_next_level_now_and_the_gaps_stay(world: World, how: str) -> None:
    """ESCALATION 14: at minute 2, so that level 3 comes at 12 and level 4 at 27."""
    await world.alert()
    await world.at("2m")
    if how == "phone":
        assert "Level 2 Engineering on call paged now" in await world.press_and_hear(world.call(OPERATIONS), "2")
    elif how == "link":
        await world.answer_link(world.mail("operations@company.com"), "pass")
    else:
        await world.do(next_level.pass_on, 1)
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
    await world.do(next_level.pass_on, 1)
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
    assert await world.do(next_level.escalate_now, 1) == (
        "Level 2 (Engineering on call) paged now. "
        "Next: level 3 (Architecture) in 10 min, unless somebody comes. Ann keeps INC-1."
    )
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
    await world.do(next_level.escalate_now, 1)
    await world.at("29m")
    await world.do(respond.note, 1, text="still at it")
    await world.at("58m")
    assert world.pages("phone", since=1.5) == [(11.0, "phone", ARCHITECTURE), (26.0, "phone", HOTLINE)]


async def test_more_help_is_the_level_above(world: World) -> None:
    """ESCALATION 14: escalating twice does not call the same people again."""
    await world.alert()
    await world.ack()
    await world.at("1m")
    await world.do(next_level.escalate_now, 1)
    await world.at("2m")
    await world.do(next_level.escalate_now, 1)
    assert world.pages("phone", since=0.5) == [(1.0, "phone", ENGINEERING), (2.0, "phone", ARCHITECTURE)]


async def test_i_cannot_when_everybody_has_been_called(world: World) -> None:
    """ESCALATION 8, 14: nobody is above level 4, and nobody is called twice; the answer says when it begins again."""
    await world.alert()
    await world.at("31m")
    said = await world.do(next_level.pass_on, 1)
    assert said == "Understood. Everybody has been called; the ladder begins again in 14 min."
    await world.at("44m")
    assert world.pages(since=30.5) == []
    await world.at("45m")
    assert world.minutes(OPERATIONS) == [0.0, 45.0]


async def test_i_cannot_says_who_is_called_and_what_comes_next(world: World) -> None:
    """ESCALATION 14: what is true after it, in words."""
    await world.alert()
    await world.at("2m")
    said = await world.do(next_level.pass_on, 1)
    assert said == "Understood. Level 2 (Engineering on call) paged now. Next: level 3 (Architecture) in 10 min."


async def test_i_cannot_where_the_next_level_has_nobody(make_world: Make) -> None:
    """ESCALATION 6, 14: the answer names the level that is really called."""
    unset = {f"TOCSIN_VAR_PYRT_BACKUP_{way}": "" for way in ("PHONE", "MAIL", "SLACK")}
    world = await make_world("pyrt", **unset)
    await world.alert("SystemDown")
    said = await world.do(next_level.pass_on, 1)
    assert said.startswith("Understood. Level 3 (Lead) paged now. Next: level 4")


async def test_i_cannot_on_a_ladder_that_does_not_begin_again(world: World) -> None:
    """ESCALATION 8, 14: a low one is told once; the answer says how to call somebody all the same."""
    await world.alert("HighLatency", severity="low")
    await world.at("5m")
    assert await world.do(next_level.pass_on, 1) == (
        "Understood. Everybody has been called, and nobody is called again by itself. "
        "To call the last level again: /incident escalate 1"
    )


async def test_escalate_now_at_the_last_level(world: World) -> None:
    """ESCALATION 6, 14: pressed twice it calls nobody twice; later it calls the last level once more. The next round
    keeps its time."""
    await world.alert()
    await world.at("29m")
    assert await world.do(next_level.escalate_now, 1, "bob") == (
        "Level 4 (Emergency) paged now. Everybody has been called; the ladder begins again in 15 min."
    )
    await world.at("30m")
    assert await world.do(next_level.escalate_now, 1, "bob") == (
        "The last level, level 4 (Emergency), is being called now; nobody is above. "
        "Everybody has been called; the ladder begins again in 14 min."
    )
    assert world.minutes(HOTLINE) == [29.0]
    await world.at("32m")
    assert (await world.do(next_level.escalate_now, 1, "bob")).startswith("Level 4 (Emergency) paged now.")
    assert world.minutes(HOTLINE) == [29.0, 32.0]
    await world.at("43m")
    assert world.minutes(OPERATIONS) == [0.0]
    await world.at("44m")
    assert world.minutes(OPERATIONS) == [0.0, 44.0]


async def test_help_at_the_last_level(world: World) -> None:
    """ESCALATION 6, 14: the holder keeps it; nobody is above, which the answer says; pressed twice, one call."""
    await world.alert()
    await world.at("16m")
    await world.ack()
    said = await world.do(next_level.escalate_now, 1)
    assert said == "Level 4 (Emergency) paged now. It is the last level: nobody is above. Ann keeps INC-1."
    await world.at("17m")
    said = await world.do(next_level.escalate_now, 1)
    assert said == ("The last level, level 4 (Emergency), is being called now; nobody is above. Ann keeps INC-1.")
    assert world.minutes(HOTLINE) == [16.0]
    await world.at("18m")
    await world.do(next_level.escalate_now, 1)
    assert world.minutes(HOTLINE) == [16.0, 18.0]
    assert [why for why in await world.said("paged") if "as help; nobody is above" in why] != []
