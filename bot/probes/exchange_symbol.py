"""exchange_symbol: whether a symbol can be traded at a venue, in which steps, and whether an order fits them."""

from __future__ import annotations

from fractions import Fraction

from pydantic import Field

from bot.core.evidence import Seen, Trouble
from bot.core.text import one_line
from bot.probes._exchanges import PrivateParameters, SymbolName, exchange
from bot.probes._venues.base import Symbol, Wanted
from bot.probes.base import Fact, Probe, ProbeFailed, Site


class ExchangeSymbolParameters(PrivateParameters):
    """Which symbol, and perhaps an order for it."""

    symbol: SymbolName = Field(description="The symbol as the venue writes it", examples=["BTCUSDT"])
    quantity: float | None = Field(default=None, gt=0, lt=1e15, description="Quantity of an order", examples=[0.25])
    price: float | None = Field(default=None, gt=0, lt=1e15, description="Price of an order", examples=[43250.5])


async def _look(parameters: ExchangeSymbolParameters, site: Site) -> Seen:
    asking = exchange(parameters, site)
    try:
        symbol = await asking.ask(asking.venue.symbol, Wanted(symbol=parameters.symbol))
    except ProbeFailed as failure:
        if failure.trouble is not Trouble.MISSING or not _knows_it_not(failure):
            raise
        return Seen(facts={**dict.fromkeys(_FACTS), "exists": False}, excerpt=[str(failure)])
    wrong = _wrong(symbol, parameters.quantity, parameters.price)
    asked = parameters.quantity is not None or parameters.price is not None
    return Seen(
        facts={
            "exists": True,
            "trades": symbol.trades,
            "status": one_line(symbol.status, 100),
            "tick": symbol.tick,
            "lot": symbol.lot,
            "smallest": symbol.smallest,
            "least_value": symbol.least_value,
            "fits": not wrong if asked else None,
            "wrong": wrong if asked else None,
        },
        excerpt=wrong,
    )


def _knows_it_not(failure: ProbeFailed) -> bool:
    """A missing variable, or part of the credentials, is no answer of the venue."""
    return " answers " in str(failure) or " knows no " in str(failure)


def _wrong(symbol: Symbol, quantity: float | None, price: float | None) -> list[str]:
    """Why the venue would refuse such an order."""
    wrong = []
    if quantity is not None and not _is_multiple(quantity, symbol.lot):
        wrong.append(f"the quantity {quantity:g} is no multiple of {symbol.lot:g}")
    if quantity is not None and symbol.smallest is not None and quantity < symbol.smallest:
        wrong.append(f"the quantity {quantity:g} is less than {symbol.smallest:g}")
    if price is not None and not _is_multiple(price, symbol.tick):
        wrong.append(f"the price {price:.10g} is no multiple of {symbol.tick:g}")
    value = quantity * price if quantity is not None and price is not None else None
    if value is not None and symbol.least_value is not None and value < symbol.least_value:
        wrong.append(f"the value {value:g} is less than {symbol.least_value:g}")
    return wrong


def _is_multiple(value: float, step: float | None) -> bool:
    return not step or (Fraction(str(value)) / Fraction(str(step))).denominator == 1


_FACTS = {
    "exists": Fact(sort="flag", help="whether the venue knows the symbol"),
    "trades": Fact(sort="flag", help="whether it can be traded now"),
    "status": Fact(sort="text", help="the venue's own word for that"),
    "tick": Fact(sort="number", help="step of the price"),
    "lot": Fact(sort="number", help="step of the quantity"),
    "smallest": Fact(sort="number", help="the least quantity"),
    "least_value": Fact(sort="number", help="the least value of an order, price times quantity"),
    "fits": Fact(sort="flag", help="whether the order keeps to the steps and limits that are known"),
    "wrong": Fact(sort="list", help="what the venue would refuse of the order"),
}

PROBE = Probe(
    name="exchange_symbol",
    help="Whether a symbol can be traded at a venue, its steps and limits, and whether an order keeps to them.",
    parameters=ExchangeSymbolParameters,
    facts=_FACTS,
    look=_look,
    target="url",
    fills=("symbol", "quantity", "price"),
)
