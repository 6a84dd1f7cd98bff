"""Whoever has done something in the night reads in the answer what comes next, and need not know the commands."""

from __future__ import annotations

import pytest

from bot.core.alert import Severity
from bot.core.errors import Refused
from bot.engine import checklists, duties, phases, resolve, respond, updates
from tests.scenarios.world import START, World


async def test_taking_a_duty(world: World) -> None:
    await world.alert()
    await world.ack()
    told = await world.do(duties.take, 1, "bob", duty="communications")
    assert told == "You have communications of INC-1 now. Next: give an update within 15 min: /incident update 1"
    told = await world.do(duties.take, 1, "bob", duty="scribe")
    assert told.endswith("Next: write down what is seen and decided: /incident note 1")
    told = await world.do(duties.take, 1, "bob", duty="lead")
    assert told.endswith("Next: see who does what: /incident duties 1")


async def test_an_update(world: World) -> None:
    await world.alert()
    await world.ack()
    told = await world.do(updates.give, 1, "ann", said={"summary": "prices stand"})
    assert told.endswith("The next update is due in 15 min.")


async def test_a_severity_changed_while_somebody_has_it(world: World) -> None:
    """Lowered, the pace of updates is another; raised by somebody else, the holder is asked."""
    await world.alert()
    await world.ack()
    assert await world.grade(Severity.HIGH) == (
        "INC-1 is high now (was critical). Ann has it. The next update is due in 15 min."
    )
    await world.alert("HighLatency", severity="medium", key="g2", starts=START)
    await world.ack(number=2)
    assert (await world.grade(Severity.CRITICAL, "bob", number=2)).startswith(
        "INC-2 is critical now (was medium). Ann is asked whether they still have it; after 5 min of silence"
    )


async def test_a_severity_changed_when_the_monitor_says_it_is_over(world: World) -> None:
    await world.alert()
    await world.ack()
    await world.resolved(starts=START)
    assert (await world.grade(Severity.HIGH)).endswith("Next: check positions and orders, then: /incident confirm 1")


async def test_a_line_of_a_checklist(world: World) -> None:
    """How far the list is, the next line, and whose it is; then that there is none."""
    await world.alert()
    await world.ack()
    (shown,) = await world.app.engine.look(lambda tx: tx.checklists.of(1))
    first, second, third, *others = shown.checklist.lines
    told = await world.do(checklists.tick, 1, "ann", name="critical", line=first.name)
    assert told == f"Ticked: {first.text} 1 of 12 done, next: {second.text}"
    await world.do(checklists.take_line, 1, "bob", name="critical", line=third.name)
    told = await world.do(checklists.tick, 1, "ann", name="critical", line=second.name)
    assert told.endswith(f"2 of 12 done, next for Bob: {third.text}")
    assert (await world.do(checklists.untick, 1, "ann", name="critical", line=first.name)).endswith(
        f"1 of 12 done, next: {first.text}"
    )
    for line in (first, third, *others):
        told = await world.do(checklists.tick, 1, "ann", name="critical", line=line.name)
    assert told.endswith("All 12 lines are done.")


async def test_still_mine(world: World) -> None:
    """ESCALATION 12: the answer says when it is asked again."""
    await world.alert()
    await world.ack()
    await world.at("31m")
    assert await world.do(respond.confirm, 1) == (
        "Thank you. INC-1 stays yours. Without a sign of you that is asked again in 30 min."
    )


async def test_from_the_end_to_the_close(world: World) -> None:
    await world.alert(severity="high")
    await world.ack()
    await world.resolved(severity="high", starts=START)
    await world.do(resolve.reopen, 1, "ann")
    assert await world.do(resolve.resolve, 1, "ann") == "INC-1 is resolved. Next: /incident fixed-by 1 what fixed it"
    with pytest.raises(Refused, match=r"its postmortem is not written\. Next: /incident postmortem 1"):
        await world.do(phases.close, 1, "ann")
    assert await world.do(phases.close, 1, "ann", anyway=True) == (
        "INC-1 is closed. Left open: its postmortem is not written. "
        "Should there be more to do about it: /incident reopen 1"
    )


async def test_the_confirmation_that_positions_are_right(world: World) -> None:
    await world.alert()
    await world.ack()
    await world.resolved(starts=START)
    told = await world.do(respond.confirm, 1, why="the venue restarted")
    assert told == "INC-1 is resolved. Next: /incident postmortem 1"
