"""exchange_market_data: every venue's book, books that make no sense, and ours beside them."""

import json

import pytest

from bot.core.evidence import Trouble
from bot.probes.base import ProbeFailed
from bot.probes.exchange_market_data import PROBE
from tests.playground.trading.running import Running
from tests.probes.kit import fails, look
from tests.probes.servers import HOST, Answer, bot_site, closed_port, garbled, listening, silent, web
from tests.probes.venues import ANSWERS, BINANCE, SECRETS, SYMBOLS, given, leaks

BEST = {"oanda": (1.13015, 1.13028), "metatrader": (1.13015, 1.13028), "alpaca": (187.54, 187.62)}


async def asked(venue, answers=None, **parameters):
    async with web({**ANSWERS[venue], **(answers or {})}) as server, bot_site(server.url, SECRETS) as site:
        if "ours" in parameters:
            parameters["ours"] = {**parameters["ours"], "url": f"{server.url}/ours"}
        seen = await look(PROBE, site, **given(venue, symbol=SYMBOLS[venue], **parameters))
    assert leaks(seen) == []
    return seen.facts


@pytest.mark.parametrize("venue", list(ANSWERS))
async def test_best_prices(venue):
    facts = await asked(venue)
    assert (facts["bid"], facts["ask"]) == BEST.get(venue, (43250.1, 43250.2))
    assert (facts["crossed"], facts["zero"], facts["one_sided"]) == (False, False, False)
    assert 1 <= facts["age_s"] <= 2.5
    assert 0 < facts["spread_percent"] < 0.1
    assert facts["our_bid"] is None


@pytest.mark.parametrize(
    ("bids", "asks", "facts"),
    [
        ([["43250.30", "1"]], [["43250.20", "1"]], (True, False, False)),
        ([["43250.20", "1"]], [["43250.20", "1"]], (True, False, False)),
        ([["0", "1"]], [["43250.20", "1"]], (False, True, False)),
        ([["-1", "1"]], [["43250.20", "1"]], (False, True, False)),
        ([], [["43250.20", "1"]], (None, False, True)),
        ([], [], (None, None, True)),
    ],
)
async def test_books_that_make_no_sense(bids, asks, facts):
    found = await asked("binance", {"/api/v3/depth": json.dumps({"bids": bids, "asks": asks}), "/api/v3/trades": "[]"})
    assert (found["crossed"], found["zero"], found["one_sided"]) == facts
    assert found["age_s"] is None


async def test_ours_beside_it():
    ours = {"bids": [[43251.1, 1]], "asks": [["43251.2", 1]], "timestamp": "2026-11-21T03:11:30Z"}
    facts = await asked("binance", {"/ours": json.dumps(ours)}, ours={"at": "timestamp"})
    assert (facts["our_bid"], facts["our_ask"], facts["our_age_s"], facts["our_crossed"]) == (
        43251.1,
        43251.2,
        30,
        False,
    )
    assert facts["off_percent"] == pytest.approx(100 / 43250.15, abs=1e-6)
    facts = await asked("binance", {"/ours": '{"bid": 2, "ask": 1}'}, ours={"bid": "bid", "ask": "ask"})
    assert (facts["our_crossed"], facts["our_zero"]) == (True, False)
    facts = await asked("binance", {"/ours": "{}"}, ours={})
    assert (facts["our_bid"], facts["off_percent"], facts["our_crossed"]) == (None, None, None)


async def test_the_trading_system_and_its_venues(tmp_path):
    async with bot_site() as site:
        hft = Running(tmp_path / "hft", site.http)
        await hft.system.start()
        await hft.go_on(20)
        markets = {key: one.market for key, one in hft.system.life.books.items()}
        market = next(one for key, one in markets.items() if key.startswith("coinbase:"))

        async def compared():
            async with bot_site(f"{hft.system.venues_url}/coinbase", now=lambda: hft.now) as there:
                url = f"{hft.system.url}/marketdata/orderbook/coinbase/{market.symbol}"
                ours = {"url": url, "at": "timestamp"}
                return (await look(PROBE, there, venue="coinbase", symbol=market.native, ours=ours)).facts

        well = await compared()
        assert (well["crossed"], well["our_crossed"], well["off_percent"] < 0.1) == (False, False, True)
        assert well["our_age_s"] < 5
        await hft.broken("stale_data", 120)
        old = await compared()
        assert (old["crossed"], old["our_age_s"] > 100, old["off_percent"] > 0) == (False, True, True)
        await hft.system.stop()


@pytest.mark.parametrize("venue", list(ANSWERS))
@pytest.mark.parametrize("answer", ["garbage", "", "{}", "[]", "7", '{"result": {}, "quote": {}, "prices": [{}]}'])
async def test_an_answer_that_is_none(venue, answer):
    async with web(dict.fromkeys(ANSWERS[venue], answer)) as server, bot_site(server.url, SECRETS) as site:
        with pytest.raises(ProbeFailed) as failed:
            await look(PROBE, site, **given(venue, symbol=SYMBOLS[venue]))
    # Where the list of prices has none of this symbol, it is unknown there.
    assert failed.value.trouble in (Trouble.PARSE, Trouble.MISSING)
    assert leaks(str(failed.value)) == []


async def test_refused_and_gone():
    async with web({**BINANCE, "/ours": Answer("", 401)}) as server, bot_site(server.url) as site:
        ours = {"url": f"{server.url}/ours"}
        await fails(PROBE, site, Trouble.AUTH, venue="binance", symbol="BTCUSDT", ours=ours)
        await fails(PROBE, site, Trouble.MISSING, "tkn", venue="binance", symbol="X", ours={**ours, "bearer": "tkn"})
    async with bot_site(f"http://{HOST}:{await closed_port()}") as site:
        await fails(PROBE, site, Trouble.REFUSED, venue="binance", symbol="BTCUSDT")
    for handler, trouble in ((silent, Trouble.TIMEOUT), (garbled, Trouble.PARSE)):
        async with listening(handler) as port, bot_site(f"http://{HOST}:{port}") as site:
            await fails(PROBE, site, trouble, venue="binance", symbol="BTCUSDT", seconds=0.3)
    huge = {**BINANCE, "/api/v3/depth": '"' + "x" * 5_000_000 + '"'}
    async with web(huge) as server, bot_site(server.url) as site:
        await fails(PROBE, site, Trouble.TOO_MUCH, venue="binance", symbol="BTCUSDT")
