"""What is looked at stays in view: the end of a channel below a picture that comes later, the place in a channel whose
thread is opened; and what somebody has said is shown to them."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Open

pytestmark = pytest.mark.asyncio(loop_scope="session")


def picture(height: int) -> bytes:
    """A PNG of one grey column."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0\x80" * height)) + \
        chunk(b"IEND", b"")  # fmt: skip


async def say(page: Page, words: str) -> Locator:
    """The message of these words, of which the first line is nobody else's."""
    composer = page.locator("#main-foot textarea")
    await composer.fill(words)
    await composer.press("Enter")
    said = page.locator("#log").get_by_role("article").filter(has_text=words.splitlines()[0])
    await expect(said).to_be_visible()
    return said


async def test_the_end_stays_in_view_below_a_picture(open_page: Open, tmp_path: Path):
    (tmp_path / "chart.png").write_bytes(picture(250))
    ann, bob = await open_page("/?as=ann&in=hft-engineering"), await open_page("/?as=bob&in=hft-engineering")
    for number in range(3):
        await say(ann, f"Hour {number}\n" + "nothing\n" * 20)
    await ann.locator("#main-foot").get_by_label("Attach files").set_input_files(tmp_path / "chart.png")
    await say(ann, "Latency of the last hour")
    for page in (ann, bob):
        await expect(page.locator("#log").get_by_alt_text("chart.png")).to_be_in_viewport(ratio=0.99)
    await bob.set_viewport_size({"width": 1440, "height": 500})
    await expect(bob.locator("#log").get_by_alt_text("chart.png")).to_be_in_viewport(ratio=0.99)


@pytest.mark.parametrize("width", [1440, 390])
async def test_who_opens_a_thread_is_where_they_were_afterwards(open_page: Open, width: int):
    page = await open_page("/?as=bob&in=hft-engineering", width=width)
    first = await say(page, f"Asked at a width of {width}")
    for number in range(3):
        last = await say(page, f"Answer {number} at a width of {width}\n" + "nothing\n" * 20)
    await first.scroll_into_view_if_needed()
    await expect(last).not_to_be_in_viewport()
    await first.hover()
    await first.get_by_role("link", name="Reply in thread").click()
    await expect(page.locator("#replies").get_by_text(f"Asked at a width of {width}")).to_be_visible()
    if width < 700:
        await page.get_by_role("link", name="Back to the channel").first.click()
    await expect(first).to_be_in_viewport()
    await expect(last).not_to_be_in_viewport()
    await expect(await say(page, f"Thanks for all of {width}")).to_be_in_viewport()
