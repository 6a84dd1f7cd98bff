"""metrics_scrape: the playground's metrics page, well and broken; histograms, counters and pages that are none."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.evidence import Trouble
from bot.probes._metrics import of_buckets
from bot.probes.metrics_scrape import PROBE
from tests.playground.trading.running import Running
from tests.probes.kit import fails, look
from tests.probes.servers import HOST, SECRET, Answer, bot_site, closed_port, garbled, listening, silent, web


async def scraped(hft, **parameters):
    async with bot_site(hft.system.url, now=lambda: hft.now) as site:
        return await look(PROBE, site, path="/metrics", **parameters)


async def test_the_trading_system(tmp_path):
    async with bot_site() as site:
        hft = Running(tmp_path / "hft", site.http)
        await hft.system.start()
        await hft.go_on(60)
        pick = {
            "queue": {"metric": "hft_market_data_queue_depth"},
            "binance": {"metric": "hft_exchange_connected", "labels": {"exchange": "binance"}},
            "connected": {"metric": "hft_exchange_connected"},
            "p99": {"metric": "hft_latency_us", "labels": {"component": "risk_check"}, "quantile": 0.99},
            "oldest": {"metric": "hft_market_data_age_seconds", "combine": "highest"},
            "nothing": {"metric": "no_such_metric"},
        }
        well = (await scraped(hft, pick=pick)).facts
        await hft.broken("exchange_disconnected", 30)
        broken = (await scraped(hft, pick=pick, show="auth_errors|exchange_disc")).facts
        await hft.system.stop()
    assert (well["values"]["binance"], well["values"]["connected"], well["values"]["nothing"]) == (1, 3, None)
    assert well["missing"] == [name for name, value in well["values"].items() if value is None]
    assert "nothing" in well["missing"]
    assert (well["rises"], well["rates"], well["shown"]) == (None, None, None)
    assert (broken["values"]["binance"], broken["values"]["connected"]) == (0, 2)
    assert broken["shown_sum"] == broken["shown_highest"] == 1
    assert well["series"] > 50


PAGE = """\
# TYPE execution_orders_submitted_total counter
execution_orders_submitted_total{symbol="AAPL"} %d
execution_orders_submitted_total{symbol="MSFT"} 10
# TYPE circuit_breaker_active gauge
circuit_breaker_active 0
odd NaN
# TYPE latency_seconds histogram
latency_seconds_bucket{le="0.1"} 50
latency_seconds_bucket{le="0.2"} 90
latency_seconds_bucket{le="+Inf"} 100
latency_seconds_sum 9.5
latency_seconds_count 100
"""


def rising(*values):
    """A page whose counter has these values in turn."""
    waiting = list(values)
    return lambda _: PAGE % (waiting.pop(0) if len(waiting) > 1 else waiting[0])


async def asked(answer, **parameters):
    async with web({"/metrics": answer}) as server, bot_site(server.url) as site:
        return (await look(PROBE, site, path="/metrics", **parameters)).facts


ORDERS = {"orders": {"metric": "execution_orders_submitted_total"}}


async def test_how_fast_counters_rise():
    facts = await asked(rising(100, 130), pick=ORDERS, over=0.2)
    assert (facts["values"], facts["rises"]) == ({"orders": 140}, {"orders": 30})
    assert 30 / 2 < facts["rates"]["orders"] <= 30 / 0.2


async def test_a_counter_that_was_started_anew():
    facts = await asked(rising(100, 4), pick=ORDERS, over=0.1)
    assert facts["rises"] == {"orders": 4}


async def test_how_fast_what_is_shown_rises():
    facts = await asked(rising(100, 130), show="submitted|breaker", over=0.1)
    assert (facts["shown"], facts["shown_rise"]) == (3, 30)
    assert (await asked(rising(100, 130), show="submitted"))["shown_rise"] is None, "one look tells of no rise"
    assert (await asked(rising(100, 130), show="no_such", over=0.1))["shown_rise"] is None


HISTOGRAM = """\
# TYPE latency_seconds histogram
latency_seconds_bucket{le="0.1"} %d
latency_seconds_bucket{le="0.2"} %d
latency_seconds_bucket{le="+Inf"} %d
"""


@pytest.mark.parametrize(
    ("first", "then", "recent"),
    [
        ((1000, 1000, 1000), (1000, 1100, 1100), 0.199),  # slow now, after a long time of being fast
        ((0, 1000, 1000), (100, 1100, 1100), 0.099),  # fast now, after a long time of being slow
        ((50, 90, 100), (50, 90, 100), None),  # nothing came
        ((1000, 1000, 1000), (0, 100, 100), 0.199),  # started anew in between
    ],
)
async def test_quantiles_of_what_came_between_the_two_looks(first, then, recent):
    pages = [HISTOGRAM % first, HISTOGRAM % then]
    pick = {"p99": {"metric": "latency_seconds", "quantile": 0.99}, "count": {"metric": "latency_seconds_bucket"}}
    facts = await asked(lambda _: pages.pop(0), pick=pick, over=0.1)
    assert facts["recent"] == {"p99": recent if recent is None else pytest.approx(recent)}


async def test_quantiles_of_a_summary_are_recent_by_themselves():
    page = '# TYPE wait summary\nwait{quantile="0.99"} 0.4\nwait_sum 8\nwait_count 20\n'
    pick = {"p99": {"metric": "wait", "quantile": 0.99}}
    assert (await asked(page, pick=pick, over=0.1))["recent"] == {"p99": 0.4}
    assert (await asked(page, pick=pick))["recent"] is None


async def test_what_a_table_cannot_hold_is_in_the_file():
    page = "".join(f'orders_total{{symbol="S{number}"}} {number}\n' for number in range(100))
    async with web({"/metrics": page}) as server, bot_site(server.url) as site:
        seen = await look(PROBE, site, path="/metrics", show="orders")
        short = await look(PROBE, site, path="/metrics", show="orders", labels={"symbol": "S99"})
    assert len(seen.table.rows) == 60
    assert seen.output.splitlines()[-1] == "orders_total{symbol=S99} 99"
    assert (len(short.table.rows), short.output) == (1, "")


async def test_quantiles_of_buckets():
    pick = {f"p{share}": {"metric": "latency_seconds", "quantile": share / 100} for share in (25, 50, 90, 99)}
    values = (await asked(PAGE % 1, pick=pick))["values"]
    assert values == pytest.approx({"p25": 0.05, "p50": 0.1, "p90": 0.2, "p99": 0.2})


async def test_labels_that_a_person_fills_in():
    facts = await asked(PAGE % 7, pick={**ORDERS, "breaker": {"metric": "circuit_breaker_active"}},
                        labels={"symbol": "AAPL"})  # fmt: skip
    assert facts["values"] == {"orders": 7, "breaker": 0}


async def test_not_a_number_is_no_value():
    facts = await asked(PAGE % 7, pick={"odd": {"metric": "odd"}}, show="odd")
    assert (facts["values"], facts["missing"]) == ({"odd": None}, ["odd"])


async def test_open_metrics():
    page = '# TYPE orders counter\norders_total 5.0 # {trace="x"} 1.0\n# EOF\n'
    kind = (("Content-Type", "application/openmetrics-text; version=1.0.0"),)
    facts = await asked(Answer(page, headers=kind), pick={"orders": {"metric": "orders_total"}})
    assert facts["values"] == {"orders": 5}


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        ("<html>not metrics</html>", Trouble.PARSE),
        ("", Trouble.PARSE),
        (b"\xff\x00\x01", Trouble.PARSE),
        ('{"p99": 12}', Trouble.PARSE),
        ("# only a comment\n", Trouble.PARSE),
        ("a 1\n" * 1_200_000, Trouble.TOO_MUCH),
        (Answer(f"Bearer {SECRET}", 401), Trouble.AUTH),
        (Answer("", 404), Trouble.MISSING),
        (Answer("", 500), Trouble.ERROR),
        (Answer(hangs=True), Trouble.TIMEOUT),
    ],
)
async def test_why_it_could_not_look(answer, trouble):
    async with web({"/metrics": answer}) as server, bot_site(server.url) as site:
        said = await fails(
            PROBE, site, trouble, path="/metrics", pick=ORDERS, seconds=2 if trouble is not Trouble.TIMEOUT else 0.3
        )
    assert SECRET not in said


async def test_nobody_there():
    async with bot_site(f"http://{HOST}:{await closed_port()}") as site:
        await fails(PROBE, site, Trouble.REFUSED)
    for handler, trouble in ((silent, Trouble.TIMEOUT), (garbled, Trouble.PARSE)):
        async with listening(handler) as port, bot_site(f"http://{HOST}:{port}") as site:
            await fails(PROBE, site, trouble, seconds=0.3)


@given(
    counts=st.lists(st.integers(0, 1000), min_size=1, max_size=8),
    quantile=st.floats(0.01, 0.99),
)
def test_a_quantile_lies_within_the_buckets(counts, quantile):
    total, cumulative = 0, {}
    for place, count in enumerate(counts):
        total += count
        cumulative[float(place + 1)] = float(total)
    cumulative[math.inf] = float(total)
    value = of_buckets(quantile, cumulative)
    assert (value is None) == (total == 0)
    assert value is None or 0 <= value <= len(counts)
