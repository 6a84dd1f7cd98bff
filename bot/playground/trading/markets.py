"""What is traded and who trades it: markets with their rules, and strategies. Facts only; nothing here changes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Market:
    """One symbol at one venue."""

    venue: str
    symbol: str
    """As our system writes it: `BTC-USDT`."""
    native: str
    """As the venue writes it: `BTCUSDT`."""
    price: float
    """Where its random walk begins, in its quote currency."""
    tick: float
    lot: float

    @property
    def key(self) -> str:
        """`binance:BTC-USDT`, as logs write it."""
        return f"{self.venue}:{self.symbol}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Strategy:
    """One strategy on one market."""

    id: str
    kind: str
    market: Market
    quantity: float
    """Of one order, in the base currency; orders differ from it by up to a half."""
    per_minute: float
    """Orders it sends in a minute when all is well."""
    life_s: float
    """How long an order rests at most before it is filled or cancelled."""
    max_position: float


def _market(venue: str, symbol: str, native: str, price: float, tick: float, lot: float) -> Market:
    return Market(venue=venue, symbol=symbol, native=native, price=price, tick=tick, lot=lot)


MARKETS = (
    _market("binance", "BTC-USDT", "BTCUSDT", 97_250.0, 0.01, 0.00001),
    _market("binance", "ETH-USDT", "ETHUSDT", 3_412.0, 0.01, 0.0001),
    _market("coinbase", "BTC-USD", "BTC-USD", 97_240.0, 0.01, 0.00000001),
    _market("coinbase", "ETH-USD", "ETH-USD", 3_411.0, 0.01, 0.00000001),
    _market("kraken", "BTC-USD", "XBTUSD", 97_245.0, 0.1, 0.00000001),
)
VENUES = tuple(dict.fromkeys(market.venue for market in MARKETS))


def market_of(venue: str, symbol: str) -> Market:
    """The market of our name for it. Raises KeyError."""
    for market in MARKETS:
        if (market.venue, market.symbol) == (venue, symbol):
            return market
    raise KeyError(f"{venue}:{symbol}")


STRATEGIES = (
    Strategy(
        id="btc_market_maker", kind="market_making", market=market_of("binance", "BTC-USDT"), quantity=0.1,
        per_minute=18, life_s=40, max_position=2,
    ),
    Strategy(
        id="eth_momentum", kind="momentum", market=market_of("binance", "ETH-USDT"), quantity=2.5,
        per_minute=10, life_s=12, max_position=40,
    ),
    Strategy(
        id="eth_market_maker", kind="market_making", market=market_of("coinbase", "ETH-USD"), quantity=2,
        per_minute=12, life_s=30, max_position=30,
    ),
    Strategy(
        id="btc_arbitrage", kind="arbitrage", market=market_of("kraken", "BTC-USD"), quantity=0.05,
        per_minute=9, life_s=20, max_position=1,
    ),
)  # fmt: skip
