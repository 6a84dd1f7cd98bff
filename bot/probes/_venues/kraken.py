"""Kraken, spot: its REST API, whose errors come with status 200 and whose private questions are POSTs."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlencode

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

_REFUSED_KEY = ("EAPI:Invalid key", "EAPI:Invalid signature", "EAPI:Invalid nonce", "EGeneral:Permission denied")
_UNKNOWN = ("EQuery:Unknown asset pair", "EOrder:Unknown order", "EQuery:Unknown asset")
_STATES: Mapping[str, Literal["open", "filled", "cancelled", "expired", "pending"]] = {
    "pending": "pending", "open": "open", "closed": "filled", "canceled": "cancelled", "expired": "expired",
}  # fmt: skip


def _sign(query: Query, path: str, secrets: Secrets, now: datetime) -> Signed:
    """HMAC-SHA512 over path and SHA256 of nonce and form with the decoded secret, in base64. The nonce has to rise:
    microseconds since 1970 do, as long as nobody uses larger ones with the same key."""
    nonce = str(int(now.timestamp() * 1_000_000))
    params = [("nonce", nonce), *query.params]
    inner = hashlib.sha256((nonce + urlencode(params)).encode()).digest()
    made = mac(base64.b64decode(secrets["secret"], validate=True), path.encode() + inner, "sha512")
    return Signed(params=params, headers={"API-Key": secrets["key"], "API-Sign": base64.b64encode(made).decode()})


def _refusal(_: int, body: Any) -> Refusal | None:
    errors = body.get("error") if isinstance(body, dict) else None
    told = [str(one) for one in errors if not str(one).startswith("W")] if isinstance(errors, list) else []
    if not told:
        return None
    first = told[0]
    auth, unknown = first.startswith(_REFUSED_KEY), first.startswith(_UNKNOWN)
    return Refusal(trouble=Trouble.AUTH if auth else Trouble.MISSING if unknown else Trouble.REFUSED, says=first)


def _status(body: Any, _: Wanted) -> Status:
    said = body["result"]
    state = {"online": "operational", "maintenance": "maintenance"}.get(said["status"], "degraded")
    incidents = [str(one.get("name", one)) if isinstance(one, dict) else str(one) for one in said.get("emergency", [])]
    return Status(state=state, says=said["status"], incidents=incidents)


def _account(body: Any, _: Wanted) -> Account:
    balances = {asset: number(amount) for asset, amount in body["result"].items()}
    return Account(id="", balances={asset: amount for asset, amount in balances.items() if amount})


def _symbol(body: Any, _: Wanted) -> Symbol:
    name, one = next(iter(body["result"].items()))
    decimals = maybe(one.get("lot_decimals"))
    return Symbol(
        name=one.get("altname", name),
        trades=one["status"] == "online",
        status=one["status"],
        tick=maybe(one.get("tick_size")),
        lot=None if decimals is None else float(f"1e-{decimals:.0f}"),
        smallest=maybe(one.get("ordermin")),
        least_value=maybe(one.get("costmin")),
    )


def _order(id_: str, one: Any) -> Order:
    return Order(
        id=id_,
        symbol=one["descr"]["pair"],
        side=one["descr"]["type"],
        state=_STATES.get(one["status"], "other"),
        says=one["status"],
        quantity=maybe(one["vol"]),
        filled=maybe(one["vol_exec"]),
        price=maybe(one["descr"].get("price")),
        at=one.get("opentm"),
    )


def _orders(body: Any, wanted: Wanted) -> Sequence[Order]:
    found = [_order(id_, one) for id_, one in body["result"]["open"].items()]
    return [one for one in found if wanted.symbol in ("", one.symbol)]


def _one_order(body: Any, _: Wanted) -> Order:
    return _order(*next(iter(body["result"].items())))


def _book(body: Any, _: Wanted) -> Book:
    book = next(iter(body["result"].values()))
    bids, asks = ([(number(row[0]), number(row[1])) for row in rows(book[side])] for side in ("bids", "asks"))
    times = [row[2] for side in ("bids", "asks") for row in book[side] if len(row) > 2]
    return Book(bids=bids, asks=asks, at=max(times, default=None))


def _limits(headers: Mapping[str, str], body: Any) -> Limits:
    """It tells nothing; that the limit is reached comes as an error."""
    return Limits()


VENUE = Venue(
    name="kraken",
    title="Kraken",
    live=re.compile(r"api\.kraken\.com"),
    practice=re.compile(r"(?!)"),
    needs=("key", "secret"),
    sign=_sign,
    refusal=_refusal,
    ping=Query(path="/0/public/Time"),
    clock=lambda body: number(body["result"]["unixtime"]),
    status=asked("/0/public/SystemStatus", _status),
    account=asked("/0/private/Balance", _account, signed=True, post=True),
    symbol=asked("/0/public/AssetPairs", _symbol, pair="{symbol}"),
    orders=asked("/0/private/OpenOrders", _orders, signed=True, post=True),
    order=asked("/0/private/QueryOrders", _one_order, signed=True, post=True, txid="{order}"),
    book=asked("/0/public/Depth", _book, pair="{symbol}", count="{depth}"),
    limits_query=Query(path="/0/public/Time"),
    limits=_limits,
)
