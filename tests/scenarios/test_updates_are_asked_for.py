"""People say how an incident stands: a form, at a pace that the severity sets; missed twice, the next level is told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.core.alert import Severity
from bot.engine import resolve, respond, updates
from tests.scenarios.told_desk import EVERYBODY, HEADS, ToldDesk, reports
from tests.scenarios.world import START, World, world_with_slack


@pytest.fixture
async def world(sqlite_url: str, tmp_path: Path) -> AsyncIterator[World]:
    async with world_with_slack(sqlite_url, ToldDesk(tmp_path).environ) as made:
        yield made


async def minutes(world: World, kind: str) -> list[float]:
    return [(e.at - START).total_seconds() / 60 for e in await world.timeline() if e.kind == kind]


async def update(world: World, text: str, who: str = "ann", **fields: str) -> str:
    return await world.do(updates.give, 1, who, said={"summary": text, **fields})


@pytest.mark.parametrize(
    ("severity", "due"), [("critical", [15.0, 30.0]), ("high", [30.0]), ("medium", []), ("low", [])]
)
async def test_asked_for_at_the_pace_of_its_severity(world: World, severity: str, due: list[float]) -> None:
    await world.alert(severity=severity)
    await world.ack()
    await world.at("34m")  # from minute 35 on nobody has a critical one whose holder stays silent
    assert await minutes(world, "update_due") == due


async def test_nobody_is_asked_before_somebody_has_it_nor_after_the_end(world: World) -> None:
    await world.alert()
    await world.at("20m")
    assert await minutes(world, "update_due") == []
    await world.ack()
    await world.at("36m")
    assert await minutes(world, "update_due") == [35.0]
    await world.do(resolve.resolve, 1, "ann", why="restarted")
    await world.at("3h")
    assert await minutes(world, "update_due") == [35.0]


async def test_nobody_is_asked_while_nobody_has_it(world: World) -> None:
    """Who was asked has given it back: it pages, and asks for no words."""
    await world.alert()
    await world.ack()
    await world.at("10m")
    await world.do(respond.unacknowledge, 1, "ann")
    await world.at("25m")
    assert await minutes(world, "update_due") == []
    await world.ack("bob")
    await world.at("41m")
    assert await minutes(world, "update_due") == [40.0]


async def test_asked_in_the_thread_with_a_form_that_knows_what_is_known(world: World) -> None:
    await world.alert(summary="gateway lost its session")
    await world.ack()
    await world.at("16m")
    asked = next(m for m in world.thread() if "an update of the report is due" in m.readable())
    assert "<@UANN00001>: an update of the report is due" in asked.readable()
    await world.click("ann", asked, "update")
    (view,) = world.slack.views("ann")
    assert "Update INC-1" in view.readable()
    assert "🔴 ACTIVE" in view.readable()
    assert view.values["summary"]["summary"]["value"].startswith("gateway lost its session")
    assert view.values["services"]["services"]["value"] == "feed"
    await world.slack.submit("ann", view, {"users": "no quotes on two desks", "actions": "restarted the gateway"})
    await world.worked()
    await world.at("17m")
    told = next(line for line in world.lines() if "Update by" in line)
    assert "no quotes on two desks" in told
    (report,) = reports(world.slack)
    assert "restarted the gateway" in report.readable()
    await world.at("30m")
    assert await minutes(world, "update_due") == [15.0]
    await world.at("32m")
    assert await minutes(world, "update_due") == [15.0, 31.0]


async def test_missed_twice_the_next_level_is_told_once_and_quietly(world: World) -> None:
    await world.alert()
    await world.ack()
    await world.at("20m")
    await world.do(respond.note, 1, "ann", text="the session is gone")
    await world.at("29m")
    assert await minutes(world, "update_missed") == []
    paged = world.pages()
    await world.at("34m")
    assert await minutes(world, "update_missed") == [30.0]
    (told,) = world.direct("bob")
    assert "INC-1 has had no update of its report for a while" in told.readable()
    assert world.pages() == paged, "nobody is paged for it"
    said = "2 updates of the report were missed; level 2, Engineering, is told quietly"
    assert [said in line for line in world.lines()].count(True) == 1
    assert not any(said in text for text in world.broadcast()), "the whole channel need not know"


async def test_who_was_asked_twice_is_asked_seldom(world: World) -> None:
    """Somebody works on it for hours, and writes notes, but no updates."""
    await world.alert()
    await world.ack()
    for minute in range(20, 260, 20):
        await world.at(f"{minute}m")
        await world.do(respond.note, 1, "ann", text="still at it")
    assert await minutes(world, "update_due") == [15.0, 90.0, 150.0, 210.0]
    assert await minutes(world, "update_missed") == [30.0]


async def test_where_nobody_is_left_above_somebody_below_is_told(world: World) -> None:
    """The ladder has climbed to its end, where there is only a telephone."""
    await world.alert()
    await world.at("31m")
    await world.ack()
    for minute in (40, 50, 60):
        await world.at(f"{minute}m")
        await world.do(respond.note, 1, "ann", text="still at it")
    await world.at("62m")
    (missed,) = [e for e in await world.timeline() if e.kind == "update_missed"]
    assert "is told quietly" in missed.text


async def test_who_is_silent_altogether_is_asked_that_and_the_ladder_goes_on(world: World) -> None:
    """ESCALATION 12: the next level is paged at minute 35, and gets no message about updates before."""
    await world.alert()
    await world.ack()
    await world.at("36m")
    assert await minutes(world, "update_due") == [15.0, 30.0]
    assert await minutes(world, "update_missed") == []
    assert [m for m in world.direct("bob") if "no update" in m.readable()] == []


async def test_an_update_begins_the_count_anew(world: World) -> None:
    await world.alert()
    await world.ack()
    await world.at("20m")
    said = await update(world, "we look at the gateway")
    assert said == (
        "The report of INC-1 is updated and goes to #hft-engineering, heads@example.com, everybody@example.com. "
        "The next update is due in 15 min."
    )
    await world.at("36m")
    assert await minutes(world, "update_missed") == []
    assert await minutes(world, "update_due") == [15.0, 35.0]


async def test_raised_it_is_due_sooner(world: World) -> None:
    await world.alert(severity="medium")
    await world.ack()
    await world.at("10m")
    await world.grade(Severity.CRITICAL)
    await world.at("26m")
    assert await minutes(world, "update_due") == [25.0]


async def test_communications_are_asked_where_somebody_has_them(world: World) -> None:
    await world.alert()
    await world.ack()
    await world.slash("bob", "/incident communications 1")
    await world.at("16m")
    asked = next(m for m in world.thread() if "an update of the report is due" in m.readable())
    assert "<@UBOB00001>: an update" in asked.readable()


async def test_one_message_per_channel_kept_current_and_a_mail_for_each_update(world: World) -> None:
    await world.alert()
    await world.pass_time("2m")
    assert reports(world.slack) == [], "nothing is told before somebody is at it"
    await world.ack()
    await world.pass_time("1m")
    (report,) = reports(world.slack)
    assert "🔴 ACTIVE" in report.readable()
    assert world.sent("mail", to=HEADS) == [], "that somebody is at it is no news for a mailbox"
    await update(world, "the gateway is restarted")
    await world.pass_time("1m")
    await update(world, "prices come again", users="none")
    await world.pass_time("1m")
    await world.do(resolve.resolve, 1, "ann", why="a new session")
    await world.pass_time("2m")
    (report,) = reports(world.slack)
    assert "🟢 RESOLVED" in report.readable()
    assert "Fixed by: a new session" in report.readable()
    for address in (HEADS, EVERYBODY):
        mails = world.sent("mail", to=address)
        assert [mail.text.split(":")[0] for mail in mails] == [
            "INC-1 critical desk 🔴 ACTIVE", "INC-1 critical desk 🔴 ACTIVE", "INC-1 critical desk 🟢 RESOLVED"
        ]  # fmt: skip
        assert "prices come again" in mails[1].detail["body"]
        assert "the gateway is restarted" in mails[0].detail["body"]
        assert len({mail.detail["id"] for mail in mails}) == 3
        assert not any(mail.wants_answer or mail.link for mail in mails), "whoever reads it cannot answer for others"


async def test_lists_get_what_is_of_their_severity(world: World) -> None:
    await world.alert(severity="high")
    await world.ack()
    await update(world, "prices are late")
    assert len(world.sent("mail", to=HEADS)) == 1
    assert world.sent("mail", to=EVERYBODY) == []


async def test_mails_go_while_slack_is_away(world: World) -> None:
    """And the channel has the newest state, once, when it is back."""
    await world.slack.go_down()
    await world.alert()
    await world.ack()
    await update(world, "the gateway is restarted")
    assert len(world.sent("mail", to=HEADS)) == 1
    await world.at("5m")
    await update(world, "prices come again")
    assert len(world.sent("mail", to=HEADS)) == 2
    await world.slack.come_back()
    await world.at("12m")
    (report,) = reports(world.slack)
    assert "prices come again" in report.readable()


async def test_given_in_words(world: World) -> None:
    await world.alert()
    await world.ack()
    await world.slash("ann", "/incident update 1 gateway restarted, prices come")
    assert "The report of INC-1 is updated" in world.told("ann")
    assert await world.said("update") == ["gateway restarted, prices come"]
    await world.slash("bob", "/incident update 1")
    assert "Update INC-1" in world.slack.views("bob")[-1].readable()


async def test_a_report_that_was_deleted_is_posted_anew(world: World) -> None:
    await world.alert()
    await world.ack()
    await world.pass_time("1m")
    (report,) = reports(world.slack)
    await world.slack.delete("ann", report)
    await update(world, "we are at it")
    await world.pass_time("3m")
    (again,) = reports(world.slack)
    assert again.ts != report.ts
    assert "we are at it" in again.readable()
