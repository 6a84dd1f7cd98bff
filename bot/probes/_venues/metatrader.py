"""MetaTrader 4 and 5, which have no API of their own over HTTP: by the gateway of MetaApi, by an access token."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

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

_ACCOUNTS = "/".join(("", "users", "current", "accounts"))
_ACCOUNT = _ACCOUNTS + "/{account}"
_TRADES = ("SYMBOL_TRADE_MODE_FULL", "SYMBOL_TRADE_MODE_LONGONLY", "SYMBOL_TRADE_MODE_SHORTONLY")
_NOWHERE = re.compile(r"(?!)")


def _sign(query: Query, _path: str, secrets: Secrets, _now: datetime) -> Signed:
    return Signed(params=query.params, headers={"auth-token": secrets["token"]})


def _account(body: Any, _: Wanted) -> Account:
    kind, balance, equity = body.get("type"), maybe(body["balance"]), maybe(body.get("equity"))
    # Credit is lent by the broker: it counts to the equity, and nobody has won it.
    lent = maybe(body.get("credit")) or 0.0
    return Account(
        id=str(body["login"]),
        trades=bool(body["tradeAllowed"]) and not body.get("investorMode"),
        permissions=[str(body.get("platform", "")), *(["investor"] if body.get("investorMode") else [])],
        currency=body["currency"],
        balance=balance,
        available=maybe(body.get("freeMargin")),
        result=None if balance is None or equity is None else round(equity - balance - lent, 10),
        practice=None if kind is None else kind != "ACCOUNT_TRADE_MODE_REAL",
    )


def _symbol(body: Any, _: Wanted) -> Symbol:
    mode = str(body.get("tradeMode", "SYMBOL_TRADE_MODE_FULL"))
    return Symbol(
        name=body["symbol"],
        trades=mode in _TRADES,
        status=mode.removeprefix("SYMBOL_TRADE_MODE_").lower(),
        tick=maybe(body["tickSize"]),
        lot=maybe(body["volumeStep"]),
        smallest=maybe(body["minVolume"]),
    )


def _order(one: Any, _: Wanted) -> Order:
    state = str(one["state"]).removeprefix("ORDER_STATE_").lower()
    states = {"placed": "open", "partial": "open", "filled": "filled", "canceled": "cancelled", "started": "pending",
              "rejected": "rejected", "expired": "expired"}  # fmt: skip
    whole, left = maybe(one["volume"]), maybe(one.get("currentVolume"))
    return Order(
        id=str(one["id"]),
        symbol=one["symbol"],
        side="buy" if "_BUY" in one["type"] else "sell",
        state=states.get(state, "other"),
        says=state,
        quantity=whole,
        filled=None if whole is None or left is None else round(whole - left, 10),
        price=maybe(one.get("openPrice")),
        at=one.get("time"),
    )


def _orders(body: Any, wanted: Wanted) -> Sequence[Order]:
    found = [_order(one, wanted) for one in rows(body)]
    return [one for one in found if wanted.symbol in ("", one.symbol)]


def _book(body: Any, _: Wanted) -> Book:
    """The best prices only, without quantities."""
    return Book(bids=[(number(body["bid"]), 0.0)], asks=[(number(body["ask"]), 0.0)], at=body["time"])


VENUE = Venue(
    name="metatrader",
    title="MetaTrader by MetaApi",
    # Both kinds of account are behind the same address: the account says which it is.
    live=_NOWHERE,
    practice=_NOWHERE,
    needs=("token", "account"),
    sign=_sign,
    ping=Query(path=_ACCOUNTS),
    account=asked(f"{_ACCOUNT}/account-information", _account, signed=True),
    symbol=asked(f"{_ACCOUNT}/symbols/{{symbol}}/specification", _symbol, signed=True),
    orders=asked(f"{_ACCOUNT}/orders", _orders, signed=True),
    order=asked(f"{_ACCOUNT}/orders/{{order}}", _order, signed=True),
    book=asked(f"{_ACCOUNT}/symbols/{{symbol}}/current-price", _book, signed=True),
    limits_query=Query(path=_ACCOUNTS, signed=True),
    limits=lambda headers, body: Limits(),
)
