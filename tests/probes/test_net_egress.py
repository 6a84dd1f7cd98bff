"""net_egress: what an address says that tells callers who they are."""

import pytest

from bot.core.evidence import Trouble
from bot.probes.net_egress import PROBE
from tests.probes.kit import a_site, fails, look
from tests.probes.servers import Answer, Distant, bot_site, closed_port, web


@pytest.mark.parametrize(
    ("body", "address", "country"),
    [
        ("203.0.113.7\n", "203.0.113.7", None),
        ("2001:db8::7", "2001:db8::7", None),
        ('{"ip": "203.0.113.7", "country": "JP", "region": "Tokyo"}', "203.0.113.7", "JP"),
        ('{"origin": "203.0.113.7, 10.0.0.1"}', "203.0.113.7", None),
    ],
)
async def test_who_we_are(body, address, country):
    async with web({"/": body}) as server, bot_site(server.url) as site:
        seen = await look(PROBE, site, path="/")
    assert (seen.facts["address"], seen.facts["country"], seen.facts["allowed"]) == (address, country, None)


async def test_whether_the_venues_let_us_in():
    async with web({"/": "203.0.113.7"}) as server, bot_site(server.url) as site:
        seen = await look(PROBE, site, path="/", allowed=["198.51.100.0/24", "203.0.113.7", "2001:db8::/32"])
        assert seen.facts["allowed"] is True
        seen = await look(PROBE, site, path="/", allowed=["198.51.100.0/24"])
        assert seen.facts["allowed"] is False


async def test_from_another_host():
    async with web({"/": "203.0.113.7"}) as server:
        seen = await look(PROBE, a_site(Distant(), address=server.url), path="/")
    assert seen.facts["address"] == "203.0.113.7"


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        ("garbage", Trouble.PARSE),
        ("", Trouble.PARSE),
        ("[1]", Trouble.PARSE),
        ("9" * 50_000, Trouble.PARSE),
        (Answer("no", 403), Trouble.AUTH),
        (Answer("no", 500), Trouble.ERROR),
        (Answer(hangs=True), Trouble.TIMEOUT),
    ],
)
async def test_why_it_could_not_look(answer, trouble):
    async with web({"/": answer}) as server, bot_site(server.url) as site:
        await fails(PROBE, site, trouble, path="/", seconds=0.3)


async def test_nobody_answers():
    async with bot_site(f"http://127.0.0.1:{await closed_port()}") as site:
        await fails(PROBE, site, Trouble.REFUSED, path="/")
