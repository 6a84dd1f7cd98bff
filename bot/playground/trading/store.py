"""The trading system's own database: orders, trades, positions and ticks, in a SQLite file or on PostgreSQL."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from bot.playground.trading.blotter import Order, Position, Trade

DDL = (
    """CREATE TABLE IF NOT EXISTS orders (
        order_id TEXT PRIMARY KEY, exchange_order_id TEXT NOT NULL, strategy_id TEXT NOT NULL, exchange TEXT NOT NULL,
        symbol TEXT NOT NULL, side TEXT NOT NULL, price DOUBLE PRECISION NOT NULL, quantity DOUBLE PRECISION NOT NULL,
        filled_quantity DOUBLE PRECISION NOT NULL, status TEXT NOT NULL, error_message TEXT NOT NULL,
        created_at TIMESTAMPTZ NOT NULL, updated_at TIMESTAMPTZ NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS idx_orders_symbol_created ON orders (symbol, created_at)",
    """CREATE TABLE IF NOT EXISTS trades (
        trade_id TEXT PRIMARY KEY, order_id TEXT NOT NULL, strategy_id TEXT NOT NULL, exchange TEXT NOT NULL,
        symbol TEXT NOT NULL, side TEXT NOT NULL, price DOUBLE PRECISION NOT NULL, quantity DOUBLE PRECISION NOT NULL,
        created_at TIMESTAMPTZ NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS positions (
        strategy_id TEXT PRIMARY KEY, exchange TEXT NOT NULL, symbol TEXT NOT NULL, quantity DOUBLE PRECISION NOT NULL,
        average_price DOUBLE PRECISION NOT NULL, realized_pnl DOUBLE PRECISION NOT NULL,
        updated_at TIMESTAMPTZ NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS market_data_ticks (
        exchange TEXT NOT NULL, symbol TEXT NOT NULL, bid DOUBLE PRECISION NOT NULL, ask DOUBLE PRECISION NOT NULL,
        created_at TIMESTAMPTZ NOT NULL)""",
)
"""Runs on both databases."""

