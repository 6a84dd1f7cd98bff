"""Two people have the same form open: neither undoes the other, and what the form held already is nobody's word."""

from __future__ import annotations

from typing import Any

import pytest

from bot.views.report_modals import prefilled
from commands import base
from commands.base import Form


async def _open(world: Any, form: str, who: str) -> Any:
    return (await world.say(f"incident {form} 1", who=who)).view


async def _send(world: Any, view: Any, who: str, **written: str) -> Any:
    """As Slack sends it: all that stands in the fields, with what the form carried along."""
    values = {name: text for name, text in (prefilled(view) | written).items() if text}
    form = Form(callback=view["callback_id"], values=values, note=view["private_metadata"])
    return await base.send(world.commands["incident"], form, world.context(who=who))


async def _told(world: Any, kind: str) -> list[dict[str, Any]]:
    entries = await world.engine.look(lambda tx: tx.timeline.of_kind(1, kind))
    return [dict(entry.data) for entry in entries]


@pytest.fixture
async def desk(world: Any) -> Any:
    await world.declare()
    await world.say("incident ack 1")
    await world.say("incident update 1 prices stand still")
    return world


async def test_each_says_something_else_and_both_stand(desk: Any) -> None:
    older, newer = await _open(desk, "update", "UALICE"), await _open(desk, "update", "UBOB")
    await _send(desk, newer, "UBOB", summary="prices come again")
    reply = await _send(desk, older, "UALICE", users="two desks")
    assert "meanwhile" not in reply.text
    assert await _told(desk, "update") == [
        {"summary": "prices stand still"},
        {"summary": "prices come again"},
        {"users": "two desks"},
    ]
    assert prefilled(await _open(desk, "update", "UBOB"))["summary"] == "prices come again"


async def test_both_say_the_same_field_and_the_second_is_told(desk: Any) -> None:
    older, newer = await _open(desk, "update", "UALICE"), await _open(desk, "update", "UBOB")
    await _send(desk, newer, "UBOB", summary="prices come again", actions="restarted it")
    reply = await _send(desk, older, "UALICE", summary="the gateway is gone", actions="called the venue")
    assert "bob wrote there meanwhile: both stand in it." in reply.text
    assert (await _told(desk, "update"))[-1] == {
        "summary": "the gateway is gone\nbob wrote meanwhile: prices come again",
        "actions": "called the venue",
    }


async def test_who_had_seen_it_replaces_it(desk: Any) -> None:
    await _send(desk, await _open(desk, "update", "UBOB"), "UBOB", summary="prices come again")
    reply = await _send(desk, await _open(desk, "update", "UALICE"), "UALICE", summary="all is well")
    assert "meanwhile" not in reply.text
    assert (await _told(desk, "update"))[-1] == {"summary": "all is well"}


async def test_ones_own_newer_words_are_ones_own_to_replace(desk: Any) -> None:
    older, newer = await _open(desk, "update", "UALICE"), await _open(desk, "update", "UALICE")
    await _send(desk, newer, "UALICE", summary="one")
    await _send(desk, older, "UALICE", summary="two")
    assert (await _told(desk, "update"))[-1] == {"summary": "two"}


async def test_what_the_bot_had_filled_in_is_nobodys_word(desk: Any) -> None:
    await desk.say("incident note 1 gw1 was slow")
    await desk.say("incident severity 1 critical both gateways")
    reply = await _send(desk, await _open(desk, "update", "UALICE"), "UALICE")
    assert reply.errors == {"summary": "Nothing in it is new. Say how it stands now, also that nothing has changed."}
    assert len(await _told(desk, "update")) == 1


async def test_a_form_of_an_older_version_is_taken_as_it_is(desk: Any) -> None:
    form = Form(callback="incident.update", values={"summary": "all is well"}, note="1")
    await base.send(desk.commands["incident"], form, desk.context())
    assert (await _told(desk, "update"))[-1] == {"summary": "all is well"}


@pytest.fixture
async def over(desk: Any) -> Any:
    await desk.say("incident resolve 1 a restart")
    return desk


async def test_two_postmortems_become_one(over: Any) -> None:
    older, newer = await _open(over, "postmortem", "UALICE"), await _open(over, "postmortem", "UBOB")
    await _send(over, newer, "UBOB", cause="a full disk", lessons="watch the disk")
    reply = await _send(over, older, "UALICE", cause="a log nobody rotates", prevention="rotate it")
    assert "bob wrote there meanwhile: both stand in it." in reply.text
    last = (await _told(over, "postmortem"))[-1]
    assert last["cause"] == "a log nobody rotates\nbob wrote meanwhile: a full disk"
    assert (last["lessons"], last["prevention"]) == ("watch the disk", "rotate it")
    assert "Fixed by: a restart" in last["resolution"]


async def test_what_a_form_had_no_room_for_is_kept(over: Any) -> None:
    long = "word " * 900
    first = await _open(over, "postmortem", "UBOB")
    note = first["private_metadata"]
    form = Form(callback=first["callback_id"], values={"cause": "a disk", "symptoms": long}, note=note)
    await base.send(over.commands["incident"], form, over.context(who="UBOB"))
    await _send(over, await _open(over, "postmortem", "UALICE"), "UALICE", cause="a full disk")
    last = (await _told(over, "postmortem"))[-1]
    assert (last["cause"], last["symptoms"]) == ("a full disk", long.strip())
