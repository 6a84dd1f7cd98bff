"""Two parts of an incident climb the same policy: its people are called once, and whoever answers for them stops it."""

from __future__ import annotations

import pytest

from bot.core.alert import Severity
from bot.core.oncall import Actor
from bot.engine import amend, declare, next_level, respond
from tests.scenarios.conftest import Make
from tests.scenarios.world import World, person

ENGINEER, ADMINISTRATOR, CTO = "+15550111", "+15550112", "+15550113"
ON_CALL = Actor(id="engineer", name="On-call Engineer", via="phone")


@pytest.fixture
async def tmt(make_world: Make) -> World:
    """There critical incidents and some types, whatever their severity, climb one and the same ladder."""
    phones = zip((1, 2, 3), (ENGINEER, ADMINISTRATOR, CTO), strict=True)
    return await make_world("tmt", **{f"TOCSIN_VAR_TMT_LEVEL_{level}_PHONE": phone for level, phone in phones})


async def _held_and_worse(world: World) -> None:
    """Cid has an incident of one agent; ten minutes later the whole system fails: Cid is asked, and a part of that type
    calls."""
    await world.alert("AgentDown", severity="high")
    await world.do(respond.acknowledge, 1, "cid")
    await world.at("10m")
    await world.alert("SystemDown", severity="critical", fingerprint="worse")
    assert (await world.ladder(part="complete_failure")).policy == (await world.ladder()).policy == "immediate"


async def test_an_unanswered_raise_calls_nobody_a_second_time(tmt: World) -> None:
    """ESCALATION 8, 13, 20: at 15 it is nobody's, and everybody is being called for the other part already."""
    await _held_and_worse(tmt)
    await tmt.at("15m")
    assert (await tmt.ladder()).state == "running"
    await tmt.at("54m")
    assert tmt.pages("phone") == [
        (10.0, "phone", ENGINEER),
        (15.0, "phone", ADMINISTRATOR),
        (25.0, "phone", CTO),
        (40.0, "phone", ENGINEER),
        (45.0, "phone", ADMINISTRATOR),
    ]
    assert [m for m, _, _ in tmt.pages("mail", "sms") if m >= 10] == [10.0, 10.0, 40.0, 40.0]
    said = [line for line in await tmt.said("paged") if "everybody has been paged already" in line]
    assert said[0] == (
        "Level 1, On-call Engineer: everybody has been paged already "
        "(level 1 (On-call Engineer) paged: Cid no longer has it)"
    )
    assert await tmt.app.health.look() == ""


async def test_who_was_called_stops_both(tmt: World) -> None:
    """ESCALATION 11, 20: the page was for the part; their "1" is for all that they may stop."""
    await _held_and_worse(tmt)
    await tmt.at("16m")
    await tmt.press(tmt.call(ENGINEER), "1")
    assert {(await tmt.ladder(part=part)).holder for part in ("main", "complete_failure")} == {"engineer"}
    await tmt.at("45m")
    assert tmt.pages("phone", since=16) == []


async def test_who_has_the_incident_does_not_end_the_part(tmt: World) -> None:
    """ESCALATION 20: only the type's people can stop it, and it goes on in its own time."""
    await _held_and_worse(tmt)
    await tmt.at("16m")
    await tmt.do(respond.acknowledge, 1, "cid")
    await tmt.at("26m")
    assert tmt.pages("phone", since=15.5) == [(25.0, "phone", CTO)]


async def test_once_it_stands_alone_it_calls_by_itself(tmt: World) -> None:
    """ESCALATION 13: the engineer has the part, and Cid gives the incident back: the part's calls are over."""
    await _held_and_worse(tmt)
    await tmt.app.engine.do(respond.acknowledge, 1, ON_CALL)
    await tmt.at("12m")
    await tmt.do(respond.unacknowledge, 1, "cid")
    assert tmt.pages("phone", since=11) == [(12.0, "phone", ENGINEER)]


async def test_raised_to_the_same_policy_nobody_is_called_twice(tmt: World) -> None:
    """ESCALATION 19, 20: of a complete failure that was called high, and a degradation, which mails."""
    await _declared(tmt)
    await tmt.at("3m")
    await tmt.grade(Severity.CRITICAL, "cid")
    assert (await tmt.ladder(part="degradation")).policy == "immediate"
    await tmt.at("29m")
    assert tmt.pages("phone") == [(0.0, "phone", ENGINEER), (5.0, "phone", ADMINISTRATOR), (15.0, "phone", CTO)]


async def test_both_raised_to_it_at_the_same_moment(tmt: World) -> None:
    """ESCALATION 19, 20: two types that only mail become critical: one call, one text message."""
    await tmt.alert("AgentDown", severity="high")
    await tmt.app.engine.do(respond.acknowledge, 1, person("cid"))
    await tmt.app.engine.do(amend.add_type, 1, "degradation", person("cid"))
    await tmt.at("1m")
    await tmt.do(respond.unacknowledge, 1, "cid")
    await tmt.grade(Severity.CRITICAL, "cid")
    await tmt.at("5m")
    assert sorted(tmt.pages("phone", "sms")) == [(1.0, "phone", ENGINEER), (1.0, "sms", ENGINEER)]


async def test_a_call_that_the_other_had_not_made_yet_is_made(tmt: World) -> None:
    """ESCALATION 7, 11, 20: the incident's call waits for another to the same number; Cid takes the incident, which
    cancels it, but the part still wants it."""
    await tmt.alert("SystemDown", severity="critical", key="other")
    await tmt.at("1m")
    await _declared(tmt, number=2)
    assert tmt.minutes(ENGINEER).count(1.0) == 1, "the text message; the call waits"
    await tmt.grade(Severity.CRITICAL, "cid", number=2)
    await tmt.do(respond.acknowledge, 2, "cid")
    await tmt.at("3m")
    assert (2.0, "phone", ENGINEER) in tmt.pages()
    assert (await tmt.ladder(2, part="degradation")).state == "running"


async def test_who_asks_for_the_next_level_gets_it(tmt: World) -> None:
    """ESCALATION 14: though the part has called it: somebody wants it now."""
    await _held_and_worse(tmt)
    await tmt.at("17m")
    assert (await tmt.do(next_level.escalate_now, 1, "cid")).startswith("Level 2 (System Administrator) paged now.")
    assert tmt.minutes(ADMINISTRATOR) == [15.0, 17.0]


async def _declared(world: World, number: int = 1) -> None:
    """Bob declares a complete failure, and says that it is a degradation as well."""
    said = await world.app.engine.do(
        declare.declare, "tmt", Severity.HIGH, "all is down", person("bob"), type_="complete_failure"
    )
    assert said.incident.number == number
    await world.app.engine.do(amend.add_type, number, "degradation", person("bob"))
    await world.tick()
