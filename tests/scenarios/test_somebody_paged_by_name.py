"""Somebody is paged by name: whoever asked knows by which ways, and learns when nobody was reached."""

from __future__ import annotations

from bot.playground.values import Person
from tests.scenarios.in_slack import OPS
from tests.scenarios.world import World


def newcomer(world: World, *, deleted: bool = False) -> Person:
    """Somebody of the workspace who is in no pack."""
    return world.slack.add_person(
        Person(id="UZOE00001", name="zoe", real_name="Zoe Zimmer", email="", team_id="T0HOME", deleted=deleted)
    )


async def test_somebody_is_found_by_the_name_slack_has_for_them(slack_world: World) -> None:
    world = slack_world
    await world.alert()
    newcomer(world)
    await world.slash("ann", "/page Zoe Zimmer can you look at the book")
    assert "Paging zoe (slack) for INC-1." in world.told("ann")
    await world.slash("ann", "/page bobby come")
    assert "has no role or person 'bobby'" in world.told("ann")
    await world.slash("ann", "/page Bob Baker come")
    assert "Paging Engineering on call (" in world.told("ann")


async def test_somebody_in_no_pack_is_reached_by_direct_message(slack_world: World) -> None:
    world = slack_world
    await world.alert()
    zoe = newcomer(world)
    await world.slash("ann", f"/page <@{zoe.id}> can you look at the book")
    assert "Paging" in world.told("ann")
    assert "(slack)" in world.told("ann")
    assert "No way is known that wakes" in world.told("ann")
    assert [m.text for m in world.direct("zoe")]


async def test_the_one_who_asked_is_told_that_it_did_not_arrive(slack_world: World) -> None:
    world = slack_world
    await world.alert()
    await world.at("1m")
    zoe = newcomer(world)
    world.slack.faults.answer("cannot_dm_bot", "conversations.open", times=20)
    await world.slash("ann", f"/page <@{zoe.id}> can you look at the book")
    await world.at("5m")
    reason, told = [text for text in world.lines(OPS) if "zoe by slack: " in text or "was not reached" in text]
    assert "reads no direct messages" in reason
    assert "zoe was not reached (slack); <@UANN00001> asked for them" in told


async def test_somebody_who_has_left_is_refused_at_once(slack_world: World) -> None:
    world = slack_world
    zoe = newcomer(world, deleted=True)
    await world.slash("ann", f"/page <@{zoe.id}> can you look at the book")
    assert "zoe is deactivated" in world.told("ann")
    assert await world.open_incidents() == []
