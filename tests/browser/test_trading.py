"""The trading system's panel: what is broken there becomes a card, and mending it says so on the card."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Open

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_breaking_makes_a_card_and_mending_ends_it(open_page: Open):
    page = await open_page("/?as=ann")
    panel = page.get_by_role("tabpanel", name="Trading system")
    row = panel.get_by_role("listitem").filter(has_text="Database down")
    await row.get_by_role("button", name=re.compile("^Break")).click()
    await expect(row).to_contain_text("alert fires")
    await expect(panel.get_by_role("list", name="Alerts that fire")).to_contain_text("TimescaleDB does not answer")
    found = page.locator("#log").get_by_role("article").filter(has_text="TimescaleDB does not answer").first
    card = page.locator(f"[id='{await found.get_attribute('id')}']")  # whatever else may say so later
    await expect(card).to_contain_text("critical")
    await expect(card).to_contain_text("First step:")
    await row.get_by_role("button", name=re.compile("^Mend")).click()
    await expect(row).not_to_contain_text("alert fires")
    await expect(card).to_contain_text("over, says the monitor")
    await card.get_by_role("button", name="Confirm Positions").click()
    await expect(card).to_contain_text("Resolved")
    await expect(card.get_by_role("button", name="Acknowledge")).to_have_count(0)
    await expect(panel.get_by_role("list", name="Alerts that fire")).not_to_contain_text("TimescaleDB")
