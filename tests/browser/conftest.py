"""A browser that people have, and whole demos in processes of their own, on clocks that run faster."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from tests.programs import program

ARGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
PATIENCE_S = 30.0
START_S = 90.0
"""A whole bot and a trading system start, on a machine that may have much else to do."""

expect.set_options(timeout=15_000.0)

Open = Callable[..., Awaitable[Page]]
"""`await open(path, who=..., width=..., tour=...)`: a new window of somebody's own."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The pictures take longest: begun first, nobody waits for them at the end."""
    items.sort(key=lambda item: item.path.name != "test_pictures.py")


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    chromium = program("chromium", "chromium-browser", "google-chrome")
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=chromium, args=list(ARGS))
        yield launched
        await launched.close()


@asynccontextmanager
async def a_demo(folder: Path, speed: int) -> AsyncIterator[str]:
    """A demo so many times faster than real time; the address that it prints."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "demo", "--fast", str(speed), "--port", "0", "--no-story",
        cwd=folder, env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        async with asyncio.timeout(START_S):
            line = (await process.stdout.readline()).decode()
        assert line.startswith("Open http://127.0.0.1:"), line
        yield line.split()[1]
        process.terminate()
        async with asyncio.timeout(PATIENCE_S):
            assert await process.wait() == 0
    finally:
        if process.returncode is None:  # what went wrong leaves no demo behind
            process.kill()
            await process.communicate()


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def demo(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """Ten times faster: there is half a minute until the second level is paged."""
    async with a_demo(tmp_path_factory.mktemp("demo"), 10) as address:
        yield address


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(browser: Browser, demo: str) -> AsyncIterator[Open]:
    """Windows on the demo that all share; each test has incidents of its own there."""
    async with windows(browser, demo) as open_one:
        yield open_one


@asynccontextmanager
async def windows(browser: Browser, demo: str) -> AsyncIterator[Open]:
    """Windows that nobody else has; at the end no script has failed in any of them."""
    contexts = []
    wrong: list[str] = []

    async def open_one(
        path: str = "/?as=ann", *, width: int = 1440, height: int = 900, dark: bool = False, tour: bool = False
    ) -> Page:
        context = await browser.new_context(
            base_url=demo, viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light"
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE_S * 1000)
        if not tour:
            await context.add_init_script("localStorage.setItem('tour', 'seen')")
        page = await context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        await page.goto(path)
        return page

    yield open_one
    for context in contexts:
        await context.close()
    # Chromium tells of every answer that is no 2xx; what a person is refused is no mistake of the page.
    assert [one for one in wrong if "409 (Conflict)" not in one] == []


async def declare(page: Page, words: str, severity: str = "critical") -> Locator:
    """Open an incident by slash command in the channel that is seen; its card there."""
    composer = page.locator("#main-foot textarea")
    await composer.fill(f"/incident declare hft {severity} {words}")
    await composer.press("Enter")
    card = page.locator("#log").get_by_role("article").filter(has=page.get_by_role("button", name="Resolve"))
    found = card.filter(has_text=words)
    await found.wait_for()
    return found
