"""Nobody acknowledges: every level at its minute, exactly once, and then the whole ladder again."""

from tests.scenarios.world import ARCHITECTURE, ENGINEERING, HOTLINE, OPERATIONS, PAGERDUTY_KEY, World


async def test_every_page_of_hft_at_its_minute_exactly_once(world: World) -> None:
    """ESCALATION 1, and the table of the five systems."""
    answer = await world.alert()
    assert answer.status_code == 202
    await world.at("44m59s")
    assert sorted(world.pages()) == [
        (0.0, "mail", "operations@company.com"),
        (0.0, "phone", OPERATIONS),
        (5.0, "mail", "platform-eng@company.com"),
        (5.0, "phone", ENGINEERING),
        (15.0, "mail", "architecture@company.com"),
        (15.0, "phone", ARCHITECTURE),
        (30.0, "pagerduty", PAGERDUTY_KEY),
        (30.0, "phone", HOTLINE),
    ]


async def test_the_ladder_begins_again_until_somebody_acknowledges(world: World) -> None:
    """ESCALATION 8: every 15 minutes after its end, loudly in the channel."""
    await world.alert()
    await world.at("2h")
    assert [minute for minute, _, to in world.pages("phone") if to == OPERATIONS] == [0.0, 45.0, 90.0]
    assert await world.ack()
    await world.at("2h29m")
    assert [minute for minute, _, to in world.pages("phone") if to == OPERATIONS] == [0.0, 45.0, 90.0]
