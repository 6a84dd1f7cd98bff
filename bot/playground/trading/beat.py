"""The beat: a trading system and its monitoring on a clock that runs by itself, as in the demo."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.playground.trading.monitoring import Monitoring, Posted
from bot.playground.trading.system import TradingSystem

_PAST_S, _PAST_STEP_S = 300, 10


class Beat:
    """Ticks both, twice a second of real time. What is done by hand happens at the clock's present."""

    def __init__(
        self, folder: Path, now: Callable[[], datetime], endpoint: Callable[[], str], token: str, *,
        tell: Callable[[Posted], None] = lambda _: None, every_s: float = 0.5,
    ) -> None:  # fmt: skip
        """`folder` is made at the start. `now` is the clock, however fast; the rest is as `Monitoring` wants it."""
        self._now, self._every_s = now, every_s
        self.system = TradingSystem(folder, now() - timedelta(seconds=_PAST_S))
        self.monitoring = Monitoring(lambda: self.system.url, endpoint, token, tell=tell)
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Start the system, let it have traded for five minutes, and go on by itself."""
        await self.system.start()
        begins = self._now()
        for back in range(_PAST_S - _PAST_STEP_S, -1, -_PAST_STEP_S):
            await self.system.tick(begins - timedelta(seconds=back))
        self._keep(self._go_on())

    async def stop(self) -> None:
        """Stop both."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.monitoring.stop()
        await self.system.stop()

    async def _go_on(self) -> None:
        while True:
            now = self._now()
            await self.system.tick(now)
            await self.monitoring.tick(now)
            await asyncio.sleep(self._every_s)

    def break_(self, key: str) -> str:
        """Break it now; the fault's title. Raises KeyError."""
        return self.system.break_(key, self._now()).title

    def mend(self, key: str = "") -> None:
        """Mend it of one fault, or of all. Raises KeyError."""
        self.system.mend(key)

    def _keep(self, doing: Coroutine[Any, Any, None]) -> None:
        """Nobody waits for it, so what goes wrong in it is told to the loop."""
        task = asyncio.create_task(doing)
        self._tasks.append(task)
        task.add_done_callback(_tell)


def _tell(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (problem := task.exception()) is not None:
        task.get_loop().call_exception_handler({"message": "The trading system stands still", "exception": problem})
