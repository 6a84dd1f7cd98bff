"""What Slack delivers twice, late, or through connections that break."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.inbound.slack_socket import Sockets

HFT = "hft-operations"


async def test_a_redelivered_event_does_nothing_twice(bot: Any) -> None:
    card = await bot.declare()
    await bot.slack.say("bob", HFT, "@tocsin note seen once", thread_ts=card.ts)
    await bot.slack.wait_for(lambda one: [m for m in one.messages(HFT, thread_ts=card.ts) if m.reactions])
    told = next(d for d in bot.slack.deliveries("events_api") if d.payload["event"]["type"] == "app_mention")
    await bot.slack.room.delivery.ask("events_api", told.payload, attempt=1, reason="timeout")
    await bot.settle()
    assert len(await bot.timeline(1, "note")) == 1
    assert len(bot.slack.calls("reactions.add")) == 1


@pytest.mark.parametrize("kind", ["slash_commands", "interactive"])
async def test_a_command_and_a_click_neither(bot: Any, kind: str) -> None:
    card = await bot.declare()
    if kind == "interactive":
        await bot.slack.click("ann", card, "incident.pass")
    else:
        await bot.slack.slash("ann", HFT, "/incident", "pass 1 busy")
    await bot.answer("ann", "Understood")
    await bot.slack.room.delivery.ask(kind, bot.slack.deliveries(kind)[-1].payload)
    await bot.settle()
    assert len(await bot.timeline(1, "passed")) == 1


async def test_a_form_neither(bot: Any) -> None:
    card = await bot.declare()
    await bot.slack.click("ann", card, "incident.more", "note 1")
    await bot.slack.wait_for(lambda one: one.views("ann"))
    await bot.slack.submit("ann", values={"text": "once"})
    await bot.answer("ann", "Noted")
    sent = next(d for d in reversed(bot.slack.deliveries("interactive")) if d.payload["type"] == "view_submission")
    assert (await bot.slack.room.delivery.ask("interactive", sent.payload)).ok
    await bot.settle()
    assert len(await bot.timeline(1, "note")) == 1


async def test_everything_is_acknowledged_also_what_nobody_wants(bot: Any) -> None:
    said = await bot.slack.say("ann", HFT, "hello")
    await bot.slack.react("ann", said, "eyes")
    await bot.slack.join("gus", "random")
    await bot.slack.wait_for(lambda one: len(one.deliveries("events_api")) >= 1)
    assert all(d.acked for d in bot.slack.deliveries())


async def test_signed_http_works_the_same(http_bot: Any) -> None:
    bot = http_bot
    assert await bot.slack.challenge()
    card = await bot.declare()
    await bot.slack.click("bob", card, "incident.ack")
    await bot.answer("bob", "You have INC-1 now")
    await bot.slack.say("ann", HFT, "@tocsin note by http", thread_ts=card.ts)
    await bot.slack.wait_for(lambda one: [m for m in one.messages(HFT, thread_ts=card.ts) if m.reactions])
    await bot.slack.click("ann", card, "incident.resolve")
    await bot.slack.wait_for(lambda one: one.views("ann"))
    assert await bot.slack.submit("ann", values={"why": "restarted"}) is None
    await bot.answer("ann", "INC-1 is resolved")


async def test_two_connections_and_a_refresh(bot: Any) -> None:
    assert bot.side.sockets.connected == 2
    assert not bot.side.sockets.stale
    await bot.slack.disconnect_sockets("refresh_requested")
    await bot.slack.wait_for(lambda one: one.sockets == 2)
    await bot.declare()


async def _quick(bot: Any, **more: Any) -> Sockets:
    """Connections that look after themselves faster than real ones."""
    await bot.side.sockets.stop()
    sockets = Sockets(
        bot.side.app, bot.slack.app_token, bot.side.app.client, now=lambda: datetime.now(UTC),
        check_every=timedelta(milliseconds=50), stale_after=timedelta(milliseconds=400), **more,
    )  # fmt: skip
    await sockets.start()
    return sockets


async def test_connections_that_break_are_replaced(bot: Any) -> None:
    sockets = await _quick(bot)
    opened = len(bot.slack.calls("apps.connections.open"))
    await bot.slack.disconnect_sockets(None)
    await bot.until(lambda: len(bot.slack.calls("apps.connections.open")) == opened + 2 and sockets.connected == 2)
    await bot.declare()
    await sockets.stop()


async def test_slack_goes_away_and_comes_back(bot: Any) -> None:
    given_up: list[bool] = []
    sockets = await _quick(bot, give_up=lambda: given_up.append(True), give_up_after=timedelta(seconds=0.5))
    await bot.slack.go_down()
    await bot.until(lambda: given_up == [True])
    assert sockets.stale
    assert sockets.connected == 0
    await bot.slack.come_back()
    await bot.until(lambda: sockets.connected == 2 and not sockets.stale)
    await bot.declare()
    await sockets.stop()


async def test_stopping_lets_what_was_begun_end(bot: Any) -> None:
    await bot.slack.slash("ann", HFT, "/incident", "declare gateway down")
    await bot.side.stop()
    assert await bot.numbers() == [1]
    assert bot.slack.sockets == 0
    assert (await bot.slack.slash("ann", HFT, "/incident", "list")).acked is False


async def test_too_much_at_once_is_dropped_and_counted(bot: Any) -> None:
    queue = type(bot.side.door.queue)(at_once=1, most_waiting=1)
    free = asyncio.Event()
    assert queue.later(free.wait()) is not None
    assert queue.later(free.wait()) is None
    assert queue.dropped == 1
    free.set()
    await queue.drain()


async def test_a_database_that_is_slow_still_acknowledges_at_once(bot: Any) -> None:
    card = await bot.declare()
    fast = bot.store.run_now

    answered = 0

    def slow(*work: Any) -> Any:
        nonlocal answered
        time.sleep(0.5)
        answered += 1
        return fast(*work)

    bot.store.run_now = slow
    assert (await bot.slack.click("ann", card, "incident.resolve")).acked
    assert answered == 0
    # A form that takes long is there at once, and is filled in later.
    view = (await bot.slack.wait_for(lambda one: one.views("ann"), timeout=4))[0]
    assert "One moment" in view.readable()
    await bot.slack.wait_for(lambda one: "What fixed it?" in one.views("ann")[0].readable(), timeout=8)
    assert await bot.slack.submit("ann", values={"why": "x"}) is None
    assert "Working on it" in bot.slack.views("ann")[0].readable()
    await bot.slack.wait_for(lambda one: "is resolved" in one.views("ann")[0].readable(), timeout=8)
    bot.store.run_now = fast
