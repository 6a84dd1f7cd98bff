"""/incident monitor, close, duties and checklists, in the words people write."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.packs import load
from bot.packs.checks import ProbeInfo
from bot.probes.host_memory import PROBE
from commands import base
from commands.base import Form, Press
from tests.packs.kit import DESK, WAYS

LIST = """\
checklists:
  critical:
    title: Critical incident
    severities: [critical]
    lines:
      halt: {text: All is halted.}
      mend: {text: It is mended., stage: Recovery}
"""
PROBES = {"host_memory": ProbeInfo(parameters=PROBE.parameters, facts=frozenset(PROBE.facts), fills=frozenset())}


async def _press(world: Any, action: str, value: str, **where: Any) -> Any:
    pressed = Press(action=f"incident.{action}", value=value)
    return await base.press(world.commands["incident"], pressed, world.context(**where))


async def _send(world: Any, form: str, note: str, **values: str) -> Any:
    sent = Form(callback=f"incident.{form}", values=values, note=note)
    return await base.send(world.commands["incident"], sent, world.context())


async def _has(world: Any) -> dict[str, str]:
    return {one.duty: one.person for one in await world.engine.look(lambda tx: tx.duties.of(1))}


@pytest.mark.parametrize("line", ["monitor 1 rerouted", "mitigated 1 rerouted", "1 monitor rerouted"])
async def test_monitor(world: Any, line: str) -> None:
    await world.declare()
    assert (await world.say(f"incident {line}")).text.startswith("INC-1 is monitored now.")
    assert (await world.incident(1)).monitored_by == "Alice Ng"
    assert [why for kind, _, why in await world.timeline(1) if kind == "monitored"] == ["rerouted"]
    assert "monitored already" in (await world.say("incident monitor 1", who="UBOB")).text
    assert (await world.say("incident active 1")).text.startswith("INC-1 is active again.")


async def test_who_has_which_duty(world: Any) -> None:
    await world.declare()
    taken = "You have scribe of INC-1 now. Next: write down what is seen and decided: /incident note 1"
    assert (await world.say("incident scribe 1")).text == taken
    assert (await world.say("incident scribe 1")).text == "You have scribe of INC-1 already."
    assert (await world.say("incident comms 1 bob since he knows them")).text == "Bob Ito has communications now."
    assert (await world.say("incident lead Carol 1")).text == "Carol Diaz has lead now."
    assert await _has(world) == {"lead": "carol", "communications": "bob", "scribe": "alice"}
    shown = await world.say("incident duties 1", place="terminal")
    assert "lead: Carol Diaz" in shown.text
    assert shown.data["scribe"]["name"] == "Alice Ng"
    assert (await world.say("incident scribe 1 me", who="UBOB")).text == (
        "You have scribe of INC-1 now; Alice Ng is told. Next: write down what is seen and decided: /incident note 1"
    )
    assert (await world.say("incident scribe 1 nobody")).text == "Nobody has scribe of INC-1 now; bob is told."
    assert (await world.say("incident scribe 1 nobody")).text == "Nobody has scribe of INC-1."
    assert ("duty", "Alice Ng gives communications to Bob Ito", "since he knows them") in await world.timeline(1)


async def test_duties_by_button(world: Any) -> None:
    await world.declare()
    assert (await _press(world, "take_duty", "1 lead")).text.startswith("You have lead of INC-1 now. Next: ")
    assert (await _press(world, "more", "give_duty 1 lead")).view["callback_id"] == "incident.give_duty"
    assert (await _send(world, "give_duty", "1 lead", who="UBOB")).text == "Bob Ito has lead now."
    assert await _has(world) == {"lead": "bob"}
    assert "who" in (await _send(world, "give_duty", "1 lead")).errors
    assert (await _press(world, "drop_duty", "1 lead")).text.startswith("Nobody has lead")
    assert "older version" in (await _press(world, "take_duty", "1 boss")).text
    await world.say("incident resolve 1")
    await world.say("incident close 1 --anyway")
    assert "is closed" in (await _press(world, "take_duty", "1 lead")).text


async def test_close_says_what_is_missing_and_asks_once_more(world: Any) -> None:
    await world.declare()
    assert "still active. To resolve it first: /incident resolve 1" in (await world.say("incident close 1")).text
    assert "Say which one" in (await world.say("incident close")).text
    await world.say("incident resolve 1")
    asked = await world.say("incident close 1")
    assert "Still missing: its postmortem is not written (/incident postmortem 1)" in asked.text
    assert asked.exit_code == base.REFUSED
    assert asked.blocks[-1]["elements"][0]["action_id"] == "incident.close_anyway"
    assert "tocsin incident close 1 --anyway" in (await world.say("incident close 1", place="terminal")).text
    assert (await _press(world, "close", "1")).blocks == asked.blocks
    assert (await _press(world, "close_anyway", "1")).text.startswith("INC-1 is closed.")
    assert "is closed" in (await _press(world, "close_anyway", "1")).text  # a second click


INTRUDER = """\
  intruder:
    title: Somebody is inside
    types: [security]
    lines:
      evidence: {text: Evidence is taken before anything is changed.}
