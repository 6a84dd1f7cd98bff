"""Monitors call severities by many words."""

from __future__ import annotations

import pytest

from tests.scenarios.conftest import Make
from tests.scenarios.world import World

WORDS = {
    "critical": ("page", "critical", "fatal", "emergency", "P1"),
    "high": ("error", "major", "high", "P2", "hgih", ""),
    "medium": ("warning", "minor", "P3", "Warning"),
    "low": ("info", "low", "notice", "P4", "P5", "p17"),
}


async def test_four_severities(world: World) -> None:
    """ESCALATION 31: unknown, misspelled or missing is high."""
    for severity, words in WORDS.items():
        for word in words:
            key = f"{severity}-{word}"
            answer = await world.alert("HighLatency", severity=word, key=key, fingerprint=key, tick=False)
            number = int(answer.json()["incidents"][0].removeprefix("INC-"))
            assert (await world.incident(number)).severity.word == severity, word


@pytest.mark.parametrize(("word", "severity"), [("warning", "medium"), ("bogus", "high"), ("info", "low")])
async def test_a_pack_maps_its_own(make_world: Make, word: str, severity: str) -> None:
    """ESCALATION 31: sapphire says itself that `warning` is medium."""
    world = await make_world("sapphire")
    await world.alert("AgentDisconnected", severity=word)
    assert (await world.incident()).severity.word == severity


async def test_a_route_may_know_better_than_the_monitor(make_world: Make) -> None:
    """ESCALATION 31: at tmt a breach is critical, whatever the monitor calls it."""
    world = await make_world("tmt")
    await world.alert("SecurityBreach", severity="info")
    assert (await world.incident()).severity.word == "critical"
