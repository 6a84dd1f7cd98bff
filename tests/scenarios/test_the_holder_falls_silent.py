"""The holder of a critical incident falls silent: they are called, and after five minutes it is nobody's."""

from __future__ import annotations

import pytest

from bot.core.alert import Severity
from bot.core.oncall import Actor
from bot.engine import next_level, oncall, respond
from tests.scenarios.conftest import Make
from tests.scenarios.finding import found
from tests.scenarios.world import ENGINEERING, OPERATIONS, PAGERDUTY_KEY, World, person

EMERGENCY = Actor(id="emergency", name="Emergency", via="link")


async def _held(world: World, who: str = "ann") -> None:
    await world.alert()
    await world.ack(who)


async def test_called_after_30_minutes_and_released_after_five_more(world: World) -> None:
    """ESCALATION 12: the call asks; silence pages the highest level already paged, level 1 here."""
    await _held(world)
    await world.at("29m59s")
    assert world.pages("phone") == [(0.0, "phone", OPERATIONS)]
    await world.at("30m")
    assert world.minutes(OPERATIONS).count(30.0) == 2, "by phone and by text message"
    assert world.mail("operations@company.com").text.startswith("Still yours? INC-1")
    await world.at("34m59s")
    assert (await world.ladder()).state == "held"
    await world.at("35m")
    assert (await world.ladder()).state == "running"
    assert await world.said("unacknowledged") == ["Ann no longer has it (no confirmation from Ann within 5 min)"]
    await world.at("40m")
    assert world.minutes(ENGINEERING) == [40.0]


@pytest.mark.parametrize("how", ["phone", "link", "command"])
async def test_a_confirmation_keeps_it(world: World, how: str) -> None:
    """ESCALATION 12: by a digit, by the link, or by a command; then it lasts another 30 minutes."""
    await _held(world)
    await world.at("31m")
    if how == "phone":
        await world.press(world.call(OPERATIONS), "1")
    elif how == "link":
        mail = world.mail("operations@company.com")
        assert "Yes, Still Mine" in (await world.open_link(mail)).text.replace("&#39;", "'")
        await world.answer_link(mail, "confirm")
    else:
        await world.do(respond.confirm, 1)
    await world.at("60m59s")
    assert (await world.ladder()).state == "held"
    assert world.pages("phone", since=30.5) == []
    await world.at("61m")
    assert [minute for minute, _, _ in world.pages("phone", since=30.5)] == [61.0]


async def test_a_note_is_an_activity_but_what_the_bot_does_is_none(world: World) -> None:
    """ESCALATION 12: a person's note at 20 makes it last until 50; the bot's verdict at 40 does not."""
    await _held(world)
    await world.at("20m")
    await world.do(respond.note, 1, "bob", text="looking at the venue")
    await world.at("40m")
    await found(world, "the venue is down")
    await world.at("49m59s")
    assert world.pages("phone", since=1) == []
    await world.at("50m")
    assert len(world.pages("phone", since=1)) == 1


@pytest.mark.parametrize("again", [False, True])
async def test_asking_for_the_next_level_is_an_activity(world: World, again: bool) -> None:
    """ESCALATION 12, 14: at 40 the holder calls for help, and perhaps once more where nobody is above; they are not
    asked before 70."""
    await world.alert()
    await world.at("17m")
    await world.ack()
    await world.at("40m")
    await world.do(next_level.escalate_now, 1)
    if again:
        await world.at("41m")
        said = await world.do(next_level.escalate_now, 1)
        assert "is being called now; nobody is above" in said
    await world.at("69m59s")
    assert await world.said("asked") == []
    await world.at("71m")
    assert len(await world.said("asked")) == 1


async def test_a_monitors_alert_is_no_activity(world: World) -> None:
    """ESCALATION 12: "what the bot does by itself does not count", nor what a monitor does."""
    await _held(world)
    await world.at("20m")
    await world.alert(fingerprint="another")
    await world.at("30m")
    assert len(world.pages("phone", since=1)) == 1


async def test_lesser_severities_are_not_asked_about(world: World) -> None:
    """ESCALATION 12: only critical incidents; and not any more once somebody lowered it."""
    await world.alert(severity="high", key="g1")
    await world.ack(number=1)
    await world.alert("HighLatency", key="g2")
    await world.ack(number=2)
    await world.grade(Severity.HIGH, number=2)
    await world.at("3h")
    assert {minute for minute, _, _ in world.pages()} == {0.0}


