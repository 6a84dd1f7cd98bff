"""The buttons of an incident's messages, and its forms."""

from __future__ import annotations

from typing import Any

import pytest

from commands import base
from commands.base import Form, Press


async def _press(world: Any, action: str, value: str, **where: Any) -> Any:
    return await base.press(world.commands["incident"], Press(action=action, value=value), world.context(**where))


async def test_buttons_of_the_card(world: Any) -> None:
    await world.declare()
    assert (await _press(world, "incident.ack", "1")).text.startswith("You have INC-1")
    for verb in ("resolve", "handover", "severity", "note", "merge"):
        assert (await _press(world, f"incident.{verb}", "1")).view["callback_id"] == f"incident.{verb}"
    assert (await _press(world, "incident.more", "note 1")).view["callback_id"] == "incident.note"
    assert "Paged so far" in (await _press(world, "incident.more", "why 1")).text
    assert (await _press(world, "incident.more", "unack 1")).text.startswith("INC-1 is nobody's now")
    assert "no longer offered" in (await _press(world, "incident.more", "explode 1")).text
    assert (await _press(world, "incident.declare", "new")).view["callback_id"] == "incident.declare"


async def test_every_button_of_the_views_is_taken(world: Any) -> None:
    from bot.views.blocks import LABELS

    for verb in LABELS:
        assert f"incident.{verb}" in world.commands["incident"].buttons, verb


async def _send(world: Any, form: str, note: str = "", **values: str) -> Any:
    form = Form(callback=f"incident.{form}", values=values, note=note)
    return await base.send(world.commands["incident"], form, world.context())


async def test_forms(world: Any) -> None:
    declared = await _send(world, "declare", text="gateway down", system="hft", severity="critical", component="gw1")
    assert declared.incident == 1
    assert (await world.incident(1)).component == "gw1"
    await world.say("incident ack 1")
    assert (await _send(world, "note", "1", text="seen")).text == "Noted on INC-1."
    assert (await _send(world, "severity", "1", severity="low", why="calm")).text.startswith(
        "INC-1 is low now (was critical). "
    )
    assert (await _send(world, "handover", "1", who="UBOB", why="tired")).text.startswith("Bob Ito is asked")
    assert (await _send(world, "resolve", "1", why="restarted")).text.startswith("INC-1 is resolved. ")


@pytest.mark.parametrize(
    ("form", "values", "field"),
    [
        ("declare", {"system": "hft"}, "text"),
        ("declare", {"text": "x", "system": "gone"}, "system"),
        ("handover", {}, "who"),
        ("handover", {"who": "UBOB"}, "who"),  # nobody has it yet
        ("severity", {"severity": "odd"}, "severity"),
        ("severity", {"severity": "low"}, "why"),
        ("declare", {"text": "x", "system": "hft", "type": "tmt/regulatory"}, "type"),
        ("note", {}, "text"),
        ("merge", {}, "into"),
        ("merge", {"into": "1"}, "into"),  # into itself
    ],
)
async def test_wrong_forms_say_at_the_field_what_is_wrong(
    world: Any, form: str, values: dict[str, str], field: str
) -> None:
    await world.declare()
    reply = await _send(world, form, "1", **values)
    assert list(reply.errors) == [field], reply


async def test_the_type_that_is_chosen_is_the_incidents(world: Any) -> None:
    view = (await _press(world, "incident.declare", "new")).view
    (choice,) = [block for block in view["blocks"] if block["block_id"] == "type"]
    values = [option["value"] for group in choice["element"]["option_groups"] for option in group["options"]]
    assert "hft/security" in values
    await _send(world, "declare", text="who is that", system="hft", severity="high", type="hft/security")
    assert (await world.incident(1)).type == "security"


async def test_a_form_for_what_is_over_by_now(world: Any) -> None:
    await world.declare()
    await world.say("incident resolve 1")
    reply = await _send(world, "resolve", "1", why="me too")
    assert "already resolved by Alice Ng" in reply.errors["why"]
