"""No page reaches anybody: those who watch the bot learn of it."""

from __future__ import annotations

import httpx

from tests.scenarios.world import START, World


async def _measured(world: World) -> tuple[float, float]:
    """How many incidents reach nobody, and whether the bot calls itself healthy."""
    lines = dict(line.split(" ") for line in (await world.web.get("/metrics")).text.splitlines() if line[0] != "#")
    return float(lines["tocsin_incidents_reaching_nobody"]), float(lines["tocsin_healthy"])


def _all_fails(world: World) -> None:
    world.mailbox.refuse = "550 5.1.1 no such mailbox"
    for way in ("phone", "sms", "pagerduty"):
        world.outside.answers[way] = lambda request: httpx.Response(400)


def _all_works(world: World) -> None:
    world.mailbox.refuse = ""
    world.outside.answers.clear()


async def test_it_is_measured_and_holds_the_heartbeat_until_a_page_arrives(world: World) -> None:
    """ESCALATION 6, 8: all levels fail at once; in the next round the mail arrives."""
    _all_fails(world)
    await world.alert()
    assert await _measured(world) == (1, 0)
    assert await world.app.health.look() == "1 incident (INC-1) reaching nobody"
    await world.alert(severity="low", key="g2")  # by Slack alone, and there is none
    assert await _measured(world) == (2, 0)
    await world.ack(number=2)
    assert await _measured(world) == (1, 0)
    _all_works(world)
    await world.at("15m")
    assert await _measured(world) == (0, 1)


async def test_while_pages_are_on_their_way_nothing_is_wrong_yet(world: World) -> None:
    """ESCALATION 6: decided, and not yet sent."""
    await world.alert(tick=False)
    assert await _measured(world) == (0, 1)


async def test_one_way_that_works_is_enough(world: World) -> None:
    """ESCALATION 6: the mail has left, the call was refused."""
    world.outside.answers["phone"] = lambda request: httpx.Response(400)
    await world.alert()
    assert await _measured(world) == (0, 1)


async def test_what_is_over_needs_nobody(world: World) -> None:
    """ESCALATION 22: it waits for a confirmation, and pages nobody for that."""
    _all_fails(world)
    await world.alert()
    assert await _measured(world) == (1, 0)
    await world.resolved(starts=START)
    assert await _measured(world) == (0, 1)


async def test_in_a_round_that_reaches_nobody_an_earlier_one_is_no_comfort(world: World) -> None:
    """ESCALATION 8: round one was heard, and nobody came; in round two the vendors are away."""
    await world.alert()
    await world.at("44m")
    assert await _measured(world) == (0, 1)
    _all_fails(world)
    await world.at("46m")
    assert await _measured(world) == (1, 0)
