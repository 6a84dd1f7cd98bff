"""The venues' own public APIs, in the shapes of the real ones: the truth that our copy of it is compared with."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.playground.trading.books import Book
from bot.playground.trading.life import Life

Rows = list[list[str]]
Read = Callable[[Request], Any]
Answer = Callable[[Request], Awaitable[Response]]
_EVERY_S = 0.5
_AWAY = 1013
"""Closes a stream of a venue that is in an outage."""


class Venues:
    """Routes below `/binance`, `/coinbase` and `/kraken`. A venue in an outage answers 503, whatever is asked."""

    def __init__(self, life: Life) -> None:
        self._life = life

    def routes(self) -> list[BaseRoute]:
        """All of them."""
        paths: dict[str, dict[str, Read]] = {
            "binance": {
                "/api/v3/ping": lambda _: {},
                "/api/v3/time": lambda _: {"serverTime": self._milliseconds()},
                "/api/v3/depth": self._depth,
                "/api/v3/trades": self._trades,
                "/api/v3/exchangeInfo": self._info,
                "/sapi/v1/system/status": lambda _: {"status": 0, "msg": "normal"},
            },
            "coinbase": {
                "/time": lambda _: {"iso": self._life.now.isoformat(), "epoch": self._life.now.timestamp()},
                "/products/{native}": lambda r: _product(self._book("coinbase", r.path_params["native"])),
                "/products/{native}/book": lambda r: {
                    **self._rows(self._book("coinbase", r.path_params["native"])),
                    "time": self._life.now.isoformat(),
                },
                # Of its status page, which in the world has an address of its own.
                "/status/api/v2/summary.json": lambda _: {
                    "status": {"indicator": "none", "description": "All Systems Operational"},
                    "incidents": [],
                    "scheduled_maintenances": [],
                },
            },
            "kraken": {
                "/0/public/SystemStatus": lambda _: {"error": [], "result": {"status": "online"}},
                "/0/public/Time": lambda _: {"error": [], "result": {"unixtime": int(self._life.now.timestamp())}},
                "/0/public/AssetPairs": lambda r: {"error": [], "result": self._pair(r.query_params["pair"], _pair)},
                "/0/public/Depth": lambda r: {"error": [], "result": self._pair(r.query_params["pair"], self._rows)},
            },
        }  # fmt: skip
        return [
            *(
                Route(f"/{venue}{path}", self._answer(venue, read))
                for venue, reads in paths.items()
                for path, read in reads.items()
            ),
            WebSocketRoute("/binance/ws/{stream}", self._stream),
        ]

    def _answer(self, venue: str, read: Read) -> Answer:
        async def answer(request: Request) -> Response:
            if venue in self._life.symptoms.disconnected:
                return JSONResponse({"msg": "Service unavailable"}, status_code=503)
            if venue in self._life.symptoms.rate_limited:
                return JSONResponse({"code": -1003, "msg": "Too many requests"}, 429, {"Retry-After": "10"})
            try:
                return JSONResponse(read(request), headers={"X-MBX-USED-WEIGHT-1M": str(self._weight)})
            except KeyError as unknown:
                return JSONResponse({"code": -1121, "msg": f"Invalid symbol: {unknown}"}, status_code=400)

        return answer

    async def _stream(self, socket: WebSocket) -> None:
        """`btcusdt@ticker`: the best prices twice a second. What is no stream stays silent, as at the venue."""
        await socket.accept()
        native, _, kind = socket.path_params["stream"].upper().partition("@")
        books = [one for one in self._books("binance") if one.market.native == native and kind == "TICKER"]
        sending = asyncio.create_task(self._send(socket, books))
        with suppress(WebSocketDisconnect, RuntimeError):
            while True:
                await socket.receive_text()
        sending.cancel()

    async def _send(self, socket: WebSocket, books: list[Book]) -> None:
        with suppress(RuntimeError, WebSocketDisconnect, OSError):
            while "binance" not in self._life.symptoms.disconnected:
                for book in books:
                    bid, ask = book.venue.best_bid, book.venue.best_ask
                    named = {"e": "24hrTicker", "E": self._milliseconds(), "s": book.market.native}
                    await socket.send_json({**named, "b": str(bid), "a": str(ask)})
                await asyncio.sleep(_EVERY_S)
            await socket.close(_AWAY)

    @property
    def _weight(self) -> int:
        """Of the 6,000 that Binance allows in a minute."""
        return 20 * self._life.trader.per_minute(self._life.now)

    def _milliseconds(self) -> int:
        return int(self._life.now.timestamp() * 1000)

    def _books(self, venue: str) -> list[Book]:
        return [book for book in self._life.books.values() if book.market.venue == venue]

    def _book(self, venue: str, native: str) -> Book:
        for book in self._books(venue):
            if book.market.native == native:
                return book
        raise KeyError(native)

    def _depth(self, request: Request) -> dict[str, Any]:
        book = self._book("binance", request.query_params["symbol"])
        return {"lastUpdateId": book.sequence, **self._rows(book)}

    def _trades(self, request: Request) -> list[dict[str, Any]]:
        book = self._book("binance", request.query_params["symbol"])
        return [{"id": book.sequence, "price": str(book.venue.best_bid), "qty": "0.01", "time": self._milliseconds()}]

    def _info(self, request: Request) -> dict[str, Any]:
        asked = request.query_params.get("symbol")
        books = [self._book("binance", asked)] if asked else self._books("binance")
        limits = [{"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1, "limit": 6000}]
        return {"rateLimits": limits, "symbols": [_filters(book) for book in books]}

    def _pair(self, native: str, read: Callable[[Book], dict[str, Any]]) -> dict[str, Any]:
        return {native: read(self._book("kraken", native))}

    def _rows(self, book: Book) -> dict[str, Rows]:
        return {side: [[str(p), str(q)] for p, q in rows] for side, rows in book.venue.rows().items()}


def _filters(book: Book) -> dict[str, Any]:
    market = book.market
    return {
        "symbol": market.native,
        "status": "TRADING",
        "filters": [
            {"filterType": "PRICE_FILTER", "tickSize": f"{market.tick:.8f}"},
            {"filterType": "LOT_SIZE", "minQty": f"{market.lot:.8f}", "stepSize": f"{market.lot:.8f}"},
            {"filterType": "NOTIONAL", "minNotional": "10.00000000"},
        ],
    }


def _product(book: Book) -> dict[str, Any]:
    market = book.market
    return {
        "id": market.native,
        "status": "online",
        "trading_disabled": False,
        "quote_increment": f"{market.tick:.8f}",
        "base_increment": f"{market.lot:.8f}",
        "min_market_funds": "1",
    }


def _pair(book: Book) -> dict[str, Any]:
    market = book.market
    return {
        "altname": market.native,
        "status": "online",
        "tick_size": f"{market.tick:.8f}",
        "lot_decimals": -round(math.log10(market.lot)),
        "ordermin": "0.0001",
        "costmin": "0.5",
    }
