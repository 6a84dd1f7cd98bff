"""Signs of an intruder make an incident one of security too. (That a playbook asks for them before it restarts anything
comes with the playbooks; here is what its "yes" will do.)"""

from __future__ import annotations

import pytest

from bot.core.errors import Refused
from bot.core.oncall import BOT, Actor
from bot.engine import amend, next_level, oncall, resolve, respond
from tests.scenarios.conftest import Make
from tests.scenarios.desks import number
from tests.scenarios.world import ENGINEERING, OPERATIONS, World, person

SYSTEMS = "hft,tmt,sapphire,pyrt,botcore"


async def test_yes_sets_the_type_and_calls_the_security_people(make_world: Make) -> None:
    """ESCALATION 30: a crash loop that somebody has already; the security team is called at once."""
    world = await make_world("sapphire")
    await world.alert("PodCrashLooping", severity="high")
    await world.do(respond.acknowledge, 1, "cid")
    await world.at("4m")
    await world.app.engine.do(amend.add_type, 1, "security", BOT, why="an unknown process in the container")
    await world.tick()
    assert (4.0, "phone", number("sapphire", "security_team")) in world.pages("phone")
    assert await world.said("type") == ["Also of type security (an unknown process in the container)"]


async def test_every_system_has_a_private_channel_for_such_evidence(make_world: Make) -> None:
    """ESCALATION 30: evidence of an intruder does not belong where everybody reads."""
    world = await make_world(SYSTEMS)
    for name, system in world.app.engine.desk.systems.items():
        assert system.private_channel == f"#{name}-security"
        assert system.private_channel != system.channel


def _contact(world: World, system: str, id_: str) -> Actor:
    contact = world.app.engine.desk.systems[system].roster.contacts[id_]
    return Actor(id=contact.id, name=contact.name, via="slack", slack=contact.slack)


async def test_each_gives_back_what_they_hold(make_world: Make) -> None:
    """ESCALATION 13, 20: the security team gives its part back, and Ann keeps the incident."""
    world = await make_world("sapphire")
    engine = world.app.engine
    await world.alert("CrashLoop")
    ann, team = person("ann"), _contact(world, "sapphire", "security_team")
    await engine.do(respond.acknowledge, 1, ann)
    await engine.do(amend.add_type, 1, "security", BOT, why="an unknown process")
    await engine.do(respond.acknowledge, 1, team)
    said = await engine.do(respond.unacknowledge, 1, team)
    assert said.text.startswith("The part security of INC-1 is nobody's now.")
    ladders = await engine.look(lambda tx: tx.incidents.escalations(1))
    assert (ladders["main"].state, ladders["main"].holder) == ("held", ann.id)
    assert ladders["security"].state == "running"


async def test_i_cant_of_somebody_called_for_a_type(make_world: Make) -> None:
    """ESCALATION 14, 20: Ann has the incident; of the security people one can't, and the next level is called."""
    world = await make_world("hft")
    engine = world.app.engine
    await world.alert()
    await engine.do(respond.acknowledge, 1, person("ann"))
    await engine.do(amend.add_type, 1, "security", BOT, why="an unknown process")
    before = len(world.minutes(ENGINEERING))
    await world.do(next_level.pass_on, 1, "bob")
    assert len(world.minutes(ENGINEERING)) == before + 1
    assert (await world.ladder()).holder == person("ann").id


async def test_a_new_type_of_the_same_ladder_calls_once_somebody_has_it(world: World) -> None:
    """ESCALATION 20: hft's security people climb the same ladder. While it is climbing that calls nobody new; once
    somebody has it, the new type's people are called at once."""
    await world.alert()
    await world.at("1m")
    await world.app.engine.do(amend.add_type, 1, "security", BOT, why="an unknown process")
    await world.tick()
    assert world.minutes(OPERATIONS) == [0.0]


async def test_a_new_type_calls_although_somebody_has_it(world: World) -> None:
    """ESCALATION 20: an acknowledgement covers the type it was given for."""
    await world.alert()
    await world.ack("bob")
    await world.at("10m")
    await world.app.engine.do(amend.add_type, 1, "security", BOT, why="an unknown process")
    await world.tick()
    assert world.minutes(OPERATIONS)[-1] == 10.0


async def test_nobody_else_ends_it_while_they_are_called(make_world: Make) -> None:
    """ESCALATION 20: only that type's people can stop that part, by "resolve" either."""
    world = await make_world("sapphire")
    engine = world.app.engine
    await world.alert("CrashLoop")
    await engine.do(respond.acknowledge, 1, person("ann"))
    await engine.do(amend.add_type, 1, "security", BOT, why="an unknown process")
    await world.tick()
    with pytest.raises(Refused, match="also of type security, whose people are still being called"):
        await engine.do(resolve.resolve, 1, person("ann"))
    await engine.do(respond.acknowledge, 1, _contact(world, "sapphire", "security_team"))
    await engine.do(resolve.resolve, 1, person("ann"))
    assert await world.open_incidents() == []


async def test_where_none_of_them_can_be_reached_anybody_ends_it(make_world: Make) -> None:
    """ESCALATION 20: the security team has no address; there is nobody to wait for."""
    unset = {
        f"TOCSIN_VAR_SAPPHIRE_{who}_{way}": ""
        for who in ("SECURITY_TEAM", "DEVOPS_LEAD")
        for way in ("PHONE", "MAIL", "SLACK")
    }
    world = await make_world("sapphire", **unset)
    await world.alert("RedisDown", severity="high")
    await world.ack("cid")
    await world.app.engine.do(amend.add_type, 1, "security", BOT, why="an unknown process")
    await world.at("1h")
    await world.do(resolve.resolve, 1, "cid")
    assert await world.open_incidents() == []


async def test_pagerduty_answers_for_a_part(world: World) -> None:
    """ESCALATION 18, 20: whoever acknowledges there was called for it."""
    await world.alert()
    await world.ack("ann")
    await world.at("1m")
    await world.alert("SecurityBreach", fingerprint="b")
    await world.at("31m")
    page = [one for one in world.sent("pagerduty") if one.wants_answer][-1]
    await world.pagerduty("acknowledged", page.detail["dedup"], "Dana")
    assert (await world.ladder(part="security")).state == "held"


async def test_the_stand_in_who_is_asked_about_a_part_has_it(make_world: Make) -> None:
    """ESCALATION 12, 20: the security team's shift has ended; whoever has it now presses 1."""
    world = await make_world("sapphire")
    await world.alert("RedisDown", severity="critical")
    await world.ack("cid")
    await world.app.engine.do(amend.add_type, 1, "security", BOT, why="an unknown process")
    await world.tick()
    await world.press(world.call(number("sapphire", "security_team")), "1")
    who = ["trading_lead"]
    await world.app.engine.do(oncall.stand_in, "sapphire", "security_primary", who, person("cid"))
    await world.at("20m")
    await world.do(respond.confirm, 1, "cid")
    await world.at("30m")
    await world.press(world.call(number("sapphire", "trading_lead")), "1")
    called = len(world.pages("phone"))
    await world.at("36m")
    assert (await world.ladder(part="security")).holder == "trading_lead"
    assert len(world.pages("phone")) == called
