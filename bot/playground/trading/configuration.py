"""The trading system's configuration: the files that the guide's commands look into. Its secrets open nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.playground.trading.host import CONNECTIONS_LIMIT, QUEUE_LIMIT
from bot.playground.trading.markets import MARKETS, STRATEGIES, VENUES

_ENDPOINTS = {
    "binance": "https://api.binance.com",
    "coinbase": "https://api.exchange.coinbase.com",
    "kraken": "https://api.kraken.com",
}
_NOT_A_SECRET = "playground"  # noqa: S105


def write(folder: Path) -> None:
    """Below `config/`, for nobody else to read."""
    for name, said in _files():
        path = folder / "config" / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(said, indent=2) + "\n")
        path.chmod(0o600)


def _files() -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield (
        "production",
        {
            "database": {"name": "hft_db", "connection_pool_size": CONNECTIONS_LIMIT},
            "market_data": {"queue_size": QUEUE_LIMIT, "heartbeat_interval_seconds": 10},
            "exchanges": list(VENUES),
            "strategies": [one.id for one in STRATEGIES],
        },
    )
    for venue in VENUES:
        passphrase = {"passphrase": _NOT_A_SECRET} if venue == "coinbase" else {}
        yield (
            f"exchanges/{venue}",
            {
                "exchange": venue,
                "endpoint": _ENDPOINTS[venue],
                "symbols": [market.native for market in MARKETS if market.venue == venue],
                "api_key": _NOT_A_SECRET,
                "api_secret": _NOT_A_SECRET,
                **passphrase,
            },
        )
    for one in STRATEGIES:
        yield (
            f"strategies/{one.id}",
            {
                "strategy_id": one.id,
                "type": one.kind,
                "exchange": one.market.venue,
                "symbols": [one.market.symbol],
                "quantity": one.quantity,
            },
        )
