"""Roles take their addresses from variables; an unset one never ends the ladder, and is named."""

from __future__ import annotations

from bot.engine import oncall
from tests.scenarios.conftest import Make
from tests.scenarios.desks import number
from tests.scenarios.world import ARCHITECTURE, ENGINEERING, HOTLINE, World, person


async def test_an_unset_address_is_on_the_ledger_with_the_variable_that_is_missing(make_world: Make) -> None:
    """ESCALATION 32: the page is listed as failed; the others of the level go."""
    world = await make_world(TOCSIN_VAR_HFT_ARCHITECTURE_PHONE="")
    await world.alert()
    await world.at("15m")
    pages = {p.way: p for p in await world.ledger() if p.person == "architecture"}
    assert pages["phone"].state == "failed"
    assert pages["phone"].outcome == "Architecture has no phone address: set TOCSIN_VAR_HFT_ARCHITECTURE_PHONE"
    assert pages["mail"].state == "sent"


async def test_a_role_lists_contacts_and_all_of_them_are_paged(world: World) -> None:
    """ESCALATION 32: until rotas come."""
    await world.app.engine.do(oncall.stand_in, "hft", "level_2", ["engineering", "architecture"], person("ann"))
    await world.alert()
    await world.at("5m")
    assert world.pages("phone", since=1) == [(5.0, "phone", ENGINEERING), (5.0, "phone", ARCHITECTURE)]


async def test_oncall_set_overrides_it_from_the_next_page_on_and_clear_ends_that(world: World) -> None:
    """ESCALATION 32: also in the midst of an incident."""
    await world.app.engine.do(oncall.stand_in, "hft", "level_2", ["emergency"], person("ann"))
    await world.alert()
    await world.at("6m")
    assert world.minutes(HOTLINE) == [5.0]
    await world.app.engine.do(oncall.own_again, "hft", "level_2", person("ann"))
    await world.at("50m")
    assert world.minutes(ENGINEERING) == [50.0]


async def test_with_nothing_set_at_all_every_level_is_tried_at_once_and_the_ladder_does_not_end(
    make_world: Make,
) -> None:
    """ESCALATION 6, 8, 32: pyrt without any address: said at minute 0, and again in every round."""
    unset = {
        f"TOCSIN_VAR_PYRT_{who}_{way}": ""
        for who in ("ON_CALL", "BACKUP", "LEAD", "EMERGENCY")
        for way in ("PHONE", "MAIL", "SLACK")
    }
    world = await make_world("pyrt", **unset)
    await world.alert("SystemDown")
    assert [p.level for p in await world.ledger()].count(3) == 2
    assert (await world.ladder()).state == "running"
    await world.at("45m")
    assert (await world.ladder()).round == 4
    await world.stop_bot()
    await world.start_bot(TOCSIN_VAR_PYRT_LEAD_PHONE=number("pyrt", "lead"))
    await world.at("60m")
    assert world.minutes(number("pyrt", "lead")) == [60.0]
