"""/oncall: who answers for each role now."""

from __future__ import annotations

from typing import Any

import pytest

from commands import base


async def test_it_shows_every_role_and_what_is_not_set(world: Any) -> None:
    reply = await world.say("/oncall")
    assert "operations" in reply.text
    assert "Alice Ng" in reply.text
    assert "not set: Hotline by phone (HFT_HOTLINE)" in reply.text
    assert [duty["role"] for duty in reply.data["hft"]] == ["operations", "engineering", "architecture", "emergency"]


async def test_outside_a_systems_channel_it_shows_all(world: Any) -> None:
    assert list((await world.say("oncall", system="")).data) == ["hft", "tmt"]
    assert list((await world.say("oncall tmt")).data) == ["tmt"]


@pytest.mark.parametrize("who", ["bob", "Bob", "<@UBOB>", "<@UBOB|bob>", "@bob"])
async def test_set_takes_effect_for_the_next_page(world: Any, who: str) -> None:
    reply = await world.say(f"oncall set operations {who} carol")
    assert not reply.ephemeral
    assert reply.text.startswith("Alice Ng set operations of hft to Bob Ito, Carol Diaz, for every page from now on.")
    assert "instead of Alice Ng" in (await world.say("oncall")).text
    await world.declare()
    pages = await world.engine.look(lambda tx: tx.pages.of(1))
    assert {page.name for page in pages} == {"Bob Ito", "Carol Diaz"}


async def test_clear_goes_back_to_the_pack(world: Any) -> None:
    await world.say("oncall set operations bob")
    reply = await world.say("oncall clear Operations")
    assert reply.text.endswith("from now on it is Alice Ng again, as the pack says.")
    assert "Nobody stands in" in (await world.say("oncall clear operations")).text


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("oncall set operations", "Say which role and who"),
        ("oncall set operatons bob", "hft has no role 'operatons'"),
        ("oncall set operations bobb", "Did you mean bob"),
        ("oncall set operations <@UEVE>", "UEVE: no contact of hft"),
        ("oncall clear", "Say which role"),
        ("oncall help clear", "The role is the pack's own again."),
        ("oncall sett operations bob", "Did you mean set"),
    ],
)
async def test_what_cannot_be_done_says_what_to_do(world: Any, line: str, answer: str) -> None:
    reply = await world.say(line)
    assert answer in reply.text
    assert reply.exit_code >= base.USAGE or "help" in line


async def test_set_of_another_system_names_it_first(world: Any) -> None:
    assert "of tmt to" in (await world.say("oncall set tmt operations bob")).text
    assert "Say of which system: hft, tmt" in (await world.say("oncall set operations bob", system="")).text
