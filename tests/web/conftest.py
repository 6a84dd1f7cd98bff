"""A bot with three endpoints, to be posted to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.scenarios.world import World
from tests.web.boards import NEXT, TOKEN


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A bot for hft, with secrets for the endpoints of Alertmanager (two, for rotation) and Grafana."""
    environ = {
        "TOCSIN_VAR_ALERTMANAGER_TOKEN_NEXT": "the-next-token-the-next-token",
        "TOCSIN_VAR_GRAFANA_SECRET": "grafana-signing-secret",
        "TOCSIN_VAR_GENERIC_TOKEN": "generic-token-generic-token",
    }
    made = World(None, f"sqlite:///{tmp_path}/tocsin.db", environ)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def board(tmp_path: Path) -> AsyncIterator[World]:
    """A bot with a board, and both ways in: signed links, and the screen's token (two, for rotation)."""
    environ = {"TOCSIN_BOARD_LINKS": "yes", "TOCSIN_BOARD_TOKEN": f"{TOKEN},{NEXT}"}
    made = World(None, f"sqlite:///{tmp_path}/tocsin.db", environ)
    await made.start()
    yield made
    await made.stop()
