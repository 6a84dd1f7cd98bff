"""exchange_rate_limit: what venues say of how much is used, and how they refuse."""

import pytest

from bot.core.evidence import Trouble
from bot.probes.exchange_rate_limit import PROBE
from tests.probes.kit import fails, look
from tests.probes.servers import HOST, Answer, bot_site, closed_port, garbled, listening, silent, web
from tests.probes.venues import ANSWERS, SECRETS, given, leaks


async def asked(venue, answers=None, **parameters):
    async with web({**ANSWERS[venue], **(answers or {})}) as server, bot_site(server.url, SECRETS) as site:
        seen = await look(PROBE, site, **given(venue, **parameters))
    assert leaks(seen) == []
    return seen.facts


@pytest.mark.parametrize(
    ("venue", "used", "limit", "percent"),
    [("binance", 1210, 6000, 20.2), ("alpaca", 170, 200, 85.0), ("kraken", None, None, None),
     ("coinbase", None, None, None), ("oanda", None, None, None), ("metatrader", None, None, None)],
)  # fmt: skip
async def test_how_much_is_used(venue, used, limit, percent):
    facts = await asked(venue)
    assert (facts["limited"], facts["banned"], facts["status"]) == (False, False, 200)
    assert (facts["used"], facts["limit"], facts["used_percent"]) == (used, limit, percent)


async def test_a_limit_that_the_pack_knows():
    headers = (("X-MBX-USED-WEIGHT-1M", "900"),)
    facts = await asked("binance", {"/api/v3/exchangeInfo": Answer("{}", headers=headers)}, limit=1200)
    assert (facts["used"], facts["used_percent"]) == (900, 75.0)


@pytest.mark.parametrize(
    ("venue", "path", "answer", "banned", "wait"),
    [
        ("binance", "/api/v3/exchangeInfo",
         Answer('{"code": -1003, "msg": "Too many requests"}', 429, (("Retry-After", "12"),)), False, 12),
        ("binance", "/api/v3/exchangeInfo",
         Answer('{"code": -1003, "msg": "x"}', 418, (("Retry-After", "120"),)), True, 120),
        ("coinbase", "/time", Answer('{"message": "Public rate limit exceeded"}', 429), False, None),
        ("kraken", "/0/public/Time", '{"error": ["EAPI:Rate limit exceeded"]}', False, None),
        ("kraken", "/0/public/Time", '{"error": ["EGeneral:Too many requests"]}', False, None),
        ("alpaca", "/v2/account", Answer('{"code": 42910000, "message": "rate limit exceeded"}', 429), False, None),
        ("oanda", "/v3/accounts", Answer("", 429, (("Retry-After", "1"),)), False, 1),
    ],
)  # fmt: skip
async def test_it_refuses_us(venue, path, answer, banned, wait):
    facts = await asked(venue, {path: answer})
    assert (facts["limited"], facts["banned"], facts["retry_after_s"]) == (True, banned, wait)


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        ("garbage", Trouble.PARSE),
        ("", Trouble.PARSE),
        ("7", Trouble.PARSE),
        ('{"rateLimits": [{}]}', Trouble.PARSE),
        (Answer('{"code": -2015, "msg": "x"}', 401), Trouble.AUTH),
        (Answer("", 503), Trouble.ERROR),
        (Answer(hangs=True), Trouble.TIMEOUT),
        ('"' + "x" * 5_000_000 + '"', Trouble.TOO_MUCH),
    ],
)
async def test_why_it_could_not_look(answer, trouble):
    seconds = 0.3 if trouble is Trouble.TIMEOUT else 5
    async with web({"/api/v3/exchangeInfo": answer}) as server, bot_site(server.url) as site:
        await fails(PROBE, site, trouble, venue="binance", seconds=seconds)


async def test_nobody_there():
    async with bot_site(f"http://{HOST}:{await closed_port()}") as site:
        await fails(PROBE, site, Trouble.REFUSED, venue="binance")
    for handler, trouble in ((silent, Trouble.TIMEOUT), (garbled, Trouble.PARSE)):
        async with listening(handler) as port, bot_site(f"http://{HOST}:{port}") as site:
            await fails(PROBE, site, trouble, venue="binance", seconds=0.3)
