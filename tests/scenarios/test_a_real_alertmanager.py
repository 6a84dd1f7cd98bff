"""A real Alertmanager posts to the bot: what it sends today is what the bot understands."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from bot.playground.listening import HOST, Listener
from tests.free_port import free_port
from tests.programs import program
from tests.scenarios.world import TOKEN, World


async def test_alertmanager_opens_and_resolves_an_incident(world: World, tmp_path: Path) -> None:
    """Firing opens an incident with Alertmanager's own group key; resolved ends it."""
    async with listening(world) as bot, alertmanager(tmp_path, bot) as monitor, httpx.AsyncClient() as client:
        labels = {"alertname": "ExchangeDisconnected", "severity": "warning", "component": "binance"}
        alert = {"labels": labels, "annotations": {"summary": "Binance is gone"}, "startsAt": "2026-11-21T02:59:00Z"}
        assert (await client.post(f"{monitor}/api/v2/alerts", json=[alert])).status_code == 200
        await until(lambda: counted(world, "open"))
        incident = await world.incident()
        assert (incident.title, incident.component, incident.severity.word) == ("Binance is gone", "binance", "medium")
        assert incident.group == 'key:{}:{alertname="ExchangeDisconnected"}'
        await client.post(f"{monitor}/api/v2/alerts", json=[{**alert, "endsAt": "2026-11-21T03:00:00Z"}])
        await until(lambda: counted(world, "clear"))
        assert (await world.incident()).phase == "resolved"


def counted(world: World, fate: str) -> bool:
    """Whether an alert with that fate was taken in."""
    return f'tocsin_alerts_total{{endpoint="alertmanager",fate="{fate}"}}' in world.app.metrics.text().decode()


async def until(happened: object, patience_s: float = 15.0) -> None:
    """Wait for another process."""
    assert callable(happened)
    async with asyncio.timeout(patience_s):
        while not happened():
            await asyncio.sleep(0.05)


@asynccontextmanager
async def listening(world: World) -> AsyncIterator[str]:
    """The bot's web on a real port."""
    listener = Listener(world.app.web)
    yield f"http://{HOST}:{await listener.open()}"
    await listener.close()


@asynccontextmanager
async def alertmanager(folder: Path, bot: str) -> AsyncIterator[str]:
    """Alertmanager with a webhook receiver."""
    config = folder / "alertmanager.yml"
    config.write_text(f"""
route: {{receiver: tocsin, group_by: [alertname], group_wait: 0s, group_interval: 1s, repeat_interval: 1h}}
receivers:
- name: tocsin
  webhook_configs:
  - url: {bot}/alerts/alertmanager
    send_resolved: true
    http_config: {{authorization: {{type: Bearer, credentials: {TOKEN}}}}}
""")
    address = f"http://{HOST}:{free_port()}"
    process = await asyncio.create_subprocess_exec(
        program("prometheus-alertmanager", "alertmanager"),
        f"--config.file={config}",
        f"--storage.path={folder / 'am'}",
        f"--web.listen-address={address.removeprefix('http://')}",
        "--cluster.listen-address=",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with httpx.AsyncClient() as client, asyncio.timeout(15):
            while True:
                try:
                    if (await client.get(f"{address}/-/ready")).status_code == 200:
                        break
                except httpx.HTTPError:
                    await asyncio.sleep(0.05)
        yield address
    finally:
        process.kill()
        await process.wait()
