"""The direct message that pages somebody: its buttons, and its quiet edits."""

from __future__ import annotations

import asyncio

from bot.engine import declare, oncall, respond
from tests.scenarios.finding import found
from tests.scenarios.world import OPERATIONS, START, World, person


async def test_acknowledged_by_a_click_in_it(slack_world: World) -> None:
    """ESCALATION 9, 11: a real click; the buttons go, and nobody further is paged."""
    world = slack_world
    await world.alert(summary="Binance is gone")
    (page,) = world.direct("ann")
    for words in ("INC-1 · critical", "Binance is gone", "*First step:*", "*Since:*", "*Why you:*", "Acknowledge"):
        assert words in page.readable()
    await world.click("ann", page, "ack")
    (page,) = world.direct("ann")
    assert "Acknowledge\n" not in page.readable()
    assert (await world.ladder()).holder == "operations"
    assert [(e.who.via, e.who.slack) for e in await world.timeline() if e.kind == "acknowledged"] == [
        ("slack", "UANN00001")
    ]
    await world.at("29m")
    assert world.direct("bob") == []


async def test_whoever_has_it_reads_what_is_next_and_whoever_had_it_no_longer_does(slack_world: World) -> None:
    """ESCALATION 11, 12, 13: acknowledged by pressing 1, taken over, and given back."""
    world = slack_world
    await world.alert()
    await world.at("5m")
    await world.press(world.call(OPERATIONS), "1")
    anns, bobs = (world.direct(who)[0].readable() for who in ("ann", "bob"))
    assert "You have INC-1." in anns
    assert "note what you find" in anns
    assert "Operations acknowledged INC-1. You need not do anything." in bobs
    await world.click("ann", world.direct("ann")[0], "note")
    await world.slash("bob", "/incident take 1")
    await world.tick()
    anns, bobs = (world.direct(who)[0].readable() for who in ("ann", "bob"))
    assert "You have INC-1." in bobs
    assert "<@UBOB00001> acknowledged INC-1" in anns
    await world.click("bob", world.direct("bob")[0], "unack")
    await world.tick()
    anns = world.direct("ann")[0].readable()
    assert "Nobody has INC-1 now." in anns
    assert "Acknowledge" in anns


async def test_the_others_see_it_quietly_by_an_edit(slack_world: World) -> None:
    """ESCALATION 11: no new message, and no further mail to those who have a direct message."""
    world = slack_world
    await world.alert()
    await world.at("5m")
    await world.click("bob", world.direct("bob")[0], "ack")
    (anns,) = world.direct("ann")
    assert "<@UBOB00001> acknowledged INC-1" in anns.readable()
    assert anns.edited
    assert [m for m in world.sent("mail", to="operations@company.com") if not m.wants_answer] == []


async def test_i_cannot(slack_world: World) -> None:
    """ESCALATION 14: by its button; the next level is paged now."""
    world = slack_world
    await world.alert()
    await world.at("1m")
    await world.click("ann", world.direct("ann")[0], "pass")
    assert len(world.direct("bob")) == 1


async def test_the_verdict_edits_it(slack_world: World) -> None:
    """ESCALATION 10: the first one, and the next one too; the buttons stay. The mail follows once."""
    world = slack_world
    await world.alert()
    await world.at("1m")
    await found(world, "the venue is down")
    await world.at("2m")
    (page,) = world.direct("ann")
    assert "the venue is down" in page.readable()
    assert "Acknowledge" in page.readable()
    assert "the venue is down" in world.card().readable()
    await found(world, "our key has expired")
    await world.at("3m")
    (page,) = world.direct("ann")
    assert "our key has expired" in page.readable()
    told = [m.text for m in world.sent("mail", to="operations@company.com") if not m.wants_answer]
    assert told == ["INC-1: the checks found: 1 of 1 fails: Venue: the venue is down"]


