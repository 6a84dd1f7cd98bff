"""It is mitigated, says a person, and watches it: the ladder stands still, and a new firing makes it active again."""

from __future__ import annotations

from bot.engine import merge, phases, resolve, respond
from tests.scenarios.world import START, World, person


async def test_it_stays_with_whoever_has_it(slack_world: World) -> None:
    world = slack_world
    await world.alert()
    await world.ack("ann")
    await world.at("8m")
    await world.click("bob", world.card(), "monitor")
    incident = await world.incident()
    assert (incident.phase, incident.monitored_by, incident.mitigated_at) == ("monitoring", "bob", world.now)
    await world.pass_time("5s")
    assert "🟡" in world.card().readable()
    assert "Monitoring: mitigated, says bob" in world.card().readable()
    assert "over, says the monitor" not in world.card().readable()
    assert (await world.ladder()).holder == "operations"
    await world.at("25m")
    assert [minute for minute, _, _ in world.pages() if minute > 0] == []


async def test_nobody_has_it_until_they_say_so(world: World) -> None:
    """ESCALATION 11: what nobody has is not watched: who says so has it from then on, and nobody further is paged."""
    await world.alert()
    await world.at("6m")
    said = await world.do(phases.monitor, 1, "bob", why="rerouted")
    assert "Bob has it" in said
    assert (await world.ladder()).holder == "engineering"
    await world.at("28m")
    assert [minute for minute, _, _ in world.pages() if minute > 6] == []


async def test_it_fires_anew(world: World) -> None:
    """ESCALATION 21, 23: active again; its holder is called, once, and has five minutes; nobody else is."""
    await world.alert()
    await world.ack("ann")
    await world.at("5m")
    await world.do(phases.monitor, 1, "ann")
    await world.at("10m")
    await world.alert("LatencyHigh", starts=world.now)
    incident = await world.incident()
    assert (incident.phase, incident.monitored_by, incident.mitigated_at) == ("active", "", None)
    called = world.pages("phone", since=9)
    assert {to for _, _, to in called} == {"+15550100"}
    await world.alert("DiskFull", starts=world.now)  # another one: it is active already
    assert world.pages("phone", since=9) == called
    assert "fires anew while it was monitored" in str(await world.said("reopened"))
    await world.do(respond.confirm, 1, "ann")
    await world.at("16m")
    assert {to for _, _, to in world.pages(since=9)} <= {"+15550100", "operations@company.com"}


async def test_the_same_firing_told_again_changes_nothing(world: World) -> None:
    await world.alert()
    await world.ack("ann")
    await world.do(phases.monitor, 1, "ann")
    await world.at("5m")
    await world.alert(starts=START)
    assert (await world.incident()).is_monitored


async def test_silence_makes_it_nobodys_and_active(world: World) -> None:
    """ESCALATION 12: a critical acknowledgement expires while it is monitored, too."""
    await world.alert()
    await world.ack("ann")
    await world.do(phases.monitor, 1, "ann")
    await world.at("36m")
    assert (await world.incident()).phase == "active"
    assert (await world.ladder()).state == "running"


async def test_back_by_a_person_pages_nobody(world: World) -> None:
    await world.alert()
    await world.ack("ann")
    await world.do(phases.monitor, 1, "ann")
    await world.at("4m")
    before = len(world.pages())
    assert "INC-1 is active again." in await world.do(resolve.reopen, 1, "bob")
    assert len(world.pages()) == before
    assert (await world.ladder()).holder == "operations"


async def test_the_monitor_says_that_it_is_over(world: World) -> None:
    """ESCALATION 22: of a critical one positions and orders are still to be confirmed."""
    await world.alert()
    await world.ack("ann")
    await world.do(phases.monitor, 1, "ann")
    await world.at("4m")
    await world.resolved(starts=START)
    incident = await world.incident()
    assert incident.awaits_confirmation
    assert not incident.missed
    await world.do(respond.confirm, 1, "ann")
    assert (await world.incident()).phase == "resolved"


async def test_resolved_from_there_keeps_when_it_was_mitigated(world: World) -> None:
    await world.alert()
    await world.ack("ann")
    await world.at("3m")
    await world.do(phases.monitor, 1, "ann")
    mitigated = (await world.incident()).mitigated_at
    await world.at("20m")
    await world.do(resolve.resolve, 1, "ann")
    incident = await world.incident()
    assert (incident.phase, incident.mitigated_at, incident.monitored_by) == ("resolved", mitigated, "")


async def test_merged_with_what_is_not_mitigated(world: World) -> None:
    """ESCALATION 27: what joins it is active, so it is too; the other, taken out again, is monitored as it was."""
    await world.alert(key="g1")
    await world.alert("RiskLimit", key="g2")
    for number in (1, 2):
        await world.ack("ann", number)
    await world.do(phases.monitor, 1, "ann")
    await world.app.engine.do(merge.merge, 2, 1, person("ann"))
    assert (await world.incident(1)).phase == "active"
    await world.do(phases.monitor, 1, "ann")
    await world.app.engine.do(merge.unmerge, 2, person("ann"))
    assert (await world.incident(1)).is_monitored
    assert (await world.incident(2)).phase == "active"


async def test_what_nobody_monitored_has_no_time_of_mitigation(world: World) -> None:
    await world.alert()
    await world.do(resolve.resolve, 1, "ann", why="restarted")
    incident = await world.incident()
    assert (incident.resolved_at, incident.mitigated_at) == (world.now, None)
