"""/incident update, fixed-by, postmortem, report, item: in words, in forms, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from commands import base
from commands.base import REFUSED, USAGE, Form, Press


async def _send(world: Any, form: str, note: str = "1", **values: str) -> Any:
    form_ = Form(callback=f"incident.{form}", values=values, note=note)
    return await base.send(world.commands["incident"], form_, world.context())


async def _press(world: Any, action: str, value: str = "1", **where: Any) -> Any:
    return await base.press(world.commands["incident"], Press(action=action, value=value), world.context(**where))


@pytest.fixture
async def desk(world: Any) -> Any:
    await world.declare()
    await world.say("incident ack 1")
    return world


async def test_an_update_in_words_and_in_a_form(desk: Any) -> None:
    reply = await desk.say("incident update 1 the gateway is restarted")
    assert reply.text.startswith("The report of INC-1 is updated. The next update is due in 30 min.")
    view = (await desk.say("incident update 1")).view
    assert view["callback_id"] == "incident.update"
    reply = await _send(desk, "update", summary="prices come", users="none", actions="restarted it")
    assert reply.text.startswith("The report of INC-1 is updated")
    assert [text for kind, text, _ in await desk.timeline(1) if kind == "update"] == [
        "the gateway is restarted",
        "prices come",
    ]


async def test_in_a_thread_there_is_a_button_for_the_form(desk: Any) -> None:
    reply = await desk.say("incident update", place="thread", incident=1)
    assert reply.view is None
    assert "incident.update" in str(reply.blocks)
    assert (await _press(desk, "incident.update")).view is not None


async def test_in_a_terminal_it_is_said_in_words(desk: Any) -> None:
    reply = await desk.say("incident update 1", place="terminal")
    assert (reply.exit_code, "tocsin incident update NUMBER what is known" in reply.text) == (USAGE, True)
    reply = await desk.say("incident report 1", place="terminal")
    assert reply.text.startswith("# Incident report INC-1")
    reply = await desk.say("incident postmortem 1", place="terminal")
    assert reply.text == (
        "A postmortem is written in a form, in Slack: /incident postmortem 1\nWhat is known so far: tocsin report INC-1"
    )


async def test_an_update_without_words_is_refused_at_its_field(desk: Any) -> None:
    reply = await _send(desk, "update", summary="  ")
    assert reply.errors["summary"].startswith("Say how it stands")


async def test_before_anybody_has_it_the_answer_says_so(world: Any) -> None:
    await world.declare()
    reply = await world.say("incident update 1 prices stand still")
    assert "Nobody has it yet: /incident ack 1" in reply.text


async def test_no_secret_gets_into_a_report(desk: Any) -> None:
    await _send(desk, "update", summary="x", actions="curl -H 'Authorization: Bearer abcdefghijklmnop1234567890'")
    reply = await desk.say("incident report 1", place="terminal")
    assert "curl -H" in reply.text
    assert "abcdefghijklmnop1234567890" not in reply.text


@pytest.mark.parametrize("line", ["incident fixed-by 1 a restart", "incident postmortem 1"])
async def test_what_is_said_of_the_end_needs_one(desk: Any, line: str) -> None:
    reply = await desk.say(line)
    assert (reply.exit_code, reply.text) == (
        REFUSED,
        "INC-1 is not over. When it is: /incident resolve 1 what fixed it",
    )


async def test_after_the_end(desk: Any) -> None:
    await desk.say("incident resolve 1")
    assert (await desk.say("incident fixed-by 1")).text.startswith("Say what fixed it")
    said = "INC-1 is over; what fixed it is noted. Next: /incident postmortem 1"
    assert (await desk.say("incident fixed-by 1 a restart")).text == said
    assert (await desk.incident(1)).fixed_by == "a restart"
    assert (await _send(desk, "fixed_by", why="a new session")).text == said
    assert (await _send(desk, "fixed_by")).errors["why"].startswith("Say what fixed it")
    assert (await _press(desk, "incident.postmortem")).view["callback_id"] == "incident.postmortem"
    refused = await _send(desk, "postmortem", symptoms="x")
    assert refused.errors == {"cause": "Say at least what the cause was, also that nobody knows it."}
    written = await _send(desk, "postmortem", cause="a session of yesterday")
    assert written.text.startswith("The postmortem of INC-1 is in its thread.")
    assert "/incident close 1" in written.text


async def test_report_is_no_way_to_report_something(desk: Any) -> None:
    reply = await desk.say("incident report orders stuck")
    assert reply.exit_code == USAGE
    assert "/incident declare orders stuck" in reply.text
    assert (await desk.say("incident report 1")).text.startswith("The report of INC-1 comes into its thread")


async def test_items(desk: Any) -> None:
    reply = await desk.say("incident item 1 watch the session's age @carol by tomorrow")
    assert reply.text == "Item 1 of INC-1: Carol Diaz, due tomorrow."
    reply = await desk.say("incident item 1 <@UBOB> restart it by hand in 2 weeks by in 2 weeks")
    assert reply.text.startswith("Item 2 of INC-1: Bob Ito, due ")
    reply = await desk.say("incident item 1 write it down")
    assert reply.text.startswith("Item 3 of INC-1: Alice Ng, no date. Without a date nobody is reminded of it")
    assert (await desk.say("incident items 1")).text == "INC-1: 3 action items, 3 to do"
    assert (await desk.say("incident items mine")).text == "Yours: 1 action item, 1 to do"
    assert (await desk.say("incident item done 2")).text == "Item 2 is done. 2 of INC-1 left."
    assert (await desk.say("incident item done 2")).text == "Item 2 was done by Alice Ng already."
    assert (await desk.say("incident item done 1, 3")).text.endswith("That was the last one of INC-1.")
    assert (await desk.say("incident items")).text == "All: no action items"
    shown = await desk.say("incident items 1", place="terminal")
    assert "restart it by hand in 2 weeks" in shown.text
    texts = [text for kind, text, _ in await desk.timeline(1) if kind == "item"]
    assert texts[0] == "To do for Carol Diaz, due tomorrow: watch the session's age"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("incident item 1 watch it @nobody by friday", "has no role or person '@nobody'"),
        ("incident item 1 watch it by 31 nov", "There is no such day as '31 nov'."),
        ("incident item 1 @bob by friday", "Say what is to be done"),
        ("incident item done 9", "There is no action item 9. /incident items lists them."),
        ("incident item done it", "Say which one"),
        ("incident item due 9 friday", "There is no action item 9."),
    ],
)
async def test_items_that_are_refused(desk: Any, line: str, says: str) -> None:
    reply = await desk.say(line)
    assert says in reply.text
    assert reply.exit_code != 0


async def test_the_form_of_an_item(desk: Any) -> None:
    assert (await _press(desk, "incident.item")).view["callback_id"] == "incident.item"
    assert (await _send(desk, "item", owner="UBOB")).errors == {"text": "Say what is to be done."}
    assert (await _send(desk, "item", text="x")).errors == {"owner": "Choose who does it."}
    late = await _send(desk, "item", text="watch it", owner="UBOB", due="2020-01-01")
    assert "is over already" in late.errors["due"]
    assert (await _send(desk, "item", text="watch it", owner="UBOB")).text.startswith("Item 1 of INC-1: Bob Ito")
    assert (await _press(desk, "incident.item_done")).text.startswith("Item 1 is done.")


async def test_an_item_in_quotes_keeps_owner_and_day(desk: Any) -> None:
    words = ["item", "1", "look into it @carol by tomorrow"]
    reply = await base.run(desk.commands["incident"], words, desk.context(place="terminal"))
    assert reply.text == "Item 1 of INC-1: Carol Diaz, due tomorrow."


@pytest.mark.parametrize("day", ["yesterday", "in 0 days", "last friday", "2026-02-30"])
async def test_a_day_that_cannot_be_is_no_part_of_the_text(desk: Any, day: str) -> None:
    reply = await desk.say(f"incident item 1 look into it by {day}")
    assert reply.exit_code == REFUSED, reply.text
    assert not [text for kind, text, _ in await desk.timeline(1) if kind == "item"]
