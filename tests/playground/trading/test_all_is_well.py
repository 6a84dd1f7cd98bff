"""A system that runs well: what the guide's commands ask for is there, in the shapes that they cut it into."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot.playground.trading.host import DISK_BYTES
from bot.playground.trading.journal import LIMIT, LOGS
from tests.playground.trading.running import START, Running


async def test_the_status_api_has_what_the_guide_asks_for(hft: Running) -> None:
    status = await hft.get("/status")
    assert (status["status"], status["trading_enabled"]) == ("running", True)
    assert {one["status"] for one in status["exchanges"].values()} == {"connected"}
    assert status["exchanges"]["binance"]["status"] == "connected"
    assert await hft.get("/health") == {"status": "healthy", "problems": [], "time": status["time"]}
    strategies = (await hft.get("/strategies"))["strategies"]
    assert {one["strategy_id"]: one["status"] for one in strategies} == dict.fromkeys(
        ("btc_market_maker", "eth_momentum", "eth_market_maker", "btc_arbitrage"), "running"
    )
    one = await hft.get("/strategies/eth_momentum")
    assert set(one["config"]["parameters"]) == {"quantity", "orders_per_minute", "order_life_seconds"}
    assert set(one["performance"]) == {"realized_pnl_usd", "unrealized_pnl_usd", "orders"}
    assert (await hft.get("/exchanges"))["exchanges"][0]["exchange"] == "binance"
    assert (await hft.get("/risk/summary"))["position_limit_usd"] == 150_000
    assert (await hft.get("/risk/violations")).keys() == {"violations"}


async def test_orders_and_positions_agree_with_each_other(hft: Running) -> None:
    """Positions are the sum of the fills, by the API and by the database."""
    found = (await hft.get("/orders?limit=500"))["orders"]
    assert {one["status"] for one in found} >= {"open", "filled", "cancelled"}
    assert all(one["exchange_order_id"] for one in found)
    for held in (await hft.get("/positions"))["positions"]:
        assert held["quantity"] == pytest.approx(held["exchange_quantity"])
        sums = {
            side: sum(o["filled_quantity"] for o in found if (o["strategy_id"], o["side"]) == (held["strategy"], side))
            for side in ("buy", "sell")
        }
        assert held["quantity"] == pytest.approx(sums["buy"] - sums["sell"])
        (row,) = hft.rows(f"SELECT quantity FROM positions WHERE strategy_id = '{held['strategy']}'")
        assert row[0] == pytest.approx(held["quantity"])
    assert {one["order_id"] for one in found} == {row[0] for row in hft.rows("SELECT order_id FROM orders")}


async def test_orders_can_be_chosen(hft: Running) -> None:
    chosen = (await hft.get("/orders?strategy_id=eth_momentum&status=filled&limit=2"))["orders"]
    assert [(one["strategy_id"], one["status"]) for one in chosen] == [("eth_momentum", "filled")] * 2
    assert await hft.get(f"/orders/{chosen[0]['order_id']}") == chosen[0]
    assert await hft.get("/orders?status=rejected") == {"orders": [], "total": 0}


async def test_what_is_not_there_is_said(hft: Running) -> None:
    for path in (
        "/orders/ORD-0", "/strategies/none", "/marketdata/orderbook/binance/X", "/marketdata/ticker/x/BTC-USDT",
    ):  # fmt: skip
        assert "there is no such" in (await hft.get(path, status=404))["error"]


async def test_our_book_is_the_venue_s(hft: Running) -> None:
    ours = await hft.get("/marketdata/orderbook/binance/BTC-USDT")
    theirs = await hft.venue("/binance/api/v3/depth?symbol=BTCUSDT")
    assert ours["bids"] == [[float(p), float(q)] for p, q in theirs["bids"]]
    assert ours["sequence"] == theirs["lastUpdateId"]
    assert ours["bids"][0][0] < ours["asks"][0][0]
    ticker = await hft.get("/marketdata/ticker/binance/BTC-USDT")
    assert (ticker["bid"], ticker["ask"]) == (ours["bids"][0][0], ours["asks"][0][0])
    (pair,) = (await hft.venue("/kraken/0/public/Depth?pair=XBTUSD"))["result"].values()
    assert len(pair["asks"]) == 10
    assert (await hft.venue("/coinbase/products/ETH-USD/book"))["bids"]
    assert (await hft.venue("/binance/api/v3/depth?symbol=NONE", status=400))["code"] == -1121


# Of the guide: line, pattern of its grep, log.
LINES = [
    (213, "binance", "exchanges"),
    (419, "market_data.*ticker", "market_data"),
    (442, "subscribe.*Subscribed to binance:BTC-USDT:ticker", "market_data"),
    (539, "orderbook.*BTC-USDT", "market_data"),
    (591, "submit order", "orders"),
    (633, "strategy_id: eth_momentum", "strategies"),
    (669, "order.*quantity", "orders"),
    (688, "order_id: ORD-00000001", "orders"),
    (805, "order submit", "orders"),
    (825, "fill.*ORD-", "orders"),
    (858, "position", "system"),
    (921, "risk check", "risk"),
    (924, "database write", "system"),
    (1547, "onMarketData.*eth_momentum", "strategies"),
]


async def test_the_logs_have_what_the_guide_greps(hft: Running) -> None:
    assert [f"line {line}" for line, pattern, log in LINES if not hft.grep(pattern, log)] == []


async def test_latencies_in_the_logs_are_cut_as_the_guide_does(hft: Running) -> None:
    """The last field of market_data.log (line 889), and what follows `latency_us: ` in orders.log (line 914)."""
    took = [int(one.split()[-1]) for one in hft.grep("latency_us", "market_data")]
    assert 20 < sum(took) / len(took) < 100
    took = [int(one.split("latency_us: ")[1]) for one in hft.grep("order.*latency", "orders")]
    assert 100 < sum(took) / len(took) < 500
    assert all(re.match(r"2026-11-21 03:0\d:\d\d [A-Z]+ ", one) for log in LOGS for one in hft.log(log))


async def test_the_metrics_have_what_the_guide_greps(hft: Running) -> None:
    series = "\n".join(one for one in (await hft.page()).splitlines() if not one.startswith("#"))
    for name in ("latency", "queue_depth", "market_data_queue_depth", "orderbook_memory_mb", "order_count"):
        assert name in series


async def test_latencies_have_their_quantiles(hft: Running) -> None:
    p50, p99 = [await hft.metric("hft_latency_us", component="order", quantile=q) for q in ("0.5", "0.99")]
    assert 0 < p50 < p99 < 1000


async def test_nothing_grows_without_end(hft: Running) -> None:
    """Five hours at a pace of a minute a tick."""
    await hft.go_on(5 * 3600, step_s=60)
    assert max(path.stat().st_size for path in (hft.folder / "log").iterdir()) <= LIMIT
    assert sum(path.stat().st_size for path in hft.folder.rglob("*") if path.is_file()) < DISK_BYTES / 4
    assert hft.rows("SELECT count(*) FROM orders")[0][0] > 5_000
    assert (await hft.get("/health"))["status"] == "healthy"
    assert len(hft.system.life.trader.blotter.orders()) < 2_000
    await hft.go_on(3 * 3600, step_s=60)
    assert min(row[0] for row in hft.rows("SELECT min(created_at) FROM orders")) > START.isoformat()


async def test_time_is_what_the_caller_says(hft: Running) -> None:
    """Without a tick nothing moves; a leap of a day is lived as two minutes, and back nothing happens."""
    before = await hft.page()
    assert await hft.page() == before
    placed = hft.system.life.trader.blotter.count
    hft.now += timedelta(days=1)
    await hft.system.tick(hft.now)
    assert 40 < hft.system.life.trader.blotter.count - placed < 200
    placed = hft.system.life.trader.blotter.count
    await hft.system.tick(hft.now - timedelta(hours=1))
    assert hft.system.life.trader.blotter.count == placed


async def test_strategies_stop_and_start(hft: Running) -> None:
    """Lines 609 and 1606 of the guide."""
    await hft.post("/strategies/eth_momentum/stop")
    placed = await hft.metric("hft_orders_submitted_total", strategy="eth_momentum")
    await hft.go_on(60)
    assert (await hft.get("/strategies/eth_momentum"))["status"] == "stopped"
    assert await hft.metric("hft_orders_submitted_total", strategy="eth_momentum") == placed
    await hft.post("/strategies/eth_momentum/start")
    await hft.go_on(60)
    assert await hft.metric("hft_orders_submitted_total", strategy="eth_momentum") > placed
    await hft.post("/strategies/eth_momentum/dance", status=404)
    await hft.post("/strategies/none/stop", status=404)


async def test_trading_can_be_disabled(hft: Running) -> None:
    """Line 602 of the guide."""
    await hft.post("/config", {"trading_enabled": False})
    await hft.go_on(120)
    assert (await hft.get("/status"))["orders_per_minute"] == 0
    assert (await hft.get("/health"))["problems"] == ["trading is disabled"]
    assert await hft.metric("hft_trading_enabled") == 0
    assert "true or false" in (await hft.post("/config", {"trading_enabled": "yes"}, status=400))["error"]


async def test_an_order_can_be_cancelled(hft: Running) -> None:
    """Line 701 of the guide."""
    order = (await hft.get("/orders?status=open"))["orders"][0]
    answer = await hft.client.delete(f"{hft.system.url}/orders/{order['order_id']}")
    assert answer.json()["status"] == "cancelled"
    assert hft.system.life.trader.blotter.find(order["order_id"]) is not None
    again = await hft.client.delete(f"{hft.system.url}/orders/{order['order_id']}")
    assert again.status_code == 409


async def test_it_leaves_its_process_id(hft: Running) -> None:
    assert (hft.folder / "hft_system.pid").read_text().strip().isdigit()
    await hft.system.stop()
    assert not (hft.folder / "hft_system.pid").exists()
