"""The checks of py_rt, run where it trades: well, and with everything broken that its guide tells of."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import zmq.asyncio
from websockets.asyncio.server import serve

import bot.probes
from bot.core.check import Check
from bot.core.evidence import Evidence, State
from bot.core.redaction import Redactor
from bot.engine.investigate import Investigation
from bot.packs import ProbeInfo, load
from bot.plugs import discover
from bot.probes.base import Probe, Site
from tests.packs.kit import WAYS
from tests.packs.py_rt import SECRETS, Machine, installed, pages
from tests.probes.kit import NOW
from tests.probes.servers import web

PROBES = discover(bot.probes, "PROBE", Probe)

# What they see is this machine: its load, its processes, its network, and names that nobody resolves here.
ELSEWHERE = {
    "load", "memory", "disk", "host", "top_cpu", "top_memory", "service_processes", "interface_errors", "bandwidth",
    "market_data_process", "market_data_threads", "execution_engine_threads", "market_data_env", "execution_engine_env",
    "stream_dns", "stream_port", "api_port", "governor",
}  # fmt: skip


def checks_of(api: str, socket: str, stream: str) -> list[Check]:
    """Those that do not tell of this machine itself."""
    variables = {
        "METRICS_URL": api, "API_URL": api, "ALPACA_API": api, "ALPACA_DATA": api, "ALPACA_STREAM": stream,
        "MARKET_DATA_SOCKET": socket, "PYTHON": sys.executable,
    }  # fmt: skip
    probes = {
        name: ProbeInfo(parameters=probe.parameters, facts=frozenset(probe.facts), fills=frozenset(probe.fills))
        for name, probe in PROBES.items()
    }
    given = {f"PYRT_{name}": value for name, value in variables.items()}
    checks = load([], ["pyrt"], variables=given, ways=WAYS, probes=probes).checks["pyrt"].by_name
    assert checks.keys() >= ELSEWHERE
    return [hastened(check) for check in checks.values() if check.name not in ELSEWHERE]


def hastened(check: Check) -> Check:
    """The same look, without the seconds that it takes to see something move."""
    hasty = {"over": 0.2} if "over" in check.parameters else {"enough": 1} if "listen" in check.parameters else {}
    return replace(check, parameters={**check.parameters, **hasty}, within=timedelta(seconds=30))


async def looked(folder: Path, broken: bool) -> dict[str, Evidence]:
    """The evidence of these checks, by name."""
    context = zmq.asyncio.Context()
    publisher = context.socket(zmq.XPUB)
    socket = f"tcp://127.0.0.1:{publisher.bind_to_random_port('tcp://127.0.0.1')}"

    async def publish() -> None:
        await publisher.recv()  # somebody has subscribed
        if not broken:
            await publisher.send_multipart([b"market.trade.AAPL", b"{}"])

    async def greet(connection: Any) -> None:
        await connection.send('[{"T":"error","code":406}]' if broken else '[{"T":"success","msg":"connected"}]')
        await connection.wait_closed()

    async with web(pages(broken)) as server, serve(greet, "127.0.0.1", 0) as stream:
        feed = f"ws://127.0.0.1:{next(iter(stream.sockets)).getsockname()[1]}"
        installed(folder, broken, socket, server.url, feed)
        checks = checks_of(server.url, socket, feed)

        @asynccontextmanager
        async def site(check: Check) -> AsyncIterator[Site]:
            async with httpx.AsyncClient() as http:
                yield Site(
                    transport=Machine(folder, broken), http=http, now=lambda: NOW, within_s=30,
                    secret=lambda name: SECRETS[name],
                    address=server.url if check.target.id == "alpaca_status" else check.target.address,
                )  # fmt: skip

        investigation = Investigation(probes=PROBES, site=site, redactor=Redactor(()), now=lambda: NOW)
        found, _ = await asyncio.gather(investigation.look_all(checks, {"order_id": "61e69015"}), publish())
    context.destroy(linger=0)
    return {evidence.check: evidence for evidence in found}


# They also warn when the test's own machine is slow.
TIMED = {"halt_api", "stream_opens", "metrics_page", "alpaca_answers"}


async def test_all_is_well(tmp_path: Path):
    found = await looked(tmp_path / "py_rt", broken=False)
    assert {name: one.verdict for name, one in found.items() if one.state is not State.OK and name not in TIMED} == {}
    assert {found[name].state for name in TIMED} <= {State.OK, State.WARN}
    said = " ".join(f"{one.verdict} {one.seen}" for one in found.values())
    assert not [secret for secret in (*SECRETS.values(), "a-key-that-nobody-sees", "s3cr3ts3cr3t") if secret in said]


# They show something and judge nothing, or look at what is not broken here.
SHOWN = {
    "open_positions",
    "market_hours",
    "risk_metrics",
    "metrics_snapshot",
    "system_config",
    "settings",
    "positions_sum",
    "all_logs",
}
WARNS = {
    "prices", "subscriptions", "messages_by_symbol", "symbol_messages", "connection_log", "latency_log",
    "zeromq_sockets", "price_subscribers", "risk_manager_log", "order_rate", "alpaca_rate_limit", "order_failures",
    "open_orders", "model_path", "memory_log", "version", "model_sum", "error_patterns", "errors_and_losses",
    "service_log", "feed_address", "log_volume",
}  # fmt: skip
UNTOLD = {"risk_limits"}
"""Its file cannot be read."""


SAID = {
    "circuit_breaker": "it stands at 1; 0 lets orders through, 1 stops them all",
    "risk_violations": "21 refused in the last 1h: Position limit exceeded 21; since the newest: 60 s",
    "kernel": "in the last 1h 1 killed for want of memory (market-data), 0 panics, 0 crashes, 0 disk errors",
    "env_file": "complete: no; missing APCA_API_SECRET_KEY, empty none, still to be set APCA_API_KEY_ID",
    "account_environment": "account …6789 is live; it should be practice",
    "price_port_owner": "held by python; by another program than market-data: 5555: python; free: none",
    "risk_config": "can be read: no; mistake: Expected ']' at the end of a table declaration, line 1, column 8",
}
"""A few of them, as they stand on the phone."""


async def test_everything_is_broken(tmp_path: Path):
    found = await looked(tmp_path / "py_rt", broken=True)
    states = {name: one.state for name, one in found.items() if name not in TIMED}
    expected = {State.OK: SHOWN, State.WARN: WARNS, State.UNKNOWN: UNTOLD}
    assert {state: {name for name, its in states.items() if its is state} for state in expected} == expected
    assert list(states.values()).count(State.FAIL) > 45
    assert {name: found[name].verdict for name in SAID} == SAID
