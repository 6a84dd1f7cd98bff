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

Looks = Mapping[str, Mapping[str, Any]]
"""Theme -> which of its rules axe is to try; none named: all."""
WIDE: Looks = {"light": {}, "dark": {"runOnly": ["color-contrast"]}}
"""A theme changes nothing but colours."""
NARROW: Looks = {"light": {"rules": {"color-contrast": {"enabled": False}}}}
"""A phone changes none of them, but in the bar that it alone has."""


async def serious(page: Page, place: str, within: str = "html", looks: Looks = WIDE) -> list[str]:
    """What axe finds of serious or critical impact, each with where it is."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE_SCRIPT)
    found = []
    for theme, rules in looks.items():
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


@pytest.mark.parametrize("width", [1440, 390])
async def test_axe_finds_nothing_serious(open_page: Open, width: int):
    looks = WIDE if width > 700 else NARROW
    page = await open_page("/?as=bob", width=width, tour=True)
    found = await serious(page, "tour", "#tour", looks)
    await page.keyboard.press("Escape")
    card = await declare(page, f"Read by axe at {width}")
    found += await serious(page, "channel", looks=looks)
    await card.get_by_label("More actions").click()
    found += await serious(page, "menu", "main", looks)
    await page.keyboard.press("Escape")
    await card.get_by_role("link", name="last at").click()
    await expect(page.locator("#replies article").nth(1)).to_be_visible()
    found += await serious(page, "thread", "#thread", looks)
    for panel in PANELS:
        await page.locator(f".bottom [data-show={panel}]" if width < 700 else f"#tab-{panel}").click()
        if panel == "inspector":
            await page.locator(".exchange .line").first.click()
            await expect(page.locator(".exchange .detail")).to_be_visible()
        await unfold(page.locator(f"#panel-{panel}"))
        found += await serious(page, panel, "#drawer", looks)
    if width < 700:
        found += await serious(page, "bar", ".bottom", WIDE)
    await page.goto(page.url.split("?")[0] + "?as=bob&in=%40tocsin&tab=home")
    await page.locator("#home").get_by_role("button", name="Declare Incident").click()
    modal = page.get_by_role("dialog", name="Declare Incident")
    await modal.get_by_role("button", name="Declare").click()
    await expect(modal.locator(".error")).to_be_visible()
    found += await serious(page, "modal", "#views", looks)
    await page.keyboard.press("Escape")
    await expect(modal).to_be_hidden()
    found += await serious(page, "home", "main", looks)
    assert found == []