_COLUMNS = {"orders": 13, "trades": 9, "positions": 7, "market_data_ticks": 5}
_MOVING = {
    "orders": ("order_id", "exchange_order_id", "filled_quantity", "status", "error_message", "updated_at"),
    "positions": ("strategy_id", "quantity", "average_price", "realized_pnl", "updated_at"),
}
"""What changes in a row that is there already; first its key."""
_KEPT = timedelta(hours=6)
_EVERY = 500
"""Rows between two clean-ups."""
_WAITING = 20_000
"""Rows that wait at most while the database is away; then the oldest are lost."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundAt:
    """Where a client of PostgreSQL finds the database. A file is no server: it looks in its folder and finds none."""

    address: str
    """`host:port`, or the folder of a socket."""
    name: str
    user: str
    folder: str = ""
    """Of its files; empty: not ours to know."""


class Store:
    """Takes rows and writes them when told. `where`: a file, or the URL of a PostgreSQL database."""

    def __init__(self, where: Path | str) -> None:
        self.where = where
        self.writes = 0
        self._connection: Any = None
        self._waiting: dict[str, list[tuple[Any, ...]]] = defaultdict(list)

    @property
    def is_open(self) -> bool:
        return self._connection is not None

    @property
    def unwritten(self) -> int:
        """Rows that wait for the database."""
        return sum(map(len, self._waiting.values()))

    @property
    def found_at(self) -> FoundAt:
        """Where others find it."""
        if isinstance(self.where, Path):
            folder = str(self.where.parent.resolve())
            return FoundAt(address=folder, name=self.where.stem, user="hft_user", folder=folder)
        said = conninfo_to_dict(self.where)
        host, user = str(said.get("host") or "localhost"), str(said.get("user") or "postgres")
        address = host if host.startswith("/") else f"{host}:{said.get('port') or 5432}"
        return FoundAt(address=address, name=str(said.get("dbname") or user), user=user)

    def open(self) -> None:
        """Connect and make the tables that are missing. A file that was taken away is there again."""
        if isinstance(self.where, Path):
            self.where.parent.mkdir(parents=True, exist_ok=True)
            if self._away.exists():
                self._away.replace(self.where)
            self._connection = sqlite3.connect(self.where)
            self._connection.execute("PRAGMA synchronous = OFF")
        else:
            self._connection = psycopg.connect(self.where)
        for statement in DDL:
            self._connection.execute(statement)
        self._connection.commit()

    def close(self, *, away: bool = False) -> None:
        """Disconnect. `away`: nobody else finds the file either; a PostgreSQL server belongs to somebody else and goes
        on."""
        if self._connection is None:
            return
        self._connection.close()
        self._connection = None
        if away and isinstance(self.where, Path):
            self.where.replace(self._away)

    @property
    def _away(self) -> Path:
        assert isinstance(self.where, Path)
        return self.where.with_name(f"{self.where.name}.offline")

    def order(self, order: Order) -> None:
        """An order as it is now."""
        market = order.strategy.market
        self._take("orders", (
            order.id, order.exchange_id, order.strategy.id, market.venue, market.symbol, order.side, order.price,
            order.quantity, order.filled, order.status, order.error, _stamp(order.created_at), _stamp(order.updated_at),
        ))  # fmt: skip

    def trade(self, trade: Trade) -> None:
        """A fill."""
        self._take("trades", (
            trade.id, trade.order, trade.strategy, trade.venue, trade.symbol, trade.side, trade.price, trade.quantity,
            _stamp(trade.at),
        ))  # fmt: skip

    def position(self, position: Position) -> None:
        """A position as it is now."""
        market = position.strategy.market
        self._take("positions", (
            position.strategy.id, market.venue, market.symbol, position.quantity, position.average, position.realized,
            _stamp(position.updated_at),
        ))  # fmt: skip

    def tick(self, venue: str, symbol: str, bid: float, ask: float, at: datetime) -> None:
        """Best prices."""
        self._take("market_data_ticks", (venue, symbol, bid, ask, _stamp(at)))

    def _take(self, table: str, row: tuple[Any, ...]) -> None:
        rows = self._waiting[table]
        rows.append(row)
        if len(rows) > _WAITING:
            del rows[0]

    def write(self, now: datetime) -> int:
        """Write what waits, if the database is there; how many rows."""
        if self._connection is None:
            return 0
        written = 0
        cursor = self._connection.cursor()
        for table, rows in self._waiting.items():
            if rows:
                cursor.executemany(self._insert(table), rows)
                written += len(rows)
        self._waiting.clear()
        if written and self.writes // _EVERY != (self.writes + written) // _EVERY:
            for table in ("orders", "trades", "market_data_ticks"):
                cursor.execute(self._old(table), (_stamp(now - _KEPT),))
        self.writes += written
        self._connection.commit()
        return written

    @property
    def _mark(self) -> str:
        return "?" if isinstance(self.where, Path) else "%s"

    def _insert(self, table: str) -> str:
        marks = ", ".join([self._mark] * _COLUMNS[table])
        key, *moving = _MOVING.get(table, ("",))
        changed = ", ".join(f"{name} = excluded.{name}" for name in moving)
        conflict = f" ON CONFLICT ({key}) DO UPDATE SET {changed}" if key else ""
        return f"INSERT INTO {table} VALUES ({marks}){conflict}"  # noqa: S608 - names of ours

    def _old(self, table: str) -> str:
        return f"DELETE FROM {table} WHERE created_at < {self._mark}"  # noqa: S608 - names of ours


def _stamp(at: datetime) -> str:
    """SQLite compares times as texts, so they are all written alike."""
    return at.isoformat(timespec="microseconds")
