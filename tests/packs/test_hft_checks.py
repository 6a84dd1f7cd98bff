"""The checks of hft, at the playground's trading system: it reads well, and of each fault exactly its check fails."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from pathlib import Path

import httpx
import pytest

import bot.probes
from bot.core.check import Check, Checks
from bot.core.evidence import Evidence, State
from bot.core.exposure import Exposure, read, say_figures
from bot.core.redaction import Redactor
from bot.core.system import System
from bot.engine.investigate import Investigation
from bot.engine.sites import Sites
from bot.packs import Contents, Loaded, ProbeInfo, load
from bot.playground.trading.faults import all_faults
from bot.playground.trading.monitoring import Monitoring
from bot.playground.trading.pack import variables_of
from bot.playground.trading.rules import Raised
from bot.plugs import discover
from bot.probes.base import Probe
from bot.transports.places import Places
from tests.packs.kit import WAYS
from tests.playground.trading.running import Running

PROBES = discover(bot.probes, "PROBE", Probe)
PATIENCE = timedelta(seconds=60)
"""These tests ask what is seen, not how fast a busy machine is."""

# Of each fault the check of `health` that says so.
SAID_BY = {
    "clock_drift": "engine_clock",
    "connection_pool": "connection_pool",
    "crossed_book": "book_sanity",
    "database_down": "database_writes",
    "disk_filling": "engine_disk",
    "exchange_disconnected": "venues",
    "fills_missing": "position_match",
    "latency_high": "order_latency",
    "lot_size": "rejections",
    "memory_growing": "engine_memory",
    "open_files": "engine_files",
    "orders_stuck": "order_answers",
    "process_gone": "trading",
    "queue_growing": "queue_depth",
    "rate_limited": "venue_limits",
    "stale_data": "price_age",
}

# Of each fault what the checks behind them say, which the playbooks ask.
TOLD_BY = {
    "clock_drift": {"refusals_log"},
    "crossed_book": {"sequence_gap_log"},
    "database_down": {"database_errors", "system_log"},
    "disk_filling": {"core_dumps"},
    "exchange_disconnected": {"binance_api", "pending_orders", "errors_log"},
    "latency_high": {"submission_latency", "market_data_latency", "contention_log"},
    "lot_size": {"rejection_log", "errors_log"},
    "memory_growing": {"book_memory"},
    "orders_stuck": {"pending_orders"},
    "process_gone": {"engine_port", "system_log"},
    "rate_limited": {"binance_usage", "rate_limit_log"},
}
# What these see is the machine on which the tests run, or what the playground has not got.
ELSEWHERE = {
    "processors", "load", "machine_memory", "disks", "database_disk", "large_files", "engine_limits", "keepalive",
    "venue_connections", "stream_certificate", "kernel_kills", "interfaces", "firewall", "routes",
    "conntrack_timeout", "host_files", "stream_ping", "api_ping", "packet_size", "engine_process", "engine_threads",
    "open_files", "oom_log",
}  # fmt: skip
OTHER_CLOCKS = {"time_server", "time_peers", "machine_clock"}
"""The demo's clock is its engine's: there is no other."""
SLOW = "line"


def secret(system: str, name: str) -> str:
    """Nobody checks the database's. Without the others nothing leaves this machine."""
    return "anything" if name == "database_password" else ""


