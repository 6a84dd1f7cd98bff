"""It fires again soon after the resolve: the ladder goes on where it stood."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.errors import Refused
from bot.engine import resolve, respond
from tests.scenarios.world import ARCHITECTURE, ENGINEERING, OPERATIONS, START, World


async def test_flapping_still_reaches_level_two(world: World) -> None:
    """ESCALATION 23: a minute on, a minute off: the ladder's clock only runs while it fires, and level 2 comes."""
    await world.alert("HighLatency", severity="high")
    for minute in range(1, 12):
        await world.at(f"{minute}m")
        if minute % 2:
            await world.resolved("HighLatency", severity="high", starts=START + timedelta(minutes=minute - 1))
        else:
            await world.alert("HighLatency", severity="high", starts=world.now)
    assert world.minutes(ENGINEERING) == [9.0], "it fired for five minutes in all"
    assert world.minutes(OPERATIONS) == [0.0], "level 1 is not paged again by every flap"
    assert (await world.incident()).alerts == 1


async def test_the_ladder_goes_on_where_it_stood(world: World) -> None:
    """ESCALATION 23: over from 7 to 27: level 3, due at 15, comes at 35."""
    await world.alert(severity="high")
    await world.at("7m")
    await world.resolved(severity="high", starts=START)
    await world.at("27m")
    await world.alert(severity="high", starts=world.now)
    await world.at("49m")
    assert world.minutes(ARCHITECTURE) == [35.0]
    assert (world.minutes(OPERATIONS), world.minutes(ENGINEERING)) == ([0.0], [5.0])
    assert "INC-1 reopened (fires anew soon after it was resolved)" in await world.said("reopened")


async def test_the_former_holder_is_called_and_has_five_minutes(world: World) -> None:
    """ESCALATION 23: no answer, and it is nobody's."""
    await world.alert()
    await world.ack("ann")
    await world.at("10m")
    await world.do(resolve.resolve, 1, "ann")
    await world.at("20m")
    await world.alert(starts=world.now)
    assert world.pages("phone", since=1) == [(20.0, "phone", OPERATIONS)]
    await world.at("24m59s")
    assert (await world.ladder()).state == "held"
    await world.at("30m")
    assert world.minutes(ENGINEERING) == [30.0]


async def test_the_former_holder_confirms(world: World) -> None:
    """ESCALATION 23: and keeps it."""
    await world.alert()
    await world.ack("ann")
    await world.do(resolve.resolve, 1, "ann")
    await world.at("20m")
    await world.alert(starts=world.now)
    await world.press(world.call(OPERATIONS), "1")
    await world.at("49m")
    assert world.minutes(ENGINEERING) == []


async def test_a_note_of_the_former_holder_is_a_yes(world: World) -> None:
    """ESCALATION 12, 23: whoever writes what they do need not say besides that they do it; another's note is none."""
    await world.alert()
    await world.ack("ann")
    await world.do(resolve.resolve, 1, "ann")
    await world.at("20m")
    await world.alert(starts=world.now)
    assert await world.do(respond.note, 1, "bob", text="seen") == "Noted on INC-1."
    assert (await world.ladder()).answer_by is not None
    assert await world.do(respond.note, 1, "ann", text="looking") == "Noted on INC-1. It stays yours."
    await world.at("49m")
    assert (await world.ladder()).holder == "operations"
    assert world.minutes(ENGINEERING) == []


async def test_reopened_by_hand_the_answer_says_who_is_paged_and_what_comes_next(world: World) -> None:
    """ESCALATION 23: stopped two minutes before level 2."""
    await world.alert(severity="high")
    await world.at("3m")
    await world.resolved(severity="high", starts=START)
    await world.at("20m")
    said = await world.do(resolve.reopen, 1, "bob")
    assert said == "INC-1 is open again. Next: level 2 (Engineering on call) in 2 min."


