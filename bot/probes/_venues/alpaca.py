"""Alpaca: the Trading API v2, and prices of the Market Data API, which has an address of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from bot.probes._venues.base import (
    Account,
    Book,
    Limits,
    Order,
    Query,
    Secrets,
    Signed,
    Symbol,
    Venue,
    Wanted,
    asked,
    maybe,
    number,
    rows,
)

_STATES: Mapping[str, Literal["open", "filled", "cancelled", "rejected", "expired", "pending"]] = {
    "new": "open", "partially_filled": "open", "accepted": "open", "held": "open", "filled": "filled",
    "done_for_day": "open", "canceled": "cancelled", "expired": "expired", "rejected": "rejected",
    "pending_new": "pending", "pending_cancel": "pending", "pending_replace": "pending", "replaced": "cancelled",
    "accepted_for_bidding": "pending", "stopped": "pending", "suspended": "rejected", "calculated": "filled",
}  # fmt: skip
_BLOCKS = ("trading_blocked", "account_blocked", "trade_suspended_by_user", "transfers_blocked")


def _sign(query: Query, _path: str, secrets: Secrets, _now: datetime) -> Signed:
    headers = {"APCA-API-KEY-ID": secrets["key"], "APCA-API-SECRET-KEY": secrets["secret"]}
    return Signed(params=query.params, headers=headers)


def _account(body: Any, _: Wanted) -> Account:
    blocked = [name for name in _BLOCKS if body.get(name)]
    more = ["shorting"] if body.get("shorting_enabled") else []
    return Account(
        id=str(body["account_number"]),
        trades=body["status"] == "ACTIVE" and not set(blocked) - {"transfers_blocked"},
        permissions=[str(body["status"]).lower(), *blocked, *more],
        currency=body["currency"],
        balance=maybe(body.get("equity") or body["cash"]),
        available=maybe(body["buying_power"]),
        practice=str(body["account_number"]).startswith("PA"),
    )


def _symbol(body: Any, _: Wanted) -> Symbol:
    whole = None if body.get("fractionable") else 1.0
    return Symbol(
        name=body["symbol"],
        trades=bool(body["tradable"]) and body["status"] == "active",
        status=body["status"],
        tick=maybe(body.get("price_increment")),
        lot=maybe(body.get("min_trade_increment")) or whole,
        smallest=maybe(body.get("min_order_size")) or whole,
    )


def _order(one: Any, _: Wanted) -> Order:
    return Order(
        id=one["id"],
        symbol=one["symbol"],
        side=one["side"],
        state=_STATES.get(one["status"], "other"),
        says=one["status"],
        quantity=maybe(one.get("qty")),
        filled=maybe(one.get("filled_qty")),
        price=maybe(one.get("limit_price")),
        at=one.get("submitted_at") or one.get("created_at"),
    )


def _orders(body: Any, wanted: Wanted) -> Sequence[Order]:
    return [_order(one, wanted) for one in rows(body)]


def _book(body: Any, _: Wanted) -> Book:
    """The best quote only. A side without one has the price 0."""
    one = body["quote"]
    bids, asks = (
        [(number(one[price]), number(one[size]))] if number(one[price]) else []
        for price, size in (("bp", "bs"), ("ap", "as"))
    )
    return Book(bids=bids, asks=asks, at=one["t"])


def _limits(headers: Mapping[str, str], _: Any) -> Limits:
    limit, left = maybe(headers.get("x-ratelimit-limit")), maybe(headers.get("x-ratelimit-remaining"))
    return Limits(used=None if limit is None or left is None else limit - left, limit=limit)


VENUE = Venue(
    name="alpaca",
    title="Alpaca",
    live=re.compile(r"(?:api|data)\.alpaca\.markets"),
    practice=re.compile(r"paper-api\.alpaca\.markets|data\.sandbox\.alpaca\.markets"),
    needs=("key", "secret"),
    sign=_sign,
    # Without a key it is refused, which takes as long as an answer.
    ping=Query(path="/v2/clock"),
    account=asked("/v2/account", _account, signed=True),
    symbol=asked("/v2/assets/{symbol}", _symbol, signed=True),
    orders=asked("/v2/orders", _orders, signed=True, status="open", limit="500", symbols="{symbol}"),
    order=asked("/v2/orders/{order}", _order, signed=True),
    book=asked("/v2/stocks/{symbol}/quotes/latest", _book, signed=True, feed="iex"),
    limits_query=Query(path="/v2/account", signed=True),
    limits=_limits,
)
