"""By keyboard alone: a slash command with completion, a modal with an error at its field, menus with arrow keys."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Open

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_declare_with_an_error_at_its_field(open_page: Open):
    page = await open_page("/?as=bob&in=hft-engineering")
    words = page.get_by_label("Message #hft-engineering")
    await words.focus()
    await page.keyboard.type("/inc")
    await expect(page.get_by_role("option", name="/incident")).to_have_attribute("aria-selected", "true")
    await page.keyboard.press("Tab")
    await expect(words).to_have_value("/incident ")
    await page.keyboard.type("declare")
    await page.keyboard.press("Enter")
    modal = page.get_by_role("dialog", name="Declare Incident")
    await expect(modal).to_be_visible()
    component = modal.get_by_label("Component")
    await component.fill("kraken")
    await page.keyboard.press("Enter")
    field = modal.get_by_label("What is wrong?")
    await expect(field).to_have_attribute("aria-invalid", "true")
    await expect(field).to_have_accessible_description("Please complete this required field.")
    await expect(field).to_be_focused()
    await expect(component).to_have_value("kraken")
    await page.keyboard.type("Prices of Kraken look odd")
    await component.focus()
    await page.keyboard.press("Enter")
    await expect(modal).to_be_hidden()
    await expect(words).to_be_focused()
    await page.goto(page.url.replace("hft-engineering", "hft-operations"))
    card = page.get_by_role("article").filter(has_text="Prices of Kraken look odd").first
    more = card.get_by_label("More actions")
    await more.focus()
    await page.keyboard.press("Enter")
    items = card.get_by_role("menuitem")
    await expect(items.first).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await expect(items.nth(1)).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(more).to_be_focused()
    await expect(items.first).to_be_hidden()
    acknowledge = card.get_by_role("button", name="Acknowledge")
    for _ in range(8):
        await page.keyboard.press("Shift+Tab")
        if await acknowledge.evaluate("(button) => button === document.activeElement"):
            break
    await expect(acknowledge).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(card).to_contain_text("Acknowledged by @bob")


async def test_escape_closes_a_modal_and_gives_the_focus_back(open_page: Open):
    page = await open_page("/?as=ann")
    button = page.get_by_role("navigation", name="Channels").get_by_role("button", name="Declare incident")
    await button.focus()
    await page.keyboard.press("Enter")
    modal = page.get_by_role("dialog", name="Declare Incident")
    await expect(modal).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(modal).to_be_hidden()
    await expect(button).to_be_focused()


async def test_what_is_refused_is_said_and_typed_text_is_kept(open_page: Open):
    page = await open_page("/?as=ann")
    words = page.get_by_label("Message #hft-operations")
    await words.fill("/nonsense please")
    await words.press("Enter")
    await expect(page.get_by_text("/nonsense is not a valid command.")).to_be_visible()
    await expect(words).to_have_value("/nonsense please")
    await words.fill("half a thought")
    await page.get_by_role("link", name="exchange-liaison").click()
    await expect(page.get_by_role("heading", name="exchange-liaison")).to_be_visible()
    await page.go_back()
    await expect(words).to_have_value("half a thought")
