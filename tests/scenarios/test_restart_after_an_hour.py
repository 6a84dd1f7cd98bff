"""The bot was down: what is over pages nobody, and what is overdue is paged once, in order."""

from __future__ import annotations

from bot.engine import oncall
from tests.scenarios.world import ARCHITECTURE, ENGINEERING, HOTLINE, OPERATIONS, World, person


async def _down(world: World, since: str, until: str) -> None:
    """The bot stops, and starts again later."""
    await world.at(since)
    await world.stop_bot()
    await world.jump(until)
    await world.start_bot()


async def test_every_overdue_level_is_paged_once_in_order_and_later_ones_keep_their_times(world: World) -> None:
    """ESCALATION 3: down from minute 1 to 20, so that levels 2 and 3 are overdue."""
    await world.alert()
    await _down(world, "1m", "20m")
    await world.at("44m")
    assert world.pages("phone") == [
        (0.0, "phone", OPERATIONS),
        (20.0, "phone", ENGINEERING),
        (20.0, "phone", ARCHITECTURE),
        (30.0, "phone", HOTLINE),
    ]
    assert any("15 min late" in line for line in await world.said("paged"))


async def test_after_an_hour_one_page_per_person(world: World) -> None:
    """ESCALATION 3: down for an hour, so that the ladder should have begun again as well: still one call for each."""
    await world.alert()
    await _down(world, "1m", "61m")
    await world.at("74m")
    assert [to for _, _, to in world.pages("phone", since=1)] == [ENGINEERING, ARCHITECTURE, HOTLINE, OPERATIONS]
    assert {minute for minute, _, _ in world.pages(since=1)} == {61.0}
    await world.at("75m")
    assert world.minutes(HOTLINE) == [61.0, 75.0], "the round that began at 45 goes on at its own times"


async def test_one_page_per_person_also_when_somebody_is_on_two_overdue_levels(
    world: World,
) -> None:
    """ESCALATION 3: Ann stands in for level 2 as well; overdue together, both levels are one call to her."""
    await world.app.engine.do(oncall.stand_in, "hft", "level_2", ["architecture"], person("ann"))
    await world.alert()
    await _down(world, "1m", "20m")
    await world.tick()
    assert world.minutes(ARCHITECTURE) == [20.0]


async def test_resolved_while_it_was_down_pages_nobody(world: World) -> None:
    """ESCALATION 3: the monitor's word arrives before the bot looks what is due."""
    await world.alert()
    await _down(world, "1m", "61m")
    await world.resolved(starts=world.now, tick=False)
    await world.at("90m")
    assert {minute for minute, _, _ in world.pages()} == {0.0}


async def test_acknowledged_before_it_went_down_the_holder_is_asked_when_it_is_back(world: World) -> None:
    """ESCALATION 3, 12: nobody else is paged; silence is asked about at once, and then has its five minutes."""
    await world.alert()
    await world.ack()
    await _down(world, "1m", "61m")
    await world.at("65m59s")
    assert world.pages("phone") == [(0.0, "phone", OPERATIONS), (61.0, "phone", OPERATIONS)]
