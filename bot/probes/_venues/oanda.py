"""OANDA: the REST API v20, by an access token."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from bot.core.evidence import Trouble
from bot.probes._venues.base import (
    Account,
    Book,
    Limits,
    Order,
    Query,
    Refusal,
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

_STATES: Mapping[str, Literal["open", "filled", "cancelled"]] = {
    "PENDING": "open", "TRIGGERED": "open", "FILLED": "filled", "CANCELLED": "cancelled",
}  # fmt: skip
_UNKNOWN = re.compile(r"Invalid value specified for '(?:instruments?|orderSpecifier)'|does not exist|not found", re.I)


def _sign(query: Query, _path: str, secrets: Secrets, _now: datetime) -> Signed:
    headers = {"Authorization": f"Bearer {secrets['token']}", "Accept-Datetime-Format": "RFC3339"}
    return Signed(params=query.params, headers=headers)


def _refusal(status: int, body: Any) -> Refusal | None:
    said = str(body.get("errorMessage", "")) if isinstance(body, dict) else ""
    if status < 400 or not said:
        return None
    if status in (401, 403):
        return Refusal(trouble=Trouble.AUTH, says=said)
    return Refusal(trouble=Trouble.MISSING if status == 404 or _UNKNOWN.search(said) else Trouble.REFUSED, says=said)


def _account(body: Any, _: Wanted) -> Account:
    one = body["account"]
    return Account(
        id=str(one["id"]),
        permissions=["hedging"] if one.get("hedgingEnabled") else [],
        currency=one["currency"],
        balance=maybe(one["balance"]),
        available=maybe(one.get("marginAvailable")),
        positions=one.get("openPositionCount"),
        result=maybe(one.get("unrealizedPL")),
    )


def _symbol(body: Any, wanted: Wanted) -> Symbol:
    """Only what the account may trade is listed. Whether the market is open stands with its prices."""
    one = next(row for row in body["instruments"] if row["name"] == wanted.symbol)
    return Symbol(
        name=one["name"],
        trades=True,
        status=str(one["type"]).lower(),
        tick=float(f"1e-{int(one['displayPrecision'])}"),
        lot=float(f"1e-{int(one['tradeUnitsPrecision'])}"),
        smallest=maybe(one.get("minimumTradeSize")),
    )


def _order(one: Any) -> Order:
    units = maybe(one.get("units"))
    return Order(
        id=str(one["id"]),
        symbol=str(one.get("instrument", "")),
        side="" if units is None else "buy" if units > 0 else "sell",
        state=_STATES.get(one["state"], "other"),
        says=one["state"],
        quantity=None if units is None else abs(units),
        filled=None if units is None else abs(units) if one["state"] == "FILLED" else 0.0,
        price=maybe(one.get("price")),
        at=one.get("createTime"),
    )


def _orders(body: Any, wanted: Wanted) -> Sequence[Order]:
    found = [_order(one) for one in rows(body["orders"])]
    return [one for one in found if wanted.symbol in ("", one.symbol)]


def _book(body: Any, wanted: Wanted) -> Book:
    one = next(row for row in body["prices"] if row["instrument"] == wanted.symbol)
    bids, asks = (
        [(number(row["price"]), number(row["liquidity"])) for row in rows(one[side])] for side in ("bids", "asks")
    )
    return Book(bids=bids, asks=asks, at=one["time"])


_ACCOUNT = "/v3/accounts/{account}"

VENUE = Venue(
    name="oanda",
    title="OANDA",
    live=re.compile(r"api-fxtrade\.oanda\.com"),
    practice=re.compile(r"api-fxpractice\.oanda\.com"),
    needs=("token", "account"),
    sign=_sign,
    refusal=_refusal,
    # Without a token it is refused, which takes as long as an answer.
    ping=Query(path="/v3/accounts"),
    account=asked(f"{_ACCOUNT}/summary", _account, signed=True),
    symbol=asked(f"{_ACCOUNT}/instruments", _symbol, signed=True, instruments="{symbol}"),
    orders=asked(f"{_ACCOUNT}/pendingOrders", _orders, signed=True),
    order=asked(f"{_ACCOUNT}/orders/{{order}}", lambda body, _: _order(body["order"]), signed=True),
    book=asked(f"{_ACCOUNT}/pricing", _book, signed=True, instruments="{symbol}"),
    limits_query=Query(path="/v3/accounts", signed=True),
    limits=lambda headers, body: Limits(),
)
