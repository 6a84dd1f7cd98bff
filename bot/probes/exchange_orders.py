"""exchange_orders: our orders as the venue knows them: all that are open, or one, and whether our system agrees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import Field

from bot.core.evidence import Seen, Table, Trouble
from bot.core.text import one_line
from bot.probes._exchanges import Exchange, OrderId, PrivateParameters, SymbolName, exchange
from bot.probes._json import ValuePath, age_of, numeric
from bot.probes._ours import Ours, ask_ours, value_at
from bot.probes._venues.base import Order, Wanted
from bot.probes.base import Fact, Probe, ProbeFailed, Site

_MOST_ROWS = 40

# Words of trading systems for the states of orders, as far as they are not the same.
_WORDS = {
    "new": "open", "accepted": "open", "partially_filled": "open", "partial": "open", "working": "open",
    "live": "open", "canceled": "cancelled", "done": "filled", "executed": "filled", "submitted": "pending",
    "sent": "pending", "refused": "rejected",
}  # fmt: skip


class OurOrder(Ours):
    """Our own record of the order."""

    status: ValuePath = Field(default="status", description="Path of its state", examples=["status"])
    filled: ValuePath | None = Field(default=None, description="Path of what is filled", examples=["filled_quantity"])


class ExchangeOrdersParameters(PrivateParameters):
    """Which orders."""

    symbol: SymbolName | None = Field(
        default=None, description="Only orders of this symbol; Binance asks for it with a single order",
        examples=["BTCUSDT"],
    )  # fmt: skip
    order: OrderId | None = Field(
        default=None, description="One order by the venue's id; none: all that are open", examples=["20261121-000417"]
    )
    ours: OurOrder | None = Field(default=None, description="Where our own system says how the one order stands")


async def _look(parameters: ExchangeOrdersParameters, site: Site) -> Seen:
    asking = exchange(parameters, site)
    wanted = Wanted(symbol=parameters.symbol or "", order=parameters.order or "")
    if parameters.order is None:
        orders = await asking.ask(asking.venue.orders, wanted)
        return Seen(facts=_of_all(orders, site.now()), table=_table(orders, site.now()))
    order = await _one(asking, wanted)
    facts = {**dict.fromkeys(_FACTS), "found": order is not None}
    if order is not None:
        facts |= _of_one(order, site.now())
    if parameters.ours is not None:
        facts |= await _compared(parameters.ours, order, site, parameters.seconds)
    return Seen(facts=facts, table=_table([order] if order else [], site.now()))


async def _one(asking: Exchange, wanted: Wanted) -> Order | None:
    try:
        return await asking.ask(asking.venue.order, wanted)
    except ProbeFailed as failure:
        # A missing variable, or part of the credentials, is no answer of the venue.
        if failure.trouble is Trouble.MISSING and (" answers " in str(failure) or " knows no " in str(failure)):
            return None
        raise


def _of_all(orders: Sequence[Order], now: datetime) -> dict[str, Any]:
    ages = [age for one in orders if (age := age_of(one.at, now)) is not None]
    return {
        **dict.fromkeys(_FACTS),
        "count": len(orders),
        "by_symbol": dict(Counter(one_line(one.symbol, 40) for one in orders).most_common(50)),
        "by_side": dict(Counter(one.side for one in orders)),
        "pending": sum(1 for one in orders if one.state == "pending"),
        "oldest_s": max(ages, default=None),
    }


def _of_one(order: Order, now: datetime) -> dict[str, Any]:
    return {
        "state": order.state,
        "says": one_line(order.says, 60),
        "quantity": order.quantity,
        "filled": order.filled,
        "price": order.price,
        "oldest_s": age_of(order.at, now),
    }


async def _compared(ours: OurOrder, order: Order | None, site: Site, seconds: float) -> dict[str, Any]:
    said = await ask_ours(ours, site, seconds)
    word = value_at(said, ours.status)
    state = None if word is None else one_line(str(word).lower(), 60)
    state = _WORDS.get(state, state) if state else None
    filled = numeric(value_at(said, ours.filled)) if ours.filled else None
    agrees: bool | None = None
    if order is not None and state is not None:
        agrees = state == order.state and (filled is None or order.filled is None or abs(filled - order.filled) < 1e-9)
    return {"our_state": state, "our_filled": filled, "agrees": agrees}


def _table(orders: Sequence[Order], now: datetime) -> Table | None:
    rows = tuple(
        (one_line(one.id, 64), one_line(one.symbol, 40), one.side, one.says, one.price, one.quantity, one.filled,
         age_of(one.at, now))
        for one in orders[:_MOST_ROWS]
    )  # fmt: skip
    columns = ("order", "symbol", "side", "state", "price", "quantity", "filled", "age s")
    return Table(columns=columns, rows=rows) if rows else None


_FACTS = {
    "count": Fact(sort="number", help="orders that are open; unknown where one is asked for"),
    "by_symbol": Fact(sort="map", help="open orders by symbol"),
    "by_side": Fact(sort="map", help="open orders by side: buy and sell"),
    "pending": Fact(sort="number", help="open orders that the venue has not settled what to do with"),
    "oldest_s": Fact(sort="number", unit="s", help="age of the oldest order, or of the one"),
    "found": Fact(sort="flag", help="whether the venue knows the one order; unknown where none is asked for"),
    "state": Fact(sort="text", help="open, filled, cancelled, rejected, expired, pending or other"),
    "says": Fact(sort="text", help="the venue's own word for the state"),
    "quantity": Fact(sort="number", help="quantity of the order"),
    "filled": Fact(sort="number", help="what of it is filled"),
    "price": Fact(sort="number", help="price of the order, where it has one"),
    "our_state": Fact(sort="text", help="the state in our own system, in the same words"),
    "our_filled": Fact(sort="number", help="what is filled in our own system"),
    "agrees": Fact(sort="flag", help="whether both say the same; unknown where one does not know the order"),
}

PROBE = Probe(
    name="exchange_orders",
    help="Our orders as the venue knows them: all that are open, or one, and whether our own system agrees.",
    parameters=ExchangeOrdersParameters,
    facts=_FACTS,
    look=_look,
    target="url",
    fills=("symbol", "order"),
)
