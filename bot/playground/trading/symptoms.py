"""Symptoms: all that can be wrong with the trading system at one moment. The whole of it reads them, nothing else."""

from __future__ import annotations

from dataclasses import dataclass

NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Symptoms:
    """Without arguments: nothing is wrong. Faults shape it; the status API, the metrics, the logs, the feed and the
    store all follow it, so that they cannot disagree."""

    gone: bool = False
    """The process: nothing answers and nothing is written."""
    disconnected: frozenset[str] = NOBODY
    """Venues that have no connection to us, nor answer anybody."""
    silent: frozenset[str] = NOBODY
    """Venues whose connection stands and brings no prices."""
    crossed: frozenset[str] = NOBODY
    """Keys of markets (`binance:ETH-USDT`) whose book we hold wrongly after missed updates."""
    unanswered: frozenset[str] = NOBODY
    """Venues that take orders and do not acknowledge them."""
    rate_limited: frozenset[str] = NOBODY
    """Venues that answer requests with 429."""
    wrong_lot: frozenset[str] = NOBODY
    """Strategies whose quantities do not fit the lot size."""
    unread_fills: frozenset[str] = NOBODY
    """Venues whose fills no longer reach our positions."""
    database_down: bool = False
    connections: int = 0
    """To the database, beyond the usual ones."""
    clock_offset_s: float = 0.0
    """How far the machine's clock is ahead."""
    core_dumps: float = 0.0
    """Share of the disk that they take."""
    queue: int = 0
    """Market data events waiting beyond the usual ones."""
    slowness: float = 1.0
    """How many times longer everything on the way of an order takes."""
    memory_mb: float = 0.0
    """Resident memory beyond the usual, held by order books."""
    open_files: int = 0
    """Beyond the usual."""
