"""prometheus_rules: a real Prometheus with rules that fire, wait and fail; promtool on files; answers that are none."""

from datetime import UTC, datetime

import pytest

from bot.core.evidence import Trouble
from bot.probes.prometheus_rules import PROBE
from tests.probes.kit import fails, look
from tests.probes.monitors import RULES, until
from tests.probes.servers import HOST, Answer, bot_site, closed_port, web
from tests.programs import program


def now():
    return datetime.now(UTC)


async def test_a_real_prometheus(monitor):
    async with bot_site(f"{monitor}/api/v1", now=now) as site:

        async def evaluated():
            facts = (await look(PROBE, site)).facts
            return facts["firing"] and facts["failing"]

        await until(evaluated)
        seen = await look(PROBE, site, expect=["Always", "Gone"])
        facts = seen.facts
        assert (facts["rules"], facts["alerts"], facts["missing"]) == (6, 3, ["Gone"])
        assert (facts["firing"], facts["pending"], facts["failing"]) == (["Always"], ["Waits"], ["clash"])
        assert 0 <= facts["oldest_s"] < 30
        assert facts["files_fit"] is None
        assert seen.excerpt[0].startswith("clash: ")
        facts = (await look(PROBE, site, group="hft")).facts
        assert (facts["rules"], facts["failing"]) == (3, [])


async def test_promtool_reads_the_files(tmp_path):
    program("promtool", package="prometheus")
    (tmp_path / "good.yml").write_text(RULES)
    (tmp_path / "bad.yaml").write_text("groups:\n- name: x\n  rules:\n  - {alert: A, expr: 'sum('}\n")
    said = '{"status": "success", "data": {"groups": []}}'
    async with web({"/api/v1/rules": said}) as server, bot_site(server.url) as site:
        good = await look(PROBE, site, files=f"{tmp_path}/*.yml")
        bad = await look(PROBE, site, files=f"{tmp_path}/bad.yaml")
        await fails(PROBE, site, Trouble.MISSING, "no such file", files=f"{tmp_path}/*.none")
    assert (good.facts["files_fit"], good.facts["rules"]) == (True, 0)
    assert bad.facts["files_fit"] is False
    assert any("parse" in line for line in bad.excerpt)


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        ("garbage", Trouble.PARSE),
        ('{"status": "success", "data": {"groups": [{"rules": [{}]}]}}', Trouble.PARSE),
        ('{"status": "success", "data": []}', Trouble.PARSE),
        (Answer("", 401), Trouble.AUTH),
        (Answer("", 500), Trouble.ERROR),
        (Answer(hangs=True), Trouble.TIMEOUT),
    ],
)
async def test_why_it_could_not_look(answer, trouble):
    async with web({"/api/v1/rules": answer}) as server, bot_site(server.url) as site:
        await fails(PROBE, site, trouble, seconds=0.3)


async def test_nobody_there():
    async with bot_site(f"http://{HOST}:{await closed_port()}") as site:
        await fails(PROBE, site, Trouble.REFUSED)
