"""The severity changes during an incident, or it turns out to be of another type too."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.alert import Severity
from bot.core.errors import Refused
from bot.core.oncall import BOT
from bot.engine import amend, oncall, respond
from tests.scenarios.conftest import Make
from tests.scenarios.desks import number
from tests.scenarios.world import ARCHITECTURE, ENGINEERING, HOTLINE, OPERATIONS, START, World, make_alert, person


async def test_raised_each_level_comes_at_the_earlier_of_its_old_time_and_now_plus_its_new_delay(world: World) -> None:
    """ESCALATION 19: medium at 0 (mail only, level 2 at 30), critical at 28: level 1 is called now, level 2 at 30."""
    await world.alert("HighLatency", severity="medium")
    await world.at("28m")
    assert world.pages("phone") == []
    assert await world.grade(Severity.CRITICAL) == (
        "INC-1 is critical now (was medium). Level 1 (Operations) now, level 3 (Architecture) in 15 min, "
        "level 4 (Emergency) in 30 min."
    )
    await world.at("59m")
    assert world.pages("phone") == [
        (28.0, "phone", OPERATIONS),
        (30.0, "phone", ENGINEERING),
        (43.0, "phone", ARCHITECTURE),
        (58.0, "phone", HOTLINE),
    ]


async def test_lowered_nobody_is_unpaged_and_nothing_overdue_is_cancelled(world: World) -> None:
    """ESCALATION 19: level 2 is due at 5:00 sharp and is still paged; the levels above are gone with critical."""
    await world.alert()
    await world.at("4m59s")
    await world.jump("5m")
    await world.grade(Severity.MEDIUM)
    assert world.minutes(ENGINEERING) == [5.0]
    await world.at("44m")
    assert world.pages("phone", since=5.1) == []


async def test_lowered_and_raised_again(world: World) -> None:
    """ESCALATION 19: down at 4 and up at 6: level 2 in 5 minutes from then, or earlier where it was due earlier."""
    await world.alert()
    await world.at("4m")
    await world.grade(Severity.LOW)
    await world.at("6m")
    await world.grade(Severity.CRITICAL)
    await world.at("11m")
    assert world.minutes(ENGINEERING) == [11.0]
    assert world.minutes(OPERATIONS)[0] == 0.0


async def test_only_people_lower_it(world: World) -> None:
    """ESCALATION 29: a monitor's lesser alert does not; nor may the bot."""
    await world.alert()
    await world.alert(severity="low", fingerprint="lesser")
    assert (await world.incident()).severity is Severity.CRITICAL
    with pytest.raises(Refused, match="Only people lower a severity"):
        await world.app.engine.do(amend.set_severity, 1, Severity.LOW, BOT)


async def test_after_a_raise_the_holder_is_called_and_has_five_minutes(world: World) -> None:
    """ESCALATION 20: the acknowledgement was for high; silence after the raise is an un-acknowledgement."""
    await world.alert(severity="high")
    await world.ack("ann")
    await world.at("10m")
    await world.alert(severity="critical", fingerprint="worse")
    assert world.pages("phone", since=1) == [(10.0, "phone", OPERATIONS)]
    assert "Still yours? INC-1 critical hft: ExchangeDisconnected on gw1" in [m.text for m in world.sent("mail")]
    await world.at("14m59s")
    assert (await world.ladder()).state == "held"
    await world.at("20m")
    assert world.minutes(ENGINEERING) == [20.0], "nobody's since 15, when level 1 was paged again"


async def test_a_confirmed_raise_is_covered(world: World) -> None:
    """ESCALATION 20: confirmed at 12, so that nobody else is paged; a note alone is no confirmation."""
    await world.alert(severity="high")
    await world.ack("ann")
    await world.at("10m")
    await world.alert(severity="critical", fingerprint="worse")
    await world.at("11m")
    said = await world.do(respond.note, 1, "ann", text="looking")
    assert said == (
        "Noted on INC-1. You are still asked whether you have it at severity critical, for another 4 min: "
        "/incident confirm 1"
    )
    assert (await world.ladder()).answer_by is not None
    await world.at("12m")
    await world.press(world.call(OPERATIONS), "1")
    await world.at("41m")
    assert (await world.ladder()).state == "held"
    assert world.minutes(ENGINEERING) == []


async def test_a_new_type_pages_its_people_at_once_and_only_they_can_stop_it(make_world: Make) -> None:
    """ESCALATION 20: an infrastructure incident of sapphire that somebody has turns out to be a breach as well."""
    world = await make_world("sapphire")
    await world.alert("NodeNotReady", severity="high")
    await world.do(respond.acknowledge, 1, "cid")
    await world.at("10m")
    await world.app.engine.do(amend.add_type, 1, "security", person("cid"))
    await world.tick()
    called = {to for minute, _, to in world.pages("phone") if minute == 10.0}
    assert called == {number("sapphire", "security_team"), number("sapphire", "devops_lead")}
    with pytest.raises(Refused, match="only they can stop"):
        await world.do(respond.acknowledge, 1, "bob")
    await world.press(world.call(number("sapphire", "security_team")), "1")
    assert (await world.ladder(part="security")).holder == "security_team"
    assert (await world.ladder()).holder == "UCID", "the incident itself keeps its holder"
    await world.at("39m")
    assert world.pages("phone", since=10.1) == []


