"""Socket Mode: two connections to Slack, watched. A connection that says nothing for a while is replaced."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.websockets import SocketModeClient
from slack_sdk.web.async_client import AsyncWebClient

log = structlog.get_logger("slack")

_PONG_S = 5.0
_CLOSE_S = 2.0
_DRAIN_S = 3.0
_SLOWEST_S = 15.0
"""The longest pause between two attempts to connect: while there is no connection, clicks go unheard. Slack grants at
least 50 attempts a minute."""


class Sockets:
    """The connections of one process. slack_sdk's own reconnecting is off: it stays with a session that is dead and
    does not know. Here each connection is asked for a sign of life, and replaced as a whole."""

    def __init__(
        self, app: AsyncApp, app_token: str, web: AsyncWebClient, *, now: Callable[[], datetime], connections: int = 2,
        check_every: timedelta = timedelta(seconds=5), stale_after: timedelta = timedelta(seconds=30),
        give_up: Callable[[], None] = lambda: None, give_up_after: timedelta = timedelta(minutes=10),
    ) -> None:  # fmt: skip
        self._lines = [_Line(app, app_token, web, now, stale_after) for _ in range(connections)]
        self._now, self._check_s = now, check_every.total_seconds()
        self._stale_after, self._give_up, self._give_up_after = stale_after, give_up, give_up_after
        self._last_sign = now()
        self._watchers: list[asyncio.Task[None]] = []

    @property
    def connected(self) -> int:
        """How many connections are up."""
        return sum(line.up for line in self._lines)

    @property
    def stale(self) -> bool:
        """True when no connection has shown a sign of life for a while."""
        return self._now() - self.last_sign > self._stale_after

    @property
    def last_sign(self) -> datetime:
        """When any connection last showed a sign of life; before the first, when this was made."""
        return max([self._last_sign, *(line.last_sign for line in self._lines if line.last_sign is not None)])

    async def start(self) -> None:
        """Connect, and go on trying where Slack does not answer."""
        await asyncio.gather(*(line.renew("start") for line in self._lines))
        self._last_sign = max(self._last_sign, self._now())
        self._watchers = [asyncio.create_task(self._watch(line)) for line in self._lines]
        self._watchers.append(asyncio.create_task(self._despair()))

    async def stop(self) -> None:
        """Take nothing new in, let acknowledgements under way leave (at most 3 s), and close."""
        for watcher in self._watchers:
            watcher.cancel()
        await asyncio.gather(*self._watchers, return_exceptions=True)
        self._watchers = []
        await asyncio.gather(*(line.drain() for line in self._lines))
        await asyncio.gather(*(line.close() for line in self._lines))

    async def _watch(self, line: _Line) -> None:
        pause = self._check_s
        while True:
            await asyncio.sleep(pause)
            wrong = await line.wrong()
            if not wrong:
                pause = self._check_s
                continue
            # A refused connection is tried again ever more slowly.
            renewed = await line.renew(wrong)
            pause = self._check_s if renewed else min(max(pause, 0.5) * 2, _SLOWEST_S)

    async def _despair(self) -> None:
        while True:
            await asyncio.sleep(self._check_s)
            if self._now() - self.last_sign > self._give_up_after:
                log.critical("slack_sockets_given_up", since=self.last_sign.isoformat())
                self._give_up()
                return


class _Line:
    """One connection."""

    def __init__(
        self, app: AsyncApp, token: str, web: AsyncWebClient, now: Callable[[], datetime], stale_after: timedelta
    ) -> None:
        self._app, self._token, self._web, self._now, self._stale_after = app, token, web, now, stale_after
        self._client: SocketModeClient | None = None
        self._under_way: set[asyncio.Task[Any]] = set()
        self._logger = logging.getLogger("tocsin.sockets")
        self._logger.setLevel(logging.CRITICAL)
        self.last_sign: datetime | None = None
        self.up = False

    async def wrong(self) -> str:
        """Why this connection is to be replaced; empty while it answers."""
        client = self._client
        if client is None or not await client.is_connected():
            self.up = False
            return "not connected"
        session: Any = client.current_session
        try:
            await asyncio.wait_for(await session.ping(), _PONG_S)
        except Exception as problem:
            if self.last_sign is None or self._now() - self.last_sign > self._stale_after:
                self.up = False
                return f"no sign of life ({type(problem).__name__})"
            return ""
        self.last_sign = self._now()
        self.up = True
        return ""

    async def renew(self, why: str) -> bool:
        """Replace the connection by a new one; False when Slack does not let it."""
        old, self._client = self._client, None
        client = SocketModeClient(
            self._token, logger=self._logger, web_client=self._web, auto_reconnect_enabled=False, ping_interval=10
        )
        client.message_listeners.append(self._heard)
        client.socket_mode_request_listeners.append(self._take)
        try:
            await client.connect()  # type: ignore[no-untyped-call]
        except BaseException as problem:
            self.up = False
            await _close(client)
            if old is not None:
                await _close(old)
            if not isinstance(problem, Exception):
                raise
            # Whatever it is, trying again is the only thing to do; the reason is for whoever reads the log.
            log.error("slack_socket_failed", why=why, problem=type(problem).__name__, reason=_reason(problem))
            return False
        self._client, self.up, self.last_sign = client, True, self._now()
        log.info("slack_socket_up", why=why)
        if old is not None:
            await _close(old)
        return True

    async def _heard(self, _client: AsyncBaseSocketModeClient, _message: dict[str, Any], _raw: str | None) -> None:
        self.last_sign = self._now()

    async def _take(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._under_way.add(task)
        try:
            answer = await run_async_bolt_app(self._app, request)
            await send_async_response(client, request, answer, 0.0)
        finally:
            if task is not None:
                self._under_way.discard(task)

    async def drain(self) -> None:
        """Let acknowledgements under way leave."""
        if self._client is not None:
            self._client.socket_mode_request_listeners.clear()
        if self._under_way:
            await asyncio.wait(set(self._under_way), timeout=_DRAIN_S)

    async def close(self) -> None:
        """Close for good."""
        client, self._client, self.up = self._client, None, False
        if client is not None:
            await _close(client)


async def _close(client: SocketModeClient) -> None:
    with contextlib.suppress(Exception):
        await asyncio.wait_for(client.close(), _CLOSE_S)  # type: ignore[no-untyped-call]
    # Where closing took too long its tasks are still there.
    for task in (client.message_processor, client.current_session_monitor, client.message_receiver):
        if task is not None:
            task.cancel()
    await asyncio.gather(
        *(t for t in (client.message_processor, client.current_session_monitor, client.message_receiver) if t),
        return_exceptions=True,
    )


def _reason(problem: BaseException) -> str:
    response = getattr(problem, "response", None)
    data = getattr(response, "data", None)
    return str(data.get("error", "")) if isinstance(data, dict) else ""