async def test_reopened_by_hand_what_was_overdue_is_paged_at_once_and_named(world: World) -> None:
    """ESCALATION 3, 23: the bot slept through level 2."""
    await world.alert(severity="high")
    await world.jump("7m")
    await world.resolved(severity="high", starts=START, tick=False)
    await world.at("20m")
    said = await world.do(resolve.reopen, 1, "bob")
    assert said == (
        "INC-1 is open again. Level 2 (Engineering on call) paged now. Next: level 3 (Architecture) in 8 min."
    )
    assert world.minutes(ENGINEERING) == [20.0]


async def test_reopened_by_hand_the_answer_says_that_the_former_holder_is_asked(world: World) -> None:
    """ESCALATION 23: nobody else is paged until they were silent for five minutes."""
    await world.alert()
    await world.ack("ann")
    await world.do(resolve.resolve, 1, "ann")
    await world.at("20m")
    assert await world.do(resolve.reopen, 1, "bob") == (
        "INC-1 is open again. Ann is asked whether they still have it; after 5 min of silence the ladder pages again."
    )
    assert world.pages("phone", since=1) == [(20.0, "phone", OPERATIONS)]


async def test_a_holder_who_reopens_it_has_it(world: World) -> None:
    """ESCALATION 23: nobody is called to ask them what they have just said."""
    await world.alert()
    await world.ack("ann")
    await world.do(resolve.resolve, 1, "ann")
    await world.at("20m")
    assert await world.do(resolve.reopen, 1, "ann") == "INC-1 is open again. Ann has it."
    await world.at("49m")
    assert world.pages("phone", since=1) == []


@pytest.mark.parametrize(("after", "incidents"), [("30m", [1]), ("30m1s", [2])])
async def test_within_30_minutes_and_no_longer(world: World, after: str, incidents: list[int]) -> None:
    """ESCALATION 23, 25: at 30:00 it reopens, a second later it is a new one."""
    await world.alert(severity="high")
    await world.resolved(severity="high", starts=START)
    await world.at(after)
    await world.alert(severity="high", starts=world.now)
    assert await world.open_incidents() == incidents


async def test_while_it_waits_for_a_confirmation_it_reopens_at_any_time(world: World) -> None:
    """ESCALATION 22, 23: nobody has said yet that it was over."""
    await world.alert()
    await world.resolved(starts=START)
    await world.at("5h")
    await world.alert(starts=world.now)
    assert await world.open_incidents() == [1]
    assert (await world.incident()).phase == "active"


async def test_a_person_reopens_it_and_a_late_word_of_the_monitor_does_not_end_it(world: World) -> None:
    """ESCALATION 23: Alertmanager repeats its "resolved", or the second of a pair tells it too."""
    await world.alert(severity="high")
    await world.resolved(severity="high", starts=START)
    await world.at("1m")
    assert (await world.do(resolve.reopen, 1, "ann", why="orders still hang")).startswith("INC-1 is open again")
    await world.resolved(severity="high", starts=START)
    assert (await world.incident()).phase == "active"
    await world.at("6m")
    assert world.minutes(ENGINEERING) == [6.0]


async def test_pagerduty_opens_its_incident_again_when_its_level_comes_again(world: World) -> None:
    """ESCALATION 8, 23: under the same key; like everybody paged before, it is not woken by the reopening itself."""
    await world.alert()
    await world.at("31m")
    await world.resolved(starts=START)
    await world.at("35m")
    await world.alert(starts=world.now)
    await world.at("78m")
    assert "trigger" not in [e.detail["action"] for e in world.sent("pagerduty") if e.minute > 31]
    await world.at("79m")
    assert world.sent("pagerduty")[-1].detail["action"] == "trigger"
    assert len({e.detail["dedup"] for e in world.sent("pagerduty")}) == 1


async def test_the_older_one_opened_again_takes_its_alerts(world: World) -> None:
    """ESCALATION 23, 26: INC-2 of the same cause came and went; a person opens INC-1 again, and it is the one that the
    next alert joins."""
    await world.alert("HighLatency", severity="high")
    await world.resolved("HighLatency", severity="high", starts=START)
    await world.at("60m")
    await world.alert("HighLatency", severity="high")
    await world.resolved("HighLatency", severity="high", starts=world.now)
    assert (await world.incident(2)).phase == "resolved"
    await world.at("100m")
    await world.do(resolve.reopen, 1, "ann")
    await world.at("120m")
    assert (await world.alert("HighLatency", severity="critical", fingerprint="other")).status_code == 202
    assert (await world.incident(1)).alerts == 2
    assert await world.open_incidents() == [1]


