"""A person resolves while the alert still fires; and it fires anew, much later."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.engine import resolve
from tests.scenarios.world import OPERATIONS, START, World, make_alert


async def test_repeats_do_not_reopen_and_it_is_said_at_once_and_every_hour(world: World) -> None:
    """ESCALATION 24: the same start time is the same firing."""
    await world.alert()
    await world.ack()
    said = await world.do(resolve.resolve, 1, "ann")
    assert "Mind: 1 of its alerts still fires; this will be said again every hour." in said
    for minute in ("10m", "70m", "130m"):
        await world.at(minute)
        await world.alert(starts=START)
    assert (await world.incident()).phase == "resolved"
    warnings = [e for e in await world.timeline() if e.kind == "warning"]
    assert [(e.at - START).total_seconds() / 60 for e in warnings] == [60.0, 120.0]
    assert warnings[0].text == "Resolved by Ann, but 1 alert still fires"
    assert world.minutes(OPERATIONS) == [0.0]


async def test_when_it_is_over_the_warnings_end(world: World) -> None:
    """ESCALATION 24: the monitor's word is still heard."""
    await world.alert()
    await world.do(resolve.resolve, 1, "ann")
    await world.at("30m")
    await world.resolved(starts=START)
    await world.at("3h")
    assert await world.said("warning") == []
    assert (await world.incident()).firing == 0


async def test_a_new_firing_soon_after_reopens(world: World) -> None:
    """ESCALATION 23, 24: another start time is another firing."""
    await world.alert(severity="high")
    await world.do(resolve.resolve, 1, "ann")
    await world.at("10m")
    await world.alert(severity="high", starts=world.now)
    assert await world.open_incidents() == [1]


async def test_a_new_firing_much_later_is_a_new_incident_that_links_the_old(world: World) -> None:
    """ESCALATION 25: with a ladder of its own."""
    await world.alert(severity="high")
    await world.do(resolve.resolve, 1, "ann")
    await world.at("31m")
    await world.alert(severity="high", starts=world.now)
    incident = await world.incident(2)
    assert (incident.follows, incident.phase) == (1, "active")
    assert world.minutes(OPERATIONS) == [0.0, 31.0]
    assert any("It follows INC-1" in line for line in await world.said("opened", number=2))


async def test_an_end_that_a_later_incident_is_told_ends_the_warnings_of_the_earlier(world: World) -> None:
    """ESCALATION 24, 25: both alerts of INC-1 fire when it is resolved; one fires anew, and is INC-2. What ends then no
    longer fires in INC-1, be it known to INC-2 or not."""
    await world.alert(severity="high", fingerprint="f1")
    await world.alert(severity="high", fingerprint="f2")
    await world.do(resolve.resolve, 1, "ann")
    await world.at("40m")
    again = world.now
    await world.alert(severity="high", fingerprint="f1", starts=again)
    assert await world.open_incidents() == [2]
    await world.at("61m")
    assert await world.said("warning") == [
        "Resolved by Ann, but 2 alerts still fire (said every 60 min while it lasts)"
    ]
    await world.resolved(severity="high", fingerprint="f1", starts=again)
    await world.at("121m")
    assert len(await world.said("warning")) == 2
    assert "1 alert still fires" in (await world.said("warning"))[1]
    await world.resolved(severity="high", fingerprint="f2", starts=START)
    await world.at("5h")
    assert len(await world.said("warning")) == 2
    assert [(await world.incident(number)).firing for number in (1, 2)] == [0, 0]


@pytest.mark.parametrize("end_first", [True, False])
async def test_an_end_beside_what_opens_the_later_incident(world: World, end_first: bool) -> None:
    """ESCALATION 24, 25: Alertmanager tells both in one post, in whatever order."""
    await world.alert(severity="high", fingerprint="f1")
    await world.alert(severity="high", fingerprint="f2")
    await world.do(resolve.resolve, 1, "ann")
    await world.at("40m")
    fires = make_alert("ExchangeDisconnected", "high", "firing", world.now, "f1", "", {})
    ended = make_alert("ExchangeDisconnected", "high", "resolved", START, "f2", "", {}, ends=world.now)
    await world.post([ended, fires] if end_first else [fires, ended])
    assert await world.open_incidents() == [2]
    assert [(await world.incident(number)).firing for number in (1, 2)] == [1, 1]


async def test_an_end_told_late_ends_nothing(world: World) -> None:
    """ESCALATION 24: that of an earlier firing, which took its time to arrive."""
    await world.alert(severity="high", fingerprint="f1")
    await world.do(resolve.resolve, 1, "ann")
    await world.at("40m")
    await world.alert(severity="high", fingerprint="f1", starts=world.now)
    began, ended = (START - timedelta(minutes=minutes) for minutes in (30, 20))
    await world.post([make_alert("ExchangeDisconnected", "high", "resolved", began, "f1", "", {}, ends=ended)])
    assert [(await world.incident(number)).firing for number in (1, 2)] == [1, 1]
