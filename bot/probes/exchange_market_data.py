"""exchange_market_data: a venue's best prices, whether they make sense, and how far ours are from them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import Field

from bot.core.evidence import Seen, Table
from bot.probes._exchanges import PrivateParameters, SymbolName, exchange
from bot.probes._json import ValuePath, age_of, numeric
from bot.probes._ours import Ours, ask_ours, value_at
from bot.probes._venues.base import Book, Wanted
from bot.probes.base import Fact, Probe, Site


class OurBook(Ours):
    """Our own copy of the book, or our ticker."""

    bid: ValuePath = Field(default="bids.0.0", description="Path of our best bid", examples=["bids.0.0", "bid"])
    ask: ValuePath = Field(default="asks.0.0", description="Path of our best ask", examples=["asks.0.0", "ask"])
    at: ValuePath | None = Field(default=None, description="Path of its time", examples=["timestamp"])


class ExchangeMarketDataParameters(PrivateParameters):
    """Which market, and what to compare it with."""

    symbol: SymbolName = Field(description="The symbol as the venue writes it", examples=["BTCUSDT"])
    depth: int = Field(default=10, ge=1, le=100, description="Levels of the book to ask for, where the venue has them")
    ours: OurBook | None = Field(default=None, description="Where our own system says its best prices")


async def _look(parameters: ExchangeMarketDataParameters, site: Site) -> Seen:
    asking = exchange(parameters, site)
    wanted = Wanted(symbol=parameters.symbol, depth=parameters.depth)
    book = await asking.ask(asking.venue.book, wanted)
    now = site.now()
    bid, ask = _best(book.bids), _best(book.asks)
    facts: dict[str, Any] = {
        **dict.fromkeys(_FACTS),
        **_sense(bid, ask),
        "bid": bid,
        "ask": ask,
        "levels": min(len(book.bids), len(book.asks)),
        "age_s": age_of(book.at, now),
    }
    if parameters.ours is not None:
        said = await ask_ours(parameters.ours, site, parameters.seconds)
        our_bid, our_ask = (numeric(value_at(said, path)) for path in (parameters.ours.bid, parameters.ours.ask))
        at = value_at(said, parameters.ours.at) if parameters.ours.at else None
        ours = _sense(our_bid, our_ask)
        facts |= {
            "our_bid": our_bid,
            "our_ask": our_ask,
            "our_crossed": ours["crossed"],
            "our_zero": ours["zero"],
            "our_age_s": age_of(at, now),
            "off_percent": _off(_middle(bid, ask), _middle(our_bid, our_ask)),
        }
    return Seen(facts=facts, table=_table(book))


def _best(side: Sequence[tuple[float, float]]) -> float | None:
    return side[0][0] if side else None


def _sense(bid: float | None, ask: float | None) -> dict[str, Any]:
    """What cannot be true of best prices."""
    known = [price for price in (bid, ask) if price is not None]
    both = bid is not None and ask is not None
    middle = _middle(bid, ask)
    return {
        "crossed": bid >= ask if bid is not None and ask is not None else None,
        "zero": any(price <= 0 for price in known) if known else None,
        "one_sided": not both,
        "spread_percent": round(100 * (ask - bid) / middle, 6)
        if bid is not None and ask is not None and middle
        else None,
    }


def _middle(bid: float | None, ask: float | None) -> float | None:
    return None if bid is None or ask is None else (bid + ask) / 2


def _off(theirs: float | None, ours: float | None) -> float | None:
    return None if ours is None or not theirs else round(100 * abs(ours - theirs) / abs(theirs), 6)


def _table(book: Book) -> Table:
    rows = max(len(book.bids), len(book.asks))
    return Table(
        columns=("bid", "quantity", "ask", "quantity"),
        rows=tuple((*_row(book.bids, at), *_row(book.asks, at)) for at in range(min(rows, 10))),
    )


def _row(side: Sequence[tuple[float, float]], at: int) -> tuple[float | None, float | None]:
    return side[at] if at < len(side) else (None, None)


_FACTS = {
    "bid": Fact(sort="number", help="the venue's best bid; unknown where there is none"),
    "ask": Fact(sort="number", help="the venue's best ask; unknown where there is none"),
    "spread_percent": Fact(sort="number", unit="%", help="distance of the two, of the price halfway between"),
    "levels": Fact(sort="number", help="levels on the side that has fewer"),
    "crossed": Fact(sort="flag", help="whether the best bid is not below the best ask"),
    "zero": Fact(sort="flag", help="whether a best price is zero or below"),
    "one_sided": Fact(sort="flag", help="whether a side is empty"),
    "age_s": Fact(sort="number", unit="s", help="age of the book by its own time, else of the last trade"),
    "our_bid": Fact(sort="number", help="the best bid as our system has it"),
    "our_ask": Fact(sort="number", help="the best ask as our system has it"),
    "our_crossed": Fact(sort="flag", help="whether our best bid is not below our best ask"),
    "our_zero": Fact(sort="flag", help="whether one of our best prices is zero or below"),
    "our_age_s": Fact(sort="number", unit="s", help="age of our prices by their own time"),
    "off_percent": Fact(sort="number", unit="%", help="how far our price is from the venue's, both halfway between"),
}

PROBE = Probe(
    name="exchange_market_data",
    help="A venue's best prices, whether they make sense, how old they are, and how far ours are from them.",
    parameters=ExchangeMarketDataParameters,
    facts=_FACTS,
    look=_look,
    target="url",
    fills=("symbol",),
)
