"""exchange_status: what venues and their status pages say of themselves."""

import json

import pytest

from bot.core.evidence import Trouble
from bot.probes.exchange_status import PROBE
from tests.probes.kit import fails, look
from tests.probes.servers import HOST, Answer, bot_site, closed_port, garbled, listening, silent, web
from tests.probes.venues import ANSWERS

PAGE, API, KRAKEN = "/api/v2/summary.json", "/sapi/v1/system/status", "/0/public/SystemStatus"


def kraken(status, **more):
    return json.dumps({"error": [], "result": {"status": status, "timestamp": "x", **more}})


def page(indicator, incidents=(), maintenances=()):
    return json.dumps({
        "page": {"id": "x", "name": "Coinbase"},
        "status": {"indicator": indicator, "description": "Partial System Outage"},
        "components": [], "incidents": list(incidents), "scheduled_maintenances": list(maintenances),
    })  # fmt: skip


async def said(path, answer, **parameters):
    async with web({path: answer}) as server, bot_site(server.url) as site:
        return (await look(PROBE, site, **parameters)).facts


@pytest.mark.parametrize("venue", ["binance", "kraken"])
async def test_all_is_well(venue):
    async with web(ANSWERS[venue]) as server, bot_site(server.url) as site:
        facts = (await look(PROBE, site, venue=venue)).facts
    assert (facts["state"], facts["operational"], facts["incidents"]) == ("operational", True, [])


@pytest.mark.parametrize(
    ("venue", "path", "answer", "state"),
    [
        ("binance", API, '{"status": 1, "msg": "system_maintenance"}', "maintenance"),
        ("kraken", KRAKEN, kraken("maintenance"), "maintenance"),
        ("kraken", KRAKEN, kraken("cancel_only", emergency=[{"name": "Delays"}]), "degraded"),
        ("kraken", KRAKEN, kraken("post_only"), "degraded"),
    ],
)
async def test_it_says_that_something_is_wrong(venue, path, answer, state):
    facts = await said(path, answer, venue=venue)
    assert (facts["state"], facts["operational"]) == (state, False)


INCIDENT = {"name": "Delayed sends", "status": "investigating", "impact": "minor"}
WORK = {"name": "Database work", "status": "in_progress", "impact": "maintenance"}
LATER = {"name": "Later", "status": "scheduled", "impact": "maintenance"}


@pytest.mark.parametrize(
    ("answer", "state", "incidents"),
    [
        (page("none"), "operational", []),
        (page("none", (), [LATER]), "operational", []),
        (page("none", (), [WORK]), "maintenance", ["maintenance: Database work"]),
        (page("minor", [INCIDENT]), "degraded", ["Delayed sends (minor, investigating)"]),
        (page("critical"), "down", []),
        (page("maintenance"), "maintenance", []),
    ],
)
async def test_a_status_page(answer, state, incidents):
    facts = await said(PAGE, answer, venue="coinbase", by="statuspage")
    assert (facts["state"], facts["incidents"]) == (state, incidents)


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        ("garbage", Trouble.PARSE),
        ("", Trouble.PARSE),
        ("{}", Trouble.PARSE),
        ('{"status": {"indicator": "purple", "description": ""}}', Trouble.PARSE),
        (Answer("", 503), Trouble.ERROR),
        (Answer("", 403), Trouble.AUTH),
        (Answer(hangs=True), Trouble.TIMEOUT),
        ('"' + "x" * 5_000_000 + '"', Trouble.TOO_MUCH),
    ],
)
async def test_why_it_could_not_look(answer, trouble):
    seconds = 0.3 if trouble is Trouble.TIMEOUT else 5
    async with web({PAGE: answer, API: answer}) as server, bot_site(server.url) as site:
        await fails(PROBE, site, trouble, venue="coinbase", by="statuspage", seconds=seconds)
        if "purple" not in str(answer):
            await fails(PROBE, site, trouble, venue="binance", seconds=seconds)


async def test_nobody_there():
    async with bot_site(f"http://{HOST}:{await closed_port()}") as site:
        await fails(PROBE, site, Trouble.REFUSED, venue="binance")
    for handler, trouble in ((silent, Trouble.TIMEOUT), (garbled, Trouble.PARSE)):
        async with listening(handler) as port, bot_site(f"http://{HOST}:{port}") as site:
            await fails(PROBE, site, trouble, venue="binance", seconds=0.3)


@pytest.mark.parametrize("venue", ["coinbase", "oanda", "alpaca", "metatrader"])
def test_a_venue_whose_api_does_not_tell(venue):
    with pytest.raises(ValueError, match="write by: statuspage"):
        PROBE.parameters(venue=venue)
