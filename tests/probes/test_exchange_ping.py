"""exchange_ping: every venue, the playground's, and those that are not there."""

import pytest

from bot.core.evidence import Trouble
from bot.probes.exchange_ping import PROBE
from bot.transports.base import Ran
from tests.playground.trading.running import Running
from tests.probes.kit import Recorded, a_site, fails, look
from tests.probes.servers import (
    HOST,
    Answer,
    Distant,
    bot_site,
    closed_port,
    garbled,
    hanging_up,
    listening,
    silent,
    web,
)
from tests.probes.venues import ANSWERS, BINANCE

DATE = (("Date", "Sat, 21 Nov 2026 03:12:00 GMT"),)


@pytest.mark.parametrize(
    ("venue", "status", "exact"),
    [("binance", 200, True), ("coinbase", 200, True), ("kraken", 200, False), ("oanda", 401, None),
     ("alpaca", 403, None), ("metatrader", 401, None)],
)  # fmt: skip
async def test_a_venue_that_works(venue, status, exact):
    """Without credentials, which some refuse: they are there all the same."""
    async with web(ANSWERS[venue]) as server, bot_site(server.url) as site:
        seen = await look(PROBE, site, venue=venue)
    facts = seen.facts
    assert (facts["reached"], facts["works"], facts["status"], facts["trouble"]) == (True, True, status, None)
    assert (facts["skew_exact"], facts["skew_ms"] is None) == (exact, exact is None)
    assert 0 < facts["connect_ms"] <= facts["took_ms"] < 5000


async def test_how_far_its_clock_is():
    async with web(BINANCE) as server, bot_site(server.url) as site:
        facts = (await look(PROBE, site, venue="binance")).facts
    assert 250 <= facts["skew_ms"] < 750
    async with web({"/v3/accounts": Answer("{}", 401, DATE)}) as server, bot_site(server.url) as site:
        facts = (await look(PROBE, site, venue="oanda")).facts
    assert (facts["skew_ms"] < 1000, facts["skew_exact"]) == (True, False)


@pytest.mark.parametrize(
    ("answer", "works"),
    [(Answer('{"msg": "Service unavailable"}', 503), False), (Answer("<html>maintenance</html>", 502), False),
     (Answer("", 429), False), (Answer("", 418), False), ("garbage", True), ("", True)],
)  # fmt: skip
async def test_a_venue_that_answers_something_else(answer, works):
    async with web({"/api/v3/time": answer}) as server, bot_site(server.url) as site:
        facts = (await look(PROBE, site, venue="binance")).facts
    assert (facts["reached"], facts["works"], facts["skew_ms"]) == (True, works, None)


async def test_nobody_there():
    for handler, trouble in ((silent, "timeout"), (garbled, "parse"), (hanging_up, "lost")):
        async with listening(handler) as port, bot_site(f"http://{HOST}:{port}") as site:
            facts = (await look(PROBE, site, venue="binance", seconds=0.4)).facts
        assert (facts["reached"], facts["trouble"], facts["works"]) == (False, trouble, None)
    async with bot_site(f"http://{HOST}:{await closed_port()}") as site:
        assert (await look(PROBE, site, venue="binance")).facts["trouble"] == "refused"
    async with bot_site("https://nosuch.invalid") as site:
        assert (await look(PROBE, site, venue="binance")).facts["trouble"] == "dns"


async def test_from_a_container():
    async with web(BINANCE) as server:
        facts = (await look(PROBE, a_site(Distant(), address=server.url), venue="binance")).facts
    assert (facts["reached"], facts["works"]) == (True, True)
    ran = Ran(code=1, out="", err="ssh: connect to host x port 22: Connection refused\n")
    there = a_site(Recorded({"curl -q --config -": ran}), address="http://127.0.0.1:9")
    await fails(PROBE, there, Trouble.REFUSED, venue="binance")


async def test_the_playgrounds_venues(tmp_path):
    async with bot_site() as site:
        hft = Running(tmp_path / "hft", site.http)
        await hft.system.start()
        await hft.go_on(5)

        async def pinged(venue):
            async with bot_site(f"{hft.system.venues_url}/{venue}", now=lambda: hft.now) as venue_site:
                return (await look(PROBE, venue_site, venue=venue)).facts

        for venue in ("binance", "coinbase", "kraken"):
            facts = await pinged(venue)
            assert (facts["works"], facts["skew_ms"] < 1000) == (True, True)
        await hft.broken("exchange_disconnected", 5)
        facts = await pinged("binance")
        assert (facts["reached"], facts["works"], facts["status"]) == (True, False, 503)
        await hft.system.stop()
