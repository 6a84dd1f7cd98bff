"""The board in a browser: it counts down, follows what happens, and can be read by everybody, everywhere."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import Open, declare
from tests.browser.test_accessible import serious

pytestmark = pytest.mark.asyncio(loop_scope="session")
BOARD = "/elsewhere/Board"
"""The playground's way to the bot's board."""


def card_of(board: Page, words: str):
    return board.get_by_role("main").locator("article").filter(has_text=words)


async def test_it_counts_down_and_follows_what_happens(open_page: Open):
    ann, board = await open_page("/?as=ann"), await open_page(BOARD)
    await expect(board).to_have_url(re.compile(r"/board$"))  # no secret stays in the address
    await expect(board.locator("#live")).to_have_text("Live,")
    slack = await declare(ann, "Seen on the board")
    card = card_of(board, "Seen on the board")
    await expect(card).to_contain_text("nobody has it")
    await expect(board.locator("#news")).to_contain_text("nobody has it")
    left = card.locator(".left").first
    first = await left.text_content()
    await expect(left).not_to_have_text(str(first))
    await expect(left).to_have_text(re.compile(r"^in \d+:\d\d"))
    await card.get_by_role("link").first.focus()
    await board.keyboard.press("Enter")
    await expect(board.get_by_role("heading", level=1)).to_contain_text("critical")
    report = board.get_by_role("link", name="Report")
    await report.focus()
    await slack.get_by_role("button", name="Acknowledge").click()
    await expect(board.get_by_role("article")).to_contain_text("Acknowledged by ann")
    await expect(board.locator("#news")).to_contain_text("ann has it")
    await expect(board.get_by_role("list").last.get_by_role("listitem").first).not_to_contain_text("opened")
    await expect(report).to_be_focused()  # the page was not loaded anew, only what has changed


async def test_a_card_links_to_its_page(open_page: Open):
    ann = await open_page("/?as=ann")
    slack = await declare(ann, "Linked to its page")
    link = slack.get_by_role("link", name="Board")
    board = await open_page(str(await link.get_attribute("href")))
    await expect(board).to_have_url(re.compile(r"/board/incidents/\d+$"))
    await expect(board.get_by_role("main")).to_contain_text("Linked to its page")
    await board.get_by_role("link", name="Report").click()
    await expect(board.get_by_role("heading", level=1)).to_contain_text("Linked to its page")


async def test_it_works_without_a_script(browser: Browser, open_page: Open, demo: str):
    await declare(await open_page("/?as=ann"), "Read without a script")
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(demo + BOARD)
    await expect(card_of(page, "Read without a script")).to_contain_text(
        re.compile(r"is paged at \d\d:\d\d UTC in \d+:\d\d")
    )
    await page.get_by_role("link", name="Refresh").click()
    await page.get_by_role("link", name="Past").click()
    await page.get_by_label("Words, or a number").fill("without script")
    await page.get_by_role("button", name="Search").click()
    await expect(page.get_by_role("row").filter(has_text="Read without a script")).to_be_visible()
    await context.close()


async def test_everybody_can_read_it_on_a_phone_too(open_page: Open):
    await declare(await open_page("/?as=ann"), "Read by everybody " + "wide" * 30)
    page = await open_page(BOARD, width=390, height=800)
    found = []
    card = card_of(page, "Read by everybody")
    await expect(card).to_be_visible()
    places = {"list": None, "incident": card.get_by_role("link").first, "past": "Past", "numbers": "Numbers"}
    for place, link in places.items():
        if link is not None:
            await (page.get_by_role("link", name=link, exact=True) if isinstance(link, str) else link).click()
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
        found += await serious(page, place)
        wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{place} is wider than a phone"
    assert found == []
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
