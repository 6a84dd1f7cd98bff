"""Coinbase Exchange (formerly Pro): api.exchange.coinbase.com."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlencode

from bot.probes._venues.base import (
    Account,
    Asked,
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
    mac,
    maybe,
    number,
    rows,
)

_STATES: Mapping[str, Literal["open", "filled", "cancelled", "rejected", "pending"]] = {
    "open": "open", "active": "open", "pending": "pending", "received": "pending", "rejected": "rejected",
    "cancelled": "cancelled", "canceled": "cancelled", "done": "filled", "settled": "filled",
}  # fmt: skip


def _sign(query: Query, path: str, secrets: Secrets, now: datetime) -> Signed:
    """HMAC-SHA256 over time, method and path with the decoded secret, in base64."""
    stamp = f"{now.timestamp():.3f}"
    whole = f"{path}?{urlencode(query.params)}" if query.params else path
    made = mac(base64.b64decode(secrets["secret"], validate=True), f"{stamp}GET{whole}".encode(), "sha256")
    headers = {
        "CB-ACCESS-KEY": secrets["key"],
        "CB-ACCESS-SIGN": base64.b64encode(made).decode(),
        "CB-ACCESS-TIMESTAMP": stamp,
        "CB-ACCESS-PASSPHRASE": secrets["passphrase"],
    }
    return Signed(params=query.params, headers=headers)


def _account(body: Any, _: Wanted) -> Account:
    body = rows(body)
    return Account(
        id=str(body[0]["profile_id"]) if body else "",
        trades=all(one["trading_enabled"] for one in body) if body else None,
        balances={one["currency"]: number(one["balance"]) for one in body if number(one["balance"])},
    )


def _symbol(body: Any, _: Wanted) -> Symbol:
    flags = ("trading_disabled", "cancel_only", "post_only", "limit_only", "auction_mode")
    held = [flag for flag in flags if body.get(flag)]
    return Symbol(
        name=body["id"],
        trades=body["status"] == "online" and not {"trading_disabled", "cancel_only"} & set(held),
        status=", ".join([body["status"], *held]),
        tick=maybe(body["quote_increment"]),
        lot=maybe(body["base_increment"]),
        smallest=maybe(body.get("base_min_size") or body["base_increment"]),
        least_value=maybe(body.get("min_market_funds")),
    )


def _order(one: Any, _: Wanted) -> Order:
    reason = one.get("done_reason")
    return Order(
        id=one["id"],
        symbol=one["product_id"],
        side=one["side"],
        state="cancelled" if reason == "canceled" else _STATES.get(one["status"], "other"),
        says=f"{one['status']} {reason}" if reason else one["status"],
        quantity=maybe(one.get("size")),
        filled=maybe(one.get("filled_size")),
        price=maybe(one.get("price")),
        at=one.get("created_at"),
    )


def _orders(body: Any, wanted: Wanted) -> Sequence[Order]:
    return [_order(one, wanted) for one in rows(body)]


def _book(body: Any, _: Wanted) -> Book:
    bids, asks = ([(number(row[0]), number(row[1])) for row in rows(body[side])] for side in ("bids", "asks"))
    return Book(bids=bids, asks=asks, at=body.get("time"))


def _open(wanted: Wanted) -> Sequence[Query]:
    states = [("status", "open"), ("status", "pending"), ("status", "active")]
    market = [("product_id", wanted.symbol)] if wanted.symbol else []
    return [Query(path="/orders", params=[*market, *states, ("limit", "1000")], signed=True)]


VENUE = Venue(
    name="coinbase",
    title="Coinbase Exchange",
    live=re.compile(r"api\.exchange\.coinbase\.com"),
    practice=re.compile(r"api-public\.sandbox\.exchange\.coinbase\.com"),
    needs=("key", "secret", "passphrase"),
    sign=_sign,
    ping=Query(path="/time"),
    clock=lambda body: number(body["epoch"]),
    account=asked("/accounts", _account, signed=True),
    symbol=asked("/products/{symbol}", _symbol),
    orders=Asked(ask=_open, read=lambda answers, wanted: _orders(answers[0], wanted)),
    order=asked("/orders/{order}", _order, signed=True),
    book=asked("/products/{symbol}/book", _book, level="1"),
    limits_query=Query(path="/time"),
    limits=lambda headers, body: Limits(),
)
