"""alertmanager_alerts: a real Alertmanager with alerts, a silence and an inhibition; answers that are none."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from bot.core.evidence import Trouble
from bot.probes.alertmanager_alerts import PROBE
from tests.probes.kit import fails, look
from tests.probes.monitors import alertmanager, until
from tests.probes.servers import HOST, Answer, bot_site, closed_port, web


async def test_a_real_alertmanager(tmp_path):
    now = datetime.now(UTC)
    alerts = [
        {"labels": {"alertname": name, "severity": severity, "system": "hft"}, "annotations": {"summary": f"{name}!"},
         "startsAt": (now - timedelta(minutes=5)).isoformat()}
        for name, severity in (("Watchdog", "none"), ("OrdersStuck", "critical"), ("DiskFull", "warning"))
    ]  # fmt: skip
    silence = {
        "matchers": [{"name": "alertname", "value": "DiskFull", "isRegex": False, "isEqual": True}],
        "startsAt": now.isoformat(), "endsAt": (now + timedelta(hours=1)).isoformat(), "createdBy": "x", "comment": "x",
    }  # fmt: skip
    async with alertmanager(tmp_path) as address, httpx.AsyncClient(trust_env=False) as client:
        assert (await client.post(f"{address}/api/v2/silences", json=silence)).status_code == 200
        assert (await client.post(f"{address}/api/v2/alerts", json=alerts)).status_code == 200
        # The pack may name the page, the API or the call.
        for path in ("", "/api/v2", "/api/v2/alerts"):
            async with bot_site(f"{address}{path}", now=lambda: datetime.now(UTC)) as site:

                async def told(site=site):
                    facts = (await look(PROBE, site)).facts
                    return (facts["alerts"], facts["silenced"], facts["unprocessed"]) == (3, 1, 0)

                await until(told)
                facts = (await look(PROBE, site, expect=["Watchdog", "DiskFull"])).facts
                assert (facts["active"], facts["names"]) == (2, ["OrdersStuck", "Watchdog"])
                assert (facts["quiet_names"], facts["missing"]) == (["DiskFull"], ["DiskFull"])
                assert facts["by_severity"] == {"none": 1, "critical": 1}
                assert facts["receivers"] == ["nobody"]
                assert 300 <= facts["oldest_s"] < 400
                facts = (await look(PROBE, site, matchers=['severity="critical"', 'system=~"hft|x"'])).facts
                assert facts["names"] == ["OrdersStuck"]


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        ("garbage", Trouble.PARSE),
        ("{}", Trouble.PARSE),
        ("[{}]", Trouble.PARSE),
        ('[{"labels": {}, "status": 7}]', Trouble.PARSE),
        (Answer("", 401), Trouble.AUTH),
        (Answer('"bad matcher"', 400), Trouble.ERROR),
        (Answer(hangs=True), Trouble.TIMEOUT),
        ("[" + " " * 5_000_000, Trouble.TOO_MUCH),
    ],
)
async def test_why_it_could_not_look(answer, trouble):
    async with web({"/api/v2/alerts": answer}) as server, bot_site(server.url) as site:
        await fails(PROBE, site, trouble, seconds=0.3 if trouble is Trouble.TIMEOUT else 5)


async def test_no_alerts_and_nobody():
    async with web({"/api/v2/alerts": "[]"}) as server, bot_site(server.url) as site:
        facts = (await look(PROBE, site, expect=["Watchdog"])).facts
    assert (facts["alerts"], facts["missing"], facts["oldest_s"]) == (0, ["Watchdog"], None)
    async with bot_site(f"http://{HOST}:{await closed_port()}") as site:
        await fails(PROBE, site, Trouble.REFUSED)
