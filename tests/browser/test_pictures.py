"""`make pictures` works: the story can still be played, and every picture comes of it."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest
from playwright.async_api import Browser

from docs.pictures.take import PICTURES, THEMES
from tests.house.tree import ROOT

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_every_picture_is_taken(browser: Browser, tmp_path: Path):
    words = "import pathlib, sys; from docs.pictures.take import take; take(pathlib.Path(sys.argv[1]), 0.5)"
    script = await asyncio.create_subprocess_exec(sys.executable, "-c", words, str(tmp_path), cwd=ROOT)
    try:
        assert await script.wait() == 0
    finally:
        if script.returncode is None:  # a test that hung leaves neither a demo nor a browser behind
            script.terminate()
            await script.wait()
    assert {one.name for one in tmp_path.iterdir()} == {f"{name}-{theme}.png" for name in PICTURES for theme in THEMES}
