"""The contract of the venues: what can be asked of one, as plain values, and what an answer becomes.

A venue only knows its own paths, signature and words. Who asks, bounds and times is
`_exchanges`."""

from __future__ import annotations

import hashlib
import hmac
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict

from bot.core.evidence import Trouble

Part = Literal["key", "secret", "passphrase", "token", "account"]
"""What credentials are made of."""

Secrets = Mapping[Part, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Query:
    """One request to a venue, before it is signed."""

    path: str
    params: Sequence[tuple[str, str]] = ()
    """After the question mark; in the form of a POST."""
    signed: bool = False
    post: bool = False
    """Some venues read by POST. It changes nothing there, either."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Signed:
    """What a signature makes of a request."""

    params: Sequence[tuple[str, str]]
    headers: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What is asked for."""

    symbol: str = ""
    order: str = ""
    account: str = ""
    depth: int = 10


class Said(BaseModel):
    """What an answer becomes. Whatever does not fit raises ValueError."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, hide_input_in_errors=True)


class Status(Said):
    """What a venue says of itself."""

    state: Literal["operational", "degraded", "maintenance", "down"]
    says: str
    incidents: Sequence[str] = ()


class Account(Said):
    """An account as the venue shows it."""

    id: str
    """Whole: it is masked before anybody sees it."""
    trades: bool | None = None
    """Whether it may trade; None: the venue does not say."""
    permissions: Sequence[str] = ()
    currency: str = ""
    balance: float | None = None
    available: float | None = None
    balances: Mapping[str, float] = {}
    """By asset, where there are several; those that are not zero."""
    positions: int | None = None
    """How many are open; None: the venue does not say it with the account."""
    result: float | None = None
    """Profit of what is open, below 0 a loss, in the account's currency; None: the venue does not say."""
    practice: bool | None = None
    """Whether the venue says that it is a practice account."""


class Symbol(Said):
    """What may be traded, and in which steps."""

    name: str
    trades: bool
    status: str
    tick: float | None = None
    lot: float | None = None
    smallest: float | None = None
    """The least quantity."""
    least_value: float | None = None


class Order(Said):
    """An order as the venue knows it."""

    id: str
    symbol: str
    side: str
    state: Literal["open", "filled", "cancelled", "rejected", "expired", "pending", "other"]
    says: str
    """The venue's own word for its state."""
    quantity: float | None
    filled: float | None
    price: float | None = None
    at: Any = None
    """When it was made, as the venue writes it."""


class Book(Said):
    """Both sides of a market, the best first: price and quantity."""

    bids: Sequence[tuple[float, float]]
    asks: Sequence[tuple[float, float]]
    at: Any = None
    """When it was true, or when something was traded last, as the venue writes it."""


class Limits(Said):
    """How much of what may be asked for is used."""

    used: float | None = None
    limit: float | None = None


T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked(Generic[T]):
    """A question of one or several requests, and how their answers are read. `read` raises LookupError, TypeError or
    ValueError where an answer is not what the venue sends."""

    ask: Callable[[Wanted], Sequence[Query]]
    read: Callable[[Sequence[Any], Wanted], T]


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """That a venue said no, in its own words."""

    trouble: Trouble
    says: str


def no_refusal(status: int, body: Any) -> Refusal | None:
    """Of a venue whose statuses say it all."""
    return None


@dataclass(frozen=True, kw_only=True)
class Venue:
    """One venue. What is None, it cannot be asked."""

    name: str
    title: str
    live: re.Pattern[str]
    """Its hosts for real money."""
    practice: re.Pattern[str]
    """Its hosts for practice."""
    needs: Sequence[Part]
    """Parts of the credentials of its private questions."""
    sign: Callable[[Query, str, Secrets, datetime], Signed]
    """Given the request, the whole path it goes to, and the credentials."""
    refusal: Callable[[int, Any], Refusal | None] = no_refusal
    ping: Query
    clock: Callable[[Any], float] | None = None
    """Seconds since 1970 in the answer to `ping`; None: only its Date header tells."""
    status: Asked[Status] | None = None
    account: Asked[Account]
    symbol: Asked[Symbol]
    orders: Asked[Sequence[Order]]
    order: Asked[Order]
    book: Asked[Book]
    limits_query: Query
    limits: Callable[[Mapping[str, str], Any], Limits]
    """Given headers, by small letters, and body of the answer to `limits_query`."""


def asked(path: str, read: Callable[[Any, Wanted], T], *, signed: bool = False, post: bool = False,
          **params: str) -> Asked[T]:  # fmt: skip
    """A question of one request. `{symbol}`, `{order}`, `{account}` and `{depth}` stand for what is wanted."""

    def ask(wanted: Wanted) -> Sequence[Query]:
        names = {"symbol": wanted.symbol, "order": wanted.order, "account": wanted.account, "depth": str(wanted.depth)}
        steps = {name: quote(value, safe="") for name, value in names.items()}
        filled = [(name, value.format_map(names)) for name, value in params.items()]
        return [Query(path=path.format_map(steps), params=[p for p in filled if p[1]], signed=signed, post=post)]

    return Asked(ask=ask, read=lambda answers, wanted: read(answers[0], wanted))


def rows(body: Any) -> list[Any]:
    """A list, which may be empty. Raises TypeError where it is something else: an empty mapping is no empty list."""
    if not isinstance(body, list):
        raise TypeError("not a list")
    return body


def number(value: Any) -> float:
    """Venues write numbers as texts. Raises ValueError or TypeError."""
    if isinstance(value, bool) or not math.isfinite(found := float(value)):
        raise ValueError("not a number")
    return found


def maybe(value: Any) -> float | None:
    """The number, where there is one."""
    try:
        return number(value)
    except (TypeError, ValueError, OverflowError):
        return None


def mac(secret: bytes, message: bytes, algorithm: Literal["sha256", "sha512"]) -> bytes:
    """The HMAC."""
    return hmac.new(secret, message, getattr(hashlib, algorithm)).digest()
