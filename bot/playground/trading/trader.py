"""The trader: strategies send orders, venues answer them, fills change positions."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random

from bot.playground.trading.blotter import CANCELLED, FILLED, OPEN, PENDING, REJECTED, Blotter, Order, Position, Trade
from bot.playground.trading.books import Book
from bot.playground.trading.journal import ORDERS, RISK, STRATEGIES, SYSTEM, Journal, Line, error
from bot.playground.trading.latencies import Latencies
from bot.playground.trading.markets import STRATEGIES as ALL
from bot.playground.trading.markets import Strategy
from bot.playground.trading.store import Store
from bot.playground.trading.symptoms import Symptoms

_STUCK = 60
"""Unanswered orders at one venue after which its strategies send no more."""
_LIMIT = 0.6
"""Share of a strategy's largest position above which the risk check refuses to add to it."""
_FILLED = 0.7
"""Share of orders that the market takes."""


class Trader:
    """Holds what strategies may do and counts what they did."""

    def __init__(
        self, now: datetime, books: Mapping[str, Book], journal: Journal, store: Store, random: Random
    ) -> None:
        self.blotter = Blotter(now)
        self.latencies = Latencies(random)
        self.enabled = True
        """`trading_enabled` of the status API."""
        self.stopped: set[str] = set()
        """Strategies that somebody stopped."""
        self.placed: Counter[str] = Counter()
        """Orders by strategy."""
        self.rejected: Counter[tuple[str, str]] = Counter()
        """Orders by venue and reason."""
        self.fills = 0
        self._books, self._journal, self._store, self._random = books, journal, store, random
        self._owed = {one.id: self._random.random() for one in ALL}
        self._sent: deque[datetime] = deque()

    def per_minute(self, now: datetime) -> int:
        """Orders sent in the last minute."""
        while self._sent and self._sent[0] <= now - timedelta(minutes=1):
            self._sent.popleft()
        return len(self._sent)

    def why_idle(self, strategy: Strategy, symptoms: Symptoms) -> str:
        """Why it sends nothing now; empty when it trades."""
        venue = strategy.market.venue
        reasons = (
            ("trading is disabled", not self.enabled),
            ("stopped", strategy.id in self.stopped),
            (f"{venue} is disconnected", venue in symptoms.disconnected),
            (f"prices of {venue} are too old", venue in symptoms.silent),
            (f"the book of {strategy.market.key} is crossed", strategy.market.key in symptoms.crossed),
            (f"{venue} limits our requests", venue in symptoms.rate_limited),
            (f"{venue} does not acknowledge", len(self.blotter.at(venue, PENDING)) >= _STUCK),
        )
        return next((why for why, applies in reasons if applies), "")

    def go_on(self, now: datetime, time: datetime, seconds: float, symptoms: Symptoms) -> None:
        """What happens in so many seconds; `time` is what the machine's clock says now."""
        for strategy in ALL:
            if self.why_idle(strategy, symptoms):
                continue
            self._owed[strategy.id] += strategy.per_minute * seconds / 60 * self._random.uniform(0.7, 1.3)
            while self._owed[strategy.id] >= 1:
                self._owed[strategy.id] -= 1
                self._place(strategy, now, time, symptoms)
        self._settle(now, time, symptoms)

    def cancel(self, order: Order, time: datetime) -> None:
        """Somebody cancels it."""
        self._end(order, CANCELLED, time)

    def _place(self, strategy: Strategy, now: datetime, time: datetime, symptoms: Symptoms) -> None:
        book, market = self._books[strategy.market.key].ours, strategy.market
        position = self.blotter.positions[strategy.id]
        side = "buy" if self._random.random() < 0.5 - 0.5 * position.at_venue / strategy.max_position else "sell"
        lots = round(strategy.quantity * self._random.uniform(0.5, 1.5) / market.lot)
        if self._is_too_much(position, side, lots * market.lot):
            self._refuse(strategy, side, time)
            return
        broken = strategy.id in symptoms.wrong_lot
        took = self.latencies.sample("order", now, symptoms.slowness)
        order = Order(
            id=f"ORD-{self.blotter.count + 1:08d}", strategy=strategy, side=side,
            price=book.best_bid if side == "buy" else book.best_ask,
            quantity=round((lots + (0.37 if broken else 0.0)) * market.lot, 10),
            created_at=time, updated_at=time, sent=now, latency_us=took,
            ends=now + timedelta(seconds=strategy.life_s * self._random.uniform(0.1, 1.0)),
            fills=self._random.random() < _FILLED,
        )  # fmt: skip
        self.blotter.add(order)
        self.placed[strategy.id] += 1
        self._sent.append(now)
        risk = self.latencies.sample("risk_check", now, symptoms.slowness)
        whole = self.latencies.sample("end_to_end", now, symptoms.slowness)
        self._journal.write(
            time,
            Line(log=STRATEGIES, text=f"signal strategy_id: {strategy.id} {side} {market.key} e2e_us: {whole}"),
            Line(log=RISK, text=f"risk check passed order_id: {order.id} strategy_id: {strategy.id} took_us: {risk}"),
            Line(
                log=ORDERS,
                text=f"order submit: submit order order_id: {order.id} strategy_id: {strategy.id} "
                f"exchange: {market.venue} symbol: {market.symbol} side: {side} quantity: {order.quantity:.10g} "
                f"price: {order.price} latency_us: {took}",
            ),
        )
        if broken:
            reason = f"LOT_SIZE: qty > {market.lot:.10g} and qty % {market.lot:.10g} == 0"
            self.rejected[market.venue, "LOT_SIZE"] += 1
            self._end(order, REJECTED, time, reason)
        elif market.venue not in symptoms.unanswered:
            self._acknowledge(order, time)
        self._store.order(order)

    @staticmethod
    def _is_too_much(position: Position, side: str, quantity: float) -> bool:
        after = position.at_venue + (quantity if side == "buy" else -quantity)
        return abs(after) > _LIMIT * position.strategy.max_position and abs(after) > abs(position.at_venue)

    def _refuse(self, strategy: Strategy, side: str, time: datetime) -> None:
        """A risk check that fails is all in the day's work: the order is not sent."""
        reason = "Position limit exceeded"
        self.blotter.violations.append(
            {
                "time": time.isoformat(timespec="milliseconds"),
                "strategy_id": strategy.id,
                "side": side,
                "reason": reason,
            }
        )
        text = f"risk check failed strategy_id: {strategy.id} {side} {strategy.market.key}: {reason}"
        self._journal.write(time, Line(log=RISK, text=text, level="WARN"))

    def _acknowledge(self, order: Order, time: datetime) -> None:
        order.status, order.updated_at = OPEN, time
        order.exchange_id = f"{order.venue[:2].upper()}{7_000_000 + int(order.id[4:])}"
        text = f"order ack order_id: {order.id} exchange_order_id: {order.exchange_id}"
        self._journal.write(time, Line(log=ORDERS, text=text))

    def _settle(self, now: datetime, time: datetime, symptoms: Symptoms) -> None:
        """Acknowledge what the venues answer at last, and end what is due."""
        for order in list(self.blotter.live.values()):
            if order.venue in symptoms.disconnected:
                if order.status == OPEN:
                    order.status, order.updated_at = PENDING, time  # whether it still rests there, nobody knows
                    self._store.order(order)
                continue
            if order.status == PENDING and order.venue not in symptoms.unanswered:
                self._acknowledge(order, time)
                self._store.order(order)
            if order.status == OPEN and now >= order.ends:
                if order.fills:
                    self._fill(order, time, read=order.venue not in symptoms.unread_fills)
                self._end(order, FILLED if order.fills else CANCELLED, time)

    def _fill(self, order: Order, time: datetime, *, read: bool) -> None:
        """The market took it. Unread, only the venue knows: the order is filled, and our position stays."""
        position = self.blotter.positions[order.strategy.id]
        signed = order.quantity if order.side == "buy" else -order.quantity
        position.at_venue = round(position.at_venue + signed, 8)
        order.filled = order.quantity
        if not read:
            return
        self.fills += 1
        position.take(order.side, order.price, order.quantity, time)
        market = order.strategy.market
        self._store.position(position)
        self._store.trade(Trade(
            id=f"TRD-{order.id[4:]}", order=order.id, strategy=order.strategy.id, venue=market.venue,
            symbol=market.symbol, side=order.side, price=order.price, quantity=order.quantity, at=time,
        ))  # fmt: skip
        self._journal.write(
            time,
            Line(log=ORDERS, text=f"fill order_id: {order.id} quantity: {order.quantity:.10g} price: {order.price}"),
            Line(
                log=SYSTEM,
                text=f"position updated strategy: {order.strategy.id} {market.key} {position.quantity:.10g}",
            ),
        )

    def _end(self, order: Order, status: str, time: datetime, reason: str = "") -> None:
        self.blotter.end(order, status, time, reason)
        self._store.order(order)
        if reason:
            text = f'order rejected order_id: {order.id} exchange: {order.venue} error_message: "{reason}"'
            self._journal.write(time, error(ORDERS, text))
        elif status == CANCELLED:
            self._journal.write(time, Line(log=ORDERS, text=f"order cancelled order_id: {order.id}"))

    def reconcile(self, venue: str, time: datetime) -> None:
        """Take the venue's positions for ours, as after fills that nobody read."""
        for position in self.blotter.positions.values():
            missing = round(position.at_venue - position.quantity, 8)
            if position.strategy.market.venue == venue and missing:
                mid = self._books[position.strategy.market.key].mid
                position.take("buy" if missing > 0 else "sell", mid, abs(missing), time)
                self._store.position(position)
                text = f"position reconciled strategy: {position.strategy.id} by {missing:.10g}"
                self._journal.write(time, Line(log=SYSTEM, text=text))
