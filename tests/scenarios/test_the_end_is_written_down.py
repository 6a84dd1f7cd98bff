"""It is over: the thread asks what fixed it, then for the postmortem until it is there; what is left to do reminds by
itself; nothing is left, and it is closed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.alert import Severity
from bot.engine import items, phases, resolve, review
from bot.playground.values import View
from tests.scenarios.told_desk import HEADS, ToldDesk, files, reports
from tests.scenarios.world import START, World, person, world_with_slack

POINTS = {
    "symptoms": "Prices stood still.",
    "cause": "A session of yesterday.",
    "resolution": "Restarted the gateway.",
    "prevention": "Restart it at midnight.",
    "lessons": "Look at the session first.",
}


@pytest.fixture
async def world(sqlite_url: str, tmp_path: Path) -> AsyncIterator[World]:
    async with world_with_slack(sqlite_url, ToldDesk(tmp_path).environ) as made:
        yield made


async def hours(world: World, kind: str) -> list[float]:
    return [(e.at - START).total_seconds() / 3600 for e in await world.timeline() if e.kind == kind]


async def test_from_the_end_to_the_close(world: World) -> None:
    await world.alert()
    await world.ack()
    await world.do(resolve.resolve, 1, "ann")
    await world.pass_time("1m")
    asked = next(m for m in world.thread() if "What fixed INC-1?" in m.readable())
    await world.click("ann", asked, "fixed_by")
    await world.slack.submit("ann", None, {"why": "a new session"})
    await world.worked()
    assert (await world.incident()).fixed_by == "a new session"
    await world.resolved()
    await world.at("25h")
    due = next(m for m in world.thread() if "the postmortem of INC-1 is still to be written" in m.readable())
    assert "<@UANN00001>" in due.readable()
    assert "The postmortem of INC-1 is still to be written" in world.direct("ann")[-1].readable()
    await world.click("ann", due, "postmortem")
    (view,) = world.slack.views("ann")
    assert view.values["symptoms"]["symptoms"]["value"].startswith("ExchangeDisconnected on gw1")
    assert "Fixed by: a new session" in view.values["resolution"]["resolution"]["value"]
    await world.slack.submit("ann", view, POINTS)
    await world.worked()
    await world.pass_time("1m")
    (text,) = files(world.slack, ".md")
    (page,) = files(world.slack, ".html")
    for said in POINTS.values():
        assert said in text
        assert said in page
    assert "# Postmortem INC-1" in text
    await world.at("100h")
    assert await hours(world, "review_due") == [24.0]
    (report,) = reports(world.slack)
    assert "🟢 RESOLVED" in report.readable()
    await world.do(phases.close, 1, "ann")
    assert (await world.incident()).phase == "closed"


async def test_said_while_resolving_it_is_not_asked_again(world: World) -> None:
    await world.alert()
    await world.ack()
    await world.slash("ann", "/incident resolve 1 a new session")
    assert (await world.incident()).fixed_by == "a new session"
    assert await world.said("fix_asked") == []


async def test_resolved_elsewhere_it_is_asked(world: World) -> None:
    """What PagerDuty says of it is no cause."""
    await world.alert()
    await world.ack()
    who = replace(person("ann"), via="pagerduty")
    await world.app.engine.do(resolve.resolve, 1, who, why="in PagerDuty")
    assert (await world.incident()).fixed_by == ""
    assert len(await world.said("fix_asked")) == 1


async def test_what_fixed_it_then_did_not(world: World) -> None:
    """Fired anew it is open again, and what was said to have fixed it counts no longer."""
    await world.alert(severity="high")
    await world.ack()
    await world.do(resolve.resolve, 1, "ann", why="a new session")
    await world.at("10m")
    await world.alert(severity="high", starts=world.now)
    incident = await world.incident()
    assert (incident.phase, incident.fixed_by, incident.review_at) == ("active", "", None)
    assert [m.text.split(":")[0] for m in world.sent("mail", to=HEADS)] == [
        "INC-1 high desk 🟢 RESOLVED",
        "INC-1 high desk 🔴 ACTIVE",
    ]


async def test_asked_every_day_and_two_weeks_at_most(world: World) -> None:
    await world.alert(severity="high")
    await world.ack()
    await world.do(resolve.resolve, 1, "ann", why="a new session")
    await world.resolved(severity="high")
    await world.at("480h")
    assert await hours(world, "review_due") == [24.0 * day for day in range(1, 15)]
    assert (await world.said("review_due"))[-1].endswith("asked for the last time)")


@pytest.mark.parametrize("severity", ["medium", "low"])
async def test_small_ones_are_left_alone(world: World, severity: str) -> None:
    """A postmortem of them is written by whoever wants to."""
    await world.alert(severity=severity)
    await world.ack()
    await world.do(resolve.resolve, 1, "ann", why="a new session")
    await world.at("50h")
    assert await world.said("review_due") == []
    await world.do(review.write, 1, "ann", said=POINTS)
    assert len(await world.said("postmortem")) == 1


async def test_over_by_itself(world: World) -> None:
    """The monitor ends a high one that somebody had: the thread asks what fixed it."""
    await world.alert(severity="high")
    await world.ack()
    await world.at("5m")
    await world.resolved(severity="high")
    assert await world.said("fix_asked") == ["What fixed INC-1? (for the report, and for the next time)"]


# --- what is left to do


async def reminders(world: World, who: str) -> list[str]:
    return [m.readable().split("\n")[0] for m in world.direct(who) if "📌" in m.readable()]


async def test_reminded_the_day_before_on_the_day_and_daily_after_it(world: World) -> None:
    """START is a Saturday, 3 o'clock in the night; nine in the morning is when people are reminded."""
    await world.alert()
    await world.do(resolve.resolve, 1, "ann", why="a new session")
    await world.resolved()
    await world.slash("ann", "/incident item 1 watch the session's age @bob by monday")
    assert "Item 1 of INC-1: Bob, due Mon 2026-11-23." in world.told("ann")
    assert await reminders(world, "bob") == ["ann gave you something to do: watch the session's age"]
    await world.at("5d")
    assert (await reminders(world, "bob"))[1:] == [
        "Due tomorrow: watch the session's age",
        "Due today: watch the session's age",
        "1 day late: watch the session's age",
        "2 days late: watch the session's age",
    ]
    last = [m for m in world.direct("bob") if "📌" in m.readable()][-1]
    await world.click("bob", last, "item_done")
    await world.at("8d")
    assert len(await reminders(world, "bob")) == 5
    assert await world.said("item_done") == ["Done: watch the session's age"]


