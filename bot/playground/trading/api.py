"""The status API under `/api/v1`: what the guide's commands ask for, with the paths and fields that they use."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

from bot.playground.trading import showing
from bot.playground.trading.feed import Feed
from bot.playground.trading.life import Life
from bot.playground.trading.metrics import Exposition
from bot.playground.trading.telling import subscribed

Answer = Callable[[Request], Awaitable[Response]]
_MOST = 500


class Api:
    """The routes of one trading system. Looks change nothing; the few changes are those the guide posts."""

    def __init__(self, life: Life, feed: Feed) -> None:
        self._life, self._feed = life, feed
        self._metrics = Exposition(life)

    def routes(self) -> list[BaseRoute]:
        """All of them."""
        show = [
            ("/health", lambda _: showing.health(self._life)),
            ("/status", lambda _: showing.status(self._life)),
            ("/exchanges", lambda _: {"exchanges": list(showing.exchanges(self._life).values())}),
            ("/strategies", lambda _: {"strategies": showing.strategies(self._life)}),
            ("/strategies/{id}", lambda r: showing.strategy(self._life, r.path_params["id"])),
            ("/orders", self._orders),
            ("/positions", lambda _: {"positions": showing.positions(self._life)}),
            ("/risk/summary", lambda _: showing.risk(self._life)),
            ("/risk/violations", lambda _: {"violations": list(self._life.trader.blotter.violations)}),
            ("/marketdata/orderbook/{venue}/{symbol}", lambda r: showing.order_book(self._life, _key(r))),
            ("/marketdata/ticker/{venue}/{symbol}", lambda r: showing.ticker(self._life, _key(r))),
        ]
        return [
            Route("/metrics", self._page),
            Mount("/api/v1", routes=[
                *(Route(path, _json(read)) for path, read in show),
                Route("/orders/{id}", self._order, methods=["GET", "DELETE"]),
                Route("/metrics", self._page),
                Route("/config", self._configure, methods=["POST"]),
                Route("/strategies/{id}/{verb:str}", self._strategy, methods=["POST"]),
                Route("/exchanges/{venue}/reconnect", self._reconnect, methods=["POST"]),
                Route("/marketdata/snapshot/{venue}/{symbol}", self._snapshot, methods=["POST"]),
                WebSocketRoute("/marketdata/stream/{venue}/{symbol}", self._feed.endpoint),
            ]),
        ]  # fmt: skip

    async def _page(self, _request: Request) -> Response:
        return Response(self._metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

    def _orders(self, request: Request) -> dict[str, Any]:
        asked = request.query_params
        limit = int(asked["limit"]) if asked.get("limit", "").isdecimal() else 100
        chosen = [
            one
            for one in self._life.trader.blotter.orders()
            if asked.get("status", one.status) == one.status
            and asked.get("strategy_id", one.strategy.id) == one.strategy.id
        ]
        return {"orders": [showing.order(self._life, one) for one in chosen[: min(limit, _MOST)]], "total": len(chosen)}

    async def _order(self, request: Request) -> Response:
        found = self._life.trader.blotter.find(request.path_params["id"])
        if found is None:
            return _missing("order")
        if request.method == "DELETE":
            if found.id not in self._life.trader.blotter.live:
                return JSONResponse({"error": f"the order is {found.status} already"}, status_code=409)
            self._life.trader.cancel(found, self._life.time)
        return JSONResponse(showing.order(self._life, found))

    async def _configure(self, request: Request) -> Response:
        said = await request.json()
        if not isinstance(said, dict) or not isinstance(said.get("trading_enabled"), bool):
            return JSONResponse({"error": "trading_enabled must be true or false"}, status_code=400)
        self._life.trader.enabled = said["trading_enabled"]
        return JSONResponse({"trading_enabled": self._life.trader.enabled})

    async def _strategy(self, request: Request) -> Response:
        name, verb = request.path_params["id"], request.path_params["verb"]
        if name not in self._life.trader.blotter.positions or verb not in ("start", "stop"):
            return _missing("strategy, or verb")
        if verb == "stop":
            self._life.trader.stopped.add(name)
        else:
            self._life.trader.stopped.discard(name)
        return JSONResponse(showing.strategy(self._life, name))

    async def _reconnect(self, request: Request) -> Response:
        """Only shows whether the venue answers: what is broken is mended where it was broken."""
        venue = request.path_params["venue"]
        found = showing.exchanges(self._life).get(venue)
        if found is None:
            return _missing("exchange")
        return JSONResponse(found, status_code=200 if found["status"] == "connected" else 503)

    async def _snapshot(self, request: Request) -> Response:
        key = _key(request)
        if key not in self._life.books:
            return _missing("market")
        self._life.journal.write(self._life.time, *subscribed(key))
        return JSONResponse(showing.order_book(self._life, key))


def _key(request: Request) -> str:
    return f"{request.path_params['venue']}:{request.path_params['symbol']}"


def _json(read: Callable[[Request], dict[str, Any]]) -> Answer:
    async def answer(request: Request) -> Response:
        try:
            return JSONResponse(read(request))
        except KeyError as unknown:
            return _missing(str(unknown))

    return answer


def _missing(what: str) -> Response:
    return JSONResponse({"error": f"there is no such {what}"}, status_code=404)
