"""The trading system in the page: how it does at a glance, and a button for each way of breaking it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.playground.page.panels import drawn, form_of
from bot.playground.trading import showing
from bot.playground.trading.host import MEMORY_MB, QUEUE_LIMIT
from bot.playground.trading.life import Life
from bot.playground.trading.monitoring import Monitoring
from bot.playground.trading.system import TradingSystem

_WIDTH, _HEIGHT = 160, 32
_BOOK_DEPTH = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Spark:
    """A line of numbers, ready to be drawn."""

    points: str
    width: int = _WIDTH
    height: int = _HEIGHT


@dataclass(frozen=True, kw_only=True, slots=True)
class Broken:
    """One fault as its row shows it."""

    key: str
    title: str
    shows: str
    guide: str
    since: str
    """For how long it has been broken; empty: it is not."""
    fires: bool
    """Whether monitoring has noticed."""


class Trading:
    """A `Panel`."""

    key = "trading"
    title = "Trading system"
    icon = "📈"
    unread = False

    def __init__(self, system: TradingSystem, monitoring: Monitoring, now: Callable[[], datetime]) -> None:
        """`now` is the playground's clock."""
        self._system, self._monitoring, self._now = system, monitoring, now
        self.routes: Sequence[BaseRoute] = (
            Route("/panel/trading/break", self._break, methods=["POST"]),
            Route("/panel/trading/mend", self._mend, methods=["POST"]),
        )

    def html(self, viewer: str) -> str:
        """The same for everybody."""
        life, system = self._system.life, self._system
        return drawn(
            "trading.html",
            gone=life.symptoms.gone,
            broken=len(system.broken),
            firing=[dict(one.annotations) for one in self._monitoring.firing],
            measures=_measures(life),
            per_minute=life.trader.per_minute(life.now),
            pnl=life.pnl,
            latency=_latency(life),
            spark=spark([look.latency_us for look in life.history]),
            exchanges=list(showing.exchanges(life).values()),
            strategies=showing.strategies(life),
            books=[showing.order_book(life, key) | {"crossed": book.ours.crossed} for key, book in life.books.items()],
            depth=_BOOK_DEPTH,
            faults=self._faults(),
            api=system.url,
            venues=system.venues_url,
            folder=life.journal.folder,
        )

    def badge(self, viewer: str) -> str:
        """How many faults it has."""
        count = len(self._system.broken)
        return str(count) if count else ""

    def watch(self, changed: Callable[[], None]) -> None:
        self._system.watch(changed)

    def _faults(self) -> list[Broken]:
        broken = self._system.broken
        firing = {one.labels["alertname"] for one in self._monitoring.firing}
        rows = [
            Broken(
                key=key, title=fault.title, shows=fault.shows, guide=", ".join(fault.covers),
                since=lasted(self._now() - broken[key]) if key in broken else "", fires=fault.alert in firing,
            )
            for key, fault in self._system.faults.items()
        ]  # fmt: skip
        return sorted(rows, key=lambda row: row.title)

    async def _break(self, request: Request) -> Response:
        key = (await form_of(request)).get("fault", "")
        if key not in self._system.faults:
            return PlainTextResponse("There is no such fault.", 400)
        self._system.break_(key, self._now())
        return Response(status_code=204)

    async def _mend(self, request: Request) -> Response:
        """One fault, or with an empty name all of them."""
        key = (await form_of(request)).get("fault", "")
        if key and key not in self._system.faults:
            return PlainTextResponse("There is no such fault.", 400)
        self._system.mend(key)
        return Response(status_code=204)


def _measures(life: Life) -> list[tuple[str, str, bool]]:
    """(name, value, whether it is bad)."""
    host, store = life.host, life.store
    offset = host.clock_offset_s * 1000
    return [
        ("Clock", f"{offset:+.0f} ms", abs(offset) > 500),
        ("Database", "connected" if store.is_open else f"down, {store.unwritten} rows wait", not store.is_open),
        ("Queue", f"{host.queue:,} of {QUEUE_LIMIT:,}", host.queue > QUEUE_LIMIT / 2),
        ("Memory", f"{host.resident_mb / 1024:.1f} / {MEMORY_MB / 1024:.0f} GB", host.resident_mb > 0.8 * MEMORY_MB),
        ("Disk", f"{host.disk_share:.0%} full", host.disk_share > 0.9),
    ]


def _latency(life: Life) -> str:
    """P99 from signal to order, for people."""
    newest = life.trader.latencies.quantiles("end_to_end", life.now).get(0.99)
    return "none" if newest is None else f"{newest / 1000:.1f} ms" if newest >= 1000 else f"{newest} µs"


def spark(values: Sequence[int | None]) -> Spark:
    """A line over the width whose highest value touches the top; what is missing is left out."""
    known = [(place, value) for place, value in enumerate(values) if value is not None]
    top = max([value for _, value in known], default=1) or 1
    step = _WIDTH / max(len(values) - 1, 1)
    points = (f"{place * step:.1f},{(_HEIGHT - 2) * (1 - value / top) + 1:.1f}" for place, value in known)
    return Spark(points=" ".join(points))


def lasted(span: timedelta) -> str:
    """`12 s`, `3 min`, `2 h`."""
    seconds = max(int(span.total_seconds()), 0)
    if seconds < 120:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 7200 else f"{seconds // 3600} h"