async def test_the_question_and_its_answer_by_a_click(slack_world: World) -> None:
    """ESCALATION 12: "Yes, Still Mine"."""
    world = slack_world
    await world.alert()
    await world.click("ann", world.card(), "ack")
    await world.at("30m")
    asked = world.direct("ann")[-1]
    assert "Do you still have INC-1?" in asked.readable()
    await world.click("ann", asked, "confirm")
    await world.at("36m")
    assert (await world.ladder()).state == "held"


async def test_whoever_has_the_shift_now_answers_the_question_by_a_click(slack_world: World) -> None:
    """ESCALATION 12: Bob stands in for Ann, and it becomes his."""
    world = slack_world
    await world.alert()
    await world.click("ann", world.card(), "ack")
    await world.app.engine.do(oncall.stand_in, "hft", "level_1", ["engineering"], person("ann"))
    await world.at("30m")
    await world.click("bob", world.direct("bob")[-1], "confirm")
    assert (await world.ladder()).holder == "engineering"


async def test_over_and_reopened_are_edits_too(slack_world: World) -> None:
    """ESCALATION 22, 23: told quietly; after a reopening it asks again."""
    world = slack_world
    await world.alert()
    await world.at("1m")
    await world.resolved(starts=START)
    (page,) = world.direct("ann")
    assert "Confirm Positions" in page.readable()
    await world.at("2m")
    await world.alert(starts=world.now)
    (page,) = world.direct("ann")
    assert "INC-1 is open again" in page.readable()
    assert "Acknowledge" in page.readable()


async def test_confirmed_from_the_direct_message(slack_world: World) -> None:
    """ESCALATION 22: positions and orders."""
    world = slack_world
    await world.alert()
    await world.resolved(starts=START)
    await world.click("ann", world.direct("ann")[0], "confirm")
    assert (await world.incident()).phase == "resolved"


async def test_a_handover_is_asked_and_answered_there(slack_world: World) -> None:
    """ESCALATION 17: Accept."""
    world = slack_world
    await world.alert()
    await world.click("ann", world.card(), "ack")
    await world.slash("ann", "/incident handover 1 @bob")
    asked = world.direct("bob")[-1]
    assert "asks you to take INC-1" in asked.readable()
    assert (await world.ladder()).holder == "operations"
    await world.click("bob", asked, "accept")
    assert (await world.ladder()).holder == "engineering"


async def test_an_old_button_gets_an_answer(slack_world: World) -> None:
    """ESCALATION 11: the message as Ann still had it on her screen; it is Bob's by now."""
    world = slack_world
    await world.alert()
    old = world.direct("ann")[0]
    await world.at("5m")
    await world.click("bob", world.direct("bob")[0], "ack")
    await world.click("ann", old, "ack")
    assert "has INC-1 since" in world.told("ann")
    assert (await world.ladder()).holder == "engineering"


async def test_answered_by_phone_while_slack_was_taking_the_message(slack_world: World) -> None:
    """ESCALATION 11: the direct message arrives after the answer; its buttons go all the same."""
    world = slack_world
    world.slack.faults.hang("conversations.open")
    await world.alert(tick=False)
    sending = asyncio.create_task(world.tick())
    while not world.sent("phone"):
        await asyncio.sleep(0)
    await world.app.engine.do(respond.acknowledge, 1, person("ann"))
    world.slack.faults.clear()
    await sending
    await world.at("3m")
    for message in world.direct("ann"):
        assert "Acknowledge\n" not in message.readable()


async def test_paged_by_name(slack_world: World) -> None:
    """ESCALATION 11: /page works on an acknowledged incident and takes it from nobody."""
    world = slack_world
    await world.alert()
    await world.click("ann", world.card(), "ack")
    bob = world.app.engine.desk.systems["hft"].contact("engineering")
    await world.app.engine.do(declare.page, 1, "hft", [bob], person("ann"), "the key")
    await world.tick()
    assert "asks for you: the key" in world.direct("bob")[-1].readable()
    assert (await world.ladder()).holder == "operations"
