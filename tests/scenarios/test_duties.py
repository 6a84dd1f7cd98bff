"""Who leads, who tells others, who writes it down: asked for once while nobody does, taken and given by button."""

from __future__ import annotations

from bot.core.alert import Severity
from bot.engine import duties, handover, respond
from bot.playground.values import Message
from tests.scenarios.desks import BOB
from tests.scenarios.world import World


async def on_duty(world: World) -> dict[str, str]:
    """Who has which."""
    return {one.duty: one.name for one in await world.app.engine.look(lambda tx: tx.duties.of(1))}


def asked(world: World) -> Message:
    """The message of the thread about duties; there is one at most."""
    found = [message for message in world.thread() if "*Who does what.*" in message.readable()]
    assert len(found) == 1, [message.readable() for message in world.thread()]
    return found[0]


async def test_five_minutes_without_communications(slack_world: World) -> None:
    world = slack_world
    await world.alert()
    await world.ack("ann")
    assert await on_duty(world) == {"lead": "Ann"}
    await world.at("4m59s")
    assert not [message for message in world.thread() if "Who does what" in message.readable()]
    await world.at("5m10s")
    assert "Nobody has communications and scribe yet" in asked(world).readable()
    assert await world.said("duty") == [
        "Ann leads (acknowledged it)",
        "Nobody has communications or scribe (open for 5 min; /incident communications 1 takes one)",
    ]
    await world.push("bob", asked(world), "incident.take_duty", value="1 communications")
    await world.pass_time("5s")
    assert "*Communications:* bob" in asked(world).readable()  # edited in place
    assert "Lead Ann · Communications bob" in world.card().readable()
    await world.at("2h")
    assert len([text for text in await world.said("duty") if text.startswith("Nobody has")]) == 1  # asked once


async def test_nobody_is_asked_for_what_everybody_has(slack_world: World) -> None:
    world = slack_world
    await world.alert()
    await world.ack("ann")
    await world.slash("bob", "/incident comms 1")
    await world.slash("ann", "/incident scribe 1 bob")
    await world.at("6m")
    assert not [text for text in await world.said("duty") if text.startswith("Nobody has")]


async def test_nor_for_one_that_is_over_or_not_grave(slack_world: World) -> None:
    world = slack_world
    await world.alert(severity="warning")
    await world.at("10m")
    assert await world.said("duty") == []
    await world.grade(Severity.HIGH)  # graver now: five minutes from here
    await world.at("14m50s")
    assert await world.said("duty") == []
    await world.at("15m5s")
    assert len(await world.said("duty")) == 1


async def test_given_to_somebody_they_are_told_quietly_and_so_is_the_former(slack_world: World) -> None:
    world = slack_world
    await world.alert()
    await world.ack("ann")
    pages = len(world.pages())
    await give(world, "scribe")
    assert "gave you scribe of INC-1" in world.direct("bob")[-1].readable()
    await world.do(duties.take, 1, "ann", duty="scribe")
    await world.pass_time("5s")
    assert "Ann has scribe of INC-1 now. It is not yours any more." in world.direct("bob")[-1].readable()
    assert len(world.pages()) == pages  # nobody is paged for it
    assert await world.do(duties.give_up, 1, "ann", duty="scribe") == "Nobody has scribe of INC-1 now."
    assert await on_duty(world) == {"lead": "Ann"}


async def give(world: World, duty: str) -> None:
    """Ann gives it to Bob by the form behind the button."""
    await world.do(duties.take, 1, "ann", duty=duty)
    await world.pass_time("5s")
    row = next(str(block["block_id"]) for block in asked(world).blocks if f".{duty}." in str(block["block_id"]))
    await world.push("ann", asked(world), "incident.more", selected=f"give_duty 1 {duty}", block_id=row)
    assert await world.slack.submit("ann", values={"who": BOB}) is None
    await world.worked()
    await world.pass_time("5s")


async def test_the_lead_goes_with_the_incident(world: World) -> None:
    """Handed over it leads on there; given back nobody leads, and whoever acknowledges next does."""
    await world.alert()
    await world.ack("ann")
    roster = await world.app.engine.look(lambda tx: world.app.engine.desk.roster(tx, "hft"))
    await world.do(handover.hand_over, 1, "ann", roster.contacts["engineering"])
    assert await on_duty(world) == {"lead": "Ann"}
    await world.do(handover.accept, 1, "bob")
    assert await on_duty(world) == {"lead": "Bob"}
    await world.do(respond.unacknowledge, 1, "bob")
    assert await on_duty(world) == {}
    await world.ack("cid")
    assert await on_duty(world) == {"lead": "Cid"}


async def test_somebody_else_may_lead_than_has_it(world: World) -> None:
    await world.alert()
    await world.do(duties.take, 1, "bob", duty="lead")
    await world.ack("ann")
    await world.do(respond.take_over, 1, "cid")
    assert await on_duty(world) == {"lead": "Bob"}
