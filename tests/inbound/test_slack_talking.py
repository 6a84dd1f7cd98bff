"""Slash commands and mentions, in the playground."""

from __future__ import annotations

from typing import Any

from bot.playground.values import Message

HFT = "hft-operations"


async def _reply(bot: Any, ts: str, words: str) -> Message:
    def find(slack: Any) -> Message | None:
        thread = slack.messages(HFT, thread_ts=ts)
        return next((m for m in thread if words in m.readable() and m.user == bot.slack.bot_user), None)

    return await bot.slack.wait_for(find)


async def test_a_slash_command_is_answered_for_the_asker_only(bot: Any) -> None:
    seen = await bot.slack.slash("ann", HFT, "/incident", "declare critical gateway down & out")
    assert seen.acked
    await bot.answer("ann", "INC-1 is open in #hft-operations")
    assert bot.slack.ephemerals("bob") == ()
    incident = await bot.engine.look(lambda tx: tx.incidents.get(1))
    assert (incident.title, incident.severity.word) == ("gateway down & out", "critical")
    assert [entry.who.id for entry in await bot.timeline(1, "opened")] == ["ann"]


async def test_escalation_16_ambiguous_asks_and_the_button_does_it(bot: Any) -> None:
    await bot.declare(text="one is down")
    await bot.declare(text="two is down")
    await bot.slack.slash("bob", HFT, "/incident", "ack on it")
    asked = await bot.answer("bob", "2 incidents are open. Which one?")
    assert not await bot.holder(1)
    await bot.slack.click("bob", asked, "incident.which.1")
    # The answer takes the question's place.
    await bot.slack.wait_for(lambda one: "You have INC-1 now" in one.message(asked).readable())
    assert (await bot.timeline(1, "acknowledged"))[0].why == "on it"


async def test_a_mention_in_the_thread_means_the_threads_incident(bot: Any) -> None:
    card = await bot.declare(text="one is down")
    await bot.declare(text="two is down")
    await bot.slack.say("bob", HFT, "@tocsin ack looking", thread_ts=card.ts)
    answer = await _reply(bot, card.ts, "You have INC-1 now")
    assert answer.thread_ts == card.ts
    assert await bot.holder(1) == "bob"


async def test_a_mention_with_the_commands_name(bot: Any) -> None:
    card = await bot.declare()
    await bot.slack.say("bob", HFT, "@tocsin incident why", thread_ts=card.ts)
    await _reply(bot, card.ts, "Paged so far")
    await bot.slack.say("bob", HFT, "@tocsin /oncall", thread_ts=card.ts)
    await _reply(bot, card.ts, "operations")


async def test_a_note_in_the_thread_is_not_repeated_there(bot: Any) -> None:
    card = await bot.declare()
    await bot.slack.say("bob", HFT, "@tocsin note 3 orders stuck\nsecond line", thread_ts=card.ts)
    await bot.slack.wait_for(lambda one: [m for m in one.messages(HFT, thread_ts=card.ts) if m.reactions])
    await bot.work.tick()
    assert [e.text for e in await bot.timeline(1, "note")] == ["3 orders stuck\nsecond line"]
    own = [
        m
        for m in bot.slack.messages(HFT, thread_ts=card.ts)
        if m.user == bot.slack.bot_user and ("stuck" in m.readable() or "Noted" in m.readable())
    ]
    assert own == []


async def test_a_mention_in_the_channel_begins_a_thread(bot: Any) -> None:
    said = await bot.slack.say("ann", HFT, "@tocsin declare feed stale")
    await _reply(bot, said.ts, "INC-1 is open")
    assert (await bot.engine.look(lambda tx: tx.incidents.get(1))).system == "hft"


