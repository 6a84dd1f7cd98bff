"""Acknowledged while the page is being sent: what has left cannot be called back, but nothing follows it."""

from __future__ import annotations

import asyncio

from bot.engine import respond
from tests.scenarios.world import ENGINEERING, OPERATIONS, World, person


async def test_the_call_under_way_is_counted_and_nothing_follows(world: World) -> None:
    """ESCALATION 2, 11: the call that Twilio had already is on the ledger; its callee is told that it is over."""
    await world.alert()
    await world.at("4m59s")
    await world.jump("5m")
    call = world.outside.hold("phone")
    sending = asyncio.create_task(world.tick())
    await call.reached.wait()
    await world.app.engine.do(respond.acknowledge, 1, person("ann"))
    call.released.set()
    await sending
    await world.at("29m")
    assert world.minutes(ENGINEERING) == [5.0]
    assert {minute for minute, _, _ in world.pages()} == {0.0, 5.0}
    states = {page.way: page.state for page in await world.ledger() if page.level == 1}
    assert states["phone"] == "sent"
    assert world.mail("platform-eng@company.com").text == "Ann acknowledged INC-1"
    assert "This page has been answered already" in await world.hear(world.call(ENGINEERING))


async def test_a_call_that_failed_while_it_was_acknowledged_is_not_repeated(world: World) -> None:
    """ESCALATION 11: retries are no longer wanted either."""
    await world.alert()
    call = world.call(OPERATIONS)
    await world.call_ends(call, "busy")
    await world.at("1m")
    await world.ack()
    await world.at("20m")
    assert world.minutes(OPERATIONS) == [0.0]
