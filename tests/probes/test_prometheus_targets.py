"""prometheus_targets: a real Prometheus with targets that are up and down; answers that are none."""

from datetime import UTC, datetime

import pytest

from bot.core.evidence import Trouble
from bot.probes.prometheus_targets import PROBE
from tests.probes.kit import fails, look
from tests.probes.servers import HOST, Answer, bot_site, closed_port, web


async def test_a_real_prometheus(monitor):
    async with bot_site(monitor, now=lambda: datetime.now(UTC)) as site:
        seen = await look(PROBE, site, expect=["hft_system", "nobody"])
        only = await look(PROBE, site, job="hft_system")
    facts = seen.facts
    assert (facts["targets"], facts["up"], facts["down"]) == (2, 1, 1)
    assert facts["missing"] == ["nobody"]
    assert [name.partition(" ")[0] for name in facts["down_names"]] == ["gone"]
    assert facts["up_by_job"] == {"hft_system": 1}
    assert 0 <= facts["oldest_s"] < 30
    assert facts["slowest_s"] > 0
    assert "connection refused" in seen.excerpt[0]
    assert (only.facts["targets"], only.facts["down"]) == (1, 0)


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        ("garbage", Trouble.PARSE),
        ("", Trouble.PARSE),
        ('{"status": "success", "data": {"activeTargets": [{}]}}', Trouble.PARSE),
        ('{"status": "success", "data": {}}', Trouble.PARSE),
        (Answer("", 403), Trouble.AUTH),
        (Answer("x" * 100_000, 502), Trouble.ERROR),
        (Answer(hangs=True), Trouble.TIMEOUT),
    ],
)
async def test_why_it_could_not_look(answer, trouble):
    async with web({"/api/v1/targets": answer}) as server, bot_site(server.url) as site:
        await fails(PROBE, site, trouble, seconds=0.3)


async def test_a_target_that_was_never_scraped():
    said = """{"status": "success", "data": {"activeTargets": [{"labels": {"job": "a", "instance": "b"},
    "health": "unknown", "lastError": "", "lastScrape": "0001-01-01T00:00:00Z", "lastScrapeDuration": 0}]}}"""
    async with web({"/api/v1/targets": said}) as server, bot_site(server.url) as site:
        facts = (await look(PROBE, site)).facts
    assert (facts["not_yet"], facts["up"], facts["oldest_s"]) == (1, 0, None)


async def test_nobody_there():
    async with bot_site(f"http://{HOST}:{await closed_port()}") as site:
        await fails(PROBE, site, Trouble.REFUSED)
