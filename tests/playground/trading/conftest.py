"""A trading system that runs well and has traded for two minutes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.playground.listening import loopback_client
from tests.playground.trading.running import Running


@pytest.fixture
async def hft(tmp_path: Path) -> AsyncIterator[Running]:
    async with loopback_client(5) as client:
        made = Running(tmp_path / "hft", client)
        await made.system.start()
        await made.go_on(120)
        yield made
        await made.system.stop()
