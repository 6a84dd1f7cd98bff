"""The metrics page, in Prometheus' text format, drawn from the life of the system each time it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.playground.trading import host as machine
from bot.playground.trading.blotter import OPEN, PENDING
from bot.playground.trading.latencies import USUAL_US
from bot.playground.trading.life import VERSION, Life
from bot.playground.trading.markets import STRATEGIES, VENUES

_MB = 1024 * 1024
Row = tuple[tuple[str, ...], float]


class Exposition(Collector):
    """Everything that is measured, as it is now."""

    def __init__(self, life: Life) -> None:
        self._life = life
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(self)

    def text(self) -> bytes:
        """The page."""
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        """As prometheus-client asks."""
        yield from self._venues()
        yield from self._market_data()
        yield from self._orders()
        yield from self._latency()
        yield from self._database()
        yield from self._machine()

    def _venues(self) -> Iterator[Metric]:
        life, lost = self._life, self._life.symptoms.disconnected
        yield _gauge("hft_info", "Which version runs", [((VERSION,), 1)], "version")
        yield _gauge(
            "hft_exchange_connected", "1 while the venue is connected", _by(VENUES, lambda v: v not in lost), "exchange"
        )
        for name, help_, counts in (
            ("hft_exchange_disconnects", "Connections lost", life.disconnects),
            ("hft_rate_limit_errors", "Requests answered with 429", life.limited),
            ("hft_auth_errors", "Requests refused for their signature or nonce", life.refusals),
        ):
            yield _counter(name, help_, _by(VENUES, counts.__getitem__), "exchange")
        yield _gauge(
            "hft_rate_limited", "1 while the venue refuses requests",
            _by(VENUES, lambda v: v in life.symptoms.rate_limited), "exchange",
        )  # fmt: skip

    def _market_data(self) -> Iterator[Metric]:
        life = self._life
        # A lost connection has a metric of its own: what was subscribed there has no age and no book until it is back.
        books = [one for one in life.books.values() if one.market.venue not in life.symptoms.disconnected]
        names = ("exchange", "symbol")
        keys = [(one.market.venue, one.market.symbol) for one in books]
        ages = [(life.now - one.at).total_seconds() for one in books]
        crossed = [float(one.ours.crossed) for one in books]
        age, cross = list(zip(keys, ages, strict=True)), list(zip(keys, crossed, strict=True))
        yield _gauge("hft_market_data_age_seconds", "Age of the newest price", age, *names)
        yield _gauge("hft_orderbook_crossed", "1 while our book has bids above its asks", cross, *names)
        yield _counter(
            "hft_orderbook_sequence_gaps", "Missed updates noticed",
            [((b.market.venue, b.market.symbol), float(b.gaps)) for b in life.books.values()], *names,
        )  # fmt: skip
        yield _gauge("hft_market_data_queue_depth", "Events that wait", [((), life.host.queue)])
        yield _gauge("hft_market_data_queue_capacity", "Events that fit", [((), machine.QUEUE_LIMIT)])
        yield _counter("hft_market_data_dropped", "Events without room in the queue", [((), life.host.dropped)])
        yield _gauge("hft_orderbook_memory_mb", "Memory of the order books", [((), life.host.books_mb)])

    def _orders(self) -> Iterator[Metric]:
        trader, life = self._life.trader, self._life
        blotter, up = trader.blotter, [v for v in VENUES if v not in life.symptoms.disconnected]
        yield _gauge("hft_trading_enabled", "1 while trading is enabled", [((), trader.enabled)])
        running = _by([one.id for one in STRATEGIES], lambda one: one not in trader.stopped)
        yield _gauge("hft_strategy_running", "1 while the strategy runs", running, "strategy")
        yield _gauge("hft_order_count", "Orders in memory", [((), len(blotter.live) + len(blotter.over))])
        yield _gauge("hft_orders_per_minute", "Orders sent in the last minute", [((), trader.per_minute(life.now))])
        placed = [((name,), float(count)) for name, count in trader.placed.items()]
        yield _counter("hft_orders_submitted", "Orders sent", placed, "strategy")
        yield _counter("hft_fills", "Fills read", [((), trader.fills)])
        rejected = [(key, float(count)) for key, count in {("binance", "LOT_SIZE"): 0, **trader.rejected}.items()]
        yield _counter("hft_orders_rejected", "Orders that venues refused", rejected, "exchange", "reason")
        for name, help_, status in (
            ("hft_orders_pending", "Orders without an answer", PENDING),
            ("hft_orders_open", "Orders that rest at the venue", OPEN),
        ):
            yield _gauge(name, help_, [((v,), float(len(blotter.at(v, status)))) for v in VENUES], "exchange")
        yield _gauge(
            "hft_orders_pending_oldest_seconds", "Age of the oldest order without an answer",
            _by(up, lambda v: max(((life.now - o.sent).total_seconds() for o in blotter.at(v, PENDING)), default=0.0)),
            "exchange",
        )  # fmt: skip
        held = [(one, (one.strategy.id, one.strategy.market.venue)) for one in blotter.positions.values()]
        names = ("strategy", "exchange")
        yield _gauge("hft_position", "What is held", [(key, one.quantity) for one, key in held], *names)
        off = [(key, round(abs(one.at_venue - one.quantity), 8)) for one, key in held]
        yield _gauge("hft_position_mismatch", "How far the venue's position differs", off, *names)
        yield _gauge("hft_pnl_usd", "Earned today, realized or not", [((), life.pnl)])

    def _latency(self) -> Iterator[Metric]:
        taken = self._life.trader.latencies
        family = Metric("hft_latency_us", "Microseconds, over the last half minute", "summary")
        for part in USUAL_US:
            for quantile, value in taken.quantiles(part, self._life.now).items():
                family.add_sample("hft_latency_us", {"component": part, "quantile": f"{quantile:g}"}, value)
            family.add_sample("hft_latency_us_sum", {"component": part}, taken.total_us[part])
            family.add_sample("hft_latency_us_count", {"component": part}, taken.count[part])
        yield family

    def _database(self) -> Iterator[Metric]:
        life = self._life
        yield _gauge("hft_database_up", "1 while the database answers", [((), life.store.is_open)])
        yield _gauge("hft_database_unwritten_rows", "Rows that wait for it", [((), life.store.unwritten)])
        yield _gauge("hft_database_connections", "Connections taken", [((), life.host.connections)])
        limit = machine.CONNECTIONS_LIMIT
        yield _gauge("hft_database_connections_limit", "Connections there are", [((), limit)])

    def _machine(self) -> Iterator[Metric]:
        host, life = self._life.host, self._life
        size, free = machine.DISK_BYTES, max(machine.DISK_BYTES - host.disk_used, 0)
        for name, help_, value in (
            ("node_filesystem_size_bytes", "Size of the disk", size),
            ("node_filesystem_avail_bytes", "What is free on it", free),
        ):
            yield _gauge(name, help_, [((str(host.folder),), value)], "mountpoint")
        for name, help_, number in (
            ("node_memory_MemTotal_bytes", "Memory of the machine", machine.MEMORY_MB * _MB),
            ("node_memory_MemAvailable_bytes", "What is left of it", host.memory_available_mb * _MB),
            ("node_timex_offset_seconds", "How far its clock is ahead", host.clock_offset_s),
            ("process_resident_memory_bytes", "Resident memory", host.resident_mb * _MB),
            ("process_open_fds", "Open files", host.open_files),
            ("process_max_fds", "Files that may be open", machine.FILES_LIMIT),
            ("process_cpu_ratio", "Share of the cores in use", host.cpu),
            ("process_start_time_seconds", "Start of the process", life.began.timestamp()),
        ):
            yield _gauge(name, help_, [((), number)])


def _by(names: Iterable[str], value: Callable[[str], float]) -> list[Row]:
    return [((name,), float(value(name))) for name in names]


def _gauge(name: str, help_: str, rows: Iterable[Row], *labels: str) -> Metric:
    family = GaugeMetricFamily(name, help_, labels=labels)
    for values, number in rows:
        family.add_metric(values, number)
    return family


def _counter(name: str, help_: str, rows: Iterable[Row], *labels: str) -> Metric:
    family = CounterMetricFamily(name, help_, labels=labels)
    for values, number in rows:
        family.add_metric(values, number)
    return family
