"""Binance, spot: REST API v3 and, for its status, the system's own call."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlencode

from bot.core.evidence import Trouble
from bot.probes._venues.base import (
    Account,
    Asked,
    Book,
    Limits,
    Order,
    Query,
    Refusal,
    Secrets,
    Signed,
    Status,
    Symbol,
    Venue,
    Wanted,
    asked,
    mac,
    maybe,
    number,
    rows,
)

_KEY_REFUSED = (-2014, -2015, -1022, -1021, -1002)
_UNKNOWN = (-1121, -2013)
_STATES: Mapping[str, Literal["open", "filled", "cancelled", "rejected", "expired"]] = {
    "NEW": "open", "PARTIALLY_FILLED": "open", "FILLED": "filled", "CANCELED": "cancelled",
    "REJECTED": "rejected", "EXPIRED": "expired", "EXPIRED_IN_MATCH": "expired",
}  # fmt: skip


def _sign(query: Query, _path: str, secrets: Secrets, now: datetime) -> Signed:
    """HMAC-SHA256 over the query as it is sent, in hexadecimal digits."""
    params = [*query.params, ("recvWindow", "5000"), ("timestamp", str(int(now.timestamp() * 1000)))]
    signature = mac(secrets["secret"].encode(), urlencode(params).encode(), "sha256").hex()
    return Signed(params=[*params, ("signature", signature)], headers={"X-MBX-APIKEY": secrets["key"]})


def _refusal(status: int, body: Any) -> Refusal | None:
    if not isinstance(body, dict) or not isinstance(body.get("code"), int) or status < 400:
        return None
    code = body["code"]
    trouble = Trouble.AUTH if code in _KEY_REFUSED else Trouble.MISSING if code in _UNKNOWN else Trouble.REFUSED
    return Refusal(trouble=trouble, says=f"{code} {body.get('msg', '')}")


def _status(body: Any, _: Wanted) -> Status:
    return Status(state="operational" if body["status"] == 0 else "maintenance", says=str(body["msg"]))


def _account(body: Any, _: Wanted) -> Account:
    held = {one["asset"]: number(one["free"]) + number(one["locked"]) for one in rows(body["balances"])}
    can = [word for word in ("canTrade", "canWithdraw", "canDeposit") if body.get(word)]
    return Account(
        id=str(body.get("uid", "")),
        trades=body["canTrade"],
        permissions=[*can, *map(str, body.get("permissions", []))],
        balances={asset: amount for asset, amount in held.items() if amount},
    )


def _symbol(body: Any, wanted: Wanted) -> Symbol:
    one = next(row for row in body["symbols"] if row["symbol"] == wanted.symbol)
    filters = {row["filterType"]: row for row in one["filters"]}
    value = filters.get("NOTIONAL") or filters.get("MIN_NOTIONAL") or {}
    return Symbol(
        name=one["symbol"],
        trades=one["status"] == "TRADING",
        status=one["status"],
        tick=maybe(filters.get("PRICE_FILTER", {}).get("tickSize")),
        lot=maybe(filters.get("LOT_SIZE", {}).get("stepSize")),
        smallest=maybe(filters.get("LOT_SIZE", {}).get("minQty")),
        least_value=maybe(value.get("minNotional")),
    )


def _order(one: Any, _: Wanted) -> Order:
    return Order(
        id=str(one["orderId"]),
        symbol=one["symbol"],
        side=str(one["side"]).lower(),
        state=_STATES.get(one["status"], "other"),
        says=one["status"],
        quantity=maybe(one["origQty"]),
        filled=maybe(one["executedQty"]),
        price=maybe(one.get("price")),
        at=one.get("time"),
    )


def _orders(body: Any, wanted: Wanted) -> Sequence[Order]:
    return [_order(one, wanted) for one in rows(body)]


def _which(wanted: Wanted) -> Sequence[Query]:
    """By the venue's number, else by our own id."""
    name = "orderId" if wanted.order.isdecimal() else "origClientOrderId"
    return [Query(path="/api/v3/order", params=[("symbol", wanted.symbol), (name, wanted.order)], signed=True)]


def _depth(wanted: Wanted) -> Sequence[Query]:
    """The book says no time; the last trade does."""
    market = ("symbol", wanted.symbol)
    return [
        Query(path="/api/v3/depth", params=[market, ("limit", str(wanted.depth))]),
        Query(path="/api/v3/trades", params=[market, ("limit", "1")]),
    ]


def _book(answers: Sequence[Any], _: Wanted) -> Book:
    book, trades = answers
    bids, asks = ([(number(price), number(size)) for price, size, *_ in rows(book[side])] for side in ("bids", "asks"))
    return Book(bids=bids, asks=asks, at=rows(trades)[-1]["time"] if trades else None)


def _limits(headers: Mapping[str, str], body: Any) -> Limits:
    allowed = next(
        (one["limit"] for one in body.get("rateLimits", [])
         if one["rateLimitType"] == "REQUEST_WEIGHT" and one["interval"] == "MINUTE"),
        None,
    )  # fmt: skip
    return Limits(used=maybe(headers.get("x-mbx-used-weight-1m")), limit=maybe(allowed))


VENUE = Venue(
    name="binance",
    title="Binance",
    live=re.compile(r"api\d?\.binance\.(?:com|us)|api-gcp\.binance\.com|data-api\.binance\.vision"),
    practice=re.compile(r"testnet\.binance\.vision"),
    needs=("key", "secret"),
    sign=_sign,
    refusal=_refusal,
    ping=Query(path="/api/v3/time"),
    clock=lambda body: number(body["serverTime"]) / 1000,
    status=asked("/sapi/v1/system/status", _status),
    account=asked("/api/v3/account", _account, signed=True, omitZeroBalances="true"),
    symbol=asked("/api/v3/exchangeInfo", _symbol, symbol="{symbol}"),
    orders=asked("/api/v3/openOrders", _orders, signed=True, symbol="{symbol}"),
    order=Asked(ask=_which, read=lambda answers, wanted: _order(answers[0], wanted)),
    book=Asked(ask=_depth, read=_book),
    limits_query=Query(path="/api/v3/exchangeInfo", params=[("symbol", "BTCUSDT")]),
    limits=_limits,
)
