"""The store: the same tables on both databases, and what waited is written when the database is back."""

from __future__ import annotations

from pathlib import Path

import httpx
import psycopg
import pytest

from bot.playground.trading.store import DDL
from tests.playground.trading.running import Running


async def test_what_waited_is_written(hft: Running) -> None:
    before = hft.rows("SELECT count(*) FROM trades")[0][0]
    await hft.broken("database_down", 120)
    fills = await hft.metric("hft_fills_total")
    await hft.mended("database_down", 5)
    trades = hft.rows("SELECT count(*) FROM trades")[0][0]
    assert before < fills <= trades


async def test_it_lives_on_postgresql(bare_postgres_url: str, tmp_path: Path) -> None:
    """The caller's server: the system's tables are there, and its orders in them."""
    async with httpx.AsyncClient(trust_env=False) as client:
        hft = Running(tmp_path / "hft", client, database=bare_postgres_url)
        await hft.system.start()
        await hft.go_on(120)
        await hft.broken("database_down", 30)
        await hft.mended("database_down", 30)
        known = {one["order_id"] for one in (await hft.get("/orders?limit=500"))["orders"]}
        with psycopg.connect(bare_postgres_url) as database:
            rows = database.execute(
                "SELECT order_id FROM orders WHERE symbol = 'BTC-USDT' AND created_at > '2026-11-21'"
            )
            assert {row[0] for row in rows} <= known
            stored = database.execute("SELECT strategy_id, quantity FROM positions").fetchall()
            ticks = database.execute("SELECT count(*) FROM market_data_ticks").fetchone()
        held = {one["strategy"]: one["quantity"] for one in (await hft.get("/positions"))["positions"]}
        assert dict(stored) == pytest.approx({name: held[name] for name, _ in stored})
        assert ticks is not None
        assert ticks[0] > 100
        assert not (tmp_path / "hft" / "data").exists()
        await hft.system.stop()


async def test_started_again_it_has_what_it_had(hft: Running) -> None:
    """Also when it was stopped while its database was away."""
    before = hft.rows("SELECT count(*) FROM orders")[0][0]
    await hft.broken("database_down", 30)
    await hft.system.stop()
    again = Running(hft.folder, hft.client)
    await again.system.start()
    assert again.rows("SELECT count(*) FROM orders")[0][0] == before
    await again.system.stop()


def test_the_tables_are_those_of_the_guide() -> None:
    for table in ("orders", "trades", "positions", "market_data_ticks"):
        assert sum(f"TABLE IF NOT EXISTS {table} " in statement for statement in DDL) == 1
