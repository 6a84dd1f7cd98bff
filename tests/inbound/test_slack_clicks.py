"""Buttons and forms, pressed in the playground."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.inbound.slack_sorry import DATABASE_AWAY


async def test_the_ack_button_of_the_card(bot: Any) -> None:
    card = await bot.declare()
    seen = await bot.slack.click("bob", card, "incident.ack")
    assert seen.acked
    answer = await bot.answer("bob", "You have INC-1 now")
    assert "nobody further is paged" in answer.readable()
    assert await bot.holder(1) == "bob"  # the contact, known by the mail address of the Slack user
    assert await bot.told(card, "has it, ")


async def test_escalation_15_two_at_once_one_holds_it_and_the_other_is_told_who(bot: Any) -> None:
    card = await bot.declare()
    await asyncio.gather(bot.slack.click("ann", card, "incident.ack"), bot.slack.click("bob", card, "incident.ack"))
    await bot.settle()
    holder = await bot.holder(1)
    winner, loser = ("ann", "bob") if holder == "ann" else ("bob", "ann")
    await bot.answer(winner, "You have INC-1 now")
    await bot.answer(loser, f"{winner} has INC-1 since")
    assert len(await bot.timeline(1, "acknowledged")) == 1


async def test_what_only_they_see_stands_where_they_clicked(bot: Any) -> None:
    """On a card that has a thread: in the channel. Likewise of a form opened there, and of a line in the thread."""
    card = await bot.declare()
    line = await bot.told(card, "paging")
    card = bot.slack.message(card)
    assert card.thread_ts == card.ts
    await bot.slack.click("bob", card, "incident.ack")
    assert (await bot.answer("bob", "You have INC-1 now")).thread_ts == ""
    await bot.slack.click("ann", card, "incident.ack")
    assert (await bot.answer("ann", "bob has INC-1 since")).thread_ts == ""
    await bot.slack.click("bob", card, "incident.more", "note 1")
    await bot.slack.wait_for(lambda one: one.views("bob"))
    await bot.slack.submit("bob", values={"text": "restarted gw1"})
    assert (await bot.answer("bob", "Noted on INC-1")).thread_ts == ""
    await bot.slack.shortcut("ann", "incident.nonsense", line)
    assert (await bot.answer("ann", "I do not know")).thread_ts == card.ts


async def test_a_guest_is_refused_with_the_reason(bot: Any) -> None:
    card = await bot.declare()
    assert (await bot.slack.click("gus", card, "incident.ack")).acked
    await bot.answer("gus", "you are a guest here")
    assert not await bot.holder(1)


async def test_somebody_of_another_company_is_refused(bot: Any) -> None:
    await bot.slack.say("ola", "exchange-liaison", "@tocsin incident list")
    await bot.answer("ola", "You may not do this")
    assert not bot.slack.calls("chat.postMessage")


async def test_a_stale_button_gets_an_answer(bot: Any) -> None:
    card = await bot.declare()
    await bot.slack.slash("ann", "hft-operations", "/incident", "resolve 1 over")
    await bot.answer("ann", "INC-1 is resolved")
    await bot.slack.click("bob", card, "incident.ack")
    await bot.answer("bob", "already resolved by ann")


async def test_the_overflow_menu_and_a_form(bot: Any) -> None:
    card = await bot.declare()
    await bot.slack.click("ann", card, "incident.more", "note 1")
    await bot.slack.wait_for(lambda one: one.views("ann"))
    assert await bot.slack.submit("ann", values={"text": "restarted gw1"}) is None
    await bot.answer("ann", "Noted on INC-1")
    assert [e.text for e in await bot.timeline(1, "note")] == ["restarted gw1"]
    assert bot.slack.views("ann") == ()


async def test_a_form_with_errors_stays_open_and_may_be_sent_again(bot: Any) -> None:
    card = await bot.declare()
    await bot.slack.click("ann", card, "incident.resolve")
    await bot.slack.wait_for(lambda one: one.views("ann"))
    await bot.slack.slash("bob", "hft-operations", "/incident", "resolve 1 was nothing")
    await bot.answer("bob", "INC-1 is resolved")
    for _ in range(2):
        wrong = await bot.slack.submit("ann", values={"why": "fixed it"})
        assert "already resolved by bob" in wrong["why"]
    await bot.slack.slash("bob", "hft-operations", "/incident", "reopen 1")
    await bot.answer("bob", "INC-1 is open again")
    assert await bot.slack.submit("ann", values={"why": "fixed it"}) is None
    await bot.answer("ann", "INC-1 is resolved")


async def test_declare_by_form_from_the_shortcuts(bot: Any) -> None:
    assert (await bot.slack.shortcut("ann", "incident.declare")).acked
    await bot.slack.wait_for(lambda one: one.views("ann"))
    values = {"text": "quotes stale", "system": "hft", "severity": "critical"}
    assert await bot.slack.submit("ann", values=values) is None
    told = await bot.slack.wait_for(
        lambda one: [m for m in one.direct_messages("ann") if "INC-1 is open" in m.readable()]
    )
    assert told
    assert await bot.numbers() == [1]


async def test_declare_from_a_message_takes_its_text(bot: Any) -> None:
    said = await bot.slack.say("bob", "hft-operations", "the book looks wrong & <b>slow</b>")
    await bot.slack.shortcut("ann", "incident.declare_from", said)
    view = (await bot.slack.wait_for(lambda one: one.views("ann")))[0]
    assert "the book looks wrong & <b>slow</b>" in str(view.content)


async def test_a_button_nobody_knows_is_answered(bot: Any) -> None:
    blocks = [{"type": "actions", "elements": [
        {"type": "button", "action_id": "gone.button", "text": {"type": "plain_text", "text": "Old"}}]}]  # fmt: skip
    channel = bot.slack.channel("hft-operations").id
    await bot.work.delivery.sending.slack.post(channel, "old", blocks, key="k")
    old = await bot.slack.wait_for(lambda one: next((m for m in one.messages("hft-operations") if m.blocks), None))
    assert (await bot.slack.click("ann", old, "gone.button")).acked
    await bot.answer("ann", "I do not know the button gone.button")


async def test_the_pages_buttons_in_the_direct_message(bot: Any) -> None:
    await bot.declare("bob")
    page = (await bot.slack.wait_for(lambda one: one.direct_messages("ann")))[-1]
    await bot.slack.click("ann", page, "incident.pass")
    await bot.answer("ann", "Understood")
    assert [e.text for e in await bot.timeline(1, "passed")] == ["ann can't"]


async def test_handover_is_accepted_in_the_direct_message(bot: Any) -> None:
    await bot.declare()
    await bot.slack.slash("bob", "hft-operations", "/incident", "ack")
    await bot.answer("bob", "You have INC-1")
    await bot.slack.slash("bob", "hft-operations", "/incident", "handover @ann shift ends")
    await bot.answer("bob", "Ann Archer is asked")
    await bot.work.tick()
    asked = await bot.slack.wait_for(
        lambda one: next((m for m in one.direct_messages("ann") if "asks you to take INC-1" in m.readable()), None)
    )
    await bot.slack.click("ann", asked, "incident.accept")
    await bot.answer("ann", "You have INC-1 now")
    assert await bot.holder(1) == "ann"


async def test_home_shows_what_waits_and_its_button_works(bot: Any) -> None:
    await bot.declare("bob")
    await bot.slack.open_home("ann")
    home = await bot.slack.wait_for(lambda one: one.home("ann"))
    assert "These wait for your answer" in home.readable()
    assert "gateway down" in home.readable()
    await bot.slack.click("ann", home, "incident.ack")
    home = await bot.slack.wait_for(
        lambda one: (
            "These wait" not in (shown := one.home("ann")).readable() and "You have" in shown.readable() and shown
        )
    )
    assert "On call now" in home.readable()
    await bot.slack.click("ann", home, "incident.resolve")
    await bot.slack.wait_for(lambda one: one.views("ann"))
    assert await bot.slack.submit("ann", values={"why": "restarted"}) is None
    await bot.slack.wait_for(lambda one: "You have" not in one.home("ann").readable())
    assert await bot.holder(1) == "ann"
    await bot.slack.open_home("gus")
    assert "you are a guest here" in (await bot.slack.wait_for(lambda one: one.home("gus"))).readable()


async def test_while_the_database_is_away_everybody_is_told(bot: Any) -> None:
    card = await bot.declare()

    def away(*_: Any) -> Any:
        from bot.core.errors import StoreAway

        raise StoreAway

    running, bot.store.run_now = bot.store.run_now, away
    await bot.slack.click("bob", card, "incident.ack")
    await bot.answer("bob", DATABASE_AWAY[:60])
    bot.store.run_now = running


async def test_what_nobody_foresaw_is_logged_and_told(bot: Any, caplog: Any) -> None:
    card = await bot.declare()

    def broken(*_: Any) -> Any:
        raise ZeroDivisionError

    running, bot.store.run_now = bot.store.run_now, broken
    await bot.slack.click("bob", card, "incident.ack")
    await bot.answer("bob", "That failed; it is in the log as ")
    bot.store.run_now = running


async def test_when_slack_does_not_say_who_they_are(bot: Any) -> None:
    card = await bot.declare("ann")
    bot.slack.faults.answer("internal_error", "users.info", times=None)
    await bot.slack.click("bob", card, "incident.ack")
    await bot.answer("bob", "You have INC-1 now")
    (taken,) = await bot.timeline(1, "acknowledged")
    assert (taken.why, taken.data["remark"]) == ("", "membership not verified")
    assert "verified" not in (await bot.told(card, "bob")).readable()
    await bot.slack.say("ola", "exchange-liaison", "@tocsin incident ack 1")
    await bot.answer("ola", "Slack does not answer who you are")


async def test_a_form_that_comes_too_late_is_explained(bot: Any) -> None:
    card = await bot.declare()
    bot.slack.faults.answer("expired_trigger_id", "views.open", times=None)
    await bot.slack.click("ann", card, "incident.resolve")
    await bot.answer("ann", "Slack gives three seconds")


async def test_when_the_response_url_fails_the_answer_comes_another_way(bot: Any) -> None:
    card = await bot.declare()
    bot.slack.faults.server_error("response_url", times=None)
    await bot.slack.click("bob", card, "incident.ack")
    await bot.answer("bob", "You have INC-1 now")
    assert bot.slack.calls("chat.postEphemeral")
