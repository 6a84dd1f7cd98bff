"""Pages in the browser: acknowledging stops them, a digit answers a call, and they go out while Slack is down."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.conftest import PATIENCE_S, Open, a_demo, declare, windows

pytestmark = pytest.mark.asyncio(loop_scope="session")
ENGINEERING = "#to-mailbox-engineering-example-com"
"""The mailbox of the second level, who are paged after five minutes."""
SOON_MS = PATIENCE_S * 1000


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def fast(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """Sixty times faster, so that five minutes are five seconds; and its Slack may be taken down."""
    async with a_demo(tmp_path_factory.mktemp("demo"), 60) as address:
        yield address


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(browser: Browser, fast: str) -> AsyncIterator[Open]:
    async with windows(browser, fast) as open_one:
        yield open_one


def mails(page: Page, mailbox: str, words: str) -> Locator:
    return page.locator(f"{mailbox} .mail summary").filter(has_text=words)


async def test_acknowledging_ends_the_countdown_and_the_pages(open_page: Open):
    page = await open_page("/?as=ann")
    mine = await declare(page, "Somebody takes this one")
    await expect(mine.locator("time[data-left]")).to_be_visible()
    await mine.get_by_role("button", name="Acknowledge").click()
    await expect(mine).to_contain_text("Acknowledged by @ann")
    await expect(mine).not_to_contain_text("is paged at")
    # An incident that began later and that nobody takes: when its second level is paged, the first one's was due.
    await declare(page, "Nobody takes this one")
    await page.get_by_role("tab", name="Mailbox and phone").click()
    await expect(mails(page, ENGINEERING, "Nobody takes this one")).to_be_visible(timeout=SOON_MS)
    await expect(mails(page, ENGINEERING, "Somebody takes this one")).to_have_count(0)


async def test_one_on_the_phone_is_an_acknowledgement(open_page: Open):
    page = await open_page("/?as=ann")
    card = await declare(page, "The phone rings for this one")
    await page.get_by_role("tab", name="Mailbox and phone").click()
    calls = page.get_by_role("article", name=re.compile("^Call, "))
    # Which incident a call is about is said when it is answered.
    await expect(calls.filter(has_text="Ringing").first).to_be_visible()
    while True:
        ringing = page.get_by_role("article", name="Call, Ringing").first
        call = page.locator(f"[id='{await ringing.get_attribute('id')}']")
        await call.get_by_role("button", name="Pick up", exact=True).click()
        await expect(call.locator(".voice").first).to_be_visible()
        if "The phone rings for this one" in await call.inner_text():
            break
        await call.get_by_role("button", name="Hang up").click()
        await expect(call).to_contain_text("Ended")
    await call.get_by_role("button", name=re.compile("^1 ")).click()
    await expect(call.locator("kbd")).to_have_text("1")
    await expect(card).to_contain_text("Acknowledged by")
    await expect(card).not_to_contain_text("is paged at")


async def test_slack_goes_down_and_the_channel_is_filled_in_afterwards(open_page: Open):
    page = await open_page("/?as=bob")
    await page.get_by_role("tab", name="Inspector").click()
    await page.get_by_text("Make Slack fail").click()
    await page.get_by_role("switch", name="Slack is down").click()
    await expect(page.get_by_text("pages still go out, and the channel is filled in")).to_be_visible()
    await expect(page.get_by_text("nobody can write or press anything here")).to_be_visible()
    await page.get_by_role("tab", name="Trading system").click()
    await page.get_by_role("button", name=re.compile("Break.*Disk filling")).click()
    await page.get_by_role("tab", name="Mailbox and phone").click()
    operations = "#to-mailbox-operations-example-com"
    mail = mails(page, operations, re.compile("disk", re.I))
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
