"""What breaks on the trading system's panel is walked down to its cause: by the first playbook on the card, by the
checks, and by clicks."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Open

pytestmark = pytest.mark.asyncio(loop_scope="session")


@asynccontextmanager
async def broken(page: Page, fault: str, title: re.Pattern[str]) -> AsyncIterator[Locator]:
    """The card of what was broken on the panel, once its checks have looked; afterwards it is mended and over."""
    row = page.get_by_role("tabpanel", name="Trading system").get_by_role("listitem").filter(has_text=fault)
    await row.get_by_role("button", name=re.compile("^Break")).click()
    found = page.locator("#log").get_by_role("article").filter(has_text=title).last
    await found.wait_for()
    card = page.locator(f"[id='{await found.get_attribute('id')}']")
    await expect(card).to_contain_text("Found: ")
    yield card
    await row.get_by_role("button", name=re.compile("^Mend")).click()
    await expect(card).to_contain_text("Resolved by the monitor")


async def walked(page: Page, card: Locator, title: str) -> Locator:
    """The message of the walk, by the first playbook that the card offers."""
    first = card.locator("button", has_text="📖").first
    await expect(first).to_contain_text(title)
    await first.click()
    await card.get_by_role("link", name="last at").click()
    walk = page.locator("#replies").get_by_role("article").filter(has_text="walked by ann")
    await expect(walk).to_contain_text(title)
    return walk


async def test_what_only_people_know_is_asked(open_page: Open) -> None:
    page = await open_page("/?as=ann")
    async with broken(page, "Connection pool exhausted", re.compile(r"database connections are taken")) as card:
        walk = await walked(page, card, "The pool of database connections is exhausted")
        await expect(walk).to_contain_text("The engine's pool is nearly used up (")
        await expect(walk).to_contain_text("The checks cannot tell: ")
        await walk.get_by_role("button", name="None runs long").click()
        await expect(walk).to_contain_text("How did their number rise?")
        await walk.get_by_role("button", name="Steadily, whatever the load").click()
        await expect(walk).to_contain_text("Steadily, whatever the load – ann")
        line = page.locator("#replies").get_by_role("article").filter(has_text="The playbook asks for the next level")
        await expect(line).to_contain_text("The engine's connections to the database leak")


async def test_what_fills_the_disk_is_found_without_an_answer(open_page: Open) -> None:
    page = await open_page("/?as=ann")
    async with broken(page, "Disk filling", re.compile(r"The disk of hft-1 is")) as card:
        walk = await walked(page, card, "A disk is filling up")
        await expect(walk).to_contain_text("A disk is over")
        await expect(walk).to_contain_text("Core dumps (")
        await expect(walk).to_contain_text("Keep the newest core dump for engineering")
