"""Takes the documentation's pictures: starts the demo, plays a story in a browser and photographs what it shows.

`make pictures` writes them beside this file.
The story and its clock are always the same, numbers of the market are not.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

HERE = Path(__file__).parent
PICTURES = ("incident", "phone", "mailbox", "trading", "modal", "board")
"""Each is taken twice: `incident-light.png` and `incident-dark.png`."""
THEMES = ("light", "dark")
NIGHT = "2026-03-03T03:07:00+00:00"
"""When the story begins: a Tuesday in London."""

_CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_PATIENCE_MS = 30_000.0


def take(folder: Path, sharpness: float = 1.5) -> None:
    """Play the story, and write every picture into this folder, with so many points for one of the page's."""
    expect.set_options(timeout=_PATIENCE_MS)
    with _demo() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        _story(browser, address(), folder, sharpness)
        browser.close()


def _story(browser: Browser, address: str, folder: Path, sharpness: float) -> None:
    ann = _window(browser, f"{address}/?as=ann", 1440, 860, sharpness)
    card = ann.locator("#log").get_by_role("article").filter(has_text="Binance is disconnected")
    expect(card).to_contain_text("nobody has it")
    expect(card).to_contain_text("Found:")  # what the checks say, which takes a moment
    card.get_by_role("link", name="last at").click()
    expect(ann.locator("#replies").get_by_role("article").nth(1)).to_be_visible()
    ann.get_by_role("tab", name="Mailbox and phone").click()
    call = ann.get_by_role("article", name="Call, ").first
    expect(call).to_contain_text("Ringing")
    expect(ann.locator(".mail").first).to_be_visible()
    expect(ann.locator("#badge-mailbox")).to_be_hidden()
    ann.locator("#log").evaluate("(log) => { log.scrollTop = 0; }")
    _photograph(ann, "incident", folder)

    bob = _window(browser, f"{address}/?as=bob", 390, 760, sharpness)
    expect(bob.locator("#log").get_by_role("button", name="Acknowledge")).to_be_visible()
    bob.locator("#log").evaluate("(log) => { log.scrollTop = 0; }")
    _photograph(bob, "phone", folder)

    ann.set_viewport_size({"width": 1440, "height": 882})  # the drawer has the shape of the telephone's picture
    call.get_by_role("button", name="Pick up", exact=True).click()
    expect(ann.get_by_role("group", name="Keys that the call offers")).to_be_visible()
    _photograph(ann, "mailbox", folder, ann.locator("#drawer"))

    ann.get_by_role("tab", name="Trading system").click()
    fault = ann.locator("#trading-fault-clock_drift")
    fault.get_by_role("button", name="Break").click()
    expect(fault).to_contain_text("alert fires")
    ann.locator("#tabpanel-trading").evaluate("(panel) => { panel.scrollTop = 0; }")
    _photograph(ann, "trading", folder, ann.locator("#drawer"))

    ann.get_by_role("button", name="Declare incident").first.click()
    modal = ann.get_by_role("dialog", name="Declare Incident")
    modal.get_by_label("What is wrong?").fill(
        "Fills of Coinbase are missing since the failover\nThe venue shows twelve"
    )
    modal.get_by_label("Component").fill("coinbase")
    _photograph(ann, "modal", folder, modal)
    ann.keyboard.press("Escape")

    card.get_by_role("button", name="Acknowledge").click()
    board = _window(browser, f"{address}/elsewhere/Board", 1440, 620, sharpness)
    expect(board.get_by_role("article", name="INC-1")).to_contain_text("Acknowledged by")
    expect(board.get_by_role("article", name="INC-2")).to_contain_text("Found:")
    expect(board.locator("#live")).to_have_text("Live,")
    _photograph(board, "board", folder)


@contextmanager
def _demo() -> Iterator[Callable[[], str]]:
    """The demo in a process and a folder of its own, on the story's clock; what waits for its address."""
    with tempfile.TemporaryDirectory() as folder:
        asked = ["--fast", "20", "--at", NIGHT, "--port", "0", "--no-story"]
        process = subprocess.Popen(  # noqa: S603 - our own words
            [sys.executable, "-m", "bot", "demo", *asked], cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            text=True,
        )  # fmt: skip

        def address() -> str:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith("Open "), f"the demo did not start: {line}"
            return line.split()[1]

        try:
            yield address
        finally:
            process.terminate()
            try:
                process.wait(_PATIENCE_MS / 1000)
            except subprocess.TimeoutExpired:
                process.kill()
                raise


def _window(browser: Browser, address: str, width: int, height: int, sharpness: float) -> Page:
    context = browser.new_context(viewport={"width": width, "height": height}, device_scale_factor=sharpness)
    context.set_default_timeout(_PATIENCE_MS)
    context.add_init_script("localStorage.setItem('tour', 'seen')")
    page = context.new_page()
    page.goto(address)
    return page


def _photograph(page: Page, name: str, folder: Path, part: Locator | None = None) -> None:
    """In both themes at the same moment; the mouse and the focus out of the way."""
    assert name in PICTURES, name
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement?.blur()")
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        (part or page).screenshot(path=folder / f"{name}-{theme}.png", animations="disabled", caret="hide")


if __name__ == "__main__":
    take(HERE)
