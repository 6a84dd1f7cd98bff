"""exchange_account: every venue's account, its key taken and refused; nothing of the credentials is ever seen."""

import json

import pytest

from bot.core.evidence import Trouble
from bot.probes._exchanges import environment_of, venues
from bot.probes.exchange_account import PROBE, masked
from tests.probes.kit import a_site, fails, look
from tests.probes.servers import HOST, Answer, Distant, bot_site, closed_port, garbled, listening, silent, web
from tests.probes.venues import ALPACA, ANSWERS, BINANCE, CREDENTIALS, SECRETS, given, leaks

VENUES = list(ANSWERS)

ACCOUNTS = {
    "binance": ("…7868", True, None, None, {"BTC": 2.0, "USDT": 1000.0}),
    "coinbase": ("…4308", True, None, None, {"USD": 1000.0}),
    "kraken": (None, None, None, None, {"ZUSD": 1000.0}),
    "oanda": ("…-001", None, 1000.0, 900.5, {}),
    "alpaca": ("…AYWN", True, 1000.0, 262113.632, {}),
    "metatrader": ("…88", True, 1000.0, 900.5, {}),
}


# Open positions, and what they have won or lost. Of the others it is told elsewhere, or nowhere.
AT_RISK = {"oanda": (3, -1240.5), "metatrader": (None, -9.5)}


def test_every_venue_is_tried():
    assert sorted(venues()) == sorted(VENUES)


@pytest.mark.parametrize("venue", VENUES)
async def test_our_key_is_taken(venue):
    async with web(ANSWERS[venue]) as server, bot_site(server.url, SECRETS) as site:
        seen = await look(PROBE, site, **given(venue))
    facts = seen.facts
    found = (facts["account"], facts["trades"], facts["balance"], facts["available"], facts["balances"])
    assert (facts["valid"], found) == (True, ACCOUNTS[venue])
    assert (facts["positions"], facts["result"]) == AT_RISK.get(venue, (None, None))
    assert leaks(seen) == []


@pytest.mark.parametrize(
    ("said", "result"),
    [
        ({"equity": 990.5, "balance": 1000, "credit": 200}, -209.5),  # lent by the broker: nobody has won it
        ({"equity": 1010.1, "balance": 1000}, 10.1),
        ({"balance": 1000}, None),
    ],
)
async def test_what_metatraders_account_has_won_or_lost(said, result):
    body = {"login": "50194988", "currency": "USD", "tradeAllowed": True, **said}
    path = next(path for path in ANSWERS["metatrader"] if path.endswith("account-information"))
    async with web({path: json.dumps(body)}) as server, bot_site(server.url, SECRETS) as site:
        assert (await look(PROBE, site, **given("metatrader"))).facts["result"] == result


@pytest.mark.parametrize("venue", VENUES)
async def test_our_key_is_refused(venue):
    wrong = {**SECRETS, **{name: value[:-4] + "AAAA" for name, value in SECRETS.items() if name not in ("account",)}}
    async with web(ANSWERS[venue]) as server, bot_site(server.url, wrong) as site:
        seen = await look(PROBE, site, **given(venue))
    assert (seen.facts["valid"], seen.facts["balance"], seen.facts["account"]) == (False, None, None)
    assert " answers " in seen.facts["says"]
    assert not [value for value in wrong.values() if value in repr(seen)]


@pytest.mark.parametrize("venue", ["coinbase", "kraken"])
async def test_a_secret_that_cannot_be_decoded(venue):
    """It is as good as refused, and nobody is asked."""
    async with web(ANSWERS[venue]) as server, bot_site(server.url, {**SECRETS, "coded": "n0t-base64!"}) as site:
        seen = await look(PROBE, site, **given(venue))
    assert (seen.facts["valid"], server.asked) == (False, [])
    assert "n0t-base64" not in repr(seen)


@pytest.mark.parametrize("venue", VENUES)
async def test_the_pack_names_too_little(venue):
    async with web(ANSWERS[venue]) as server, bot_site(server.url, SECRETS) as site:
        part = next(iter(CREDENTIALS[venue]))
        await fails(PROBE, site, Trouble.MISSING, "among the credentials", venue=venue)
        nothing = {**CREDENTIALS[venue], part: "not_set"}
        await fails(PROBE, site, Trouble.MISSING, "not_set is not set", venue=venue, credentials=nothing)
    assert server.asked == []


