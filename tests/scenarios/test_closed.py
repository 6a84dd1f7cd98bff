"""Closing: only what is resolved; with something missing it is asked once more."""

from __future__ import annotations

import pytest

from bot.core.errors import Refused
from bot.engine import checklists, duties, phases, resolve
from tests.scenarios.world import START, World


async def test_with_something_missing_it_is_asked_once_more(slack_world: World) -> None:
    world = slack_world
    await world.alert(severity="high")
    await world.ack("ann")
    await world.slash("ann", "/incident close 1")
    assert "still active" in world.told("ann")
    await world.resolved(severity="high", starts=START)
    await world.click("ann", world.card(), "close")
    assert "Still missing: its postmortem is not written" in world.told("ann")
    assert (await world.incident()).phase == "resolved"
    await world.push("ann", world.slack.ephemerals("ann")[-1], "incident.close_anyway")
    incident = await world.incident()
    assert (incident.phase, incident.closed_at) == ("closed", world.now)
    await world.pass_time("5s")
    assert await world.said("closed") == ["ann closed it (left open: its postmortem is not written)"]
    assert "Closed; resolved by the monitor" in world.card().readable()


async def test_what_is_missing_is_named(world: World) -> None:
    await world.alert()
    await world.ack("ann")
    await world.do(resolve.resolve, 1, "ann")
    for line in ("exposure", "halted"):
        await world.do(checklists.tick, 1, "ann", name="critical", line=line)
    with pytest.raises(Refused) as refused:
        await world.do(phases.close, 1, "ann")
    assert "its postmortem is not written" in str(refused.value)
    assert "1 alert still firing" in str(refused.value)
    assert "10 lines of 'Critical incident' not ticked" in str(refused.value)
    assert (await world.incident()).phase == "resolved"


async def test_a_closed_one_is_left_alone_until_it_is_reopened(world: World) -> None:
    """ESCALATION 24: that it still fires is said all the same."""
    await world.alert()
    await world.ack("ann")
    await world.do(resolve.resolve, 1, "ann")
    await world.do(phases.close, 1, "ann", anyway=True)
    with pytest.raises(Refused, match="is closed"):
        await world.do(checklists.tick, 1, "ann", name="critical", line="exposure")
    await world.at("1h5m")
    assert "still fire" in str(await world.said("warning"))
    assert "INC-1 is open again." in await world.do(resolve.reopen, 1, "ann")
    incident = await world.incident()
    assert (incident.phase, incident.closed_at) == ("active", None)


async def test_what_the_thread_offers_goes_and_comes_back(slack_world: World) -> None:
    world = slack_world
    await world.alert()
    await world.ack("ann")
    await world.do(duties.take, 1, "ann", duty="communications")
    await world.pass_time("5s")
    assert offered(world) == (True, True)
    await world.do(resolve.resolve, 1, "ann")
    await world.do(phases.close, 1, "ann", anyway=True)
    await world.pass_time("5s")
    assert offered(world) == (False, False)
    await world.do(resolve.reopen, 1, "ann")
    await world.pass_time("5s")
    assert offered(world) == (True, True)


def offered(world: World) -> tuple[bool, bool]:
    """Whether a line can be ticked, and an update given."""
    written = [str(message.blocks) for message in world.thread()]
    tick, update = (any(f"'{action}'" in one for one in written) for action in ("incident.tick", "incident.update"))
    return tick, update
