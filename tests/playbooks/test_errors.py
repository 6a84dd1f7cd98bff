"""Error messages: those that the guides quote are known as they stand there, what only differs a little is recognised,
and what tells of no trouble is explained by nothing."""

from __future__ import annotations

from functools import cache

import pytest

from bot.core.finding import Explained, Explainer
from tests.playbooks.kit import SYSTEMS, contents, playbooks

QUOTED = {
    "hft": {
        "Failed to load configuration from /path/to/config.json": "configuration_unreadable",
        "Database connection failed: could not connect to server": "database_refused",
        "Failed to bind to port 8080: Address already in use": "port_taken",
        "Segmentation fault": "crashed",
        "segfault in hft_system": "crashed",
        "Permission denied": "permission_missing",
        "error while loading shared libraries": "library_missing",
        "Failed to connect to <exchange>": "exchange_unreached",
        "Failed to connect to binance": "exchange_unreached",
        "Database connection lost": "database_refused",
        "Query timeout": "database_slow",
        "Connection pool exhausted": "pool_exhausted",
        "sequence gap": "sequence_gap",
        "risk check failed": "risk_refused",
        "Daily loss limit reached": "daily_loss",
        "Order size too large": "order_too_large",
        "Order Size Too Small": "order_too_small",
        "Invalid symbol": "symbol_unknown",
        "Price too high/low": "price_refused",
        "Price filter violation": "price_refused",
        "Price filter: price > 0.00000100 and < 1000000.00000000": "price_refused",
        "PRICE_FILTER": "price_refused",
        "Invalid quantity": "quantity_refused",
        "LOT_SIZE violation": "quantity_refused",
        "LOT_SIZE: qty > 0.00001 and qty % 0.00001 == 0": "quantity_refused",
        "Out of memory": "killed_for_memory",
        "Too many open files": "files_exhausted",
        "No space left on device": "disk_full",
        "HTTP 429": "rate_limited",
        "listen key expired": "listen_key_expired",
        "Invalid passphrase": "passphrase_refused",
        "Invalid nonce": "nonce_refused",
        "Timestamp for this request was 1000ms ahead of the server's time": "timestamp_refused",
        "Connection refused": "connection_refused",
        "Access denied": "address_refused",
        "IP not allowed": "address_refused",
        "Exchange connection timeout": "exchange_timeout",
        "Invalid signature": "signature_refused",
        "Rate limit exceeded": "rate_limited",
        "Insufficient balance": "balance_short",
        "Position limit exceeded": "position_limit",
        "Market data sequence gap": "sequence_gap",
        "Order book snapshot timeout": "snapshot_timeout",
        "Fill not found for order": "fill_unknown",
        "Strategy initialization failed": "strategy_not_started",
        "Memory allocation failed": "memory_short",
        "Database query timeout": "database_slow",
        "Lock acquisition timeout": "lock_timeout",
        "Thread pool exhausted": "threads_exhausted",
        "Queue full": "queue_full",
        "WebSocket connection closed": "websocket_closed",
        "Heartbeat timeout": "heartbeat_missing",
        "Symbol not found": "symbol_unknown",
        "Order modification not supported": "modification_unsupported",
        "Invalid order type": "order_type_invalid",
    },
    "sapphire": {
        "CrashLoopBackOff": "crash_loop_back_off",
        "Out of Memory": "oom_killed",
        "Redis unreachable": "redis_timeout",
        "Redis connection timeouts": "redis_timeout",
        "Connection refused": "connection_refused",
        "MCP communication errors": "mcp_failed",
        "Strategy validation errors": "strategy_invalid",
        "ImagePullBackOff": "image_not_pulled",
        'no matches for kind "Deployment" in version "apps/v1beta1"': "kind_unknown",
        "error: error validating data: unknown field": "manifest_invalid",
    },
    "pyrt": {
        "Unauthorized": "unauthorized",
        "Model file not found": "model_not_found",
        "Connection refused": "connection_refused",
        "WebSocket error": "websocket_error",
        "Risk check failed": "risk_check_failed",
        "Order rejected": "order_rejected",
        "Timeout": "timeout",
        "Parse error": "parse_error",
        "ERROR market_data: WebSocket connection failed: Connection refused": "websocket_refused",
        "ERROR market_data: Failed to authenticate with Alpaca": "stream_authentication",
        "WARN market_data: Message processing latency high: 250ms": "latency_high",
        "ERROR risk_manager: Risk check failed: Position limit exceeded": "position_limit",
        "ERROR risk_manager: Risk check failed: Max daily loss reached": "daily_loss",
        "WARN risk_manager: No market data received for 30 seconds": "no_market_data",
        "ERROR risk_manager: Cannot calculate position value without market data": "cannot_value",
        "ERROR execution_engine: Failed to submit order: API rate limit exceeded": "rate_limit",
        "ERROR execution_engine: Order submission timeout": "submission_timeout",
        "ERROR signal_bridge: Failed to load ONNX model: File not found": "model_not_found",
        "ERROR signal_bridge: Model inference error: Invalid input shape": "model_shape",
        "ERROR common: Failed to bind ZeroMQ socket: Address already in use": "address_in_use",
        "WARN execution_engine: API request took 5000ms (expected <1000ms)": "slow_request",
        "ERROR execution_engine: 401 Unauthorized": "unauthorized",
        "ERROR market_data: Authentication failed: Invalid API key": "invalid_key",
        "WARN kernel: Out of memory: Killed process 4711 (market-data)": "out_of_memory",
        "ERROR common: Failed to parse config: expected value at line 45 column 5": "config_parse",
        "ERROR position_tracker: Failed to deserialize position data": "positions_corrupt",
        "ERROR signal_bridge: Cannot read model file": "model_unreadable",
    },
    "botcore": {
        "OOMKilled": "out_of_memory",
        "Connection refused": "connection_refused",
        "Too many connections": "mongodb_full",
        "ImagePullBackOff": "image_not_pulled",
        "CrashLoopBackOff": "crash_loop",
        "InsufficientBalance": "balance_too_small",
    },
    "tmt": {
        "Too many connections": "too_many_connections",
        "FATAL: sorry, too many clients already": "too_many_connections",
        "Out of memory": "out_of_memory",
        "authentication_failure": "authentication_failure",
    },
}

