"""Suites: what running checks side by side costs over the slowest of them; targets that hang; large logs."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psutil

import bot.probes
from bench.client import quantile
from bench.figures import Figure, at_most
from bench.pace import Pace
from bot.core.check import Check, Place, Target
from bot.core.evidence import Evidence, State
from bot.core.expression import compile_expression
from bot.core.redaction import Redactor
from bot.engine.investigate import Investigation
from bot.engine.sites import Sites
from bot.plugs import discover
from bot.probes.base import Probe
from bot.transports.places import Places

_CHECKS, _HANGING = 40, 10
_SLOWEST_S = 0.4
"""Of the servers that answer: the slowest takes so long, the others less."""
_DEADLINE_S = 1.0
_AT_ONE, _USUAL_DEADLINE_S = 15, 10.0
"""Checks at one target that hangs, each with the deadline that checks usually have."""
_ONE_HANGS_MS = 12_000.0
"""One deadline, and a little for those that wait behind it."""
_OVERHEAD_MS = 50.0
"""What running them together may cost over the slowest of them."""
_LOG_BYTES = 100_000_000
_LINE = b"2026-11-21 03:00:00.000 INFO order 20261121-000417 of BTCUSDT filled at 64250.10 in 812 us\n"


async def measure(pace: Pace) -> list[Figure]:
    """The figures of suites; they need no database."""
    async with _servers() as (ports, hole), httpx.AsyncClient() as http:
        investigation = _investigation(http)
        quick = [_look(f"a{n}", ports[n]) for n in range(_CHECKS)]
        hanging = [*quick[_HANGING:], *(_look(f"h{n}", hole) for n in range(_HANGING))]
        plain = [await _timed(investigation, quick) for _ in range(pace.suites)]
        held_up = [await _timed(investigation, hanging) for _ in range(max(1, pace.suites // 5))]
        engine = Target(id="engine", kind="endpoint", place=Place(id="bot"), address=f"http://127.0.0.1:{hole}/")
        usual = timedelta(seconds=_USUAL_DEADLINE_S)
        one_hangs, _ = await _timed(
            investigation, [replace(_look(f"o{n}", hole), target=engine, within=usual) for n in range(_AT_ONE)]
        )
    over = [took - max(one.took for one in found) for took, found in plain]
    added = sum(one.took for one in plain[-1][1])
    alone = [max((one.took for one in found if one.state is not State.UNKNOWN), default=0.0) for _, found in held_up]
    return [
        at_most(
            "-", "suite of 40 checks: over the slowest of them, p50", quantile(over, 0.5) * 1000, "ms", _OVERHEAD_MS
        ),
        _figure("suite of 40 checks: over the slowest of them, p99", quantile(over, 0.99) * 1000, "ms"),
        _figure("suite of 40 checks: whole, p50", quantile([took for took, _ in plain], 0.5) * 1000, "ms"),
        _figure("suite of 40 checks: the sum of its probes", added * 1000, "ms"),
        _figure("suite with 10 targets that hang: the slowest answer, p50", quantile(alone, 0.5) * 1000, "ms"),
        _figure("suite with 10 targets that hang: whole, p50", quantile([t for t, _ in held_up], 0.5) * 1000, "ms"),
        at_most("-", "suite of 15 checks at one target that hangs: whole", one_hangs * 1000, "ms", _ONE_HANGS_MS),
        *await _large_logs(),
    ]


async def _large_logs() -> list[Figure]:
    """Ten looks at a log of 100 MB each, side by side."""
    process = psutil.Process()
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder:
        file = Path(folder) / "orders.log"
        file.write_bytes(_LINE * (_LOG_BYTES // len(_LINE)))
        async with httpx.AsyncClient() as http:
            investigation = _investigation(http)
            checks = [_check(f"l{n}", "log_file", "", {"path": str(file), "contains": ["REJECTED"]}) for n in range(10)]
            before = process.memory_info().rss
            took, found = await _timed(investigation, checks)
            grown = max(0, process.memory_info().rss - before)
    assert all(one.state is State.OK for one in found), [one.verdict for one in found]
    return [
        _figure("10 looks at a log of 100 MB", took * 1000, "ms"),
        _figure("10 looks at a log of 100 MB: memory more than before", grown / 2**20, "MB"),
    ]


async def _timed(investigation: Investigation, checks: Sequence[Check]) -> tuple[float, list[Evidence]]:
    began = time.perf_counter()
    found = await investigation.look_all(checks)
    return time.perf_counter() - began, found


def _investigation(http: httpx.AsyncClient) -> Investigation:
    def now() -> datetime:
        return datetime.now(UTC)

    sites = Sites(places=Places(), http=http, now=now, secret=lambda system, name: "")
    probes: dict[str, Probe] = discover(bot.probes, "PROBE", Probe)
    return Investigation(probes=probes, site=sites.open, redactor=Redactor(()), now=now)


def _look(name: str, port: int) -> Check:
    return _check(name, "http_check", f"http://127.0.0.1:{port}/", {})


def _check(name: str, probe: str, address: str, parameters: dict[str, Any]) -> Check:
    return Check(
        name=name,
        system="bench",
        title=name,
        probe=probe,
        parameters=parameters,
        target=Target(id=name, kind="endpoint", place=Place(id="bot"), address=address),
        fail=compile_expression("count > 0" if probe == "log_file" else "not reached"),
        within=timedelta(seconds=_DEADLINE_S if address else 30),
    )


@asynccontextmanager
async def _servers() -> AsyncIterator[tuple[list[int], int]]:
    """Ports of servers that answer, each after a time of its own; and one where nobody ever does."""

    def after(delay: float) -> Any:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            await asyncio.sleep(delay)
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
            writer.close()

        return answer

    async def never(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    delays = [_SLOWEST_S * (n + 1) / _CHECKS for n in range(_CHECKS)]
    servers = [await asyncio.start_server(after(delay), "127.0.0.1", 0) for delay in delays]
    servers.append(await asyncio.start_server(never, "127.0.0.1", 0))
    try:
        ports = [server.sockets[0].getsockname()[1] for server in servers]
        yield ports[:-1], ports[-1]
    finally:
        for server in servers:
            server.close()


def _figure(what: str, value: float, unit: str) -> Figure:
    return Figure(database="-", what=what, value=value, unit=unit)
