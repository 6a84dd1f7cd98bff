"""What was too long for a title, or too much for the monitor's message, is not lost: it is in the thread, or said."""

from __future__ import annotations

import pytest

from tests.scenarios.world import World, make_alert

LONG = "order gateway gw1 rejects every order with reason 5 and " * 7 + "the end of it"


async def test_a_long_title_of_an_alert_is_there_whole_as_a_file(slack_world: World) -> None:
    world = slack_world
    await world.alert(summary=LONG)
    await world.at("1m")
    assert "…" in world.card().readable()
    (file,) = world.slack.files()
    assert LONG in (file.content or b"").decode()


@pytest.mark.parametrize("more", ["", "\nthe second line"])
async def test_a_long_declaration_is_there_whole_as_a_file(slack_world: World, more: str) -> None:
    world = slack_world
    await world.slash("ann", f"/incident declare critical {LONG}{more}")
    await world.at("1m")
    (file,) = world.slack.files()
    assert f"{LONG}{more}" in (file.content or b"").decode()
    assert (await world.incident()).title.endswith("…")


async def test_a_short_declaration_needs_no_file(slack_world: World) -> None:
    world = slack_world
    await world.slash("ann", "/incident declare critical gateway down\nsince 3:12")
    await world.at("1m")
    assert world.slack.files() == ()
    assert "since 3:12" in world.card().readable()


async def test_the_alerts_a_monitor_left_out_are_counted_in_the_thread(slack_world: World) -> None:
    """Said once, and again only when more are left out."""
    world = slack_world
    await _post(world, 3)
    await world.at("1m")
    await _post(world, 3)  # the monitor repeats itself
    await world.at("2m")
    await _post(world, 1)
    await world.at("3m")
    (told,) = [line for line in world.lines() if "left out" in line]
    assert "🔔 The monitor left out 3 further alerts of this group" in told
    await _post(world, 40)
    await world.at("4m")
    assert [line for line in world.lines() if "left out 40 further alerts" in line]


async def _post(world: World, left_out: int) -> None:
    made = make_alert("ExchangeDisconnected", "critical", "firing", world.now.replace(minute=0, second=0), "f1", "", {})
    assert (await world.post([made], left_out=left_out)).status_code == 202