@pytest.mark.parametrize("venue", VENUES)
@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        ("garbage", Trouble.PARSE),
        ("", Trouble.PARSE),
        ("[]", None),
        ("{}", Trouble.PARSE),
        ("null", Trouble.PARSE),
        ('{"result": 7, "balances": 7, "account": 7}', Trouble.PARSE),
        ("[" * 50_000, Trouble.PARSE),
        ('"' + "x" * 5_000_000 + '"', Trouble.TOO_MUCH),
        (Answer("bad gateway", 502), Trouble.ERROR),
        (Answer("", 429), Trouble.ERROR),
        (Answer(hangs=True), Trouble.TIMEOUT),
    ],
)
async def test_an_answer_that_is_none(venue, answer, trouble):
    always = dict.fromkeys(ANSWERS[venue], answer)
    seconds = 0.3 if trouble is Trouble.TIMEOUT else 5
    async with web(always) as server, bot_site(server.url, SECRETS) as site:
        if trouble is None and venue == "coinbase":
            assert (await look(PROBE, site, **given(venue))).facts["balances"] == {}
        else:
            said = await fails(PROBE, site, trouble or Trouble.PARSE, **given(venue, seconds=seconds))
            assert leaks(said) == []


async def test_an_echo_of_the_credentials():
    def echo(request):
        said = {"code": -1, "msg": f"{request.headers['x-mbx-apikey']} {request.query} {SECRETS['plain']}"}
        return Answer(json.dumps(said), 400)

    async with web({"/api/v3/account": echo}) as server, bot_site(server.url, SECRETS) as site:
        said = await fails(PROBE, site, Trouble.REFUSED, "-1 ", **given("binance"))
    assert leaks(said) == []


async def test_an_asset_and_a_currency():
    async with web(BINANCE) as server, bot_site(server.url, SECRETS) as site:
        facts = (await look(PROBE, site, **given("binance", asset="USDT"))).facts
        assert (facts["balance"], facts["currency"]) == (1000.0, "USDT")
        assert (await look(PROBE, site, **given("binance", asset="DOGE"))).facts["balance"] == 0
    async with web(ALPACA) as server, bot_site(server.url, SECRETS) as site:
        facts = (await look(PROBE, site, **given("alpaca", asset="USD"))).facts
        assert (facts["balance"], facts["environment"]) == (1000.0, "practice")


async def test_a_blocked_account():
    said = json.dumps({"account_number": "123456789", "status": "ACTIVE", "currency": "USD", "buying_power": "0",
                       "cash": "5", "trading_blocked": True})  # fmt: skip
    async with web({"/v2/account": said}) as server, bot_site(server.url, SECRETS) as site:
        facts = (await look(PROBE, site, **given("alpaca"))).facts
    assert (facts["trades"], facts["permissions"]) == (False, ["active", "trading_blocked"])
    assert facts["environment"] == "live"


async def test_by_curl_elsewhere():
    place = Distant()
    async with web(BINANCE) as server:
        site = a_site(place, address=server.url, secret=lambda name: SECRETS.get(name, ""))
        seen = await look(PROBE, site, **given("binance"))
    assert seen.facts["valid"] is True
    assert leaks(place.asked, seen) == []


async def test_nobody_there():
    async with bot_site(f"http://{HOST}:{await closed_port()}", SECRETS) as site:
        await fails(PROBE, site, Trouble.REFUSED, **given("binance"))
    for handler, trouble in ((silent, Trouble.TIMEOUT), (garbled, Trouble.PARSE)):
        async with listening(handler) as port, bot_site(f"http://{HOST}:{port}", SECRETS) as site:
            await fails(PROBE, site, trouble, **given("binance", seconds=0.3))


@pytest.mark.parametrize(
    ("venue", "address", "environment"),
    [
        ("binance", "https://api.binance.com", "live"),
        ("binance", "https://testnet.binance.vision", "practice"),
        ("binance", "https://api.binance.com.evil.example", None),
        ("coinbase", "https://api.exchange.coinbase.com", "live"),
        ("coinbase", "https://api-public.sandbox.exchange.coinbase.com", "practice"),
        ("kraken", "https://api.kraken.com", "live"),
        ("oanda", "https://api-fxtrade.oanda.com", "live"),
        ("oanda", "https://api-fxpractice.oanda.com", "practice"),
        ("alpaca", "https://api.alpaca.markets", "live"),
        ("alpaca", "https://paper-api.alpaca.markets", "practice"),
        ("alpaca", "https://data.alpaca.markets", "live"),
        ("metatrader", "https://mt-client-api-v1.new-york.agiliumtrade.ai", None),
    ],
)
async def test_live_or_practice(venue, address, environment):
    async with bot_site(address) as site:
        assert environment_of(venues()[venue], site) == environment


@pytest.mark.parametrize(("id_", "shown"), [("", ""), ("123", "…"), ("123456", "…56"), ("123456789", "…6789")])
def test_an_account_is_shown_by_its_end(id_, shown):
    assert masked(id_) == shown


def test_no_such_venue():
    with pytest.raises(ValueError, match="write one of alpaca, binance"):
        PROBE.parameters(venue="mtgox")