async def test_done_while_slack_is_away_nobody_is_reminded_afterwards(world: World) -> None:
    await world.alert()
    await world.ack()
    await world.slash("ann", "/incident item 1 watch it by today")
    await world.at("5h50m")
    await world.slack.go_down()
    await world.at("7h")
    await world.app.engine.do(items.done, 1, person("ann"))
    await world.slack.come_back()
    await world.at("8h")
    assert await reminders(world, "ann") == []


async def test_somebody_without_slack_gets_a_mail(world: World) -> None:
    await world.alert()
    await world.slash("ann", "/incident item 1 write it down @cid by 2026-11-22")
    assert [m.text for m in world.sent("mail", to="cid@example.com") if not m.wants_answer] == [
        "ann gave you something to do: INC-1, action item 1: write it down"
    ]


async def test_a_day_that_is_over_or_none_is_told(world: World) -> None:
    await world.alert()
    await world.slash("ann", "/incident item 1 watch it @bob by 2026-11-20")
    assert "Fri 2026-11-20 is over already; today is Sat 2026-11-21." in world.told("ann")
    await world.slash("ann", "/incident item 1 watch it @bob by 12/1")
    assert "could be two days" in world.told("ann")
    await world.slash("ann", "/incident item 1 restart it by hand")
    assert "no date" in world.told("ann")
    assert await world.said("item") == ["To do for Ann, no date: restart it by hand"]


