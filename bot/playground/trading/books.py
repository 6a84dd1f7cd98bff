"""Order books: the venue's own, which walks at random, and ours, which follows it as far as we hear of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random

from bot.playground.trading.markets import Market

DEPTH = 10
"""Levels on each side."""
_GRID = 2e-5
"""Distance of two levels, as a share of the price."""
_MISSED = 7
"""Updates that are lost before a book is crossed."""

Side = Mapping[float, float]
"""Quantity by price."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Levels:
    """Both sides of a book at one moment."""

    bids: Side
    asks: Side

    @property
    def best_bid(self) -> float:
        return max(self.bids)

    @property
    def best_ask(self) -> float:
        return min(self.asks)

    @property
    def crossed(self) -> bool:
        return self.best_bid >= self.best_ask

    def rows(self, depth: int = DEPTH) -> dict[str, list[list[float]]]:
        """`[price, quantity]`, the best first."""
        return {
            "bids": [[price, self.bids[price]] for price in sorted(self.bids, reverse=True)[:depth]],
            "asks": [[price, self.asks[price]] for price in sorted(self.asks)[:depth]],
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Update:
    """What changed in our book."""

    sequence: int
    previous: int
    """The sequence number before it, as the venue counts: not the last we know of, where updates were lost."""
    bids: Side
    """By price; quantity zero: the level is gone."""
    asks: Side


class Book:
    """One market's book, seen from both ends."""

    def __init__(self, market: Market, now: datetime, random: Random) -> None:
        self.market = market
        self.sequence = random.randrange(1_000_000, 9_000_000)
        self.at = now
        """When our copy last changed."""
        self.gaps = 0
        """Sequence gaps since the start."""
        self._random = random
        self._step = max(market.tick, round(market.price * _GRID / market.tick) * market.tick)
        self._digits = max(0, -math.floor(math.log10(market.tick)))
        self._home = self._place = market.price / self._step
        self.venue = self._levels(Levels(bids={}, asks={}))
        self.ours = self.venue

    @property
    def mid(self) -> float:
        """Halfway between the venue's best prices."""
        return (self.venue.best_bid + self.venue.best_ask) / 2

    def walk(self, seconds: float) -> None:
        """The venue's prices go on by so many seconds."""
        back = (self._home - self._place) * min(seconds * 0.002, 1.0)
        self._place += back + self._random.gauss(0, 0.6 * math.sqrt(max(seconds, 0.0)))
        self.venue = self._levels(self.venue)

    def hear(self, now: datetime, *, crossed: bool) -> Update:
        """Our copy takes over the venue's; `crossed`: but for bids that we were not told are gone."""
        previous = self.sequence
        levels = self.venue
        if crossed and not self.ours.crossed:
            self.gaps += 1
            previous += _MISSED
        if crossed:
            left = {self._price(levels.best_ask / self._step + above): 0.5 for above in (1, 2)}
            levels = Levels(bids={**levels.bids, **left}, asks=levels.asks)
        before, self.ours, self.at = self.ours, levels, now
        self.sequence = previous + 1
        return Update(
            sequence=self.sequence,
            previous=previous,
            bids=_changes(before.bids, levels.bids),
            asks=_changes(before.asks, levels.asks),
        )

    def _levels(self, before: Levels) -> Levels:
        """Levels around the present place; those that stay keep their quantity, but for one that somebody changes."""
        top = math.floor(self._place)
        bids, asks = ([self._price(top - i) for i in range(DEPTH)], [self._price(top + 1 + i) for i in range(DEPTH)])
        touched = self._random.choice(bids + asks)
        return Levels(
            bids={p: self._quantity() if p == touched else before.bids.get(p) or self._quantity() for p in bids},
            asks={p: self._quantity() if p == touched else before.asks.get(p) or self._quantity() for p in asks},
        )

    def _price(self, place: float) -> float:
        return round(place * self._step, self._digits)

    def _quantity(self) -> float:
        return round(self._random.uniform(5_000, 90_000) / self.market.price, 5)


def _changes(before: Side, after: Side) -> Side:
    gone = {price: 0.0 for price in before if price not in after}
    return gone | {price: quantity for price, quantity in after.items() if before.get(price) != quantity}