"""


@pytest.fixture
def listed(world: Any, tmp_path: Path) -> Any:
    """The same desk, whose pack of hft has a checklist."""
    return _with_lists(world, tmp_path, LIST)


def _with_lists(world: Any, tmp_path: Path, checklists: str) -> Any:
    (tmp_path / "desk").mkdir()
    (tmp_path / "desk" / "system.yaml").write_text(DESK)
    (tmp_path / "desk" / "checklists.yaml").write_text(checklists)
    contents = load([tmp_path], ["desk"], variables={}, ways=WAYS, probes=PROBES).contents["desk"]
    world.engine.desk = replace(world.engine.desk, packs={"hft": contents})
    return world


async def test_a_checklist_in_words(listed: Any) -> None:
    world = listed
    await world.say("incident declare critical gateway down")
    await world.say("incident ack 1")
    shown = await world.say("incident checklist 1", place="terminal")
    assert "[ ] halt: All is halted." in shown.text
    assert (await world.say("incident tick 1 halt")).text == "Ticked: All is halted. 1 of 2 done, next: It is mended."
    assert (await world.say("incident tick 1 halt", who="UBOB")).text.startswith("Alice Ng ticked that just now")
    assert (await world.say("incident tick critical mend", place="thread", incident=1)).text.startswith("Ticked")
    assert (await world.say("incident untick 1 mend")).text.startswith("Not done any more")
    assert "Say which line: /incident tick 1 mend" in (await world.say("incident tick 1 men")).text
    data = (await world.say("incident checklist 1")).data[0]["lines"]
    assert [(line["line"], line["by"]) for line in data] == [("halt", "Alice Ng"), ("mend", "")]


async def test_one_that_did_not_begin_by_itself(listed: Any) -> None:
    world = listed
    await world.declare()  # high
    assert "No checklist has begun" in (await world.say("incident tick 1 halt")).text
    assert "[ ] halt" in (await world.say("incident checklist 1")).text
    assert "has no checklist 'gone'. It has: critical" in (await world.say("incident checklist 1 gone")).text
    assert "tmt has no checklists" in (await world.say(f"incident checklist {await world.declare(system='tmt')}")).text


async def test_checklists_by_button(listed: Any) -> None:
    world = listed
    await world.declare()
    await world.say("incident checklist 1")
    assert (await _press(world, "tick", "1 critical halt")).personal
    assert (await _press(world, "take_line", "1 critical mend")).text == "Yours: It is mended."
    view = (await _press(world, "give_line", "1 critical")).view
    assert view["callback_id"] == "incident.give_line"
    assert (await _send(world, "give_line", "1 critical", line="mend", who="UBOB")).text.endswith("It is mended.")
    assert "who" in (await _send(world, "give_line", "1 critical", line="mend")).errors
    assert "line" in (await _send(world, "give_line", "1 critical", who="UBOB")).errors
    assert "older version" in (await _press(world, "tick", "1 halt")).text
    assert "no such line" in (await _press(world, "tick", "1 critical gone")).text


async def test_one_for_a_type_that_is_added_later(world: Any, tmp_path: Path) -> None:
    _with_lists(world, tmp_path, LIST + INTRUDER)
    await world.declare()
    await world.say("incident ack 1")
    assert "Say which: /incident checklist 1 critical|intruder" in (await world.say("incident checklist 1")).text
    await world.say("incident type 1 security")
    assert "[ ] evidence" in (await world.say("incident checklist 1")).text
