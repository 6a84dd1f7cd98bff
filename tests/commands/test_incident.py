"""/incident, in the words people write."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from commands import base
from commands.base import Press


@pytest.mark.parametrize("word", ["show", "status", "timeline", "history"])
async def test_how_one_stands_and_what_happened(world: Any, word: str) -> None:
    await world.declare("gateway down")
    assert (await world.say(f"incident {word} 1", place="terminal")).data["timeline"]


async def test_declare_opens_an_incident_of_the_channels_system(world: Any) -> None:
    reply = await world.say("/incident declare critical gateway down")
    incident = await world.incident(reply.incident)
    assert (incident.system, incident.severity.word, incident.title) == ("hft", "critical", "gateway down")
    (opened, *_) = await world.engine.look(lambda tx: tx.timeline.of(reply.incident))
    assert (opened.kind, opened.who.id) == ("opened", "alice"), "the contact, not the Slack user"
    assert "INC-1 is open in #hft-incidents" in reply.text


@pytest.mark.parametrize(
    ("line", "system", "severity", "title", "type_"),
    [
        ("incident declare tmt P1 feed stale", "tmt", "critical", "feed stale", ""),  # both said
        ("incident DECLARE Hft Warning: queue grows", "hft", "medium", "queue grows", ""),  # any case, a colon
        ("incident declare sev0 all down", "hft", "critical", "all down", ""),  # the system's own word
        (
            "incident declare can't trade, spread -5 bp",
            "hft",
            "high",
            "can't trade, spread -5 bp",
            "",
        ),  # quotes, dashes
        ("incident declare odd login --type security", "hft", "high", "odd login", "security"),
        ("incident declare odd login —type security", "hft", "high", "odd login", "security"),  # a phone's long dash
    ],
)
async def test_declare_reads(world: Any, line: str, system: str, severity: str, title: str, type_: str) -> None:
    incident = await world.incident((await world.say(line)).incident)
    assert (incident.system, incident.severity.word, incident.title) == (system, severity, title)
    assert incident.type == type_


async def test_declare_without_words_opens_the_form_in_slack_only(world: Any) -> None:
    assert (await world.say("incident declare")).view["callback_id"] == "incident.declare"
    in_thread = await world.say("incident declare", place="thread")
    assert in_thread.view is None
    assert "incident.declare" in str(in_thread.blocks)
    assert (await world.say("incident declare", place="terminal")).exit_code == base.USAGE


async def test_declare_outside_any_channel_asks_for_the_system(world: Any) -> None:
    reply = await world.say("incident declare htf gateway down", system="")
    assert "hft, tmt" in reply.text
    assert "Did you mean hft?" in reply.text
    assert reply.exit_code >= 64


@pytest.mark.parametrize("number", ["", "1", "#1", "INC-1", "inc-1:"])
async def test_ack_takes_it(world: Any, number: str) -> None:
    await world.declare()
    reply = await world.say(f"incident ack {number} on it")
    assert reply.text.startswith("You have INC-1 now")
    assert await world.holder(1) == "alice"
    assert ("acknowledged", "Alice Ng has it, 0 s after it opened", "on it") in await world.timeline(1)


async def test_number_first_is_understood_too(world: Any) -> None:
    await world.declare()
    assert (await world.say("incident 1 ack")).text.startswith("You have INC-1")
    assert "gateway down" in (await world.say("incident 1", place="terminal")).text


async def test_escalation_16_several_open_asks_which_and_keeps_the_reason(world: Any) -> None:
    await world.declare("one")
    await world.declare("two")
    reply = await world.say("incident ack looking at it")
    assert reply.text.startswith("2 incidents are open. Which one?")
    buttons = reply.blocks[-1]["elements"]
    assert [button["text"]["text"] for button in buttons] == ["INC-2", "INC-1"]
    assert not await world.holder(1)
    pressed = Press(action=buttons[1]["action_id"], value=buttons[1]["value"])
    answer = await base.press(world.commands["incident"], pressed, world.context())
    assert answer.text.startswith("You have INC-1")
    assert ("acknowledged", "Alice Ng has it, 0 s after it opened", "looking at it") in await world.timeline(1)


async def test_another_systems_incident_is_no_candidate(world: Any) -> None:
    await world.declare("one")
    await world.declare("other", system="tmt")
    assert (await world.say("incident ack")).text.startswith("You have INC-1")


async def test_escalation_16_in_a_thread_it_is_the_threads(world: Any) -> None:
    await world.declare("one")
    await world.declare("two")
    reply = await world.say("incident ack on it", place="thread", incident=1)
    assert reply.text.startswith("You have INC-1")


async def test_a_number_given_wins_over_the_thread(world: Any) -> None:
    await world.declare("one")
    await world.declare("two")
    assert (await world.say("incident ack 2", place="thread", incident=1)).text.startswith("You have INC-2")


async def test_none_open_says_how_to_declare(world: Any) -> None:
    reply = await world.say("incident ack")
    assert reply.text == "No incident is open for hft. To open one: /incident declare what is wrong"
    said = await world.say("incident ack", place="thread")
    assert "@tocsin incident declare" in said.text


async def test_escalation_15_the_second_is_told_who(world: Any) -> None:
    await world.declare()
    await world.say("incident ack 1")
    world.later(minutes=2)
    reply = await world.say("incident ack 1", who="UBOB")
    assert reply.text == "Alice Ng has INC-1 since 2 min ago. To take it over: /incident take 1"


@pytest.mark.parametrize("word", ["pass", "cant", "can't", "can’t", "Can't"])
async def test_escalation_14_i_cant_in_every_spelling(world: Any, word: str) -> None:
    await world.declare()
    reply = await world.say(f"incident {word} 1 on a plane")
    assert reply.text.startswith("Understood.")
    assert ("passed", "Alice Ng can't", "on a plane") in await world.timeline(1)


async def test_unack_take_escalate_confirm_resolve_reopen(world: Any) -> None:
    await world.declare()
    await world.say("incident ack")
    assert "took it over" in str(await world.say("incident take", who="UBOB") and await world.timeline(1))
    assert (await world.say("incident confirm", who="UBOB")).text == "Thank you. INC-1 stays yours."
    assert "paged now" in (await world.say("incident escalate")).text
    assert "nobody's now" in (await world.say("incident unack")).text
    resolved = await world.say("incident resolve restarted the gateway")
    assert resolved.text == "INC-1 is resolved. Next: /incident postmortem 1"
    assert "Say which one" in (await world.say("incident reopen")).text
    assert (await world.say("incident reopen 1 still down")).text.startswith("INC-1 is open again.")


async def test_ack_mine_lists_first_then_asks(world: Any) -> None:
    await world.declare("one")
    await world.declare("two", system="tmt")
    await world.engine.look(lambda tx: tx.pages.change([p.key for n in (1, 2) for p in tx.pages.of(n)], state="sent"))
    reply = await world.say("incident ack mine")
    assert "INC-1" in reply.text
    assert "INC-2" in reply.text
    assert not await world.holder(1)
    button = reply.blocks[-1]["elements"][0]
    answer = await base.press(
        world.commands["incident"], Press(action=button["action_id"], value=button["value"]), world.context()
    )
    assert "You have INC-1" in answer.text
    assert "You have INC-2" in answer.text
    assert (await world.say("incident ack all")).text == "No open incident waits for your answer."


async def test_ack_mine_yes_in_a_terminal(world: Any) -> None:
    await world.declare("one")
    await world.engine.look(lambda tx: tx.pages.change([p.key for p in tx.pages.of(1)], state="sent"))
    listed = await world.say("incident ack mine", place="terminal")
    assert "--yes" in listed.text
    assert not await world.holder(1)
    assert "You have INC-1" in (await world.say("incident ack mine --yes", place="terminal")).text


async def test_escalation_17_handover_to_a_contact_a_mention_and_back(world: Any) -> None:
    await world.declare()
    await world.say("incident ack")
    reply = await world.say("incident handover bob my shift ends")
    assert reply.text.startswith("Bob Ito is asked.")
    assert (await world.incident(1)).handover_to == "bob"
    assert (await world.say("incident decline", who="UBOB")).text == "Alice Ng keeps INC-1."
    world.known["UEVE"] = base.SlackUser(id="UEVE", name="Eve", mail="eve@desk.example")
    assert (await world.say("incident handover 1 <@UEVE|eve adams> please")).text.startswith("Eve is asked.")
    assert (await world.say("incident accept 1", who="UEVE")).text.startswith("You have INC-1 now")
    assert await world.holder(1) == "UEVE"


async def test_handover_to_nobody_known_names_those_there_are(world: Any) -> None:
    await world.declare()
    await world.say("incident ack")
    reply = await world.say("incident handover bobb")
    assert "Did you mean bob?" in reply.text
    assert "People: alice" in reply.text


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("incident severity critical money is at risk", "INC-1 is critical now (was high)."),
        ("incident severity 1 low by day will do", "INC-1 is low now (was high)."),
        ("incident severity 1 low", "Say why it is less grave"),
        ("incident severity critical", "INC-1 is critical now (was high)."),
        ("incident sev P1 1", "INC-1 is critical now (was high)."),
        ("incident severity high", "INC-1 is high already."),
        ("incident severity criticl", "Did you mean critical"),
        ("incident severity", "Say which severity"),
    ],
)
async def test_severity(world: Any, line: str, answer: str) -> None:
    await world.declare()
    assert answer in (await world.say(line)).text


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("incident severity critical because both gateways are down", "both gateways are down"),
        ("incident severity 1 critical both gateways are down", "both gateways are down"),
        ("incident severity critical 1 because 2 of 3 gateways are down", "2 of 3 gateways are down"),
        ("incident severity critical because", ""),
        ("incident severity critical", ""),
    ],
)
@pytest.mark.parametrize("place", ["slack", "thread", "terminal"])
async def test_a_severity_by_word_takes_the_rest_as_its_reason(world: Any, line: str, why: str, place: str) -> None:
    await world.declare()
    assert "INC-1 is critical now (was high)." in (await world.say(line, place=place, incident=1)).text
    (told,) = [why for kind, _, why in await world.timeline(1) if kind == "severity"]
    assert told == why


async def test_escalation_20_a_new_type_pages_its_people(world: Any) -> None:
    await world.declare()
    reply = await world.say("incident type security strange logins")
    assert reply.text == "INC-1 is of type security too; its people are paged now (security)."
    assert "already" in (await world.say("incident type security")).text
    assert "It has: security, data" in (await world.say("incident type nonsense")).text


@pytest.mark.parametrize("line", ["incident merge 2 into 1", "incident merge 2 1", "incident merge #2 into INC-1 same"])
async def test_escalation_27_merge_and_unmerge(world: Any, line: str) -> None:
    await world.declare("one")
    await world.declare("two")
    assert (await world.say(line)).text.startswith("INC-2 is part of INC-1 now.")
    assert (await world.incident(2)).merged_into == 1
    assert (await world.say("incident unmerge 2")).text == "INC-2 is an incident of its own again."


async def test_merge_from_the_thread_of_one(world: Any) -> None:
    await world.declare("one")
    await world.declare("two")
    assert (await world.say("incident merge into 1", place="thread", incident=2)).incident == 1
    assert "which into which" in (await world.say("incident merge 1", place="thread", incident=2)).text


async def test_a_note_keeps_its_lines_and_quotes(world: Any) -> None:
    await world.declare()
    await world.say("incident note 1 can't reach <https://x.example/a|x>\n“second” line &amp; more")
    assert ("note", "can't reach https://x.example/a\n“second” line & more", "") in await world.timeline(1)


async def test_a_note_in_a_thread_may_begin_with_a_number(world: Any) -> None:
    await world.declare()
    assert (await world.say("incident note 3 orders stuck", place="thread", incident=1)).text == "Noted on INC-1."
    assert ("note", "3 orders stuck", "") in await world.timeline(1)


async def test_why_was_i_not_paged(world: Any) -> None:
    await world.declare()
    mine = await world.say("incident why")
    assert "You were paged (" in mine.text
    bobs = await world.say("incident why", who="UBOB")
    assert "level 2 (Engineering) names you: it is due 09:05:00 UTC" in bobs.text
    eves = await world.say("incident why", who="UEVE")
    assert "no level of policy standard names you" in eves.text
    await world.say("incident ack")
    assert "Alice Ng acknowledged before" in (await world.say("incident why", who="UBOB")).text


async def test_list_and_show(world: Any) -> None:
    await world.declare("one")
    await world.declare("two", system="tmt")
    listed = await world.say("incident list", place="terminal")
    assert [row["number"] for row in listed.data] == [2, 1]
    assert "INC-1" in listed.text
    assert [row["number"] for row in (await world.say("incident list tmt", place="terminal")).data] == [2]
    assert "There is no system 'nope'" in (await world.say("incident list nope")).text
    shown = await world.say("incident show 1")
    assert shown.blocks
    assert shown.data["title"] == "one"
    assert "There is no INC-9" in (await world.say("incident show 9")).text


async def test_the_bare_command_is_a_menu(world: Any) -> None:
    await world.declare()
    reply = await world.say("incident")
    assert reply.personal
    assert "incident.declare" in str(reply.blocks)


async def test_unknown_words_get_help(world: Any) -> None:
    reply = await world.say("incident akc 12")
    assert "Did you mean ack?" in reply.text
    assert "declare, list, ack" in reply.text
    assert reply.exit_code == base.USAGE
    assert "Usage: /incident" in (await world.say("incident help")).text
    assert "Usage: /incident ack" in (await world.say("incident ack --help")).text
    assert "Usage: /incident ack" in (await world.say("incident help ack")).text


async def test_a_personal_token_is_shown_once_and_to_one_person(world: Any) -> None:
    reply = await world.say("incident token")
    assert reply.personal
    assert await world.engine.look(lambda tx: tx.people.token_owner(reply.data["token"])) == ("UALICE", "Alice Ng")
    second = await world.say("incident token")
    assert await world.engine.look(lambda tx: tx.people.token_owner(reply.data["token"])) is None
    await world.say("incident token revoke")
    assert await world.engine.look(lambda tx: tx.people.token_owner(second.data["token"])) is None


async def test_what_was_not_verified_is_on_record_and_not_in_the_why(world: Any) -> None:
    await world.declare()
    context = world.context()
    context = replace(context, who=replace(context.who, remark="membership not verified"))
    await base.run(world.commands["incident"], ["ack", "on", "it"], context)
    (taken,) = await world.engine.look(lambda tx: tx.timeline.of_kind(1, "acknowledged"))
    assert (taken.why, taken.data["remark"]) == ("on it", "membership not verified")
