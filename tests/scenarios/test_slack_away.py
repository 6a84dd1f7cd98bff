"""Slack is away: mail and phone still go and say so, and are answered there; afterwards the thread is filled in."""

from __future__ import annotations

import pytest

from bot.engine import resolve, respond
from tests.scenarios.world import ENGINEERING, OPERATIONS, World


async def test_mail_and_phone_go_and_say_that_slack_is_away(slack_world: World) -> None:
    """ESCALATION 18: from the first page that knows it; the bot itself stays ready."""
    world = slack_world
    await world.slack.go_down()
    await world.alert()
    assert {way for _, way, _ in world.pages()} == {"mail", "phone"}
    await world.at("5m")
    mail = world.mail("platform-eng@company.com")
    assert mail.detail["body"].startswith("Slack has not answered since 03:00 UTC: answer here, not there.")
    assert "Slack does not answer now, so answer here" in await world.hear(world.call(ENGINEERING))
    assert (await world.web.get("/readyz")).status_code == 200
    assert (await world.alert("RiskLimit", key="g2")).status_code == 202


@pytest.mark.parametrize("how", ["link", "phone", "pagerduty"])
async def test_answered_without_it_and_filled_in_afterwards(slack_world: World, how: str) -> None:
    """ESCALATION 18: acknowledged by the link, by "1", or in PagerDuty; then one card and each thing said once."""
    world = slack_world
    await world.slack.go_down()
    await world.alert()
    await world.at("31m" if how == "pagerduty" else "6m")
    if how == "link":
        mail = world.mail("platform-eng@company.com")
        await world.open_link(mail)
        assert (await world.ladder()).state == "running"
        await world.answer_link(mail)
    elif how == "phone":
        await world.press(world.call(ENGINEERING), "1")
    else:
        await world.pagerduty("acknowledged", world.sent("pagerduty")[-1].detail["dedup"], "Dana")
    assert (await world.ladder()).state == "held"
    await world.pass_time("5m")
    await world.slack.come_back()
    await world.pass_time("3m")
    (card,) = world.cards()
    assert "has it" in card.text
    story = [line.partition("\n")[0] for line in world.lines()]
    assert len(story) == len(set(story)), "nothing is told twice"
    assert any("Level 1, Operations" in line for line in story)
    assert any("Level 2, Engineering on call" in line for line in story)
    assert any("has it" in line for line in story)
    assert world.direct("ann") == [], "nobody is paged by direct message for what somebody has by now"
    told = [m for m in world.sent("mail", to="operations@company.com") if not m.wants_answer]
    assert [("acknowledged INC-1" in m.text, m.minute < 32) for m in told] == [(True, True)], "but by mail, and at once"


async def test_down_in_the_midst_of_an_incident(slack_world: World) -> None:
    """ESCALATION 18: the card is there already; what happened meanwhile is told in order, once."""
    world = slack_world
    await world.alert()
    await world.at("1m")
    await world.slack.go_down()
    await world.at("2m")
    await world.press(world.call(OPERATIONS), "1")
    await world.at("4m")
    await world.do(respond.note, 1, "bob", text="first note")
    await world.do(respond.note, 1, "bob", text="second note")
    await world.at("20m")
    await world.do(resolve.resolve, 1, "ann")
    await world.at("30m")
    await world.slack.come_back()
    await world.at("33m")
    (card,) = world.cards()
    assert "resolved" in card.text
    heads = [line.partition("\n")[0].removeprefix("INC-1: ") for line in world.lines()]
    wanted = ["Level 1, Operations", "Operations has it", "first note", "second note", "Ann resolved it"]
    places = [heads.index(next(head for head in heads if want in head)) for want in wanted]
    assert places == sorted(places)
    assert len(heads) == len(set(heads)), "nothing is told twice"
    (page,) = world.direct("ann")
    assert "INC-1 is resolved" in page.readable()


async def test_started_while_slack_is_away(slack_world: World) -> None:
    """ESCALATION 18: no reason not to start."""
    world = slack_world
    await world.stop_bot()
    await world.slack.go_down()
    await world.start_bot()
    await world.alert()
    assert world.minutes(OPERATIONS) == [0.0]
    await world.slack.come_back()
    await world.at("2m")
    assert len(world.cards()) == 1


async def test_an_unanswered_incident_keeps_climbing_while_slack_is_away(slack_world: World) -> None:
    """ESCALATION 6, 18: level by level at its minute, without the direct messages."""
    world = slack_world
    await world.slack.go_down()
    await world.alert()
    await world.at("46m")
    assert [minute for minute, _, _ in world.pages("phone")] == [0.0, 5.0, 15.0, 30.0, 45.0]
    await world.slack.come_back()
    await world.at("50m")
    assert len(world.cards()) == 1
    assert 1 <= len(world.direct("ann")) <= 2
