"""The order-book feed: a WebSocket per market, first a snapshot, then every update with its sequence number."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.playground.trading.books import Side, Update
from bot.playground.trading.life import Life

_ROOM = 500
_UNKNOWN, _AWAY, _SLOW = 4404, 1013, 1008
"""Close codes: there is no such market; its venue is disconnected; the reader does not keep up."""


@dataclass(eq=False, slots=True)
class _Reader:
    key: str
    waiting: asyncio.Queue[dict[str, Any] | int] = field(default_factory=lambda: asyncio.Queue(_ROOM))
    """Messages, or the code to close with."""


class Feed:
    """Serves readers of `/api/v1/marketdata/stream/{venue}/{symbol}`."""

    def __init__(self, life: Life) -> None:
        self._life = life
        self._readers: set[_Reader] = set()

    @property
    def readers(self) -> int:
        """How many listen."""
        return len(self._readers)

    def tell(self) -> None:
        """Pass on what the last tick changed, and end the streams of venues that are disconnected."""
        for key, update in self._life.updates:
            for reader in self._readers:
                if reader.key == key:
                    _put(reader, self._message(key, update))
        for reader in list(self._readers):
            if self._is_away(reader.key):
                _put(reader, _AWAY)

    async def endpoint(self, socket: WebSocket) -> None:
        """One reader, until either side ends it."""
        key = f"{socket.path_params['venue']}:{socket.path_params['symbol']}"
        await socket.accept()
        if key not in self._life.books or self._is_away(key):
            await socket.close(_AWAY if key in self._life.books else _UNKNOWN)
            return
        reader = _Reader(key)
        self._readers.add(reader)
        reader.waiting.put_nowait(self._snapshot(key))
        sending = asyncio.create_task(_send(socket, reader))
        try:
            while True:
                await socket.receive_text()
        except (WebSocketDisconnect, RuntimeError):
            pass
        finally:
            self._readers.discard(reader)
            sending.cancel()

    def _is_away(self, key: str) -> bool:
        return self._life.books[key].market.venue in self._life.symptoms.disconnected

    def _snapshot(self, key: str) -> dict[str, Any]:
        book = self._life.books[key]
        return {
            "type": "snapshot",
            **self._head(key, self._life.host.time(book.at)),
            "sequence": book.sequence,
            **book.ours.rows(),
        }

    def _message(self, key: str, update: Update) -> dict[str, Any]:
        return {
            "type": "update",
            **self._head(key, self._life.time),
            "sequence": update.sequence,
            "previous_sequence": update.previous,
            "bids": _rows(update.bids),
            "asks": _rows(update.asks),
        }

    def _head(self, key: str, at: datetime) -> dict[str, Any]:
        market = self._life.books[key].market
        return {"exchange": market.venue, "symbol": market.symbol, "timestamp": at.isoformat(timespec="milliseconds")}


def _rows(side: Side) -> list[list[float]]:
    return [[price, quantity] for price, quantity in side.items()]


def _put(reader: _Reader, message: dict[str, Any] | int) -> None:
    """A reader that does not keep up loses its stream, rather than updates in the middle of it."""
    if reader.waiting.full():
        while not reader.waiting.empty():
            reader.waiting.get_nowait()
        message = _SLOW
    reader.waiting.put_nowait(message)


async def _send(socket: WebSocket, reader: _Reader) -> None:
    with suppress(RuntimeError, WebSocketDisconnect, OSError):
        while True:
            message = await reader.waiting.get()
            if isinstance(message, int):
                await socket.close(message)
                return
            await socket.send_json(message)
