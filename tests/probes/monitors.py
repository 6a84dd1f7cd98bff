"""Real monitors for the probes' tests: Prometheus and Alertmanager as Debian packages them, on free ports."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

HOST = "127.0.0.1"


def program(*names: str) -> str:
    """The first of these programs that is there. Without one the test is skipped; in CI it fails."""
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None and not os.environ.get("CI"):
        pytest.skip(f"needs {names[0]}")
    assert found is not None, f"{names[0]} is not installed"
    return found


def free_port() -> int:
    """A free port of the loopback interface."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


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
            process.terminate()
            await process.wait()


@asynccontextmanager
async def prometheus(folder: Path, config: str, rules: str = "") -> AsyncIterator[str]:
    """A Prometheus; its address."""
    (folder / "rules.yml").write_text(rules or "groups: []\n")
    (folder / "prometheus.yml").write_text(config)
    port = free_port()
    argv = [
        program("prometheus"), f"--config.file={folder / 'prometheus.yml'}", f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address={HOST}:{port}", "--log.level=error",
    ]  # fmt: skip
    async with running(argv, f"http://{HOST}:{port}/-/ready"):
        yield f"http://{HOST}:{port}"


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
