"""Running: starts and stops the server's process, and asks what it takes."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from bench.bodies import TOKEN
from bench.client import HOST, connect

PACKS = Path(__file__).parent / "pack"
_START_S = 30.0


def environ_of(database_url: str, pages_url: str, slack: Mapping[str, str]) -> dict[str, str]:
    """The environment of a bot whose only way to people is the page receiver of the benchmarks."""
    return {
        "DATABASE_URL": database_url,
        "TOCSIN_PLAYBOOKS": str(PACKS),
        "TOCSIN_SYSTEMS": "bench,aside",
        "TOCSIN_SECRET": "s" * 32,
        "TOCSIN_VAR_ALERTMANAGER_TOKEN": TOKEN,
        "TOCSIN_VAR_BENCH_PAGES_URL": pages_url,
        "TOCSIN_VAR_ASIDE_PAGES_URL": pages_url,
        "TOCSIN_WEBHOOK_SECRET": "w" * 32,
        **slack,
    }


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def rss(self) -> int:
        """Resident memory in bytes."""
        return int(psutil.Process(self.process.pid).memory_info().rss)

    async def post(self, path: str) -> Any:
        """Post nothing to one of the benchmarks' own routes; the JSON it answers."""
        connection = await connect(self.port)
        request = f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 0\r\n\r\n"
        answer = await connection.ask(request.encode())
        connection.close()
        assert answer.status == 200, answer
        return json.loads(answer.body)


@asynccontextmanager
async def serving(environ: Mapping[str, str]) -> AsyncIterator[Server]:
    """A server of a fresh process, until the context ends."""
    port = _free_port()
    process = start("bench.server", {**environ, "TOCSIN_PORT": str(port)})
    try:
        await _answers(port, process)
        yield Server(port, process)
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait)


def start(module: str, given: Any) -> subprocess.Popen[bytes]:
    """Start a module in a process of its own, given a JSON value on its standard input."""
    process = subprocess.Popen(
        [sys.executable, "-m", module], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=PACKS.parent.parent
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(given).encode())
    process.stdin.close()
    return process


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


async def _answers(port: int, process: subprocess.Popen[bytes]) -> None:
    async with asyncio.timeout(_START_S):
        while True:
            assert process.poll() is None, "the server did not start"
            try:
                (await connect(port)).close()
                return
            except OSError:
                await asyncio.sleep(0.05)
