"""The holder gives it back: a round begins at the highest level already paged."""

from __future__ import annotations

from bot.engine import respond
from tests.scenarios.world import ARCHITECTURE, ENGINEERING, HOTLINE, OPERATIONS, World


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
