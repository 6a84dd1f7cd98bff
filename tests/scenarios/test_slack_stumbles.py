"""Slack answers 429, 500, nothing, or loses its answer: no message is lost and none is seen twice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
import structlog

from bot.engine import respond
from bot.playground.faults import Faults
from tests.scenarios.world import OPERATIONS, World, make_alert

FAULTS: dict[str, Callable[[Faults, str], None]] = {
    "429": lambda faults, method: faults.rate_limit(method, times=2, retry_after=7),
    "500": lambda faults, method: faults.server_error(method, times=2),
    "503": lambda faults, method: faults.server_error(method, times=2, status=503),
    "a broken connection": lambda faults, method: faults.drop(method, times=2),
    "a lost answer": lambda faults, method: faults.lose_answer(method, times=2),
    "fatal_error": lambda faults, method: faults.answer("fatal_error", method, times=2),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_the_card_the_thread_and_the_direct_message_are_each_there_once(slack_world: World, fault: str) -> None:
    """ESCALATION 18: it stumbles from the first message on; phone and mail do not wait for it."""
    world = slack_world
    FAULTS[fault](world.slack.faults, "chat.postMessage")
    await world.alert()
    assert {way for _, way, _ in world.pages()} == {"mail", "phone"}
    await world.at("2m")
    assert len(world.cards()) == 1
    assert len(world.direct("ann")) == 1
    assert [line.partition("\n")[0] for line in world.lines()] == [
        "INC-1: Level 1, Operations: paging Operations (slack, phone, mail)"
    ]
    await world.click("ann", world.direct("ann")[0], "ack")
    assert (await world.ladder()).state == "held"


@pytest.mark.parametrize("fault", FAULTS)
async def test_edits_are_made_up_for(slack_world: World, fault: str) -> None:
    """ESCALATION 11, 18: the card shows who has it, and nothing was posted anew for that."""
    world = slack_world
    await world.alert()
    await world.at("1m")
    FAULTS[fault](world.slack.faults, "chat.update")
    await world.do(respond.acknowledge, 1, "bob")
    await world.at("3m")
    (card,) = world.cards()
    assert "Bob has it" in card.text
    (page,) = world.direct("ann")
    assert "acknowledged INC-1" in page.readable()


async def test_a_pause_that_slack_asks_for_is_kept(slack_world: World) -> None:
    """ESCALATION 18: Retry-After of 30 seconds: nothing is posted into any channel before that."""
    world = slack_world
    world.slack.faults.rate_limit("chat.postMessage", times=1, retry_after=30)
    await world.alert()
    refused = len(world.slack.calls("chat.postMessage"))
    await world.at("29s")
    place = [c for c in world.slack.calls("chat.postMessage")[refused:] if c.at - world.now.timestamp() < -1]
    assert [c for c in place if c.arguments["channel"].startswith("#")] == []
    await world.at("1m")
    assert len(world.cards()) == 1


async def test_a_line_whose_answer_was_lost_is_found_in_its_thread(slack_world: World) -> None:
    """ESCALATION 18: by the key in its metadata."""
    world = slack_world
    await world.alert()
    await world.at("10s")
    world.slack.faults.lose_answer("chat.postMessage", times=1)
    await world.do(respond.note, 1, "bob", text="written once")
    await world.at("1m")
    assert len([line for line in world.lines() if "written once" in line]) == 1


async def test_the_question_whether_it_arrived_fails_as_well(slack_world: World) -> None:
    """ESCALATION 18: it is asked again, rather than posted twice."""
    world = slack_world
    world.slack.faults.lose_answer("chat.postMessage", times=2)
    world.slack.faults.server_error("conversations.history", times=2)
    await world.alert()
    await world.at("3m")
    assert len(world.cards()) == 1
    assert len(world.direct("ann")) == 1
    world.slack.faults.lose_answer("chat.postMessage", times=1)
    world.slack.faults.server_error("conversations.replies", times=1)
    await world.do(respond.note, 1, "bob", text="written once")
    await world.at("5m")
    assert len([line for line in world.lines() if "written once" in line]) == 1


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "upload", "files.completeUploadExternal"])
async def test_a_file_whose_answer_was_lost_is_there_once(slack_world: World, method: str) -> None:
    """ESCALATION 18: whichever of the three calls of an upload it was."""
    world = slack_world
    world.slack.faults.lose_answer(method, times=1)
    made = make_alert("ExchangeDisconnected", "critical", "firing", world.now, "f1", "", {})
    made["annotations"]["description"] = "word " * 2_000
    await world.post([made])
    await world.at("2m")
    assert [name for message in world.thread() for name in message.files] != []
    assert len([message for message in world.thread() if message.files]) == 1


async def test_slack_hangs_and_nothing_else_waits(slack_world: World) -> None:
    """ESCALATION 18: calls to it do not come back; the phone rings all the same, in the same second."""
    world = slack_world
    world.slack.faults.hang("*", times=None)
    await world.alert(tick=False)
    working = asyncio.create_task(world.tick())
    while len(world.sent("phone", "mail")) < 2:
        await asyncio.sleep(0)
    assert world.minutes(OPERATIONS) == [0.0]
    world.slack.faults.clear()
    await working
    await world.at("2m")
    assert len(world.cards()) == 1
    assert len(world.direct("ann")) == 1


async def test_the_token_is_revoked_and_given_back(slack_world: World) -> None:
    """ESCALATION 18: Slack refuses the bot for a while; afterwards the card that was there is edited, not doubled."""
    world = slack_world
    await world.alert()
    await world.at("1m")
    world.slack.faults.answer("token_revoked", "*", times=None)
    await world.do(respond.acknowledge, 1, "bob")
    await world.at("20m")
    world.slack.faults.clear()
    await world.at("25m")
    (card,) = world.cards()
    assert "Bob has it" in card.text
    assert len([line for line in world.lines() if "Bob has it" in line]) == 1


async def test_what_cannot_be_posted_into_a_channel_is_seen_and_stops_no_heartbeat(slack_world: World) -> None:
    """The bot was never invited there. Every page left."""
    world = slack_world
    world.slack.faults.answer("channel_not_found", "chat.postMessage", times=1000)
    await world.alert(severity="medium")
    await world.ack()
    with structlog.testing.capture_logs() as logged:
        await world.at("7m")
    assert await world.app.health.look() == ""
    metrics = (await world.web.get("/metrics")).text
    assert 'tocsin_outbox_oldest_seconds{to="channels"} 420.0' in metrics
    assert 'tocsin_outbox_oldest_seconds{to="people"} 0.0' in metrics
    assert any(line["event"] == "not_delivered" and "invite the bot" in line["reason"] for line in logged)
