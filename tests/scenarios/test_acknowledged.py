"""Somebody acknowledges: it stops for everybody, and for this incident only."""

from __future__ import annotations

import pytest

from bot.engine import declare
from tests.scenarios.world import ENGINEERING, OPERATIONS, PAGERDUTY_KEY, World, person


async def test_it_stops_all_levels_and_repeats_for_everybody(world: World) -> None:
    """ESCALATION 11: nothing for the rest of two hours but what the holder's silence brings."""
    await world.alert()
    await world.at("46m")
    await world.ack("cid")
    await world.at("1h15m")
    assert max(minute for minute, _, _ in world.pages()) == 45.0


async def test_other_incidents_go_on(world: World) -> None:
    """ESCALATION 11: nothing of other incidents."""
    await world.alert(key="g1")
    await world.alert("HighLatency", key="g2")
    await world.ack(number=1)
    await world.at("6m")
    assert world.minutes(ENGINEERING) == [5.0]
    assert (await world.ladder(2)).state == "running"


async def test_a_call_that_was_not_dialled_yet_is_cancelled(world: World) -> None:
    """ESCALATION 11: it waits for the two minutes of its number, and is dropped by the acknowledgement."""
    await world.alert(key="g1")
    await world.at("30s")
    await world.alert("HighLatency", key="g2")
    await world.ack(number=2)
    await world.at("4m")
    assert world.minutes(OPERATIONS) == [0.0]
    states = {p.way: (p.state, p.outcome) for p in await world.ledger(2)}
    assert states["phone"] == ("dropped", "cancelled before it was sent")


async def test_everybody_who_was_paged_learns_quietly_who_has_it(world: World) -> None:
    """ESCALATION 11: by mail here; the one who acknowledged is not told, PagerDuty's own incident follows."""
    await world.alert()
    await world.at("30m")
    await world.ack("bob")
    told = {p.to: p.text for p in world.sent("mail") if not p.wants_answer}
    assert told == dict.fromkeys(("operations@company.com", "architecture@company.com"), "Bob acknowledged INC-1")
    assert [e.detail["action"] for e in world.sent("pagerduty", to=PAGERDUTY_KEY)] == ["trigger", "acknowledge"]
    assert world.pages("phone", since=30.1) == []


@pytest.mark.parametrize("again", ["ann", "bob"])
async def test_a_second_acknowledgement_changes_nothing_and_says_who_has_it(world: World, again: str) -> None:
    """ESCALATION 11, 15: also a late one."""
    await world.alert()
    await world.ack("ann")
    await world.at("3m")
    said = await world.ack(again)
    assert said == (
        "You have INC-1 already."
        if again == "ann"
        else "Ann has INC-1 since 3 min ago. To take it over: /incident take 1"
    )
    assert (await world.ladder()).holder == "operations"


async def test_a_person_paged_by_name_is_still_wanted_after_the_acknowledgement(world: World) -> None:
    """ESCALATION 11: it stops levels and repeats; whom somebody asked for by name was asked for."""
    await world.alert(key="g1")
    await world.at("5m")
    bob = (await world.app.engine.look(lambda tx: world.app.engine.desk.roster(tx, "hft"))).contacts["engineering"]
    await world.app.engine.do(declare.page, 1, "hft", [bob], person("ann"), "the key of Binance")
    await world.ack("ann")
    await world.at("8m")
    calls = [minute for minute, _, to in world.pages("phone") if to == ENGINEERING]
    assert calls == [5.0, 7.0], "one at the level, and one by name when the number may be called again"
