"""A typo in the settings of one way of paging: the bot says so when it starts, and pages by the others."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from bot.core.errors import BadContent
from tests.scenarios.conftest import Make


async def test_it_is_said_at_the_start_and_the_others_page(make_world: Make) -> None:
    """ESCALATION 6: calls are off, which stands on the ledger with what to correct; the mail goes."""
    with capture_logs() as logs:
        world = await make_world(TOCSIN_TWILIO_RING_SECONDS="x", TOCSIN_SMTP_HOTS="mail.desk.example")
    told = {entry["variable"]: entry for entry in logs if entry["event"] == "setting"}
    assert told["TOCSIN_TWILIO_RING_SECONDS"]["log_level"] == "error"
    assert "phone and sms are off" in told["TOCSIN_TWILIO_RING_SECONDS"]["message"]
    assert "from 5 to 600" in told["TOCSIN_TWILIO_RING_SECONDS"]["remedy"]
    assert told["TOCSIN_SMTP_HOTS"]["log_level"] == "warning"
    assert told["TOCSIN_SMTP_HOTS"]["remedy"] == "did you mean TOCSIN_SMTP_HOST?"
    await world.alert()
    pages = {page.way: page for page in await world.ledger()}
    assert pages["mail"].state == "sent"
    assert (pages["phone"].state, pages["phone"].outcome) == (
        "failed",
        "phone is not configured: correct TOCSIN_TWILIO_RING_SECONDS",
    )


async def test_a_time_zone_that_there_is_none_of(make_world: Make) -> None:
    """Nights and weeks would be wrong without a word: it does not start, and says what to write."""
    with pytest.raises(BadContent, match=r"TOCSIN_TIME_ZONE: write a name .* such as Europe/London"):
        await make_world(TOCSIN_TIME_ZONE="Mars/Olympus")
