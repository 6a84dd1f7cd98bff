"""Each fault shows from outside what the guide describes, and is gone when it is mended."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import pytest

from bot.playground.trading.faults import all_faults
from bot.playground.trading.host import DISK_BYTES
from bot.playground.trading.rules import read_rules
from tests.playground.trading.running import Running

Look = Callable[[Running], Awaitable[None]]


async def exchange_disconnected(hft: Running) -> None:
    assert (await hft.get("/status"))["exchanges"]["binance"]["status"] == "disconnected"
    assert await hft.metric("hft_exchange_connected", exchange="binance") == 0
    assert await hft.metric("hft_exchange_disconnects_total", exchange="binance") == 1
    assert (await hft.get("/exchanges"))["exchanges"][0]["pending_orders"] > 0
    assert hft.grep("Failed to connect to binance", "exchanges")
    assert hft.grep("Heartbeat timeout", "errors")
    await hft.venue("/binance/api/v3/ping", status=503)
    await hft.venue("/coinbase/time")
    await hft.post("/exchanges/binance/reconnect", status=503)
    waits = {one["strategy_id"]: one["waits_for"] for one in (await hft.get("/strategies"))["strategies"]}
    assert waits["eth_momentum"] == "binance is disconnected"
    assert waits["btc_arbitrage"] == ""


async def database_down(hft: Running) -> None:
    assert (await hft.get("/status"))["database"]["status"] == "down"
    assert await hft.metric("hft_database_up") == 0
    assert await hft.metric("hft_database_unwritten_rows") > 50
    assert hft.grep("Database connection failed: could not connect to server", "system")
    assert hft.grep("database.*error", "errors")
    with pytest.raises(sqlite3.OperationalError, match="unable to open"):
        hft.rows("SELECT 1")


async def clock_drift(hft: Running) -> None:
    status = await hft.get("/status")
    assert status["clock"]["offset_ms"] == pytest.approx(1200, abs=5)
    assert await hft.metric("node_timex_offset_seconds") == pytest.approx(1.2, abs=0.01)
    theirs = (await hft.venue("/binance/api/v3/time"))["serverTime"]
    assert hft.now.timestamp() * 1000 == theirs
    assert status["time"] > f"{hft.now:%Y-%m-%dT%H:%M:%S}.999"
    assert hft.grep("Invalid nonce", "exchanges")
    assert await hft.metric("hft_auth_errors_total", exchange="kraken") > 0


async def disk_filling(hft: Running) -> None:
    used = sum(path.stat().st_size for path in hft.folder.rglob("*") if path.is_file())
    assert 0.7 < used / DISK_BYTES < 0.8
    size, free = [await hft.metric(f"node_filesystem_{what}_bytes") for what in ("size", "avail")]
    assert 1 - free / size == pytest.approx(used / DISK_BYTES, abs=0.01)
    assert (await hft.get("/status"))["disk"]["used_percent"] == pytest.approx(100 * used / DISK_BYTES, abs=1)
    cores = list((hft.folder / "cores").glob("core.*"))
    assert sum(path.stat().st_blocks * 512 for path in cores) < 64 * 1024  # said to be large, and hardly there
    await hft.go_on(60)
    assert hft.grep("No space left on device", "errors")


async def queue_growing(hft: Running) -> None:
    depth = await hft.metric("hft_market_data_queue_depth")
    assert 7_000 < depth < 7_500
    assert (await hft.get("/status"))["queues"]["market_data"]["depth"] == depth
    assert not hft.grep("Queue full", "errors")
    await hft.go_on(60)
    assert await hft.metric("hft_market_data_queue_depth") == 10_000
    assert await hft.metric("hft_market_data_dropped_total") > 0
    assert hft.grep("Queue full", "errors")


async def latency_high(hft: Running) -> None:
    assert await hft.metric("hft_latency_us", component="end_to_end", quantile="0.99") > 3_000
    took = [int(one.split("latency_us: ")[1]) for one in hft.grep("order submit", "orders")]
    assert took[-1] > 3 * took[0]
    assert hft.grep("lock contention|mutex", "system")


async def memory_growing(hft: Running) -> None:
    before, books = (
        await hft.metric("process_resident_memory_bytes"),
        await hft.metric("hft_orderbook_memory_mb"),
    )
    assert books > 6_000
    assert before / await hft.metric("node_memory_MemTotal_bytes") > 0.65
    await hft.go_on(30)
    assert await hft.metric("process_resident_memory_bytes") > before
    assert (await hft.get("/status"))["memory"]["resident_mb"] > 12_000


async def stale_data(hft: Running) -> None:
    venue = (await hft.get("/status"))["exchanges"]["coinbase"]
    assert (venue["status"], venue["market_data_age_seconds"]) == ("connected", 60.0)
    assert await hft.metric("hft_market_data_age_seconds", exchange="coinbase", symbol="BTC-USD") == 60
    assert await hft.metric("hft_market_data_age_seconds", exchange="kraken") == 0
    book = await hft.get("/marketdata/orderbook/coinbase/BTC-USD")
    assert book["age_seconds"] == 60
    assert [[str(p), str(q)] for p, q in book["bids"]] != (await hft.venue("/coinbase/products/BTC-USD/book"))["bids"]
    assert (await hft.get("/health"))["problems"] == ["market data is old: coinbase"]


async def crossed_book(hft: Running) -> None:
    book = await hft.get("/marketdata/orderbook/binance/ETH-USDT")
    assert book["bids"][0][0] >= book["asks"][0][0]
    theirs = await hft.venue("/binance/api/v3/depth?symbol=ETHUSDT")
    assert float(theirs["bids"][0][0]) < float(theirs["asks"][0][0])
    assert await hft.metric("hft_orderbook_crossed", symbol="ETH-USDT") == 1
    assert await hft.metric("hft_orderbook_crossed", symbol="BTC-USDT") == 0
    assert hft.grep("sequence gap.*binance:ETH-USDT", "market_data")
    assert await hft.metric("hft_orderbook_sequence_gaps_total", symbol="ETH-USDT") == 1


async def orders_stuck(hft: Running) -> None:
    pending = (await hft.get("/orders?status=pending"))["orders"]
    assert {one["exchange"] for one in pending} == {"kraken"}
    assert max(one["age_seconds"] for one in pending) > 30
    assert not any(one["exchange_order_id"] for one in pending)
    assert await hft.metric("hft_orders_pending", exchange="kraken") == len(pending)
    assert await hft.metric("hft_orders_pending_oldest_seconds", exchange="kraken") > 30
    assert hft.grep("no order ack from kraken", "orders")
    assert (len(pending),) in hft.rows("SELECT count(*) FROM orders WHERE status = 'pending'")


async def lot_size(hft: Running) -> None:
    rejected = (await hft.get("/orders?status=rejected"))["orders"]
    assert {(one["strategy_id"], one["error_message"]) for one in rejected} == {
        ("eth_momentum", "LOT_SIZE: qty > 0.0001 and qty % 0.0001 == 0")
    }
    (symbol,) = [
        one for one in (await hft.venue("/binance/api/v3/exchangeInfo"))["symbols"] if one["symbol"] == "ETHUSDT"
    ]
    step = float(next(f["stepSize"] for f in symbol["filters"] if f["filterType"] == "LOT_SIZE"))
    assert all(abs(one["quantity"] / step - round(one["quantity"] / step)) > 0.1 for one in rejected)
    assert await hft.metric("hft_orders_rejected_total", reason="LOT_SIZE") == len(rejected)
    assert len(hft.grep("order rejected.*LOT_SIZE", "errors")) == len(rejected)


async def process_gone(hft: Running) -> None:
    with pytest.raises(httpx.ConnectError):
        await hft.get("/status")
    assert not (hft.folder / "hft_system.pid").exists()
    assert "Segmentation fault" in hft.log("system")[-1]
    before = hft.log("orders")
    await hft.go_on(30)
    assert hft.log("orders") == before
    await hft.venue("/binance/api/v3/ping")


async def rate_limited(hft: Running) -> None:
    assert (await hft.get("/status"))["exchanges"]["binance"]["rate_limited"]
    await hft.venue("/binance/api/v3/ping", status=429)
    assert await hft.metric("hft_rate_limit_errors_total", exchange="binance") > 0
    assert hft.grep("rate limit", "exchanges")
    assert hft.grep("throttle", "exchanges")


async def fills_missing(hft: Running) -> None:
    (held,) = [one for one in (await hft.get("/positions"))["positions"] if one["exchange"] == "coinbase"]
    assert held["quantity"] != held["exchange_quantity"]
    off = abs(held["quantity"] - held["exchange_quantity"])
    assert await hft.metric("hft_position_mismatch", exchange="coinbase") == pytest.approx(off)
    last = next(o for o in (await hft.get("/orders?status=filled&strategy_id=eth_market_maker"))["orders"])
    assert not hft.grep(f"fill.*{last['order_id']}", "orders")
    assert not hft.rows(f"SELECT 1 FROM trades WHERE order_id = '{last['order_id']}'")


async def open_files(hft: Running) -> None:
    assert 2_000 < await hft.metric("process_open_fds") < await hft.metric("process_max_fds")
    await hft.go_on(60)
    assert await hft.metric("process_open_fds") == await hft.metric("process_max_fds")
    assert hft.grep("Too many open files", "errors")


async def connection_pool(hft: Running) -> None:
    assert await hft.metric("hft_database_connections") == await hft.metric("hft_database_connections_limit")
    assert hft.grep("Connection pool exhausted", "errors")


LOOKS: dict[str, Look] = {
    look.__name__: look
    for look in (
        exchange_disconnected, database_down, clock_drift, disk_filling, queue_growing, latency_high, memory_growing,
        stale_data, crossed_book, orders_stuck, lot_size, process_gone, rate_limited, fills_missing, open_files,
        connection_pool,
    )
}  # fmt: skip


def test_every_fault_is_looked_at() -> None:
    assert set(LOOKS) == set(all_faults())
    assert len(LOOKS) >= 12


@pytest.mark.parametrize("fault", sorted(LOOKS))
async def test_it_shows_and_heals(hft: Running, fault: str) -> None:
    await hft.broken(fault, 60)
    await LOOKS[fault](hft)
    await hft.mended(fault)
    assert (await hft.get("/health"))["problems"] == []
    assert hft.grep(hft.system.faults[fault].mend, "system")
    status = await hft.get("/status")
    assert status["disk"]["used_percent"] < 20
    assert status["orders_per_minute"] > 25
    assert status["database"] == {"status": "connected", "unwritten_rows": 0}
    for held in (await hft.get("/positions"))["positions"]:
        assert held["quantity"] == pytest.approx(held["exchange_quantity"])
    known = {one["order_id"] for one in (await hft.get("/orders?limit=500"))["orders"]}
    assert known <= {row[0] for row in hft.rows("SELECT order_id FROM orders")}


@pytest.mark.parametrize("fault", sorted(all_faults()))
def test_it_belongs_to_the_guide(fault: str) -> None:
    """The ids are those of the guide's inventory, and a rule notices it."""
    one = all_faults()[fault]
    guide = Path(__file__).parents[3] / "playbooks" / "hft" / "guide.tsv"
    if guide.exists():
        with guide.open() as file:
            assert set(one.covers) <= {row["id"] for row in csv.DictReader(file, delimiter="\t") if row.get("id")}
    assert one.covers
    assert one.alert in {rule.alert for rule in read_rules().rules}


async def test_all_at_once_and_all_mended(hft: Running) -> None:
    """Faults do not hinder each other, and mending everything leaves nothing."""
    for fault in hft.system.faults:
        if fault != "process_gone":
            hft.system.break_(fault, hft.now)
    await hft.go_on(90)
    assert len((await hft.get("/health"))["problems"]) >= 5
    hft.system.break_("process_gone", hft.now)
    await hft.go_on(30)
    await hft.mended(seconds=90)
    assert hft.system.broken == {}
    assert (await hft.get("/health"))["problems"] == []
    assert not list((hft.folder / "cores").iterdir())


async def test_breaking_what_is_broken_changes_nothing(hft: Running) -> None:
    await hft.broken("memory_growing", 30)
    since = hft.system.broken["memory_growing"]
    await hft.broken("memory_growing", 5)
    assert hft.system.broken == {"memory_growing": since}
    hft.system.mend("disk_filling")
    assert hft.system.broken == {"memory_growing": since}
    for change in (lambda: hft.system.break_("nothing", hft.now), lambda: hft.system.mend("nothing")):
        with pytest.raises(KeyError):
            change()
