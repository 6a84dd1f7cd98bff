"""The blotter: orders, trades and positions, and what they earned."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime

from bot.playground.trading.markets import STRATEGIES, Strategy

PENDING, OPEN, FILLED, CANCELLED, REJECTED = "pending", "open", "filled", "cancelled", "rejected"
_KEPT = 1_500
"""Orders that are kept in memory after they are over."""
_VIOLATIONS = 100


@dataclass(kw_only=True, slots=True)
class Order:
    """One order. Its times are those of the machine's clock, however wrong that is."""

    id: str
    strategy: Strategy
    side: str
    """`buy` or `sell`."""
    price: float
    quantity: float
    status: str = PENDING
    filled: float = 0.0
    exchange_id: str = ""
    """The venue's number; empty until it has acknowledged."""
    error: str = ""
    created_at: datetime
    updated_at: datetime
    sent: datetime
    """By the true clock, which ages are counted by."""
    ends: datetime
    """When the market fills or we cancel it, if the venue answers."""
    fills: bool
    latency_us: int = 0

    @property
    def venue(self) -> str:
        return self.strategy.market.venue


@dataclass(frozen=True, kw_only=True, slots=True)
class Trade:
    """One fill."""

    id: str
    order: str
    strategy: str
    venue: str
    symbol: str
    side: str
    price: float
    quantity: float
    at: datetime


@dataclass(kw_only=True, slots=True)
class Position:
    """What one strategy holds on its market."""

    strategy: Strategy
    quantity: float = 0.0
    average: float = 0.0
    realized: float = 0.0
    at_venue: float = 0.0
    """What the venue says; differs when fills were not read."""
    updated_at: datetime

    def take(self, side: str, price: float, quantity: float, at: datetime) -> None:
        """A fill."""
        signed = quantity if side == "buy" else -quantity
        if self.quantity * signed >= 0:
            held = abs(self.quantity) + quantity
            self.average = (self.average * abs(self.quantity) + price * quantity) / held
        else:
            closed = min(quantity, abs(self.quantity))
            self.realized += closed * (price - self.average) * (1 if self.quantity > 0 else -1)
            if quantity > abs(self.quantity):
                self.average = price
        self.quantity = round(self.quantity + signed, 8)
        self.updated_at = at

    def unrealized(self, mid: float) -> float:
        """What closing it at this price would earn."""
        return self.quantity * (mid - self.average)


class Blotter:
    """All of them, bounded: of what is over only the newest are kept."""

    def __init__(self, now: datetime) -> None:
        self.positions = {one.id: Position(strategy=one, updated_at=now) for one in STRATEGIES}
        self.live: dict[str, Order] = {}
        """Orders that are pending or open."""
        self.over: deque[Order] = deque(maxlen=_KEPT)
        self.violations: deque[dict[str, object]] = deque(maxlen=_VIOLATIONS)
        """What the risk checks refused, as the API shows it."""
        self.count = 0

    def orders(self) -> list[Order]:
        """All that are known, the newest first."""
        return sorted([*self.live.values(), *self.over], key=lambda order: order.id, reverse=True)

    def find(self, order_id: str) -> Order | None:
        """The order of that id."""
        return self.live.get(order_id) or next((order for order in self.over if order.id == order_id), None)

    def add(self, order: Order) -> None:
        """A new order."""
        self.count += 1
        self.live[order.id] = order

    def end(self, order: Order, status: str, at: datetime, error: str = "") -> None:
        """It is filled, cancelled or rejected."""
        order.status, order.error, order.updated_at = status, error, at
        self.live.pop(order.id, None)
        self.over.append(order)

    def at(self, venue: str, *statuses: str) -> list[Order]:
        """Live orders at a venue, oldest first."""
        return [o for o in self.live.values() if o.venue == venue and (not statuses or o.status in statuses)]
