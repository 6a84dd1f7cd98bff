"""More alerts arrive on an acknowledged incident."""

from __future__ import annotations

from tests.scenarios.world import ENGINEERING, OPERATIONS, World


async def test_the_same_or_lower_is_a_quiet_note_to_the_holder(world: World) -> None:
    """ESCALATION 21: nobody is called; the holder gets a mail, here without Slack."""
    await world.alert()
    await world.ack("ann")
    await world.at("2m")
    await world.alert("HighLatency", fingerprint="second")
    await world.alert("RiskLimit", severity="low", fingerprint="third")
    await world.at("4m")
    assert world.pages(since=0.1) == []
    told = [m.text for m in world.sent("mail", to="operations@company.com") if not m.wants_answer]
    assert told == ["More alerts joined INC-1: 2 alerts, 2 firing", "More alerts joined INC-1: 3 alerts, 3 firing"]
    assert (await world.incident()).alerts == 3


async def test_a_repeat_is_nothing_new(world: World) -> None:
    """ESCALATION 21: Alertmanager tells the same firing again every few minutes."""
    await world.alert()
    await world.ack("ann")
    start = world.now
    for minute in ("5m", "10m", "15m"):
        await world.at(minute)
        await world.alert(starts=start)
    assert [m for m in world.sent("mail") if not m.wants_answer] == []
    assert (await world.incident()).alerts == 1


async def test_one_that_fires_again_is_nothing_new(world: World) -> None:
    """ESCALATION 21: it was over for a minute; its holder is told of no new alert."""
    await world.alert(severity="high")
    await world.ack("ann")
    await world.at("5m")
    await world.resolved(severity="high")
    await world.at("6m")
    await world.alert(severity="high", starts=world.now)
    assert not any("More alerts joined" in m.text for m in world.sent("mail"))
    assert (await world.incident()).alerts == 1


async def test_a_higher_one_is_a_raise(world: World) -> None:
    """ESCALATION 21: the holder is called."""
    await world.alert("HighLatency", severity="medium")
    await world.ack("ann")
    await world.at("2m")
    await world.alert(severity="critical", fingerprint="worse")
    assert world.pages("phone") == [(2.0, "phone", OPERATIONS)]
    assert (await world.incident()).severity.word == "critical"
    assert "Severity medium → critical (alert: ExchangeDisconnected on gw1)" in await world.said("severity")


async def test_unacknowledged_it_changes_no_time(world: World) -> None:
    """ESCALATION 1, 21: the ladder counts from the opening, whatever joins."""
    await world.alert()
    await world.at("4m")
    await world.alert("HighLatency", fingerprint="second")
    await world.at("5m")
    assert world.minutes(ENGINEERING) == [5.0]
    assert world.minutes(OPERATIONS) == [0.0]
