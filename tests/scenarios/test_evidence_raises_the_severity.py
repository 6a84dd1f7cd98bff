"""Evidence raises the severity by itself; only people lower it. (Evidence comes with the checks; here is what it will
call, and the numbers that routes compare today.)"""

from __future__ import annotations

import pytest

from bot.core.alert import Severity
from bot.core.oncall import BOT
from bot.engine import amend
from tests.scenarios.conftest import Make
from tests.scenarios.world import World


async def test_the_bot_may_raise_and_says_why(world: World) -> None:
    """ESCALATION 29: as a check will do it, in the name of the bot."""
    await world.alert("HighLatency", severity="medium")
    why = "exposure 2,400,000 is above 1,000,000"
    await world.app.engine.do(amend.set_severity, 1, Severity.CRITICAL, BOT, why=why)
    assert (await world.incident()).severity is Severity.CRITICAL
    (said,) = await world.said("severity")
    assert said == f"Severity medium → critical ({why})"


@pytest.mark.parametrize(
    ("loss", "severity", "type_"),
    [
        ("1000.5", "critical", "financial_loss"),  # above
        ("1000", "medium", "non_critical"),  # not above
        ("999.99", "medium", "non_critical"),  # below
        ("-2500", "critical", "financial_loss"),  # a loss written as a negative result
        ("$1,250", "critical", "financial_loss"),  # as people write it
        ("NaN", "critical", "financial_loss"),  # no number: counts as above
        ("soon known", "critical", "financial_loss"),  # cannot be read: counts as above
    ],
)
async def test_a_money_route_compares_numbers(make_world: Make, loss: str, severity: str, type_: str) -> None:
    """ESCALATION 29: what cannot be read counts as above the limit, and it is said that it could not be read."""
    world = await make_world("tmt")
    await world.alert("PotentialLoss", severity="warning", loss_usd=loss)
    incident = await world.incident()
    assert (incident.severity.word, incident.type) == (severity, type_)
    (opened,) = await world.said("opened")
    assert ("could not be read" in opened) is (loss in ("NaN", "soon known"))


async def test_a_money_route_without_any_figure(make_world: Make) -> None:
    """ESCALATION 29: an alert about a loss that names no amount at all."""
    world = await make_world("tmt")
    await world.alert("DrawdownHigh", severity="warning")
    assert (await world.incident()).severity is Severity.CRITICAL
