"""What somebody does with messages of their own, as a browser has it: choosing files, editing, deleting, unfolding."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from playwright.async_api import Route, expect

from tests.browser.conftest import Open, declare

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_file_is_shared_its_words_are_edited_and_both_are_deleted(open_page: Open, tmp_path: Path):
    (tmp_path / "gate.log").write_text("gateway lost\n")
    ann, bob = await open_page("/?as=ann&in=hft-engineering"), await open_page("/?as=bob&in=hft-engineering")
    composer = ann.locator("#main-foot .composer")
    await composer.get_by_label("Attach files").set_input_files(tmp_path / "gate.log")
    await expect(composer.locator(".chosen")).to_contain_text("gate.log")
    await composer.get_by_role("button", name="Attach nothing").click()
    await expect(composer.locator(".chosen")).to_be_hidden()
    await composer.get_by_label("Attach files").set_input_files(tmp_path / "gate.log")
    await ann.keyboard.type("All of tonight")
    await ann.keyboard.press("Enter")
    seen = bob.locator("#log").get_by_role("article").filter(has_text="All of tonight")
    await seen.get_by_text("Preview").click()
    await expect(seen).to_contain_text("gateway lost")
    await expect(composer.locator(".chosen")).to_be_hidden()
    await expect(composer.locator("textarea")).to_have_value("")

    mine = ann.locator("#log").get_by_role("article").filter(has_text="All of tonight")
    await mine.get_by_label("More of this message").focus()
    await ann.keyboard.press("Enter")
    await mine.get_by_role("menuitem", name="Edit message").click()
    words = ann.get_by_role("dialog", name="Edit message").get_by_label("Message")
    await expect(words).to_have_value("All of tonight")
    await words.fill("All of tonight, once more")
    await ann.keyboard.press("Enter")
    text = seen.locator(".text")
    await expect(text).to_have_text("All of tonight, once more\N{NO-BREAK SPACE}(edited)")
    lines = await text.evaluate(
        "(text) => text.getClientRects().length && text.scrollHeight / parseFloat(getComputedStyle(text).lineHeight)"
    )
    assert round(lines) == 1

    await mine.get_by_label("More of this message").click()
    await mine.get_by_role("menuitem", name="Delete message").click()
    sure = ann.get_by_role("dialog", name="Delete message")
    await sure.get_by_role("button", name="Cancel").click()
    await expect(mine).to_be_visible()
    await mine.get_by_label("More of this message").click()
    await mine.get_by_role("menuitem", name="Delete message").click()
    await sure.get_by_role("button", name="Delete").click()
    await expect(seen).to_have_count(0)


async def test_fifty_thousand_characters_are_folded_until_somebody_wants_them(open_page: Open):
    page = await open_page("/?as=bob&in=hft-engineering")
    composer = page.locator("#main-foot textarea")
    await composer.fill("far too many words " * 2_650)
    await composer.press("Enter")
    message = page.locator("#log").get_by_role("article").filter(has_text="far too many words").last
    text = message.locator(".text")
    await expect(message.get_by_text("Show more")).to_be_visible()
    assert (await text.bounding_box())["height"] < 400
    await message.get_by_text("Show more").click()
    assert (await text.bounding_box())["height"] > 4_000
    await message.get_by_text("Show less").click()
    assert (await text.bounding_box())["height"] < 400


async def test_what_is_refused_while_one_types_on_is_shown(open_page: Open) -> None:
    """Two commands in a row, the first of which does not go through: the second stays where it is typed, and the words
    of the first are told, so that nothing vanishes."""
    page = await open_page()
    composer = page.locator("#main-foot textarea")
    typed_on = asyncio.Event()

    async def refuse(route: Route) -> None:
        await typed_on.wait()
        await route.fulfill(status=409, body="Slack refuses: ratelimited")

    await page.route("**/do/say*", refuse, times=1)
    await composer.fill("/incident list one")
    await composer.press("Enter")
    await expect(composer).to_have_value("")
    await composer.fill("/incident list two")
    typed_on.set()
    await expect(page.locator("#toasts")).to_contain_text("Not sent: /incident list one")
    await expect(composer).to_have_value("/incident list two")


async def test_two_commands_at_once_are_both_answered(open_page: Open) -> None:
    """Of one person in a row, and of two people at the same moment."""
    ann, bob = await open_page("/?as=ann"), await open_page("/?as=bob")
    await declare(ann, "Both of them type")
    answers = re.compile(r"INC-\d+ (now|already)|has INC-\d+ since")
    number = re.findall(r"INC-(\d+)", await ann.locator("#log").inner_text())[-1]
    before = [await page.locator("#log article").filter(has_text=answers).count() for page in (ann, bob)]
    composers = [page.locator("#main-foot textarea") for page in (ann, bob)]
    for composer in composers:
        await composer.fill(f"/incident ack {number}")
    await asyncio.gather(*(composer.press("Enter") for composer in composers))
    await composers[0].fill(f"/incident ack {number}")
    await composers[0].press("Enter")
    for page, count, more in zip((ann, bob), before, (2, 1), strict=True):
        await expect(page.locator("#log article").filter(has_text=answers)).to_have_count(count + more)
