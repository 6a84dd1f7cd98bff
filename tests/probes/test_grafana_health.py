"""grafana_health: Grafana's answers as it writes them, and those that are not its own."""

import pytest

from bot.core.evidence import Trouble
from bot.probes.grafana_health import PROBE
from tests.probes.kit import fails, look
from tests.probes.servers import HOST, SECRET, Answer, bot_site, closed_port, garbled, listening, silent, web

HEALTH = '{"commit": "abcdef", "database": "ok", "version": "12.2.0"}'
OK = '{"message": "Successfully queried the Prometheus API.", "status": "OK"}'
BAD = Answer('{"message": "Post \\"http://prometheus:9090\\": dial tcp: connection refused", "status": "ERROR"}', 400)


async def asked(answers, **parameters):
    secrets = {"grafana_token": SECRET}
    async with web({"/api/health": HEALTH, **answers}) as server, bot_site(server.url, secrets) as site:
        return await look(PROBE, site, **parameters), server


async def test_all_is_well():
    seen, server = await asked(
        {"/api/datasources/uid/prometheus/health": OK}, datasources=["prometheus"], bearer="grafana_token"
    )
    facts = seen.facts
    assert (facts["healthy"], facts["database"], facts["version"]) == (True, "ok", "12.2.0")
    assert (facts["datasources"], facts["failing"]) == (1, [])
    assert server.asked[-1].headers["authorization"] == f"Bearer {SECRET}"


async def test_a_data_source_that_is_gone():
    seen, _ = await asked(
        {"/api/datasources/uid/prometheus/health": BAD,
         "/api/datasources/uid/none/health": Answer('{"message": "Data source not found"}', 404)},
        datasources=["prometheus", "none"],
    )  # fmt: skip
    assert (seen.facts["healthy"], seen.facts["failing"]) == (True, ["prometheus", "none"])
    assert seen.table.rows[0][:2] == ("prometheus", "ERROR")
    assert "connection refused" in seen.excerpt[0]
    assert seen.table.rows[1][1] == "not there"


async def test_its_database_is_gone():
    seen, _ = await asked({"/api/health": Answer('{"database": "failing"}', 503)})
    assert (seen.facts["healthy"], seen.facts["database"], seen.facts["version"]) == (False, "failing", None)


@pytest.mark.parametrize(
    ("answers", "trouble"),
    [
        ({"/api/health": "garbage"}, Trouble.PARSE),
        ({"/api/health": ""}, Trouble.PARSE),
        ({"/api/health": '{"status": "ok"}'}, Trouble.PARSE),
        ({"/api/health": "[1]"}, Trouble.PARSE),
        ({"/api/health": "x" * 5_000_000}, Trouble.TOO_MUCH),
        ({"/api/health": Answer(hangs=True)}, Trouble.TIMEOUT),
        ({"/api/datasources/uid/a/health": Answer('{"message": "Unauthorized"}', 401)}, Trouble.AUTH),
        ({"/api/datasources/uid/a/health": Answer('{"message": "Access denied"}', 403)}, Trouble.AUTH),
    ],
)
async def test_why_it_could_not_look(answers, trouble):
    async with web({"/api/health": HEALTH, **answers}) as server, bot_site(server.url) as site:
        await fails(PROBE, site, trouble, datasources=["a"], seconds=0.5 if trouble is Trouble.TIMEOUT else 5)


async def test_nobody_there():
    async with bot_site(f"http://{HOST}:{await closed_port()}") as site:
        await fails(PROBE, site, Trouble.REFUSED)
    for handler, trouble in ((silent, Trouble.TIMEOUT), (garbled, Trouble.PARSE)):
        async with listening(handler) as port, bot_site(f"http://{HOST}:{port}") as site:
            await fails(PROBE, site, trouble, seconds=0.3)