async def test_listed_moved_and_counted_in_the_report(world: World) -> None:
    await world.alert()
    await world.ack()
    await world.slash("ann", "/incident item 1 watch it @bob by monday")
    await world.slash("ann", "/incident item 1 write it down by tuesday")
    await world.slash("ann", "/incident item due 1 friday")
    await world.slash("ann", "/incident items 1")
    assert "2 action items, 2 to do" in world.told("ann")
    assert "due Fri 2026-11-27" in world.told("ann")
    found = await world.app.engine.look(lambda tx: tx.items.open_of(person("bob").id))
    assert found == []  # this desk's contact is called otherwise than the story's
    found = await world.app.engine.look(lambda tx: tx.items.open_of("bob"))
    assert [item.text for item in found] == ["watch it"]
    await world.app.engine.do(items.done, 2, person("ann"))
    await world.slash("ann", "/incident report 1")
    await world.pass_time("2m")
    (text,) = files(world.slack, ".md")
    assert "- [ ] watch it – Bob, due Fri 2026-11-27 (item 1)" in text
    assert "- [x] write it down – Ann" in text


async def test_lowered_before_the_end_it_is_still_to_be_written(world: World) -> None:
    """It was critical for an hour: that it was low in the end does not spare the postmortem; of what was medium and
    lowered none is asked."""
    await world.alert()
    await world.ack()
    await world.grade(Severity.LOW)
    await world.do(resolve.resolve, 1, "ann", why="a new session")
    assert (await world.incident()).review_at is not None
    missing = await world.app.engine.look(lambda tx: phases.missing(tx, tx.incidents.get(1)))
    assert missing[0].mend == "/incident postmortem 1"
    await world.alert("Slow", severity="medium", key="g2", starts=START)
    await world.ack(number=2)
    await world.grade(Severity.LOW, number=2)
    await world.do(resolve.resolve, 2, "ann", why="a new session")
    assert (await world.incident(2)).review_at is None


async def _home(world: World, who: str) -> View:
    """Somebody opens their Home tab."""
    before = len(world.slack.calls("views.publish"))
    await world.slack.open_home(who)
    await world.slack.wait_for(lambda slack: len(slack.calls("views.publish")) > before)
    shown = world.slack.home(who)
    assert shown is not None
    return shown


async def test_home_holds_the_postmortems_that_one_owes(world: World) -> None:
    """Ann had INC-1 and led it: it stands on her Home tab until she has written it, and on nobody else's."""
    await world.alert()
    await world.click("ann", world.card(), "ack")
    assert "still owe" not in (await _home(world, "ann")).readable()
    await world.slash("ann", "/incident resolve 1 a new session")
    assert "still owe" not in (await _home(world, "bob")).readable()
    shown = await _home(world, "ann")
    assert "You still owe the postmortem of" in shown.readable()
    await world.click("ann", shown, "postmortem")
    await world.slack.submit("ann", None, POINTS)
    await world.worked()
    assert [e.kind for e in await world.timeline() if e.kind == "postmortem"] == ["postmortem"]
    assert "still owe" not in (await _home(world, "ann")).readable()


async def test_whoever_leads_owes_it_and_not_whoever_had_it(world: World) -> None:
    await world.alert(severity="high")
    await world.ack("ann")
    await world.slash("bob", "/incident lead 1")
    await world.do(resolve.resolve, 1, "ann", why="a new session")
    assert "still owe" not in (await _home(world, "ann")).readable()
    assert "still owe" in (await _home(world, "bob")).readable()
    await world.do(phases.close, 1, "ann", anyway=True)
    assert "still owe" not in (await _home(world, "bob")).readable()