async def test_a_bare_mention_is_the_menu_for_the_asker(bot: Any) -> None:
    card = await bot.declare()
    await bot.slack.say("bob", HFT, "@tocsin", thread_ts=card.ts)
    menu = await bot.answer("bob", "1 open incident")
    await bot.slack.click("bob", menu, "incident.ack")
    await bot.slack.wait_for(lambda one: "You have INC-1 now" in one.message(menu).readable())


async def test_unknown_words_and_commands_are_answered(bot: Any) -> None:
    await bot.slack.slash("ann", HFT, "/incident", "akc 1")
    await bot.answer("ann", "Did you mean ack?")
    assert (await bot.slack.slash("ann", HFT, "/nonsense", "x")).acked
    await bot.answer("ann", "I do not know /nonsense")
    said = await bot.slack.say("ann", HFT, "@tocsin good morning")
    await _reply(bot, said.ts, "I do not know 'good morning'.")


async def test_a_direct_message_needs_no_mention(bot: Any) -> None:
    await bot.slack.say("ann", "@tocsin", "incident declare hft high feed stale")
    await bot.slack.wait_for(lambda one: [m for m in one.direct_messages("ann") if "INC-1 is open" in m.readable()])


async def test_a_channel_of_no_system_asks_for_one(bot: Any) -> None:
    await bot.slack.slash("ann", "random", "/incident", "declare gateway down")
    await bot.answer("ann", "Say of which system: hft, tmt")


async def test_a_person_is_named_by_mention_whatever_they_are_called(bot: Any) -> None:
    await bot.declare()
    await bot.slack.slash("ann", HFT, "/page", "@bob can't cancel orders")
    await bot.answer("ann", "Paging Bob Baker")


async def test_oncall_set_is_told_to_the_channel(bot: Any) -> None:
    await bot.slack.slash("ann", HFT, "/oncall", "set operations @bob")
    told = await bot.slack.wait_for(
        lambda one: [m for m in one.messages(HFT) if "set operations of hft to Bob" in m.readable()]
    )
    assert told
    assert bot.slack.ephemerals("ann") == ()


async def test_the_bare_declare_opens_the_form(bot: Any) -> None:
    await bot.slack.slash("ann", HFT, "/incident", "declare")
    view = (await bot.slack.wait_for(lambda one: one.views("ann")))[0]
    assert view.title == "Declare Incident"
    assert await bot.slack.submit("ann", values={"text": "down", "system": "hft", "severity": "low"}) is None
    await bot.answer("ann", "INC-1 is open")  # where it was asked for


async def test_a_token_is_for_one_persons_eyes_even_after_a_mention(bot: Any) -> None:
    card = await bot.declare()
    await bot.slack.say("ann", HFT, "@tocsin token", thread_ts=card.ts)
    await bot.answer("ann", "tocsin_")
    assert not any("tocsin_" in m.readable() for m in bot.slack.messages(HFT, thread_ts=card.ts))


async def test_what_outsiders_write_into_an_incident_mentions_nobody(bot: Any) -> None:
    await bot.declare(text="<!channel> & <b> *down*")
    await bot.slack.slash("bob", HFT, "/incident", "list")
    listed = await bot.answer("bob", "1 open incident")
    assert "<!channel>" not in str(listed.blocks)


async def test_a_person_is_named_as_slack_calls_them(bot: Any) -> None:
    await bot.declare()
    await bot.slack.slash("ann", HFT, "/page", "gus guest can you look")
    await bot.answer("ann", "Paging gus (slack")
    await bot.slack.slash("ann", HFT, "/page", "guest can you look")
    await bot.answer("ann", "Paging gus (slack")


async def test_where_slack_does_not_list_its_people_those_of_the_pack_are_named(bot: Any) -> None:
    await bot.declare()
    bot.slack.faults.server_error("users.list", times=None)
    await bot.slack.slash("ann", HFT, "/page", "zoe can you look")
    await bot.answer("ann", "People: ann, bob")
    await bot.slack.slash("ann", HFT, "/page", "Ann Archer can you look")
    await bot.answer("ann", "Paging Ann Archer")