async def test_back_after_a_night_the_first_level_is_called(world: World) -> None:
    """ESCALATION 22, 23: over at 1 minute and never confirmed; it fires again after eight hours, when whoever was
    paged is asleep: the ladder begins anew."""
    await world.alert()
    await world.at("1m")
    await world.resolved(starts=START)
    assert (await world.incident()).phase == "monitoring"
    await world.at("8h")
    await world.alert()
    assert await world.open_incidents() == [1]
    assert world.minutes(OPERATIONS)[-1] == 480.0
    assert "it is back after 7 h 59 min" in str([page.why for page in await world.ledger()])
    await world.at("8h5m")
    assert world.minutes(ENGINEERING) == [485.0]


async def test_a_call_that_waited_is_placed_after_a_flap(world: World) -> None:
    """ESCALATION 7, 23: INC-2's call waits for INC-1's; it is over meanwhile, and back: the mail has left, and the call
    is still owed."""
    await world.alert(key="g1")
    await world.at("1m")
    await world.alert("HighLatency", key="g2")
    began = world.now
    await world.at("1m30s")
    await world.resolved("HighLatency", key="g2", starts=began)
    await world.do(resolve.reopen, 2, "cid")
    await world.at("4m")
    (call,) = [page for page in await world.ledger(2) if page.way == "phone" and page.state != "dropped"]
    assert (call.person, call.state) == ("operations", "sent")
    assert len([page for page in await world.ledger(2) if page.way == "mail"]) == 1


@pytest.mark.parametrize("severity", ["critical", "high"])
async def test_flapping_does_not_call_a_sleeping_holder_for_ever(world: World, severity: str) -> None:
    """ESCALATION 23: who has it is called once; their five minutes run while it fires, and then the ladder goes on."""
    await world.alert("HighLatency", severity=severity)
    await world.at("2m")
    await world.ack()
    before = len(world.minutes(OPERATIONS))
    for minute in range(6, 40, 4):
        await world.at(f"{minute}m")
        await world.resolved("HighLatency", severity=severity, starts=START)
        await world.at(f"{minute + 2}m")
        await world.alert("HighLatency", severity=severity, starts=world.now)
    assert world.minutes(ENGINEERING)[0] == 26.0, "five minutes of firing to answer, five more to level 2"
    assert len(world.minutes(OPERATIONS)) - before <= 3, "asked once by each way, and paged once as level 1"


async def test_who_acknowledges_when_it_is_over_has_it(world: World) -> None:
    """ESCALATION 22, 23: a click that came a moment late is no refusal; firing anew asks them, and nobody else."""
    await world.alert()
    await world.at("3m")
    await world.resolved()
    said = await world.ack()
    assert said.startswith("You have INC-1 now. The monitor says it is over: check positions and orders")
    await world.at("4m")
    await world.alert(starts=world.now)
    await world.at("8m")
    assert world.minutes(ENGINEERING) == []
    assert (await world.incident()).acknowledged_at is not None
    assert not (await world.incident()).missed


async def test_what_fixed_it_is_kept_when_the_monitor_was_faster(world: World) -> None:
    await world.alert(severity="high")
    await world.ack()
    await world.resolved(severity="high", starts=START)
    assert (await world.incident()).phase == "resolved"
    said = await world.do(resolve.resolve, 1, "bob", why="restarted the gateway")
    assert said == "INC-1 is over; what fixed it is noted. Next: /incident postmortem 1"
    assert (await world.incident()).fixed_by == "restarted the gateway"
    with pytest.raises(Refused, match="already resolved"):
        await world.do(resolve.resolve, 1, "bob", why="no, the disk")
