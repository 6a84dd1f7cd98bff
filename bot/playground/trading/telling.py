"""What the logs say of symptoms: when they begin, while they last, and when they are over."""

from __future__ import annotations

from collections.abc import Iterator

from bot.playground.trading.host import CONNECTIONS_LIMIT, FILES_LIMIT, Host
from bot.playground.trading.journal import EXCHANGES, MARKET_DATA, ORDERS, RISK, STRATEGIES, SYSTEM, Line, error
from bot.playground.trading.markets import MARKETS, VENUES
from bot.playground.trading.markets import STRATEGIES as ALL
from bot.playground.trading.symptoms import Symptoms

FULL = 0.95
"""Share of the disk from which on writing fails."""
REFUSED_S = 1.0
"""A clock that is wrong by more makes venues refuse signatures and nonces."""


def started() -> Iterator[Line]:
    """The process begins."""
    yield Line(log=SYSTEM, text="hft_system started, configuration loaded from config/production.json")
    yield Line(log=SYSTEM, text="listening for the status API, position manager ready")
    for market in MARKETS:
        yield from subscribed(market.key)
    yield Line(log=STRATEGIES, text="strategies running: " + ", ".join(one.id for one in ALL))


def subscribed(key: str) -> Iterator[Line]:
    """A market's data are asked for."""
    for kind in ("ticker", "orderbook"):
        yield Line(log=MARKET_DATA, text=f"market_data subscribe: Subscribed to {key}:{kind}")


def crashed() -> Iterator[Line]:
    """The process ends: its last words."""
    yield error(SYSTEM, "Segmentation fault (core dumped), process exited with code 139")


def changed(before: Symptoms, after: Symptoms) -> Iterator[Line]:
    """What is logged once, when a symptom begins or ends."""
    for venue in sorted(after.disconnected - before.disconnected):
        yield error(EXCHANGES, f"{venue} disconnect: WebSocket connection closed (1006), Heartbeat timeout")
    for venue in sorted(before.disconnected - after.disconnected):
        yield Line(log=EXCHANGES, text=f"{venue} reconnect: connected again")
        for market in MARKETS:
            if market.venue == venue:
                yield from subscribed(market.key)
    for venue in sorted(before.silent - after.silent):
        for market in MARKETS:
            if market.venue == venue:
                yield from subscribed(market.key)
    for key in sorted(after.crossed - before.crossed):
        yield error(MARKET_DATA, f"Market data sequence gap: orderbook {key}, 7 updates missed")
    for key in sorted(before.crossed - after.crossed):
        yield Line(log=MARKET_DATA, text=f"orderbook {key} rebuilt from a fresh snapshot")
    if before.database_down and not after.database_down:
        yield Line(log=SYSTEM, text="Database connected again, writing what waited")
    for strategy in sorted(after.wrong_lot - before.wrong_lot):
        yield Line(log=STRATEGIES, text=f"strategy_id: {strategy} parameters reloaded", level="WARN")


def lasting(symptoms: Symptoms, host: Host, unwritten: int) -> Iterator[Line]:
    """What is logged again and again: heartbeats, and symptoms while they last."""
    for venue in VENUES:
        if venue not in symptoms.disconnected:
            yield Line(log=EXCHANGES, text=f"{venue} heartbeat ok")
    for venue in sorted(symptoms.disconnected):
        yield error(EXCHANGES, f"Failed to connect to {venue}: Exchange connection timeout, reconnect in 5 s")
    for venue in sorted(symptoms.rate_limited):
        yield error(EXCHANGES, f"{venue} rate limit: Rate limit exceeded (HTTP 429), throttle for 10 s")
    for venue in sorted(symptoms.silent):
        yield Line(log=MARKET_DATA, text=f"market_data of {venue} is old, its strategies wait", level="WARN")
    for key in sorted(symptoms.crossed):
        yield error(MARKET_DATA, f"orderbook {key} is crossed, its strategies wait")
    for venue in sorted(symptoms.unanswered):
        yield Line(log=ORDERS, text=f"no order ack from {venue}", level="WARN")
    if symptoms.database_down:
        yield error(SYSTEM, f"Database connection failed: could not connect to server, {unwritten} rows wait")
        yield error(SYSTEM, "database write error: connection refused")
    yield from _of_the_machine(symptoms, host)


def _of_the_machine(symptoms: Symptoms, host: Host) -> Iterator[Line]:
    if abs(host.clock_offset_s) > REFUSED_S:
        yield error(EXCHANGES, "kraken refuses: Invalid nonce")
        yield error(EXCHANGES, "binance refuses: Invalid signature, timestamp outside of recvWindow")
    if host.disk_share > FULL:
        yield error(SYSTEM, "cannot write core dump: No space left on device")
    if host.dropped and symptoms.queue:
        yield error(MARKET_DATA, f"Queue full: {host.dropped} market data events dropped")
    if symptoms.slowness > 2:
        wait = round(60 * symptoms.slowness)
        yield Line(log=SYSTEM, text=f"lock contention: mutex order_queue held for {wait} us", level="WARN")
    if symptoms.connections and host.connections >= CONNECTIONS_LIMIT:
        yield error(SYSTEM, f"Connection pool exhausted: all {CONNECTIONS_LIMIT} database connections taken")
    if symptoms.open_files and host.open_files >= FILES_LIMIT:
        yield error(SYSTEM, "accept failed: Too many open files")
    if symptoms.unread_fills:
        yield Line(log=RISK, text="risk check: positions could not be confirmed", level="WARN")
