"""Handing events, commands and interactions to the app: the ack timer, and Slack's retries of events."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from bot.playground.settings import Settings
from bot.playground.state import State
from bot.playground.values import Delivered, Json

Kind = Literal["events_api", "slash_commands", "interactive"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Ack:
    """What became of one attempt."""

    ok: bool
    answer: Any = None
    reason: str = ""
    """Why not: Slack's retry reason."""
    again: bool = True
    """False when the app asked for no retry (X-Slack-No-Retry)."""


class Way(Protocol):
    """Socket Mode or signed HTTP."""

    async def carry(self, kind: Kind, payload: Json, *, attempt: int, reason: str) -> Ack:
        """One attempt, at most as long as the ack timeout."""


class Delivery:
    """Only events are retried; a command or a press that is not acknowledged is lost, and the person is told."""

    def __init__(self, settings: Settings, state: State, way: Way) -> None:
        self.way = way
        self._settings = settings
        self._state = state
        self._tasks: set[asyncio.Task[None]] = set()
        self._hurry = asyncio.Event()

    def event(self, payload: Json) -> None:
        """Deliver in the background, with retries."""
        self._spawn(self._event(payload))

    async def ask(self, kind: Kind, payload: Json, *, attempt: int = 0, reason: str = "") -> Ack:
        """Deliver once and wait for the acknowledgement."""
        began = time.perf_counter()
        ack = await self.way.carry(kind, payload, attempt=attempt, reason=reason)
        delivered = Delivered(
            kind=kind,
            payload=payload,
            acked=ack.ok,
            reason=ack.reason,
            attempt=attempt,
            answer=ack.answer,
            at=self._state.now(),
            took=time.perf_counter() - began,
        )
        self._state.deliveries.append(delivered)
        self._state.announce("delivered", delivered=delivered)
        return ack

    def retry_now(self) -> None:
        """Every retry that waits for its minute is made at once."""
        hurried, self._hurry = self._hurry, asyncio.Event()
        hurried.set()

    async def close(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _event(self, payload: Json) -> None:
        reason = ""
        for attempt, delay in enumerate((0.0, *self._settings.retry_delays)):
            await self._pause(delay)
            ack = await self.ask("events_api", payload, attempt=attempt, reason=reason)
            if ack.ok or not ack.again:
                return
            reason = ack.reason

    async def _pause(self, seconds: float) -> None:
        if not seconds:
            return
        try:
            async with asyncio.timeout(seconds):
                await self._hurry.wait()
        except TimeoutError:
            pass

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
