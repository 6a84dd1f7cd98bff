"""exchange_symbol: every venue's symbol, its steps, those it does not know, and orders that do not fit."""

import json

import pytest

from bot.core.evidence import Trouble
from bot.probes.exchange_symbol import PROBE
from tests.probes.kit import fails, look
from tests.probes.servers import HOST, Answer, bot_site, closed_port, garbled, listening, silent, web
from tests.probes.venues import ANSWERS, SECRETS, SYMBOLS, given, leaks

STEPS = {
    "binance": (0.01, 1e-05, 1e-05, 5.0),
    "coinbase": (0.01, 1e-08, 1e-08, 1.0),
    "kraken": (0.1, 1e-08, 5e-05, 0.5),
    "oanda": (1e-05, 1.0, 1.0, None),
    "alpaca": (None, 1.0, 1.0, None),
    "metatrader": (1e-05, 0.01, 0.01, None),
}


async def asked(venue, answers=None, **parameters):
    async with web({**ANSWERS[venue], **(answers or {})}) as server, bot_site(server.url, SECRETS) as site:
        seen = await look(PROBE, site, **given(venue, symbol=parameters.pop("symbol", SYMBOLS[venue]), **parameters))
    assert leaks(seen) == []
    return seen.facts


@pytest.mark.parametrize("venue", list(ANSWERS))
async def test_a_symbol_that_can_be_traded(venue):
    facts = await asked(venue)
    assert (facts["exists"], facts["trades"], facts["fits"]) == (True, True, None)
    assert (facts["tick"], facts["lot"], facts["smallest"], facts["least_value"]) == STEPS[venue]


@pytest.mark.parametrize(
    ("venue", "symbol"),
    [("binance", "NOPEUSDT"), ("coinbase", "NOPE-USD"), ("kraken", "NOPE"), ("oanda", "NOPE"), ("alpaca", "NOPE"),
     ("metatrader", "NOPE")],
)  # fmt: skip
async def test_a_symbol_nobody_knows(venue, symbol):
    facts = await asked(venue, symbol=symbol)
    assert (facts["exists"], facts["trades"], facts["tick"]) == (False, None, None)


@pytest.mark.parametrize(
    ("venue", "path", "said"),
    [
        ("binance", "/api/v3/exchangeInfo", {"symbols": [{"symbol": "BTCUSDT", "status": "HALT", "filters": []}]}),
        ("coinbase", "/products/BTC-USD",
         {"id": "BTC-USD", "quote_increment": "0.01", "base_increment": "1", "status": "online", "cancel_only": True}),
        ("kraken", "/0/public/AssetPairs", {"error": [], "result": {"XXBTZUSD": {"status": "cancel_only"}}}),
        ("alpaca", "/v2/assets/AAPL", {"symbol": "AAPL", "status": "inactive", "tradable": True}),
    ],
)  # fmt: skip
async def test_a_symbol_that_is_halted(venue, path, said):
    facts = await asked(venue, {path: json.dumps(said)})
    assert (facts["exists"], facts["trades"]) == (True, False)


@pytest.mark.parametrize(
    ("order", "wrong"),
    [
        ({"quantity": 0.25, "price": 43250.5}, []),
        ({"quantity": 0.00001, "price": 43250.5}, ["the value 0.432505 is less than 5"]),
        ({"quantity": 0.1234567}, ["the quantity 0.123457 is no multiple of 1e-05"]),
        ({"price": 43250.505}, ["the price 43250.505 is no multiple of 0.01"]),
        (
            {"quantity": 0.000001},
            ["the quantity 1e-06 is no multiple of 1e-05", "the quantity 1e-06 is less than 1e-05"],
        ),
        # In binary digits no multiple, in decimal ones it is.
        ({"quantity": 0.3, "price": 0.07}, ["the value 0.021 is less than 5"]),
    ],
)
async def test_whether_an_order_fits(order, wrong):
    facts = await asked("binance", **order)
    assert (facts["fits"], facts["wrong"]) == (not wrong, wrong)


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        ("garbage", Trouble.PARSE),
        ("", Trouble.PARSE),
        ('{"symbols": 7}', Trouble.PARSE),
        (Answer('{"code": -2015, "msg": "x"}', 401), Trouble.AUTH),
        (Answer("", 500), Trouble.ERROR),
        (Answer(hangs=True), Trouble.TIMEOUT),
        ('"' + "x" * 5_000_000 + '"', Trouble.TOO_MUCH),
    ],
)
async def test_why_it_could_not_look(answer, trouble):
    seconds = 0.3 if trouble is Trouble.TIMEOUT else 5
    async with web({"/api/v3/exchangeInfo": answer}) as server, bot_site(server.url) as site:
        await fails(PROBE, site, trouble, venue="binance", symbol="BTCUSDT", seconds=seconds)


async def test_what_is_missing_is_the_packs_and_not_the_symbol():
    async with web(ANSWERS["alpaca"]) as server, bot_site(server.url) as site:
        await fails(PROBE, site, Trouble.MISSING, "credentials", venue="alpaca", symbol="AAPL")
        await fails(PROBE, site, Trouble.MISSING, "key is not set", **given("alpaca", symbol="AAPL"))
    async with bot_site("") as site:
        await fails(PROBE, site, Trouble.MISSING, "no target", venue="binance", symbol="BTCUSDT")


async def test_nobody_there():
    async with bot_site(f"http://{HOST}:{await closed_port()}") as site:
        await fails(PROBE, site, Trouble.REFUSED, venue="binance", symbol="BTCUSDT")
    for handler, trouble in ((silent, Trouble.TIMEOUT), (garbled, Trouble.PARSE)):
        async with listening(handler) as port, bot_site(f"http://{HOST}:{port}") as site:
            await fails(PROBE, site, trouble, venue="binance", symbol="BTCUSDT", seconds=0.3)


@pytest.mark.parametrize("symbol", ["", "-x", "a/../b", "BTC USDT", "BTC&x=1", "BTC?", "BTC\nUSDT", "../x"])
def test_no_symbol_of_that_kind(symbol):
    with pytest.raises(ValueError, match="symbol"):
        PROBE.parameters(venue="binance", symbol=symbol)