class Desk:
    """A trading system and those who look at it."""

    def __init__(self, hft: Running, client: httpx.AsyncClient) -> None:
        self.hft = hft
        self._monitoring = Monitoring(lambda: hft.system.url, lambda: "http://127.0.0.1:9/alerts", "")
        sites = Sites(places=Places(), http=client, now=lambda: hft.now, secret=secret)
        self._investigation = Investigation(probes=PROBES, site=sites.open, redactor=Redactor(()), now=lambda: hft.now)

    @property
    def noticed(self) -> Raised:
        """The first alert that fires."""
        return self._monitoring.firing[0]

    @property
    def checks(self) -> Checks:
        """As the demo has them."""
        return self._loaded.checks["hft"]

    @property
    def contents(self) -> Contents:
        """All that the pack holds."""
        return self._loaded.contents["hft"]

    @property
    def system(self) -> System:
        """What the ladder knows of it."""
        return self._loaded.systems[0]

    @cached_property
    def _loaded(self) -> Loaded:
        probes = {
            name: ProbeInfo(parameters=probe.parameters, facts=frozenset(probe.facts), fills=frozenset(probe.fills))
            for name, probe in PROBES.items()
        }
        given = {f"HFT_{name.upper()}": value for name, value in variables_of(self.hft.system).items()}
        loaded = load([], ["hft"], variables=given, environment="demo", ways=WAYS, probes=probes)
        assert loaded.problems == ()
        return loaded

    async def look(self, checks: Iterable[Check], *, within: timedelta = PATIENCE, **arguments: str) -> list[Evidence]:
        return await self._investigation.look_all([replace(one, within=within) for one in checks], arguments)

    async def states(self, *names: str, **arguments: str) -> dict[str, State]:
        """What these checks come to."""
        known = self.checks.by_name
        return {one.check: one.state for one in await self.look([known[name] for name in names], **arguments)}

    async def health(self) -> Sequence[Evidence]:
        return await self.look(self.checks.of_suite("health"))

    async def go_on_until_noticed(self) -> None:
        """Until monitoring fires, as it does when somebody is paged and looks."""
        until = self.hft.now + timedelta(minutes=5)
        while not self._monitoring.firing:
            assert self.hft.now < until, "nobody noticed it"
            await self.hft.go_on(2, step_s=1)
            await self._monitoring.tick(self.hft.now)

    async def stop(self) -> None:
        await self._monitoring.stop()


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with httpx.AsyncClient(trust_env=False) as client:
        hft = Running(tmp_path / "hft", client)
        await hft.system.start()
        await hft.go_on(120)
        made = Desk(hft, client)
        yield made
        await made.stop()
        await hft.system.stop()


def of(state: State, evidence: Iterable[Evidence]) -> set[str]:
    return {one.check for one in evidence if one.state is state}


def test_every_fault_has_its_check():
    assert set(SAID_BY) == set(all_faults())
    assert len(set(SAID_BY.values())) == len(SAID_BY)


async def test_it_reads_well_for_hours(desk: Desk):
    for seconds in (0, 600, 5400):
        await desk.hft.go_on(seconds)
        seen = await desk.health()
        assert [(one.check, one.verdict) for one in seen if one.state is not State.OK and one.check != "trading"] == []
        # A busy machine may answer late, which is a warning.
        assert of(State.FAIL, seen) == of(State.UNKNOWN, seen) == set()


@pytest.mark.parametrize("fault", sorted(SAID_BY))
async def test_of_each_fault_exactly_its_check_fails(desk: Desk, fault: str):
    desk.hft.system.break_(fault, desk.hft.now)
    await desk.go_on_until_noticed()
    for seconds in (0, 30, 240):
        await desk.hft.go_on(seconds)
        seen = await desk.health()
        assert of(State.FAIL, seen) == {SAID_BY[fault]}, seconds
        assert of(State.UNKNOWN, seen) == (
            {one.check for one in seen} - {"trading"} if fault == "process_gone" else set()
        )
    await desk.hft.mended(fault, seconds=70)
    seen = await desk.health()
    assert of(State.FAIL, seen) == of(State.UNKNOWN, seen) == set()


@pytest.mark.parametrize("fault", sorted(TOLD_BY))
async def test_the_checks_behind_say_more(desk: Desk, fault: str):
    before = await desk.states(*TOLD_BY[fault])
    await desk.hft.broken(fault, 120)
    after = await desk.states(*TOLD_BY[fault])
    assert {name: state for name, state in before.items() if state is not State.OK and not name.endswith("_api")} == {}
    assert {name for name, state in after.items() if state not in (State.WARN, State.FAIL)} == set()


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("order", {"order": "ORD-99999999"}, "hft knows no order ORD-99999999 (HTTP 404"),
        ("strategy", {"strategy": "no_such"}, "hft knows no strategy no_such (HTTP 404"),
    ],
)
async def test_what_it_knows_nothing_of_is_said_in_words(desk: Desk, name: str, arguments: dict[str, str], said: str):
    (seen,) = await desk.look([desk.checks.by_name[name]], **arguments)
    assert seen.state is State.UNKNOWN
    assert said in seen.verdict
    assert not set("{}[]") & set(seen.verdict)


