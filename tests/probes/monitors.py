"""Real monitors for the probes' tests: Prometheus and Alertmanager as Debian packages them, on free ports."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from tests.free_port import HOST, free_port
from tests.programs import program

RULES = r"""
groups:
- name: hft
  rules:
  - {alert: Always, expr: vector(1)}
  - {alert: Waits, expr: vector(1), for: 1h}
  - {alert: Never, expr: vector(0) > 1}
- name: depths
  rules:
  - {record: queue_depth, expr: vector(7), labels: {venue: a}}
  - {record: queue_depth, expr: vector(3), labels: {venue: 'b "x\'}}
- name: broken
  rules:
  - record: clash
    expr: vector(1) * on() group_left() (vector(1) or label_replace(vector(2), "a", "b", "", ""))
"""
CONFIG = """
global: {scrape_interval: 1s, evaluation_interval: 1s}
rule_files: [rules.yml]
scrape_configs:
- job_name: hft_system
  static_configs: [{targets: ["%s"]}]
- job_name: gone
  static_configs: [{targets: ["%s"]}]
"""


@asynccontextmanager
async def running(argv: list[str], ready: str) -> AsyncIterator[None]:
    """A program, from when it says that it is ready."""
    process = await asyncio.create_subprocess_exec(
        *argv, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        async with httpx.AsyncClient(trust_env=False) as client, asyncio.timeout(30):
            while True:
                try:
                    if (await client.get(ready)).status_code == 200:
                        break
                except httpx.HTTPError:
                    pass
                assert process.returncode is None, f"{argv[0]} ended by itself"
                await asyncio.sleep(0.05)
        yield
    finally:
        if process.returncode is None:
            process.kill()  # nothing of what it would still write is wanted
            await process.wait()


@asynccontextmanager
async def prometheus(folder: Path) -> AsyncIterator[str]:
    """A Prometheus that watches itself as `hft_system`, and `gone`, where nobody listens; its address. It first looks
    at what it watches five seconds after its start."""
    address, gone = f"{HOST}:{free_port()}", f"{HOST}:{free_port()}"
    (folder / "rules.yml").write_text(RULES)
    (folder / "prometheus.yml").write_text(CONFIG % (address, gone))
    argv = [
        program("prometheus"), f"--config.file={folder / 'prometheus.yml'}", f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address={address}", "--log.level=error",
    ]  # fmt: skip
    async with running(argv, f"http://{address}/-/ready"), httpx.AsyncClient(trust_env=False) as client:

        async def has_looked() -> bool:
            asked = {"query": "count(up) + sum(queue_depth)"}
            said = (await client.get(f"http://{address}/api/v1/query", params=asked)).json()
            return [one["value"][1] for one in said["data"]["result"]] == ["12"]

        await until(has_looked)
        yield f"http://{address}"


@asynccontextmanager
async def alertmanager(folder: Path) -> AsyncIterator[str]:
    """An Alertmanager that tells nobody; its address."""
    (folder / "alertmanager.yml").write_text("route: {receiver: nobody}\nreceivers: [{name: nobody}]\n")
    port = free_port()
    argv = [
        program("prometheus-alertmanager", "alertmanager"), f"--config.file={folder / 'alertmanager.yml'}",
        f"--storage.path={folder / 'data'}", f"--web.listen-address={HOST}:{port}", "--cluster.listen-address=",
    ]  # fmt: skip
    async with running(argv, f"http://{HOST}:{port}/-/ready"):
        yield f"http://{HOST}:{port}"


async def until(holds: object, patience_s: float = 20.0) -> None:
    """Wait for another process."""
    assert callable(holds)
    async with asyncio.timeout(patience_s):
        while not await holds():
            await asyncio.sleep(0.1)
