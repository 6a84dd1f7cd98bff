"""Pages in the browser: a digit answers a call, and they go out while Slack is down."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect
from playwright.async_api import TimeoutError as Unreachable

from tests.browser.conftest import PATIENCE_S, Open, declare

pytestmark = pytest.mark.asyncio(loop_scope="session")
OPERATIONS = "#to-mailbox-operations-example-com"
"""The mailbox of the first level, who are paged at once."""
SOON_MS = PATIENCE_S * 1000


@pytest_asyncio.fixture(loop_scope="session")
async def page(open_page: Open) -> AsyncIterator[Page]:
    """Bob's window. Afterwards Slack is up and connected, whatever came of the test: others use the same demo."""
    opened = await open_page("/?as=bob")
    yield opened
    await opened.request.post("/panel/inspector/slack", form={"up": "1"})
    await expect(opened.locator("body")).to_have_attribute("data-slack", "up", timeout=SOON_MS)


async def answered(page: Page, words: str) -> Locator:
    """The call about this incident, picked up. Which one a call is about is said only then, and other tests' calls
    come and end by themselves. Their lines are left open: one whose incident is over hangs up by itself."""
    ringing = page.get_by_role("article", name="Call, Ringing")
    async with asyncio.timeout(PATIENCE_S):
        while True:
            call = page.locator(f"[id='{await ringing.first.get_attribute('id')}']")
            with suppress(Unreachable):
                await call.get_by_role("button", name="Pick up", exact=True).click(timeout=3_000)
            await expect(call).to_contain_text(re.compile("Press 1|Nobody picked up|Ended"))
            if words in await call.inner_text():
                return call


async def test_one_on_the_phone_is_an_acknowledgement(page: Page):
    card = await declare(page, "The phone rings for this one")
    await page.get_by_role("tab", name="Mailbox and phone").click()
    call = await answered(page, "The phone rings for this one")
    await call.get_by_role("button", name=re.compile("^1 ")).click()
    await expect(call.locator("kbd")).to_have_text("1")
    await expect(card).to_contain_text("Acknowledged by")
    await expect(card).not_to_contain_text("is paged at")


async def test_slack_goes_down_and_the_channel_is_filled_in_afterwards(page: Page):
    await page.get_by_role("tab", name="Inspector").click()
    await page.get_by_text("Make Slack fail").click()
    await page.get_by_role("switch", name="Slack is down").click()
    await expect(page.get_by_text("pages still go out, and the channel is filled in")).to_be_visible()
    await expect(page.get_by_text("nobody can write or press anything here")).to_be_visible()
    await page.get_by_role("tab", name="Trading system").click()
    await page.get_by_role("button", name=re.compile("Break.*Stale market data")).click()
    await page.get_by_role("tab", name="Mailbox and phone").click()
    mail = page.locator(f"{OPERATIONS} .mail summary").filter(has_text=re.compile(r"INC-\d+ high .*Coinbase"))
    await expect(mail).to_have_count(1, timeout=SOON_MS)
    await expect(page.get_by_role("article", name="Call, Ringing").first).to_be_visible()
    number = re.search(r"INC-\d+", await mail.inner_text())[0]
    cards = page.locator("#log").get_by_role("article").filter(has_text=f"{number} ")
    await expect(cards).to_have_count(0)
    await page.get_by_role("tab", name="Inspector").click()
    await page.get_by_role("button", name="Let Slack come back").click()
    await expect(cards).to_have_count(1, timeout=SOON_MS)
    await expect(page.locator("#banner")).to_be_hidden()
    await cards.get_by_role("link", name="last at").click()
    replies = page.locator("#replies")
    await expect(replies.get_by_text("Level 1, Operations: paging")).to_have_count(1)
    await expect(cards).to_have_count(1)
