"""Acknowledged just before, at, and just after a level is due."""

from __future__ import annotations

import pytest

from bot.engine import respond
from tests.scenarios.world import ENGINEERING, OPERATIONS, World, person


async def test_just_before_a_level_is_due(world: World) -> None:
    """ESCALATION 11: nobody further is paged."""
    await world.alert()
    await world.at("4m59s")
    assert await world.ack() == "You have INC-1 now; nobody further is paged for it."
    await world.at("29m")
    assert {minute for minute, _, _ in world.pages()} == {0.0}


async def test_at_the_very_minute_before_the_bot_woke(world: World) -> None:
    """ESCALATION 2: the acknowledgement wins over the page that is due at the same time."""
    await world.alert()
    await world.at("4m59s")
    await world.jump("5m")
    await world.ack()
    await world.at("29m")
    assert {minute for minute, _, _ in world.pages()} == {0.0}


async def test_at_the_very_minute_when_the_page_was_decided_but_not_sent(world: World) -> None:
    """ESCALATION 2: the page waits in the outbox, and is dropped there."""
    await world.alert()
    await world.at("4m59s")
    await world.jump("5m")
    await world.app.work.climb()
    await world.ack()
    await world.at("29m")
    assert {minute for minute, _, _ in world.pages()} == {0.0}
    dropped = [page for page in await world.ledger() if page.level == 1]
    assert {page.state for page in dropped} == {"failed", "dropped"}  # Slack is not configured, the rest was dropped
    assert {p.outcome for p in dropped if p.state == "dropped"} == {"cancelled before it was sent"}


async def test_just_after_a_level_was_paged(world: World) -> None:
    """ESCALATION 2, 11: who was paged is told quietly, and the level above is not paged."""
    await world.alert()
    await world.at("5m")
    await world.ack()
    assert world.minutes(ENGINEERING) == [5.0]
    told = world.mail("platform-eng@company.com")
    assert (told.text, told.wants_answer) == ("Ann acknowledged INC-1", False)
    await world.at("29m")
    assert {minute for minute, _, _ in world.pages()} == {0.0, 5.0}


@pytest.mark.parametrize("when", ["0s", "1s", "14m59s", "15m", "29m59s", "30m", "44m59s", "45m"])
async def test_whenever_it_is_acknowledged_the_next_level_is_never_paged(world: World, when: str) -> None:
    """ESCALATION 2 and 11, at every edge of the ladder: the acknowledgement comes first, then the bot wakes."""
    await world.alert()
    if when != "0s":
        await world.jump(when)
        await world.app.engine.do(respond.acknowledge, 1, person("ann"))
    else:
        await world.ack()
    await world.pass_time("29m59s")
    assert world.minutes(OPERATIONS) == [0.0]
    assert world.minutes(ENGINEERING) == []
