"""The monitor says it is over before, or after, anybody acknowledged."""

from __future__ import annotations

import asyncio

from bot.engine import resolve, respond
from tests.scenarios.world import START, World


async def test_nobody_had_acknowledged(world: World) -> None:
    """ESCALATION 22: the ladder stops, everybody paged is told quietly, it counts as missed, a critical one waits."""
    await world.alert()
    await world.at("6m")
    await world.resolved(starts=START)
    incident = await world.incident()
    assert (incident.phase, incident.missed) == ("monitoring", True)
    told = {m.to: m.text for m in world.sent("mail") if not m.wants_answer}
    assert set(told) == {"operations@company.com", "platform-eng@company.com"}
    assert set(told.values()) == {"INC-1 is over, says the monitor"}
    await world.at("3h")
    assert {minute for minute, _, _ in world.pages()} == {0.0, 5.0}
    assert "Nobody had acknowledged it: counted as missed" in await world.said("missed")


async def test_until_a_person_confirms_positions_and_orders(world: World) -> None:
    """ESCALATION 22: an acknowledgement is not that; a confirmation is."""
    await world.alert()
    await world.resolved(starts=START)
    assert "check positions and orders, then: /incident confirm 1" in await world.ack()
    assert await world.open_incidents() == [1]
    await world.do(respond.confirm, 1, "bob")
    assert (await world.incident()).phase == "resolved"
    assert await world.open_incidents() == []


async def test_it_is_said_every_hour_until_then(world: World) -> None:
    """ESCALATION 22, 24: in the thread, and quietly to everybody who was paged; a page it is not."""
    await world.alert()
    await world.at("6m")
    await world.resolved(starts=START)
    before = len(world.sent("mail"))
    await world.at("2h6m")
    reminded = world.sent("mail")[before:]
    both = ["operations@company.com", "platform-eng@company.com"]
    assert sorted((m.minute, m.to) for m in reminded) == [(minute, to) for minute in (66.0, 126.0) for to in both]
    assert {m.text for m in reminded} == {"INC-1 is over, says the monitor"}
    assert await world.said("warning") == [
        "Over for 1 h, says the monitor; positions and orders are still to be confirmed: /incident confirm 1 "
        "(said every 60 min until a person confirms)",
        "Over for 2 h, says the monitor; positions and orders are still to be confirmed: /incident confirm 1 "
        "(said every 60 min until a person confirms)",
    ]
    assert world.pages(since=6.1) == []
    await world.do(respond.confirm, 1, "bob")
    told = len(world.sent("mail"))
    await world.at("6h")
    assert len(world.sent("mail")) == told
    assert len(await world.said("warning")) == 2


async def test_who_had_it_is_reminded(world: World) -> None:
    """ESCALATION 22: and nobody else, for the others were told who has it."""
    await world.alert()
    await world.at("6m")
    await world.ack("bob")
    await world.resolved(starts=START)
    before = len(world.sent("mail"))
    await world.at("1h6m")
    assert [m.to for m in world.sent("mail")[before:]] == ["platform-eng@company.com"]


async def test_reopened_it_is_not_reminded_of(world: World) -> None:
    """ESCALATION 22, 23: it is not over; the ladder goes on."""
    await world.alert()
    await world.resolved(starts=START)
    await world.at("30m")
    await world.do(resolve.reopen, 1, "ann")
    await world.ack("ann")
    await world.at("1h")
    assert await world.said("warning") == []


async def test_a_lesser_one_is_simply_over(world: World) -> None:
    """ESCALATION 22: only critical ones wait for a person."""
    await world.alert(severity="high")
    await world.resolved(severity="high", starts=START)
    incident = await world.incident()
    assert (incident.phase, incident.missed, incident.resolved_by) == ("resolved", True, "")


async def test_somebody_had_it(world: World) -> None:
    """ESCALATION 22: it is not missed, but critical all the same."""
    await world.alert()
    await world.ack()
    await world.resolved(starts=START)
    incident = await world.incident()
    assert (incident.phase, incident.missed) == ("monitoring", False)


async def test_it_is_over_when_the_last_alert_is(world: World) -> None:
    """ESCALATION 22, 26: one of two is over: the ladder goes on."""
    await world.alert("ExchangeDown1", fingerprint="f1")
    await world.alert("ExchangeDown2", fingerprint="f2")
    await world.resolved("ExchangeDown1", fingerprint="f1", starts=START)
    assert (await world.incident()).phase == "active"
    await world.at("5m")
    assert len(world.pages("phone")) == 2
    await world.resolved("ExchangeDown2", fingerprint="f2", starts=START)
    assert (await world.incident()).phase == "monitoring"


async def test_pagerduty_is_told(world: World) -> None:
    """ESCALATION 22: its own incident ends as well."""
    await world.alert()
    await world.at("31m")
    await world.resolved(starts=START)
    assert [e.detail["action"] for e in world.sent("pagerduty")] == ["trigger", "resolve"]


async def test_a_blip_that_comes_and_goes_in_one_transaction(world: World) -> None:
    """ESCALATION 22: both posts waited for the database; it is over all the same."""
    await asyncio.gather(
        world.alert(key="other", fingerprint="other", tick=False),
        world.alert(severity="high", tick=False),
        world.resolved(severity="high", starts=START, tick=False),
    )
    await world.tick()
    phases = {n: (await world.incident(n)).phase for n in (1, 2)}
    assert sorted(phases.values()) == ["active", "resolved"]
    await world.at("20m")
    running = next(n for n, phase in phases.items() if phase == "active")
    assert {page.level for page in await world.ledger(3 - running)} == {0}
