"""Outside: where pages and cards arrive, and when. Pages at a bare HTTP server, cards at the local Slack."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import orjson

from bench.client import HOST
from bot.playground.workspace import Workspace


class Pages:
    """When the first page of each incident arrived."""

    def __init__(self) -> None:
        self.arrived: dict[int, float] = {}
        self._waiting: dict[int, asyncio.Future[float]] = {}

    def take(self, body: bytes, at: float) -> None:
        """One page."""
        number = orjson.loads(body)["incident"]
        if self.arrived.setdefault(number, at) == at and number in self._waiting:
            self._waiting.pop(number).set_result(at)

    async def of(self, number: int) -> float:
        """When the first page of this incident arrived or arrives."""
        if number not in self.arrived:
            self._waiting[number] = asyncio.get_running_loop().create_future()
            return await self._waiting[number]
        return self.arrived[number]


class _Receiver(asyncio.Protocol):
    """Reads posts and says yes."""

    def __init__(self, pages: Pages) -> None:
        self._pages, self._read = pages, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._read += data
        while True:
            head, found, rest = self._read.partition(b"\r\n\r\n")
            if not found:
                return
            low = head.lower()
            at = low.index(b"content-length:") + 15
            length = int(low[at:].partition(b"\r\n")[0])
            if len(rest) < length:
                return
            now = time.time()
            self._read = rest[length:]
            self._transport.write(b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n")  # type: ignore[attr-defined]
            self._pages.take(rest[:length], now)


@dataclass(frozen=True, slots=True)
class Outside:
    """All that is outside of the bot."""

    pages: Pages
    pages_url: str
    workspace: Workspace

    @property
    def slack(self) -> dict[str, str]:
        """What points the bot at the local Slack; nothing comes back from there."""
        environ = self.workspace.environ
        return {name: environ[name] for name in ("SLACK_API_URL", "SLACK_BOT_TOKEN")}

    def cards(self) -> dict[int, float]:
        """When the card of each incident was posted."""
        found: dict[int, float] = {}
        for call in self.workspace.calls("chat.postMessage"):
            kind, _, rest = call.arguments["metadata"]["event_payload"]["key"].partition(".")
            if kind == "card":
                found.setdefault(int(rest.partition(".")[0]), call.at)
        return found


@asynccontextmanager
async def outside() -> AsyncIterator[Outside]:
    """The outside, until the context ends."""
    pages = Pages()
    server = await asyncio.get_running_loop().create_server(lambda: _Receiver(pages), HOST, 0)
    port = server.sockets[0].getsockname()[1]
    async with Workspace(channels=("bench", "aside"), now=time.time) as workspace:
        yield Outside(pages, f"http://{HOST}:{port}/pages", workspace)
    server.close()
