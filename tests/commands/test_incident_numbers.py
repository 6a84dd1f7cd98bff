"""/incident numbers and digest, in Slack and in a terminal."""

from __future__ import annotations

from typing import Any

import pytest


async def _some(world: Any) -> None:
    """Two of hft, one acknowledged after three minutes; one of tmt."""
    await world.declare("gateway down")
    world.later(minutes=3)
    await world.say("incident ack 1")
    world.later(minutes=57)
    await world.say("incident resolve 1 restarted")
    await world.declare("feed stale")
    await world.declare("no ticks", system="tmt")
    world.later(hours=2)


async def test_of_the_channels_system_and_the_last_thirty_days(world: Any) -> None:
    await _some(world)
    reply = await world.say("/incident numbers")
    assert reply.text == "Numbers: hft, 30 days: 2 incidents"
    assert reply.data["times"]["acknowledge"] == {"count": 1, "median_s": 180.0, "p90_s": 180.0, "worst_s": 180.0}
    assert reply.data["times"]["resolve"]["median_s"] == 3600.0


@pytest.mark.parametrize(
    ("words", "system", "incidents", "days"),
    [
        ("tmt", "tmt", 1, 30),
        ("all 7d", "", 3, 7),
        ("7d hft", "hft", 2, 7),
        ("TMT 90d", "tmt", 1, 90),
        ("last 1h", "hft", 0, 1 / 24),  # they were before
        ("2d tmt", "tmt", 1, 2),
    ],
)
async def test_of_whichever_system_and_span(world: Any, words: str, system: str, incidents: int, days: float) -> None:
    await _some(world)
    reply = await world.say(f"incident numbers {words}", place="terminal")
    assert (reply.data["system"], reply.data["incidents"]) == (system, incidents)
    assert f"{incidents} incident" in reply.text
    assert len(reply.data["days"]) >= days


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("ftx", "'ftx' is no system and no span. There are hft, tmt"),
        ("7x", "is not a span of time"),
        ("10y", "is not a span of time"),
        ("0d", "an hour to a year"),
        ("999d", "an hour to a year"),
    ],
)
async def test_what_is_not_understood_is_said(world: Any, words: str, said: str) -> None:
    reply = await world.say(f"incident numbers {words}", place="terminal")
    assert said in reply.text
    assert reply.exit_code == 64


async def test_the_digest_is_of_one_system(world: Any) -> None:
    await _some(world)
    assert "1 incident; 1 more than the week before" in (await world.say("/incident digest tmt")).text
    assert (await world.say("incident digest hft", place="terminal")).data["incidents"] == 2
    asked = await world.say("incident digest", place="terminal", system="")
    assert "Say of which system: tocsin incident digest hft | tmt" in asked.text


async def test_two_quiet_weeks(world: Any) -> None:
    assert "Two quiet weeks" in (await world.say("/incident digest")).text
