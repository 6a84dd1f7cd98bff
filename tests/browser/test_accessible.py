"""axe finds nothing serious in anything that the page shows, in both themes and on a phone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Open, declare

pytestmark = pytest.mark.asyncio(loop_scope="session")
PANELS = ("trading", "mailbox", "inspector")

THEMES: Mapping[str, Mapping[str, Any]] = {"light": {}, "dark": {"runOnly": ["color-contrast"]}}
"""With the rules that axe is to try: a theme changes nothing but colours."""


async def serious(page: Page, place: str, within: str = "html") -> list[str]:
    """What axe finds of serious or critical impact in both themes, each with where it is."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE_SCRIPT)
    found = []
    for theme, rules in THEMES.items():
        await page.emulate_media(color_scheme=theme)
        # Only what is wrong comes back: what is right, with all its places, takes longer than looking.
        seen = await page.evaluate(
            "([within, rules]) => axe.run(within, {resultTypes: ['violations'], ...rules}).then((it) => it.violations)",
            [within, dict(rules)],
        )
        found += [
            f"{place}, {theme}: {one['id']} at {node['target']}: {node.get('failureSummary')}"
            for one in seen if one["impact"] in ("serious", "critical")
            for node in one["nodes"]
        ]  # fmt: skip
    return found


async def unfold(panel: Locator) -> None:
    """Open everything in a panel that can be unfolded."""
    await panel.locator("details").evaluate_all("all => all.forEach((one) => { one.open = true; })")


async def test_axe_finds_nothing_serious(open_page: Open):
    page = await open_page("/?as=bob", tour=True)
    found = await serious(page, "tour", "#tour")
    await page.keyboard.press("Escape")
    card = await declare(page, "Read by axe")
    found += await serious(page, "channel")
    await card.get_by_label("More actions").click()
    found += await serious(page, "menu", "main")
    await page.keyboard.press("Escape")
    await card.get_by_role("link", name="last at").click()
    await expect(page.locator("#replies article").nth(1)).to_be_visible()
    found += await serious(page, "thread", "#thread")
    for panel in PANELS:
        await page.locator(f"#tab-{panel}").click()
        if panel == "inspector":
            await page.locator(".exchange .line").first.click()
            await expect(page.locator(".exchange .detail")).to_be_visible()
        await unfold(page.locator(f"#panel-{panel}"))
        found += await serious(page, panel, "#drawer")
    await page.goto(page.url.split("?")[0] + "?as=bob&in=%40tocsin&tab=home")
    await page.locator("#home").get_by_role("button", name="Declare Incident").click()
    modal = page.get_by_role("dialog", name="Declare Incident")
    await modal.get_by_role("button", name="Declare").click()
    await expect(modal.locator(".error")).to_be_visible()
    found += await serious(page, "modal", "#views")
    await page.keyboard.press("Escape")
    await expect(modal).to_be_hidden()
    found += await serious(page, "home", "main")
    assert found == []


async def test_axe_finds_nothing_serious_in_what_a_phone_alone_shows(open_page: Open):
    """What a wide window shows as well is read there."""
    page = await open_page("/?as=bob", width=390)
    found = await serious(page, "header", ".top")
    await page.get_by_role("link", name="Back to the channels").click()
    await expect(page.get_by_role("main")).to_be_hidden()
    found += await serious(page, "list of channels", "#rail")
    await page.get_by_role("button", name="Trading system").click()
    await expect(page.locator("#drawer")).to_be_visible()
    found += await serious(page, "a panel", "#drawer")
    found += await serious(page, "bar", ".bottom")
    assert found == []
