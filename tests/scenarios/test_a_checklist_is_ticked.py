"""A checklist in the thread of a critical incident: begun with the acknowledgement, walked by two people at once."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.core.alert import Severity
from bot.core.checklist import Ticked
from bot.engine import checklists, resolve
from bot.playground.values import Message
from tests.scenarios.desks import BOB
from tests.scenarios.world import World, person


async def stands(world: World) -> Ticked:
    """The incident's only checklist, as it is."""
    (found,) = await world.app.engine.look(lambda tx: tx.checklists.of(1))
    return found


def shown(world: World) -> Message:
    """Its message; there is one."""
    found = [message for message in world.thread() if "*Critical incident* –" in message.readable()]
    assert len(found) == 1, [message.readable() for message in world.thread()]
    return found[0]


async def begun(world: World) -> None:
    await world.alert()
    await world.ack("ann")
    await world.pass_time("5s")


async def test_it_begins_with_the_acknowledgement(slack_world: World) -> None:
    world = slack_world
    await world.alert()
    await world.pass_time("5s")
    assert await world.said("checklist") == []  # nobody is there to tick it
    await begun(world)
    message = shown(world).readable()
    assert "0 of 12 done" in message
    assert "*Isolate*" in message
    assert "curl -fsS" in message
    assert await world.said("checklist") == ["Checklist begun: Critical incident"]


async def test_two_people_tick_at_once(slack_world: World) -> None:
    """Both ticks count, by clicks on the very same picture of it; the message is edited, not posted again."""
    world = slack_world
    await begun(world)
    seen = shown(world)
    await asyncio.gather(
        world.slack.click("ann", seen, "incident.tick", value="1 critical exposure"),
        world.slack.click("bob", seen, "incident.tick", value="1 critical halted"),
    )
    await world.worked()
    await world.pass_time("5s")
    now = await stands(world)
    assert {name: tick.by for name, tick in now.ticks.items()} == {"exposure": "ann", "halted": "bob"}
    assert "2 of 12 done" in shown(world).readable()
    ticked = [(entry.who.name, entry.data["line"]) for entry in await world.timeline() if entry.kind == "tick"]
    assert sorted(ticked) == [("ann", "exposure"), ("bob", "halted")]


async def test_the_same_line_by_two_replicas(postgres_world: World) -> None:
    """The first ticks it and the second is told who did; of two different lines none is lost."""
    world = postgres_world
    await world.alert()
    await world.ack("ann")
    other = await world.build_bot()
    engines = [world.app.engine, other.engine]
    try:
        said = await asyncio.gather(
            *(one.do(checklists.tick, 1, person(who), name="critical", line="exposure")
              for one, who in zip(engines, ("ann", "bob"), strict=True)),
            *(one.do(checklists.tick, 1, person("cid"), name="critical", line=line)
              for one, line in zip(engines, ("cause", "reach"), strict=True)),
        )  # fmt: skip
    finally:
        await other.stop()
    first, second = sorted(answer.text for answer in said[:2])
    assert first.split(" ticked that just now: ")[0] in ("Ann", "Bob")
    assert second.startswith("Ticked: ")
    assert (await stands(world)).progress == (3, 12)
    assert len(await world.said("tick")) == 3


async def test_a_line_is_taken_given_and_ticked_by_somebody_else(slack_world: World) -> None:
    world = slack_world
    await begun(world)
    await world.push("ann", shown(world), "incident.take_line", selected="1 critical cause")
    await world.pass_time("5s")
    assert "*ann*" in next(line for line in shown(world).readable().splitlines() if "The cause is known" in line)
    await world.push("ann", shown(world), "incident.give_line")
    assert await world.slack.submit("ann", values={"line": "reach", "who": BOB}) is None
    await world.worked()
    await world.pass_time("5s")
    assert "gave you a line of a checklist of INC-1" in world.direct("bob")[-1].readable()
    await world.push("ann", shown(world), "incident.tick", value="1 critical reach")
    tick = (await stands(world)).tick("reach")
    assert (tick.owner_name, tick.by) == ("bob", "ann")
    await world.pass_time("5s")
    await world.push("ann", shown(world), "incident.more", selected="untick 1 critical reach")
    tick = (await stands(world)).tick("reach")
    assert (tick.owner_name, tick.at) == ("bob", None)


async def test_a_tick_shows_that_somebody_is_there(world: World) -> None:
    """ESCALATION 12: a tick is a person's activity, so that the holder is not asked."""
    await world.alert()
    await world.ack("ann")
    await world.at("25m")
    await world.do(checklists.tick, 1, "ann", name="critical", line="exposure")
    await world.at("50m")
    assert await world.said("asked") == []
    await world.at("56m")
    assert len(await world.said("asked")) == 1


async def test_one_that_becomes_critical_later_gets_it_then(world: World) -> None:
    await world.alert(severity="high")
    await world.ack("ann")
    assert await world.app.engine.look(lambda tx: tx.checklists.of(1)) == []
    await world.grade(Severity.CRITICAL)
    assert (await stands(world)).checklist.name == "critical"


async def test_after_the_end_the_last_lines_are_ticked(world: World) -> None:
    await world.alert()
    await world.ack("ann")
    await world.do(resolve.resolve, 1)
    assert (await world.do(checklists.tick, 1, "bob", name="critical", line="tracker")).startswith("Ticked: ")


async def test_one_that_somebody_deleted_is_posted_again(slack_world: World) -> None:
    world = slack_world
    await begun(world)
    await world.slack.delete("ann", shown(world))
    await world.do(checklists.tick, 1, "bob", name="critical", line="exposure")
    await world.pass_time("1m")
    assert "1 of 12 done" in shown(world).readable()


async def test_an_edited_pack_and_a_restart_change_nothing(slack_world: World) -> None:
    """What has begun is kept with the incident; the message is the same one as before."""
    world = slack_world
    await begun(world)
    before = shown(world).ts
    await world.stop_bot()
    await world.start_bot()
    hft = world.app.engine.desk.packs["hft"]
    world.app.engine.desk = replace(world.app.engine.desk, packs={"hft": replace(hft, checklists=())})
    await world.do(checklists.tick, 1, "bob", name="critical", line="exposure")
    await world.pass_time("5s")
    assert shown(world).ts == before
    assert "1 of 12 done" in shown(world).readable()
