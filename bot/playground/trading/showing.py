"""What the status API says, as JSON: one function for each thing that can be asked for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.playground.trading import host as machine
from bot.playground.trading.blotter import PENDING, Order
from bot.playground.trading.life import VERSION, Life
from bot.playground.trading.markets import STRATEGIES, VENUES, Strategy
from bot.playground.trading.telling import FULL, REFUSED_S

_OLD_S = 5.0
"""Prices older than this are stale (guide, 3.2)."""
_LONG_S = 30.0
"""Orders pending for longer are stuck (guide, 4.2)."""
_POSITION_USD, _DAILY_LOSS_USD = 150_000.0, 25_000.0


def health(life: Life) -> dict[str, Any]:
    """`healthy` or `degraded`, with what is wrong."""
    wrong = [*_wrong(life)]
    return {"status": "degraded" if wrong else "healthy", "problems": wrong, "time": _time(life.time)}


def _wrong(life: Life) -> list[str]:
    """By what it measures itself; it knows nothing of faults."""
    host = life.host
    lost = [name for name, one in exchanges(life).items() if one["status"] != "connected"]
    live = [order for order in life.trader.blotter.live.values() if order.venue not in lost]
    pending = [order for order in live if order.status == PENDING and _age(life, order) > _LONG_S]
    crossed = [key for key, book in life.books.items() if book.ours.crossed]
    old = {b.market.venue for b in life.books.values() if (life.now - b.at).total_seconds() > _OLD_S} - set(lost)
    told = (
        (f"disconnected: {', '.join(lost)}", lost),
        ("the database does not answer", not life.store.is_open),
        (f"market data is old: {', '.join(sorted(old))}", old),
        (f"crossed books: {', '.join(crossed)}", crossed),
        (f"{len(pending)} orders pending for more than 30 s", pending),
        (f"disk {host.disk_share:.0%} full", host.disk_share > FULL),
        (f"clock {host.clock_offset_s * 1000:.0f} ms ahead", abs(host.clock_offset_s) > REFUSED_S),
        ("trading is disabled", not life.trader.enabled),
    )
    return [text for text, applies in told if applies]


def status(life: Life) -> dict[str, Any]:
    """The overview."""
    host = life.host
    return {
        "status": "degraded" if _wrong(life) else "running",
        "version": VERSION,
        "time": _time(life.time),
        "uptime_seconds": round((life.now - life.began).total_seconds()),
        "trading_enabled": life.trader.enabled,
        "exchanges": exchanges(life),
        "database": {"status": "connected" if life.store.is_open else "down", "unwritten_rows": life.store.unwritten},
        "queues": {"market_data": {"depth": host.queue, "capacity": machine.QUEUE_LIMIT, "dropped": host.dropped}},
        "memory": {"resident_mb": round(host.resident_mb), "total_mb": machine.MEMORY_MB},
        "disk": {"path": str(host.folder), "used_percent": round(host.disk_share * 100, 1)},
        "clock": {"offset_ms": round(host.clock_offset_s * 1000, 1)},
        "orders_per_minute": life.trader.per_minute(life.now),
        "pnl_usd": round(life.pnl, 2),
    }


def exchanges(life: Life) -> dict[str, dict[str, Any]]:
    """The venues by name."""
    return {venue: _exchange(life, venue) for venue in VENUES}


def _exchange(life: Life, venue: str) -> dict[str, Any]:
    connected = venue not in life.symptoms.disconnected
    newest = max(book.at for book in life.books.values() if book.market.venue == venue)
    return {
        "exchange": venue,
        "status": "connected" if connected else "disconnected",
        "last_market_data": _time(life.host.time(newest)),
        "market_data_age_seconds": round((life.now - newest).total_seconds(), 1),
        "rate_limited": venue in life.symptoms.rate_limited,
        "open_orders": len(life.trader.blotter.at(venue, "open")),
        "pending_orders": len(life.trader.blotter.at(venue, "pending")),
        "disconnects": life.disconnects[venue],
    }


def strategies(life: Life) -> list[dict[str, Any]]:
    """All strategies, without their parameters."""
    return [_strategy(life, one) for one in STRATEGIES]


def _strategy(life: Life, one: Strategy) -> dict[str, Any]:
    why = life.trader.why_idle(one, life.symptoms)
    stopped = one.id in life.trader.stopped
    return {
        "strategy_id": one.id,
        "type": one.kind,
        "status": "stopped" if stopped else "waiting" if why else "running",
        "waits_for": why,
        "exchange": one.market.venue,
        "symbol": one.market.symbol,
        "orders": life.trader.placed[one.id],
        "pnl_usd": round(_pnl(life, one), 2),
    }


def _pnl(life: Life, one: Strategy) -> float:
    position = life.trader.blotter.positions[one.id]
    return position.realized + position.unrealized(life.books[one.market.key].mid)


def strategy(life: Life, name: str) -> dict[str, Any]:
    """One strategy, with parameters and performance. Raises KeyError."""
    position = life.trader.blotter.positions[name]
    one = position.strategy
    return {
        **_strategy(life, one),
        "config": {
            "parameters": {
                "quantity": one.quantity, "orders_per_minute": one.per_minute, "order_life_seconds": one.life_s,
            },
            "risk_limits": {"max_position": one.max_position, "max_position_usd": _POSITION_USD},
            "symbols": [one.market.symbol],
        },
        "performance": {
            "realized_pnl_usd": round(position.realized, 2),
            "unrealized_pnl_usd": round(position.unrealized(life.books[one.market.key].mid), 2),
            "orders": life.trader.placed[name],
        },
    }  # fmt: skip


def order(life: Life, one: Order) -> dict[str, Any]:
    """One order."""
    return {
        "order_id": one.id,
        "exchange_order_id": one.exchange_id or None,
        "strategy_id": one.strategy.id,
        "exchange": one.venue,
        "symbol": one.strategy.market.symbol,
        "side": one.side,
        "type": "limit",
        "price": one.price,
        "quantity": one.quantity,
        "filled_quantity": one.filled,
        "status": one.status,
        "error_message": one.error or None,
        "created_at": _time(one.created_at),
        "updated_at": _time(one.updated_at),
        "age_seconds": round(_age(life, one), 1),
    }


def _age(life: Life, one: Order) -> float:
    return (life.now - one.sent).total_seconds()


def positions(life: Life) -> list[dict[str, Any]]:
    """What is held, by us and as the venues say."""
    return [
        {
            "strategy": one.strategy.id,
            "exchange": one.strategy.market.venue,
            "symbol": one.strategy.market.symbol,
            "quantity": one.quantity,
            "exchange_quantity": one.at_venue,
            "average_price": round(one.average, 2),
            "value_usd": round(abs(one.quantity) * life.books[one.strategy.market.key].mid, 2),
            "unrealized_pnl_usd": round(one.unrealized(life.books[one.strategy.market.key].mid), 2),
            "realized_pnl_usd": round(one.realized, 2),
            "updated_at": _time(one.updated_at),
        }
        for one in life.trader.blotter.positions.values()
    ]


def risk(life: Life) -> dict[str, Any]:
    """Limits and how far they are used."""
    held = positions(life)
    return {
        "position_limit_usd": _POSITION_USD,
        "largest_position_usd": max(one["value_usd"] for one in held),
        "exposure_usd": round(sum(one["value_usd"] for one in held), 2),
        "daily_loss_limit_usd": _DAILY_LOSS_USD,
        "daily_pnl_usd": round(life.pnl, 2),
        "violations": len(life.trader.blotter.violations),
    }


def order_book(life: Life, key: str) -> dict[str, Any]:
    """Our copy of one book. Raises KeyError."""
    book = life.books[key]
    return {
        "exchange": book.market.venue,
        "symbol": book.market.symbol,
        "sequence": book.sequence,
        "timestamp": _time(life.host.time(book.at)),
        "age_seconds": round((life.now - book.at).total_seconds(), 1),
        **book.ours.rows(),
    }


def ticker(life: Life, key: str) -> dict[str, Any]:
    """Its best prices. Raises KeyError."""
    book = life.books[key]
    bid, ask = book.ours.best_bid, book.ours.best_ask
    return {
        "exchange": book.market.venue,
        "symbol": book.market.symbol,
        "bid": bid,
        "ask": ask,
        "spread": round(ask - bid, 8),
        "timestamp": _time(life.host.time(book.at)),
    }


def _time(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")