async def test_when_the_shift_has_ended_whoever_is_on_call_is_called_and_may_answer(world: World) -> None:
    """ESCALATION 12: the role passed to Engineering: they are called, and their "1" makes it theirs."""
    await _held(world)
    await world.at("10m")
    await world.app.engine.do(oncall.stand_in, "hft", "level_1", ["engineering"], person("ann"))
    await world.at("30m")
    assert world.pages("phone", since=1) == [(30.0, "phone", ENGINEERING)]
    await world.press(world.call(ENGINEERING), "1")
    ladder = await world.ladder()
    assert (ladder.state, ladder.holder) == ("held", "engineering")
    await world.at("36m")
    assert (await world.ladder()).state == "held"
    assert world.mail("operations@company.com").text.startswith("Engineering on call took INC-1 over")


async def test_whoever_is_on_call_may_also_answer_by_the_link(world: World) -> None:
    """ESCALATION 12: "Yes, Still Mine" of somebody who was asked is a yes."""
    await _held(world)
    await world.app.engine.do(oncall.stand_in, "hft", "level_1", ["engineering"], person("ann"))
    await world.at("30m")
    await world.answer_link(world.mail("platform-eng@company.com"), "confirm")
    assert (await world.ladder()).holder == "engineering"


async def test_a_stand_in_whose_time_is_over_is_not_asked(world: World) -> None:
    """ESCALATION 12: Engineering stood in for level 1 and took it; now level 1 is Operations' own again."""
    await world.app.engine.do(oncall.stand_in, "hft", "level_1", ["engineering"], person("ann"))
    await world.alert()
    await world.ack("bob")
    await world.app.engine.do(oncall.own_again, "hft", "level_1", person("ann"))
    await world.at("30m")
    assert world.pages("phone", since=1) == [(30.0, "phone", OPERATIONS)]


async def test_the_holder_is_called_by_the_ways_that_are_set_up(make_world: Make) -> None:
    """ESCALATION 12: Emergency has a telephone and PagerDuty, but nothing to telephone with is configured."""
    world = await make_world(TOCSIN_TWILIO_ACCOUNT_SID="", TOCSIN_TWILIO_AUTH_TOKEN="")
    await world.alert()
    await world.app.engine.do(respond.acknowledge, 1, EMERGENCY)
    await world.at("30m")
    assert world.pages("pagerduty") == [(30.0, "pagerduty", PAGERDUTY_KEY)]
    assert await world.said("asked") == [
        "Asking Emergency (pagerduty) whether they still have it "
        "(Emergency is asked: no note, step or update for 30 min)"
    ]


async def test_the_holder_is_called_and_not_also_reported_to_pagerduty(world: World) -> None:
    """ESCALATION 12: it is the person who is asked; PagerDuty may wake somebody else."""
    await world.alert()
    await world.app.engine.do(respond.acknowledge, 1, EMERGENCY)
    await world.at("30m")
    assert {way for _, way, _ in world.pages(since=30)} == {"phone", "sms"}


async def test_a_holder_who_cannot_be_called_at_all(make_world: Make) -> None:
    """ESCALATION 12: what would be needed is on the ledger and in the thread; silence ends it as ever."""
    world = await make_world(
        TOCSIN_TWILIO_ACCOUNT_SID="",
        TOCSIN_TWILIO_AUTH_TOKEN="",
        TOCSIN_SMTP_HOST="",
        TOCSIN_VAR_HFT_OPERATIONS_SLACK="",
    )
    await _held(world)
    await world.at("30m")
    (asked,) = [e for e in await world.timeline() if e.kind == "asked"]
    assert asked.text == "Operations cannot be asked whether they still have it: no way to them works"
    assert any("phone is not configured" in failure for failure in asked.data["failed"])
    await world.at("35m")
    assert (await world.ladder()).state == "running"


async def test_somebody_who_is_no_contact_is_asked_where_they_can_be(world: World) -> None:
    """ESCALATION 12: Cid has no number here; after five minutes of silence the ladder pages level 1."""
    await _held(world, "cid")
    await world.at("34m59s")
    assert world.pages("phone", since=1) == []
    await world.at("35m")
    assert world.pages("phone", since=1) == [(35.0, "phone", OPERATIONS)]


async def test_at_the_very_minute_the_answer_wins(world: World) -> None:
    """ESCALATION 2, 12: confirmed at 35:00 sharp."""
    await _held(world)
    await world.at("34m59s")
    await world.jump("35m")
    await world.do(respond.confirm, 1)
    await world.at("40m")
    assert (await world.ladder()).state == "held"
