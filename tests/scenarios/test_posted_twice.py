"""A monitor posts the same twice, having got no answer; or the bot takes a post in twice, not knowing that it had."""

from __future__ import annotations

from typing import Any

import pytest

from bot.engine import resolve
from tests.scenarios.world import START, World, make_alert


def _alert(status: str, severity: str = "high", fingerprint: str = "f1") -> dict[str, Any]:
    return make_alert("ExchangeDisconnected", severity, status, START, fingerprint, "", {}, ends=START)


async def _told(world: World) -> tuple[Any, ...]:
    """All that came of it so far."""
    numbers = range(1, 4)
    there = await world.app.engine.look(lambda tx: {number: tx.incidents.get(number) for number in numbers})
    stories = [[(entry.kind, entry.text) for entry in await world.timeline(number)] for number in numbers]
    return there, stories, [page.key for number in numbers for page in await world.ledger(number)], world.pages()


@pytest.mark.parametrize(
    "post",
    [
        [_alert("firing")],
        [_alert("firing", fingerprint="f2")],
        [_alert("firing", "critical", "f2")],
        [_alert("firing"), _alert("firing", "critical", "f2"), _alert("resolved", fingerprint="f3")],
        [_alert("resolved")],
    ],
    ids=["repeats", "joins", "raises", "several", "ends"],
)
async def test_twice_is_as_good_as_once(world: World, post: list[dict[str, Any]]) -> None:
    """ESCALATION 21, 26: nobody is paged once more, and nothing is told once more."""
    await world.post([_alert("firing"), _alert("firing", fingerprint="f3")])
    await world.at("1m")
    await world.post(post)
    once = await _told(world)
    await world.post(post)
    assert await _told(world) == once


async def test_what_opens_an_incident_opens_one(world: World) -> None:
    """ESCALATION 26: also where an earlier incident of the same cause ended long ago."""
    await world.post([_alert("firing")])
    once = await _told(world)
    await world.post([_alert("firing")])
    assert await _told(world) == once
    await world.do(resolve.resolve, 1, "ann")
    await world.at("40m")
    again = make_alert("ExchangeDisconnected", "high", "firing", world.now, "f1", "", {})
    await world.post([again])
    assert await world.open_incidents() == [2]
    once = await _told(world)
    await world.post([again])
    assert await _told(world) == once
