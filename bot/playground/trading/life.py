"""The life of the trading system: everything it consists of, moved on from one moment to the next."""

from __future__ import annotations

import math
import os
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from bot.playground.trading import configuration, telling
from bot.playground.trading.books import Book, Update
from bot.playground.trading.host import Host
from bot.playground.trading.journal import MARKET_DATA, STRATEGIES, SYSTEM, Journal, Line
from bot.playground.trading.markets import MARKETS
from bot.playground.trading.markets import STRATEGIES as ALL
from bot.playground.trading.store import Store
from bot.playground.trading.symptoms import Symptoms
from bot.playground.trading.trader import Trader

VERSION = "4.12.1"
_STEP_S = 5.0
_MOST_S = 120.0
"""Longer leaps of the clock are lived as this many seconds."""
_AGAIN = timedelta(seconds=10)
"""Between two lines that say the same."""
_HISTORY = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """What is remembered of one moment, for charts."""

    at: datetime
    latency_us: int | None
    """P99 from signal to order; None: there was none."""
    per_minute: int
    pnl: float


class Life:
    """Moves by `tick` alone. Its folder gets `config/`, `log/`, `data/`, `cores/` and `hft_system.pid`."""

    def __init__(self, folder: Path, now: datetime, *, database: str = "", seed: int = 7) -> None:
        random = Random(seed)  # noqa: S311 - prices, not secrets
        self.now = self.began = now
        self.symptoms = Symptoms()
        self.host = Host(folder, random)
        self.journal = Journal(folder / "log")
        self.store = Store(database or folder / "data" / "hft.db")
        self.books = {market.key: Book(market, now, random) for market in MARKETS}
        self.trader = Trader(now, self.books, self.journal, self.store, random)
        self.disconnects: Counter[str] = Counter()
        self.refusals: Counter[str] = Counter()
        """By venue: requests refused for a wrong time."""
        self.limited: Counter[str] = Counter()
        """By venue: answers 429."""
        self.updates: list[tuple[str, Update]] = []
        """What changed in our books in the last tick, by market key."""
        self.history: deque[Look] = deque(maxlen=_HISTORY)
        self._pid = folder / "hft_system.pid"
        self._said = now
        self._measured = now

    @property
    def time(self) -> datetime:
        """What the machine's clock says."""
        return self.host.time(self.now)

    @property
    def pnl(self) -> float:
        """Of today, realized or not, in dollars."""
        held = self.trader.blotter.positions.values()
        return sum(one.realized + one.unrealized(self.books[one.strategy.market.key].mid) for one in held)

    def start(self) -> None:
        """Make the folder, open the database and begin to trade."""
        self.journal.open()
        configuration.write(self.host.folder)
        self.store.open()
        self._begin()
        self.journal.flush()

    def stop(self) -> None:
        """Close what is open."""
        self.journal.flush()
        self.store.close()
        self._pid.unlink(missing_ok=True)

    def say(self, text: str) -> None:
        """A line of system.log, at the next tick."""
        self.journal.write(self.time, Line(log=SYSTEM, text=text))

    def _begin(self) -> None:
        self.began = self.now
        self._pid.write_text(f"{os.getpid()}\n")
        self.journal.write(self.time, *telling.started())

    def tick(self, now: datetime, symptoms: Symptoms) -> None:
        """It is now; this is wrong."""
        seconds = min(max((now - self.now).total_seconds(), 0.0), _MOST_S)
        steps = max(math.ceil(seconds / _STEP_S), 1)
        self.updates = []
        self._turn(now, symptoms)
        for step in range(1, steps + 1):
            self.now = now - timedelta(seconds=seconds * (1 - step / steps))
            for book in self.books.values():
                book.walk(seconds / steps)
            if not symptoms.gone:
                self._step(seconds / steps)
        if symptoms.gone:
            self.host.tick(symptoms, 0)
            return
        self._look_after()

    def _turn(self, now: datetime, symptoms: Symptoms) -> None:
        """What begins and what ends now."""
        before, self.symptoms = self.symptoms, symptoms
        if before.gone != symptoms.gone:
            if symptoms.gone:
                self.journal.write(self.time, *telling.crashed())
                self.journal.flush()
                self._pid.unlink(missing_ok=True)
                self.store.close()
            else:
                self.now = now
                self._begin()
        if symptoms.gone:
            return
        self.journal.write(self.time, *telling.changed(before, symptoms))
        self.disconnects.update(symptoms.disconnected - before.disconnected)
        for venue in before.unread_fills - symptoms.unread_fills:
            self.trader.reconcile(venue, self.time)
        if symptoms.database_down and self.store.is_open:
            self.store.close(away=True)
        elif not symptoms.database_down and not self.store.is_open:
            self.store.open()

    def _step(self, seconds: float) -> None:
        symptoms = self.symptoms
        for key, book in self.books.items():
            if book.market.venue in symptoms.disconnected | symptoms.silent:
                continue
            self.trader.latencies.sample("market_data", self.now, symptoms.slowness)
            self.updates.append((key, book.hear(self.now, crossed=key in symptoms.crossed)))
        self.trader.go_on(self.now, self.time, seconds, symptoms)

    def _look_after(self) -> None:
        """Once a tick: measure, write, and say what lasts."""
        self.host.tick(self.symptoms, len(self.trader.blotter.live))
        for book in self._heard():
            top = book.ours
            self.store.tick(book.market.venue, book.market.symbol, top.best_bid, top.best_ask, self.time)
        self.journal.write(self.time, *self._routine())
        if self.store.is_open and (rows := self.store.write(self.time)):
            took = self.trader.latencies.sample("database", self.now, self.symptoms.slowness)
            self.journal.write(self.time, Line(log=SYSTEM, text=f"database write {rows} rows latency_us: {took}"))
        if self.now - self._said >= _AGAIN:
            self._said = self.now
            self.limited.update(self.symptoms.rate_limited)
            if abs(self.host.clock_offset_s) > telling.REFUSED_S:
                self.refusals.update(("binance", "kraken"))
            self.journal.write(self.time, *telling.lasting(self.symptoms, self.host, self.store.unwritten))
            self._remember()
        self.journal.flush()

    def _heard(self) -> list[Book]:
        """The books that are current."""
        away = self.symptoms.disconnected | self.symptoms.silent
        return [book for book in self.books.values() if book.market.venue not in away]

    def _routine(self) -> Iterator[Line]:
        for book in self._heard():
            market, top = book.market, book.ours
            took = self.trader.latencies.sample("market_data", self.now, self.symptoms.slowness)
            yield Line(
                log=MARKET_DATA,
                text=f"market_data ticker {market.key} bid: {top.best_bid} ask: {top.best_ask} latency_us: {took}",
            )
            yield Line(log=MARKET_DATA, text=f"market_data orderbook {market.key} sequence: {book.sequence}")
        for one in ALL:
            why = self.trader.why_idle(one, self.symptoms)
            text = f"strategy_id: {one.id} waits: {why}" if why else f"onMarketData strategy_id: {one.id}"
            yield Line(log=STRATEGIES, text=text)
        if self.now - self._measured >= timedelta(minutes=1):
            self._measured = self.now
            text = f"memory resident_mb: {self.host.resident_mb:.0f} books_mb: {self.host.books_mb:.0f}"
            yield Line(log=f"metrics_{self.time:%Y%m%d}", text=text)

    def _remember(self) -> None:
        p99 = self.trader.latencies.quantiles("end_to_end", self.now).get(0.99)
        self.history.append(
            Look(at=self.now, latency_us=p99, per_minute=self.trader.per_minute(self.now), pnl=self.pnl)
        )