async def test_nothing_fails_that_can_be_looked_at(desk: Desk):
    """Every other check, too: what the playground has is well, and what it has not is unknown."""
    checks = [
        check
        for check in desk.checks.by_name.values()
        if check.name not in ELSEWHERE and SLOW not in check.suites and all(ask.default for ask in check.asks.values())
    ]
    assert len(checks) > 110
    seen = await desk.look(checks)
    assert [(one.check, one.verdict) for one in seen if one.state is State.FAIL] == []
    told = {one.check for one in seen if one.state in (State.OK, State.WARN)}
    for suite in ("health", "market_data", "risk", "latency"):
        wanted = {check.name for check in checks if suite in check.suites} - OTHER_CLOCKS
        assert wanted - told <= {"slow_statements"}, suite
    assert told >= {
        "configuration", "configuration_readable", "engine_port", "binance_api", "coinbase_api", "kraken_api",
        "binance_status", "coinbase_status", "kraken_status", "binance_symbol", "coinbase_symbol", "kraken_symbol",
        "binance_usage", "binance_book", "binance_stream_sends", "coinbase_endpoint", "coinbase_passphrase",
        "strategy_symbols", "pool_setting", "heartbeat_setting", "key_files", "positions", "stream_dns",
    }  # fmt: skip


async def test_what_people_fill_in(desk: Desk):
    (order, *_) = (await desk.hft.get("/orders?status=filled"))["orders"]
    asked = await desk.states("order", "order_log", "fill_log", order=order["order_id"])
    assert asked == dict.fromkeys(asked, State.OK)
    missing = await desk.states("order", "order_log", "fill_log", order="ORD-99999999")
    assert missing == {"order": State.UNKNOWN, "order_log": State.WARN, "fill_log": State.WARN}
    names = ("strategy", "strategy_orders", "strategy_log", "strategy_feed_log")
    asked = await desk.states(*names, strategy="eth_momentum")
    assert asked == dict.fromkeys(names, State.OK)
    fits = await desk.states("binance_order_fits", quantity="0.1", price="97000.00")
    assert fits == {"binance_order_fits": State.OK}
    fits = await desk.states("binance_order_fits", quantity="0.0000137", price="97000.00")
    assert fits == {"binance_order_fits": State.FAIL}
    book = await desk.states("our_book", "our_ticker", exchange="kraken", symbol="BTC-USD")
    assert book == {"our_book": State.OK, "our_ticker": State.OK}


async def test_the_books_are_compared(desk: Desk):
    """Of a market that is silent ours falls behind; one that is crossed is seen by itself."""
    await desk.hft.broken("crossed_book", 30)
    assert await desk.states("our_book", symbol="ETH-USDT") == {"our_book": State.FAIL}
    assert await desk.states("binance_book") == {"binance_book": State.OK}, "another market"


def there(check: Check) -> Check:
    """A check of the demo's database, which usually has none."""
    assert check.target.absent
    return replace(check, target=replace(check.target, absent=""))


async def test_its_database_is_looked_into(bare_postgres_url: str, tmp_path: Path):
    async with httpx.AsyncClient(trust_env=False) as client:
        hft = Running(tmp_path / "hft", client, database=bare_postgres_url)
        await hft.system.start()
        await hft.go_on(60)
        desk = Desk(hft, client)
        seen = await desk.look(
            there(check)
            for check in desk.checks.by_name.values()
            if "db" in check.suites and check.target.id == "main" and check.name != "statement_times"
        )
        assert {one.check: (one.state, one.verdict) for one in seen if one.state not in (State.OK, State.WARN)} == {}
        assert {one.check for one in seen} >= {"database_login", "database_connections", "order_query_plan"}
        (plan,) = await desk.look([there(desk.checks.by_name["order_query_plan"])])
        assert plan.seen.facts["indexes"] == ["idx_orders_symbol_created"]
        await desk.stop()
        await hft.system.stop()


async def test_what_is_at_risk_is_read(desk: Desk) -> None:
    """As the card of the demo shows it. Once the process is gone nobody can say, and the venues still hold the
    orders."""
    contents = desk.contents

    async def at_risk() -> str:
        found = await desk.look(contents.beside)
        return say_figures(Exposure(readings=read(contents.figures, found, ())))

    amounts = (r"open orders [1-9]\d*", r"unanswered \d+", "positions [1-9]", r"held \$[\d,]+",
               r"(profit|loss) today \$[\d,.]+")  # fmt: skip
    assert re.fullmatch(" · ".join(amounts), said := await at_risk()), said
    await desk.hft.broken("process_gone", 10)
    assert await at_risk() == " · ".join(f"{figure.title} unknown" for figure in contents.figures)
