"""The venues' own public APIs, in the shapes of the real ones: the truth that our copy of it is compared with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.playground.trading.books import Book
from bot.playground.trading.life import Life

Rows = list[list[str]]
Read = Callable[[Request], dict[str, Any]]
Answer = Callable[[Request], Awaitable[Response]]


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
                "/api/v3/exchangeInfo": lambda _: {"symbols": [_filters(one) for one in self._books("binance")]},
            },
            "coinbase": {
                "/time": lambda _: {"iso": self._life.now.isoformat(), "epoch": self._life.now.timestamp()},
                "/products/{native}/book": lambda r: self._rows(self._book("coinbase", r.path_params["native"])),
            },
            "kraken": {
                "/0/public/SystemStatus": lambda _: {"error": [], "result": {"status": "online"}},
                "/0/public/Time": lambda _: {"error": [], "result": {"unixtime": int(self._life.now.timestamp())}},
                "/0/public/Depth": lambda r: {"error": [], "result": self._pair(r.query_params["pair"])},
            },
        }  # fmt: skip
        return [
            Route(f"/{venue}{path}", self._answer(venue, read))
            for venue, reads in paths.items()
            for path, read in reads.items()
        ]

    def _answer(self, venue: str, read: Read) -> Answer:
        async def answer(request: Request) -> Response:
            if venue in self._life.symptoms.disconnected:
                return JSONResponse({"msg": "Service unavailable"}, status_code=503)
            if venue in self._life.symptoms.rate_limited:
                return JSONResponse({"code": -1003, "msg": "Too many requests"}, 429, {"Retry-After": "10"})
            try:
                return JSONResponse(read(request))
            except KeyError as unknown:
                return JSONResponse({"code": -1121, "msg": f"Invalid symbol: {unknown}"}, status_code=400)

        return answer

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

    def _pair(self, native: str) -> dict[str, Any]:
        return {native: self._rows(self._book("kraken", native))}

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
        ],
    }
