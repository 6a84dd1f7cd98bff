"""A breakable trading system beside a bot: its monitoring posts to the bot over real HTTP, on the story's clock."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bot.playground.listening import HOST, Listener
from bot.playground.trading.monitoring import Monitoring, Posted
from bot.playground.trading.system import TradingSystem
from tests.scenarios.world import TOKEN, World


@dataclass(frozen=True, kw_only=True)
class Desk:
    """All three, moved on together."""

    world: World
    system: TradingSystem
    monitoring: Monitoring
    posted: list[Posted]

    async def go_on(self, seconds: float, step_s: float = 10) -> None:
        """The story goes on by so much."""
        until = self.world.now + timedelta(seconds=seconds)
        while self.world.now < until:
            await self.world.until(min(self.world.now + timedelta(seconds=step_s), until))
            await self.system.tick(self.world.now)
            await self.monitoring.tick(self.world.now)
            await self.world.tick()

    async def go_on_until(self, posts: int, patience_s: float = 600) -> None:
        """Go on until monitoring has posted so many times."""
        until = self.world.now + timedelta(seconds=patience_s)
        while len(self.posted) < posts:
            assert self.world.now < until, f"monitoring posted {len(self.posted)} times, not {posts}"
            await self.go_on(10)

    async def breaks(self, fault: str) -> None:
        """It breaks, and goes on until monitoring says so."""
        already = len(self.posted)
        self.system.break_(fault, self.world.now)
        await self.go_on_until(already + 1)

    async def is_mended(self, fault: str = "") -> None:
        """It is mended, and goes on until monitoring says so."""
        already = len(self.posted)
        self.system.mend(fault)
        await self.go_on_until(already + 1)


@asynccontextmanager
async def desk(world: World, folder: Path) -> AsyncIterator[Desk]:
    """A trading system that runs well, watched for a bot."""
    system = TradingSystem(folder, world.now)
    await system.start()
    try:
        async with watched(world, system) as made:
            yield made
    finally:
        await system.stop()


@asynccontextmanager
async def watched(world: World, system: TradingSystem) -> AsyncIterator[Desk]:
    """A trading system that runs already, watched for a bot that listens on a port of its own."""
    bot = Listener(world.app.web)
    endpoint = f"http://{HOST}:{await bot.open()}/alerts/alertmanager"
    posted: list[Posted] = []
    monitoring = Monitoring(lambda: system.url, lambda: endpoint, TOKEN, tell=posted.append)
    try:
        made = Desk(world=world, system=system, monitoring=monitoring, posted=posted)
        await made.go_on(60)
        yield made
    finally:
        await monitoring.stop()
        await bot.close()
