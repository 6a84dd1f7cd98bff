"""Two incidents turn out to be one."""

from __future__ import annotations

import pytest

from bot.core.errors import Refused
from bot.engine import merge, respond
from tests.scenarios.world import ENGINEERING, OPERATIONS, START, World, person


async def _two(world: World, *, first: str = "critical", second: str = "critical", apart: str = "3m") -> None:
    """INC-1 at minute 0, INC-2 some minutes later."""
    await world.alert("HighLatency", severity=first, key="g1", fingerprint="f1")
    await world.at(apart)
    await world.alert(severity=second, key="g2", fingerprint="f2")


async def _merge(world: World, source: int, target: int) -> str:
    said = await world.app.engine.do(merge.merge, source, target, person("ann"))
    await world.tick()
    return said.text


async def test_the_earlier_due_time_stays_and_one_ladder_runs(world: World) -> None:
    """ESCALATION 27: INC-1 into INC-2: level 2 is due at 5, and not at 8."""
    await _two(world)
    said = await _merge(world, 1, 2)
    assert said.startswith("INC-1 is part of INC-2 now. To undo it within 1 h: /incident unmerge 1")
    assert await world.open_incidents() == [2]
    await world.at("9m")
    assert world.minutes(ENGINEERING) == [5.0]
    assert (await world.incident(2)).alerts == 2


async def test_the_higher_severity_stays(world: World) -> None:
    """ESCALATION 27: a medium one takes in a critical one: its people are called."""
    await _two(world, first="medium")
    await world.at("4m")
    await _merge(world, 2, 1)
    incident = await world.incident(1)
    assert incident.severity.word == "critical"
    assert [e.text for e in await world.timeline(1) if e.kind == "severity"] == ["Severity medium → critical"]


async def test_both_timelines_stay(world: World) -> None:
    """ESCALATION 27: what was said of INC-2 is read at INC-1 too."""
    await _two(world)
    await world.do(respond.note, 2, "bob", text="seen on the second one")
    await _merge(world, 2, 1)
    assert [e.text for e in await world.timeline(1) if e.kind == "note"] == ["seen on the second one"]


async def test_acknowledged_only_if_the_target_was(world: World) -> None:
    """ESCALATION 27: Ann has INC-2; merged into INC-1, which nobody has, it goes on paging."""
    await _two(world)
    await world.ack("ann", number=2)
    await _merge(world, 2, 1)
    assert (await world.ladder(1)).state == "running"
    await world.at("6m")
    assert world.minutes(ENGINEERING) == [5.0]


async def test_and_at_that_severity(world: World) -> None:
    """ESCALATION 20, 27: Ann has the medium one; the critical one merged into it asks her to confirm."""
    await _two(world, first="medium")
    await world.ack("ann", number=1)
    await world.at("6m")
    await _merge(world, 2, 1)
    assert (6.0, "phone", OPERATIONS) in world.pages("phone")
    await world.at("11m")
    assert (await world.ladder(1)).state == "running"


async def test_alerts_of_the_merged_one_go_to_the_target(world: World) -> None:
    """ESCALATION 26, 27: a further alert, and its end."""
    await _two(world)
    start = world.now
    await _merge(world, 2, 1)
    await world.alert(key="g2", fingerprint="f3")
    assert await world.open_incidents() == [1]
    assert (await world.incident(1)).alerts == 3
    await world.resolved(key="g2", fingerprint="f2", starts=start)
    assert (await world.incident(1)).firing == 2


async def test_it_can_be_undone_for_an_hour(world: World) -> None:
    """ESCALATION 27: both have their own alerts and ladders again."""
    await _two(world)
    await _merge(world, 2, 1)
    await world.ack("ann", number=1)
    await world.at("20m")
    await world.app.engine.do(merge.unmerge, 2, person("ann"))
    await world.tick()
    assert await world.open_incidents() == [2, 1]
    assert [(await world.incident(n)).alerts for n in (1, 2)] == [1, 1]
    await world.at("25m")
    assert [e.incident for e in await world.ledger(2) if e.level == 1] != []


async def test_undone_it_still_waits_for_a_person(world: World) -> None:
    """ESCALATION 22, 27: it was over before it was merged, and nobody had confirmed positions and orders."""
    await _two(world)
    await world.resolved(key="g2", fingerprint="f2", starts=world.now)
    await _merge(world, 2, 1)
    await world.ack("ann", number=1)
    await world.app.engine.do(merge.unmerge, 2, person("ann"))
    assert (await world.incident(2)).phase == "monitoring"
    await world.pass_time("1h")
    assert len(await world.said("warning", number=2)) == 1


async def test_and_no_longer(world: World) -> None:
    """ESCALATION 27: after an hour and a second."""
    await _two(world)
    await _merge(world, 2, 1)
    await world.ack("ann", number=1)
    await world.pass_time("1h1s")
    with pytest.raises(Refused, match="a merge can be undone for 1 h"):
        await world.app.engine.do(merge.unmerge, 2, person("ann"))


@pytest.mark.parametrize("how", ["phone", "link", "pagerduty"])
async def test_whoever_answers_the_page_of_the_merged_one_answers_for_the_target(world: World, how: str) -> None:
    """ESCALATION 18, 27: the page was right when it left; its answer goes to where the incident went."""
    await _two(world)
    if how == "pagerduty":
        await world.at("33m")
    await _merge(world, 2, 1)
    page = [p for p in world.sent("mail" if how == "link" else how) if p.wants_answer][-1]
    if how == "phone":
        await world.press(page, "1")
    elif how == "link":
        page = [p for p in world.sent("mail") if "INC-2" in p.text and p.wants_answer][-1]
        assert "INC-1" in (await world.open_link(page)).text
        await world.answer_link(page)
    else:
        await world.pagerduty("acknowledged", page.detail["dedup"], "Dana")
    assert (await world.ladder(1)).state == "held"


async def test_of_a_chain_the_later_merge_is_undone_first(world: World) -> None:
    """ESCALATION 27: 3 into 2, 2 into 1: taking 3 out would leave its alerts in 1."""
    for number in (1, 2, 3):
        await world.alert(f"A{number}", key=f"g{number}", severity="high")
    await world.app.engine.do(merge.merge, 3, 2, person("ann"))
    await world.app.engine.do(merge.merge, 2, 1, person("ann"))
    with pytest.raises(Refused, match="undo that first, with /incident unmerge 2"):
        await world.app.engine.do(merge.unmerge, 3, person("ann"))
    await world.app.engine.do(merge.unmerge, 2, person("ann"))
    await world.app.engine.do(merge.unmerge, 3, person("ann"))
    assert await world.open_incidents() == [3, 2, 1]
    await world.resolved("A3", key="g3", severity="high", starts=START)
    assert await world.open_incidents() == [2, 1]
