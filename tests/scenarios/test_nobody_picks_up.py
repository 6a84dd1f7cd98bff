"""Nobody picks up: busy, no answer, voicemail, or a vendor that fails are not "reached"."""

from __future__ import annotations

import httpx
import pytest

from tests.scenarios.conftest import Make
from tests.scenarios.world import ARCHITECTURE, ENGINEERING, HOTLINE, OPERATIONS, PAGERDUTY_KEY, World

REFUSED = "550 5.1.1 no such mailbox"
NEXT = "nobody could be reached; the next level is paged at once"


async def test_all_ways_of_a_level_run_side_by_side(world: World) -> None:
    """ESCALATION 6: the mail does not wait for the call."""
    held = world.outside.hold("phone")
    await world.alert(tick=False)
    await world.app.delivery.pump()
    await held.reached.wait()
    while not world.sent("mail"):
        await world.app.delivery.pump()
    held.released.set()
    await world.tick()
    assert {way for _, way, _ in world.pages()} == {"mail", "phone"}


@pytest.mark.parametrize(
    ("status", "by", "why"),
    [
        ("busy", "", "busy"),
        ("no-answer", "", "no answer"),
        ("failed", "", "the call failed"),
        ("completed", "machine_start", "voicemail"),
    ],
)
async def test_a_call_that_reached_nobody_is_repeated_after_two_minutes(
    world: World, status: str, by: str, why: str
) -> None:
    """ESCALATION 6: once more, two minutes after its end; the mail has left, so the level is not lost."""
    await world.alert()
    await world.at("30s")
    await world.call_ends(world.call(OPERATIONS), status, by)
    await world.at("4m59s")
    assert world.minutes(OPERATIONS) == [0.0, 2.5]
    await world.call_ends(world.call(OPERATIONS), status, by)
    await world.at("9m")
    assert world.minutes(OPERATIONS) == [0.0, 2.5]
    assert world.minutes(ENGINEERING) == [5.0], "the next level keeps its time"
    assert any(f"Operations by phone: unreached ({why}" in line for line in await world.said("page"))


async def test_a_person_who_listened_is_not_called_again(world: World) -> None:
    """ESCALATION 6: picked up by a person, no key pressed: reached, but not acknowledged."""
    await world.alert()
    await world.call_ends(world.call(OPERATIONS), "completed")
    await world.at("5m")
    assert world.minutes(OPERATIONS) == [0.0]
    assert world.minutes(ENGINEERING) == [5.0]


async def test_all_ways_failed_brings_the_next_level_at_once(make_world: Make) -> None:
    """ESCALATION 6, 8: tmt's administrator has only a telephone. The CTO is the last level, so that the ladder begins
    again a quarter of an hour after that call."""
    world = await make_world("tmt")
    await world.alert("SystemDown")
    await world.at("5m")
    await world.call_ends(world.call("+15550101"), "no-answer")
    await world.at("7m")
    await world.at("7m30s")
    assert world.minutes("+15550102") == []
    await world.call_ends(world.call("+15550101"), "no-answer")
    assert world.minutes("+15550101") == [5.0, 7.0]
    assert world.minutes("+15550102") == [7.5], "the CTO at once, and not at 15"
    assert f"Level 2: {NEXT}" in await world.said("warning")
    await world.at("23m")
    assert world.minutes("+15550102") == [7.5]
    assert world.minutes("+15550100")[-1] == 22.5


async def test_a_level_that_is_refused_everywhere_brings_the_next_one_at_once(world: World) -> None:
    """ESCALATION 6, 8: mails are refused, numbers are none: all levels at minute 0, and from the start after 15."""
    world.mailbox.refuse = REFUSED
    world.outside.answers["phone"] = lambda request: httpx.Response(400, json={"message": "not a number"})
    await world.alert()
    del world.outside.answers["phone"]
    await world.at("14m59s")
    assert world.minutes(OPERATIONS) == world.minutes(ENGINEERING) == []
    await world.at("20m")
    assert (world.minutes(OPERATIONS), world.minutes(ENGINEERING)) == ([15.0], [20.0])
    assert [level for level, state in {(p.level, p.state) for p in await world.ledger()} if state == "failed"]
    assert f"Level 1: {NEXT}" in await world.said("warning")


async def test_a_level_without_anybody_brings_the_next_one_at_once(make_world: Make) -> None:
    """ESCALATION 6: nothing is set for level 1 of pyrt; the timeline names the variables."""
    world = await make_world(
        "pyrt", TOCSIN_VAR_PYRT_ON_CALL_PHONE="", TOCSIN_VAR_PYRT_ON_CALL_MAIL="", TOCSIN_VAR_PYRT_ON_CALL_SLACK=""
    )
    await world.alert("SystemDown")
    await world.at("14m")
    assert {minute for minute, _, _ in world.pages()} == {0.0}
    assert [to for _, _, to in world.pages("phone")] == ["+15550401"]
    first, second = [e for e in await world.timeline() if e.kind == "paged"]
    assert "set TOCSIN_VAR_PYRT_ON_CALL_PHONE" in str(first.data["failed"])
    assert second.why.endswith("nobody could be reached on level 1")


async def test_a_vendor_that_is_down_counts_as_failed_after_two_minutes_and_is_still_tried(world: World) -> None:
    """ESCALATION 6: Twilio answers 503, the mail server refuses; the level is lost, the call still goes when it can."""
    world.mailbox.refuse = REFUSED
    world.outside.answers["phone"] = lambda request: httpx.Response(503)
    await world.alert()
    await world.at("1m59s")
    assert not await world.said("warning")
    await world.at("3m30s")
    assert f"Level 1: {NEXT}" in await world.said("warning")
    assert {page.level for page in await world.ledger()} == {0, 1}
    del world.outside.answers["phone"]
    await world.at("4m30s")
    assert len(world.minutes(OPERATIONS)) == len(world.minutes(ENGINEERING)) == 1


async def test_the_last_level_fails_and_the_ladder_still_begins_again(world: World) -> None:
    """ESCALATION 6, 8: there is nobody above, so the next round comes at its time."""
    await world.alert()
    await world.at("29m59s")
    for way in ("phone", "pagerduty"):
        world.outside.answers[way] = lambda request: httpx.Response(400)
    await world.at("44m")
    world.outside.answers.clear()
    assert (world.minutes(HOTLINE), world.minutes(PAGERDUTY_KEY)) == ([], [])
    await world.at("45m")
    assert world.minutes(OPERATIONS) == [0.0, 45.0]
    assert world.minutes(ARCHITECTURE) == [15.0]
