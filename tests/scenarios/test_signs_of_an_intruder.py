"""Signs of an intruder make an incident one of security too. (That a playbook asks for them before it restarts anything
comes with the playbooks; here is what its "yes" will do.)"""

from __future__ import annotations

from bot.core.oncall import BOT
from bot.engine import amend, respond
from tests.scenarios.conftest import Make
from tests.scenarios.desks import number

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
