"""The worlds of the stories, one per test."""

from __future__ import annotations

import io
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack

import pytest
import structlog

from tests.scenarios.world import World, world_with_slack

Make = Callable[..., Awaitable[World]]


@pytest.fixture
async def make_world(sqlite_url: str) -> AsyncIterator[Make]:
    """Makes a world for the story's systems and variables; without Slack, on SQLite."""
    async with AsyncExitStack() as stack:

        async def make(systems: str = "hft", **environ: str) -> World:
            made = World(None, sqlite_url, {"TOCSIN_SYSTEMS": systems, **environ})
            await made.start()
            stack.push_async_callback(made.stop)
            return made

        yield make


@pytest.fixture
async def world(make_world: Make) -> World:
    """A bot for hft without Slack, on SQLite: what the ladder does does not depend on Slack."""
    return await make_world()


@pytest.fixture
async def slack_world(sqlite_url: str) -> AsyncIterator[World]:
    """The same with a local Slack by Socket Mode, whose time is the story's. Ann and Bob are on duty there."""
    async with world_with_slack(sqlite_url, {}) as made:
        yield made


@pytest.fixture
async def postgres_world(postgres_url: str) -> AsyncIterator[World]:
    """The same on PostgreSQL, where there may be several bots."""
    made = World(None, postgres_url, {})
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the bot logs, from now on."""
    root, config = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    yield io.StringIO()
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**config)
