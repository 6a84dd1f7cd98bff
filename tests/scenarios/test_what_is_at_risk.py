"""What is at risk is read with the first look at an incident; a loss above the limit makes it critical by itself, the
ladder is planned anew, and the card says so. What cannot be read counts as above the limit."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.core.alert import Severity
from bot.engine import amend
from tests.scenarios.risking_desk import RiskingDesk
from tests.scenarios.world import World, person, world_with_slack


@pytest.fixture
def desk(tmp_path: Path) -> RiskingDesk:
    return RiskingDesk(tmp_path)


@pytest.fixture
async def world(sqlite_url: str, desk: RiskingDesk) -> AsyncIterator[World]:
    async with world_with_slack(sqlite_url, desk.environ) as made:
        yield made


async def looked(world: World) -> None:
    await world.app.looking.tick()
    await world.tick()


async def test_the_card_says_what_is_at_risk(world: World, desk: RiskingDesk) -> None:
    await world.alert("Slow")
    assert "At risk" not in world.card().readable()
    await looked(world)
    risk = "*At risk:* open orders 14 · positions 3 · profit $250, as of "
    assert risk in world.card().readable()
    assert risk in world.direct("ann")[0].readable()
    assert (await world.incident()).severity is Severity.MEDIUM
    assert await world.said("exposure") == ["At risk: open orders 14 · positions 3 · profit $250"]
    assert not [line for line in world.lines() if "At risk" in line], (
        "the card holds it; the thread is not told each time"
    )


async def test_one_look_reads_it_with_its_own_checks(world: World, desk: RiskingDesk) -> None:
    """The book is of the suite and read once; the account is read beside."""
    await world.alert("Slow")
    await looked(world)
    (look,) = await world.app.engine.look(lambda tx: tx.looks.of_incident(1))
    evidence = await world.app.engine.look(lambda tx: tx.looks.evidence_of(look.id))
    assert [one.check for one in evidence] == ["book", "account"]


async def test_a_loss_raises_it_and_the_ladder_is_planned_anew(world: World, desk: RiskingDesk) -> None:
    """ESCALATION 19, 20, 29: level 1, who had a mail, is called at once; level 2 in 5 minutes instead of 30."""
    desk.holds(pnl=-1240.0)
    await world.alert("Slow")
    assert world.pages("phone") == []
    await looked(world)
    incident = await world.incident()
    assert incident.severity is Severity.CRITICAL
    assert world.pages("phone") == [(0.0, "phone", "+15550100")]
    card = world.card().readable()
    assert "INC-1 · critical" in card
    assert "loss $1,240" in card
    assert await world.said("severity") == ["Severity medium → critical (loss above $1,000: loss $1,240)"]
    (line,) = [line for line in world.lines() if "medium" in line and "critical" in line]
    assert "Why: loss above $1,000: loss $1,240" in line
    assert "Ladder: level 1 (First) now, level 2 (Second) in 5 min instead of 30 min" in line
    assert await world.said("type") == ["Also of type financial_loss (loss above $1,000: loss $1,240)"]
    await world.at("5m")
    assert world.pages("phone")[1:] == [(5.0, "phone", "+15550101")]
    risk = "At risk: open orders 14 · positions 3 · loss $1,240, as of 03:00 UTC"
    assert risk in world.mail("bob@example.com").detail["body"]
    heard = await world.hear(world.call("+15550101"))
    assert "At risk: open orders 14, positions 3, loss 1,240 dollars." in heard


async def test_what_cannot_be_read_counts_as_above_the_limit(world: World, desk: RiskingDesk) -> None:
    """ESCALATION 29: and it is said that it could not be read."""
    desk.loses_its_account()
    await world.alert("Slow")
    await looked(world)
    assert (await world.incident()).severity is Severity.CRITICAL
    (said,) = await world.said("severity")
    assert "profit cannot be read, which counts as above the limit" in said
    assert "profit unknown" in world.card().readable()
    assert world.pages("phone") == [(0.0, "phone", "+15550100")]


async def test_what_a_person_has_lowered_stays_low_while_nothing_changes(world: World, desk: RiskingDesk) -> None:
    """ESCALATION 29: the next look finds the same loss, and raises nothing."""
    desk.holds(pnl=-1240.0)
    await world.alert("Slow")
    await looked(world)
    await world.grade(Severity.MEDIUM)
    await world.at("31m")
    await looked(world)
    assert (await world.incident()).severity is Severity.MEDIUM
    assert len(await world.said("exposure")) > 1, "it has been read again"


async def test_a_loss_that_comes_back_raises_it_again(world: World, desk: RiskingDesk) -> None:
    """ESCALATION 29: that is new evidence."""
    desk.holds(pnl=-1240.0)
    await world.alert("Slow")
    await looked(world)
    await world.grade(Severity.MEDIUM)
    desk.holds(pnl=100.0)
    await world.at("31m")
    await looked(world)
    assert (await world.incident()).severity is Severity.MEDIUM
    desk.holds(pnl=-5000.0)
    await world.at("76m")
    await looked(world)
    assert (await world.incident()).severity is Severity.CRITICAL


async def test_a_person_is_told_how_the_ladder_was_planned_anew(world: World) -> None:
    """ESCALATION 19."""
    await world.alert("Slow")
    await world.at("18m")
    assert await world.grade(Severity.CRITICAL) == (
        "INC-1 is critical now (was medium). Level 1 (First) now, level 2 (Second) in 5 min instead of 12 min."
    )
    await world.at("19m")
    assert await world.grade(Severity.LOW) == (
        "INC-1 is low now (was critical). Level 2 (Second) in 11 min instead of 4 min."
    )


async def test_the_form_says_what_the_severities_mean_and_wants_a_reason(world: World) -> None:
    await world.alert("Slow")
    await world.push("ann", world.card(), "incident.more", value="severity 1")
    form = world.slack.views("ann")[-1]
    said = str(form.content)
    assert "Over $1,000 may be lost" in said, "the desk's own words"
    assert "Something small does not work" in said, "the usual words where it has none"
    assert list(await world.slack.submit("ann", form, {"severity": "critical"}) or {}) == ["why"]
    assert (await world.incident()).severity is Severity.MEDIUM
    assert await world.slack.submit("ann", form, {"severity": "critical", "why": "both gateways"}) is None
    await world.worked()
    assert await world.said("severity") == ["Severity medium → critical (both gateways)"]


async def test_of_an_incident_that_is_over_the_card_says_no_more_what_was_at_risk(world: World) -> None:
    await world.alert("Slow")
    await looked(world)
    assert "At risk" in world.card().readable()
    await world.resolved("Slow")
    assert "At risk" not in world.card().readable()


async def test_a_look_by_a_person_reads_what_it_looks_at(world: World, desk: RiskingDesk) -> None:
    """ESCALATION 29: who looks at the account in the thread finds the loss, and it is raised for what they found."""
    await world.alert("Slow")
    await looked(world)
    desk.holds(orders=2, pnl=-1240.0)
    await world.pass_time("1m")
    await world.say("ann", f"<@{world.slack.bot_user}> diag account", world.card())
    await world.unfolded()
    await world.tick()
    assert (await world.incident()).severity is Severity.CRITICAL
    card = world.card().readable()
    assert "open orders 14 · positions 3 · loss $1,240, as of" in card, (
        "what was not looked at stands as it was read before"
    )
    assert await world.app.engine.do(amend.set_severity, 1, Severity.HIGH, person("ann"), why="closed the position")
