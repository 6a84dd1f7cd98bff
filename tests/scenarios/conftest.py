"""The world of the stories, one per test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.scenarios.world import World


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A bot for hft without Slack, on SQLite: what the ladder does does not depend on Slack."""
    made = World(None, f"sqlite:///{tmp_path}/tocsin.db", {})
    await made.start()
    yield made
    await made.stop()