# As people write them down, and as another release of the program says them.
ALTERED = {
    "Failed to bind port 8081": "port_taken",
    "database conection failed": "database_refused",
    "too many files open": "files_exhausted",
    "nonce is invalid": "nonce_refused",
    "nonce invalid: 1732230000": "nonce_refused",
    "exceeded rate limit on kraken": "rate_limited",
    "insufficient funds / balance": "balance_short",
    "queues are full": "queue_full",
    "the queues overflow": "queue_full",
    "listen key has expired": "listen_key_expired",
    "ip 10.0.0.3 is not allowed": "address_refused",
    "position limit was exceeded": "position_limit",
    "order modification is not supported": "modification_unsupported",
    "thread pool is exhausted": "threads_exhausted",
    "connection pool is exhausted": "pool_exhausted",
    "order book snapshot timed out after 12s": "snapshot_timeout",
    "unable to acquire lock: timeout": "lock_timeout",
    "heartbeats timed out": "heartbeat_missing",
    "memory alloc failed": "memory_short",
    "passphrase invalid": "passphrase_refused",
    "signature invalid": "signature_refused",
    "Symbol DOGE-USD not found": "symbol_unknown",
}

# Lines of a log in which all is well, though nearly all their words are a message's; and what no guide knows.
HARMLESS = [
    "Strategy eth_momentum started",
    "Order 20261121-000417 filled 0.5 BTC",
    "Connected to binance",
    "Subscribed to binance:BTC-USDT:ticker",
    "Configuration loaded from /opt/hft_system/config/production.json",
    "Listening on port 8080",
    "Order book snapshot received",
    "Heartbeat received from kraken",
    "risk check passed for order 17",
    "Database connection established",
    "WebSocket connected",
    "Position limits reloaded",
    "Symbol BTC-USDT added",
    "Queue depth 12",
    "Balance updated: 1.5 BTC",
    "Rate limit weight 12 of 1200",
    "Listen key renewed",
    "Memory usage 41%",
    "Memory in use 41%",
    "Thread pool started with 16 threads",
    "Health check ok",
    "Image pulled in 2.1s",
    "Order 12 accepted by coinbase",
    "Deployment trading-coordinator rolled out",
    "Database query took 3 ms",
    "signature verified",
    "nothing unusual in the logs",
    "Login of bob succeeded",
    "the printer is out of paper",
    "meeting room is not available",
    "no errors in the last hour",
    "the coffee is cold",
]

# Messages that no entry is about, each with words of several.
UNKNOWN = ["Invalid timestamp", "Unexpected token < in JSON at position 0", "python: command not found", "Kernel panic"]


@cache
def explainer() -> Explainer:
    return Explainer({system: its.errors for system, its in contents().items()})


def names(known: Explained) -> list[str]:
    return [entry.name for entry in known.entries]


@pytest.mark.parametrize(
    ("system", "message", "name"),
    [(system, message, name) for system, its in QUOTED.items() for message, name in its.items()],
)
def test_what_the_guide_quotes_is_known(system: str, message: str, name: str):
    known = explainer().explain(message, system)
    assert (names(known)[:1], known.exact) == ([name], True)
    assert explainer().explain(message).exact


@pytest.mark.parametrize(("text", "name"), ALTERED.items())
def test_what_differs_a_little_is_recognised(text: str, name: str):
    known = explainer().explain(text, "hft")
    assert (names(known)[:1], known.exact) == ([name], False)


@pytest.mark.parametrize("text", [*HARMLESS, *UNKNOWN])
@pytest.mark.parametrize("system", ["", *SYSTEMS])
def test_what_is_not_known_is_explained_by_nothing(system: str, text: str):
    assert names(explainer().explain(text, system)) == []


@pytest.mark.parametrize("system", SYSTEMS)
def test_where_an_entry_leads_there_is_something_to_do(system: str):
    """A playbook that began with a call or at an end would call somebody, or nobody, by one click."""
    begun = {
        entry.name: playbooks(system)[entry.playbook].steps[entry.step].kind
        for entry in contents()[system].errors
        if entry.step
    }
    assert begun
    assert {name for name, kind in begun.items() if kind in ("escalate", "done")} == set()