async def test_who_stands_in_for_a_types_people_can_stop_it(make_world: Make) -> None:
    """ESCALATION 4, 20, 32: the senior developer answers for both roles of security; they are called, and their word
    counts."""
    world = await make_world("sapphire")
    for role in ("security_primary", "security_backup"):
        await world.app.engine.do(oncall.stand_in, "sapphire", role, ["senior_developer"], person("cid"))
    await world.alert("NodeNotReady", severity="high")
    await world.do(respond.acknowledge, 1, "cid")
    await world.app.engine.do(amend.add_type, 1, "security", person("cid"))
    await world.tick()
    (stand_in,) = await world.people_called(1)
    assert number("sapphire", stand_in.id) in {to for _, way, to in world.pages() if way == "phone"}
    await world.app.engine.do(respond.acknowledge, 1, stand_in)
    assert (await world.ladder(part="security")).holder == "senior_developer"
    assert await world.people_called(1) == []


async def test_a_new_type_repeats_until_its_people_answer(make_world: Make) -> None:
    """ESCALATION 8, 20: the ladder of the type begins again by itself."""
    world = await make_world("sapphire")
    await world.alert("NodeNotReady", severity="high")
    await world.do(respond.acknowledge, 1, "cid")
    await world.alert("SecurityBreach", severity="high", fingerprint="breach")
    await world.at("15m")
    assert world.minutes(number("sapphire", "security_team")).count(15.0) == 2, "by phone and by text message"


async def test_several_types_in_one_post(make_world: Make) -> None:
    """ESCALATION 20: Alertmanager puts both into one notification: the people of both are paged."""
    world = await make_world("sapphire")
    node = make_alert("NodeNotReady", "critical", "firing", START, "f1", "", {})
    breach = make_alert("SecurityBreach", "high", "firing", START, "f2", "", {})
    await world.post([node, breach])
    assert number("sapphire", "devops_lead") in {to for _, _, to in world.pages("phone")}
    assert number("sapphire", "security_team") in {to for _, _, to in world.pages("phone")}


async def test_raised_before_the_first_pages_have_left(world: World) -> None:
    """ESCALATION 19: nobody gets two mails at once, and the one they get tells the severity that it has now."""
    await world.alert("HighLatency", severity="medium", tick=False)
    answer = await world.alert("HighLatency", severity="critical", fingerprint="worse")
    assert answer.status_code == 202
    assert sorted(world.pages()) == [(0.0, "mail", "operations@company.com"), (0.0, "phone", OPERATIONS)]
    assert "critical" in world.mail("operations@company.com").text
    dropped = [page for page in await world.ledger() if page.state == "dropped"]
    assert [(page.way, page.outcome) for page in dropped] == [("mail", "replaced by a newer page before it was sent")]


async def test_raised_by_the_second_alert_of_one_post(world: World) -> None:
    """ESCALATION 19: both in one transaction: one mail, which tells the higher severity."""
    mild = make_alert("HighLatency", "medium", "firing", START, "f1", "", {})
    await world.post([mild, make_alert("HighLatency", "critical", "firing", START, "f2", "", {})])
    assert sorted(world.pages()) == [(0.0, "mail", "operations@company.com"), (0.0, "phone", OPERATIONS)]
    assert "critical" in world.mail("operations@company.com").text
    assert sorted(page.way for page in await world.ledger() if page.state != "failed") == ["mail", "phone"]


@pytest.mark.parametrize("later", [timedelta(0), timedelta(milliseconds=1)])
async def test_raised_just_after_the_first_pages_have_left(world: World, later: timedelta) -> None:
    """ESCALATION 19: the second mail is no repetition, however soon it comes: it tells the higher severity."""
    await world.alert("HighLatency", severity="medium")
    world.now += later
    await world.alert("HighLatency", severity="critical", fingerprint="worse")
    assert [mail.text.split()[1] for mail in world.sent("mail")] == ["medium", "critical"]


async def test_the_same_alert_called_worse_is_a_raise(world: World) -> None:
    """ESCALATION 19, 21: some monitors keep an alert's identity and start when it grows worse."""
    await world.alert("HighLatency", severity="medium", fingerprint="f1", starts=START)
    await world.at("1m")
    await world.alert("HighLatency", severity="critical", fingerprint="f1", starts=START)
    assert (await world.incident()).severity is Severity.CRITICAL


async def test_told_again_it_does_not_undo_what_a_person_lowered(world: World) -> None:
    """ESCALATION 29: only people lower it, and the same firing told once more is no new evidence."""
    await world.alert("HighLatency", severity="critical", fingerprint="f1", starts=START)
    await world.grade(Severity.MEDIUM)
    await world.at("5m")
    await world.alert("HighLatency", severity="critical", fingerprint="f1", starts=START)
    assert (await world.incident()).severity is Severity.MEDIUM


async def test_who_raises_it_knows_of_it(world: World) -> None:
    """ESCALATION 20: the holder's own decision is nothing to ask the holder about."""
    await world.alert("HighLatency", severity="medium")
    await world.ack("ann")
    await world.grade(Severity.CRITICAL, "ann")
    ladder = await world.ladder()
    assert (ladder.state, ladder.covers, ladder.answer_by) == ("held", Severity.CRITICAL, None)
    await world.at("10m")
    assert (await world.ladder()).state == "held"
