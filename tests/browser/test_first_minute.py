"""The first minute in the demo: the tour, an alert that became a card, a countdown, and a click that ends it."""

from __future__ import annotations

import asyncio
import re

import pytest
from playwright.async_api import Route, expect

from tests.browser.conftest import Open, declare

CARD = re.compile(r"critical · hft\s*Binance is disconnected")

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_tour_is_shown_once_and_again_on_request(open_page: Open):
    page = await open_page(tour=True)
    tour = page.get_by_role("dialog", name="Guided tour")
    await expect(tour.get_by_role("heading", level=3)).to_have_text("This is a whole Slack on your machine")
    for step in range(1, 5):
        await expect(tour.locator(".steps")).to_have_text(f"{step} of 5")
        await tour.get_by_role("button", name="Next").click()
    await expect(tour.get_by_role("heading", level=3)).to_have_text("Now break the system yourself")
    await tour.get_by_role("button", name="Start").click()
    await expect(tour).to_be_hidden()
    await page.reload()
    await expect(page.get_by_role("heading", name="hft-operations")).to_be_visible()
    await expect(tour).to_be_hidden()
    await page.get_by_role("button", name="Guided tour").click()
    await expect(tour).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(tour).to_be_hidden()


async def test_on_a_phone_the_tour_covers_nothing_that_it_shows(open_page: Open):
    page = await open_page(tour=True, width=390, height=844)
    tour = page.get_by_role("dialog", name="Guided tour")
    for step in range(1, 6):
        await expect(tour.locator(".steps")).to_have_text(f"{step} of 5")
        if step in (3, 4):  # a moment and a button on the card
            shown, log = await page.locator("#log .toured").bounding_box(), await page.locator("#log").bounding_box()
            assert log["y"] <= shown["y"]
            assert shown["y"] + shown["height"] <= (await tour.bounding_box())["y"]
        if step in (3, 5):  # a panel that is elsewhere
            await expect(page.locator(".bottom .toured")).to_be_in_viewport(ratio=1)
        await tour.locator("[data-tour=next]").click()
    await expect(page.locator(".toured")).to_have_count(0)


async def test_two_people_see_the_card_and_one_acknowledges_it(open_page: Open):
    ann, bob = await open_page("/?as=ann"), await open_page("/?as=bob", dark=True)
    cards = [page.get_by_role("article").filter(has_text=CARD) for page in (ann, bob)]
    for card in cards:
        await expect(card).to_contain_text("nobody has it")
        await expect(card.locator("time[data-left]")).to_be_visible()
    await cards[0].get_by_role("button", name="Acknowledge").click()
    for card in cards:
        await expect(card).to_contain_text("Acknowledged by @ann")
        await expect(card.get_by_role("button", name="Acknowledge")).to_have_count(0)
        await expect(card).not_to_contain_text("is paged at")
    await cards[1].get_by_role("link", name="last at").click()
    thread = bob.get_by_role("complementary", name="Thread")
    await expect(thread).to_contain_text("has it")


async def test_two_people_click_at_once_and_one_has_it(open_page: Open):
    ann, bob = await open_page("/?as=ann"), await open_page("/?as=bob")
    anns = await declare(ann, "Both of them click")
    bobs = bob.locator(f"[id='{await anns.get_attribute('id')}']")
    both = asyncio.Barrier(2)

    async def hold(press: Route) -> None:
        await both.wait()  # neither may see the other's answer before their own click
        await press.continue_()

    for page, card in ((ann, anns), (bob, bobs)):
        await page.route("**/do/press*", hold)
        await card.get_by_role("button", name="Acknowledge").click()
    for card in (anns, bobs):
        await expect(card).to_contain_text(re.compile("Acknowledged by @(ann|bob)"))
    holder = re.search("Acknowledged by @(ann|bob)", await anns.inner_text())[1]
    number = re.search(r"INC-\d+", await anns.inner_text())[0]
    assert f"Acknowledged by @{holder}" in await bobs.inner_text(), "both see the same"
    late = ann if holder == "bob" else bob
    told = late.locator("#log").get_by_role("article").filter(has_text=f"{holder} has {number} since")
    await expect(told).to_contain_text("Only visible to you")
    await expect(told).to_contain_text("To take it over: /incident take")


async def test_on_a_phone_list_channel_and_thread_are_steps(open_page: Open):
    page = await open_page("/?as=bob", width=390, height=844)
    card = page.get_by_role("article").filter(has_text=CARD)
    await card.get_by_role("link", name="last at").click()
    thread = page.get_by_role("complementary", name="Thread")
    await expect(thread).to_be_visible()
    await expect(page.get_by_role("main")).to_be_hidden()
    await thread.get_by_role("link", name="Back to the channel").click()
    await expect(page.get_by_role("main")).to_be_visible()
    mine = await declare(page, "Taken on the way home")
    await mine.get_by_label("More actions").click()
    menu = await mine.locator(".menu[open] [role=menu]").first.bounding_box()
    assert menu["x"] >= 8
    assert menu["x"] + menu["width"] <= 390 - 8
    await page.keyboard.press("Escape")
    await mine.get_by_role("button", name="Acknowledge").click()
    await expect(mine).to_contain_text("Acknowledged by @bob")
    bottom = page.get_by_role("navigation", name="Parts of the playground")
    await bottom.get_by_role("button", name="Trading system").click()
    await page.get_by_text("Look at it from outside").scroll_into_view_if_needed()
    low = await bottom.bounding_box()
    assert low["y"] + low["height"] == 844, "whatever is scrolled into view, the bar stays at the bottom"
    await bottom.get_by_role("button", name="Slack").click()
    await page.get_by_role("link", name="Back to the channels").click()
    await expect(page.get_by_role("main")).to_be_hidden()
    await page.get_by_role("navigation", name="Channels").get_by_role("link", name="hft-engineering").click()
    await expect(page.get_by_role("heading", name="hft-engineering")).to_be_visible()
    width = await page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390, "nothing sticks out"
