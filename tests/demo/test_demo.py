"""make demo, as a newcomer sees it: an alert arrives, the ladder climbs, and `@tocsin ack` typed at the prompt
stops it."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest
import pytest_asyncio

from bot.inbound.manifest import manifest
from bot.playground.demo import clock_from, own_folder, settings_of
from bot.playground.demo import demo as run
from bot.playground.listening import HOST

PATIENCE_S = 60.0


class Terminal:
    """A demo in a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.shown, self._seen = "", 0

    async def sees(self, text: str) -> None:
        """Wait until it has shown this after what was seen last."""
        self._seen = await self._place(text, self._seen) + len(text)

    async def has_seen(self, text: str) -> None:
        """Wait until it has shown this at any time."""
        await self._place(text, 0)

    async def _place(self, text: str, since: int) -> int:
        assert self._process.stdout is not None
        async with asyncio.timeout(PATIENCE_S):
            while (place := self.shown.find(text, since)) < 0:
                piece = await self._process.stdout.read(4096)
                assert piece, f"the demo ended before it showed {text!r}:\n{self.shown}"
                self.shown += piece.decode()
        return place

    def listens_at(self) -> set[str]:
        """The addresses at which it listens, without ports."""
        connections = psutil.Process(self._process.pid).net_connections(kind="inet")
        return {one.laddr.ip for one in connections if one.status == psutil.CONN_LISTEN}

    async def types(self, line: str) -> None:
        """Type a line."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n".encode())
        await self._process.stdin.drain()


@asynccontextmanager
async def demo(folder: Path, speed: int) -> AsyncIterator[Terminal]:
    """The demo, so many times faster than real time."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "demo",
        "--story",
        "--port=0",
        f"--fast={speed}",
        cwd=folder,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    terminal = Terminal(process)
    try:
        yield terminal
        await terminal.types("quit")
        async with asyncio.timeout(PATIENCE_S):
            rest, _ = await process.communicate()
        assert process.returncode == 0, terminal.shown + rest.decode()
    finally:
        if process.returncode is None:  # a test that failed leaves no demo behind
            process.kill()
            await process.communicate()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def terminal(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Terminal]:
    """A demo that is slow enough to be answered, for all tests that want no other. What one of them says or breaks is
    there for the next, as for a newcomer who tries one thing after the other."""
    async with demo(tmp_path_factory.mktemp("demo"), 120) as one:
        yield one


async def test_the_ladder_climbs_until_somebody_types_ack(tmp_path: Path) -> None:
    async with demo(tmp_path, 600) as terminal:
        await terminal.sees('202 {"status":"accepted","incidents":["INC-1"]}')
        await terminal.sees("call to +15550110")
        await terminal.sees("Level 2, Engineering on call: paging")
        await terminal.types("@tocsin ack on my way")
        await terminal.sees("has it, ")
        await terminal.types("/incident list")
        await terminal.sees("Acknowledged by @ann")
    assert list((tmp_path / ".demo" / "hft" / "log").glob("*.log"))


@pytest.mark.asyncio(loop_scope="module")
async def test_it_listens_on_loopback_only(terminal: Terminal) -> None:
    """The page, Slack, the bot, the trading system and its feeds, and the receivers."""
    await terminal.has_seen("Alertmanager posts firing")
    assert terminal.listens_at() == {"127.0.0.1"}


@pytest.mark.asyncio(loop_scope="module")
async def test_a_digit_on_the_phone_answers_too(terminal: Terminal) -> None:
    await terminal.has_seen("call to +15550110")
    await terminal.types("press 1")
    await terminal.sees("has it, ")
    await terminal.types("clear")
    await terminal.sees("Monitoring: over, says the monitor")


@pytest.mark.asyncio(loop_scope="module")
async def test_the_trading_system_breaks_and_heals(terminal: Terminal) -> None:
    await terminal.has_seen("Alertmanager posts firing: Binance is disconnected")
    await terminal.types("faults")
    await terminal.sees("clock_drift, ")
    await terminal.types("break orders")
    await terminal.sees("There is no such fault")
    await terminal.types("break database_down")
    await terminal.sees("Alertmanager posts firing: TimescaleDB does not answer")
    await terminal.sees("202")
    await terminal.types("mend database_down")
    await terminal.sees("Alertmanager posts resolved: TimescaleDB does not answer")


def test_it_begins_at_the_time_that_is_asked_for() -> None:
    night = datetime(2026, 3, 3, 3, 7, tzinfo=UTC)
    clock = clock_from(night, 60.0)
    assert timedelta(0) <= clock.now() - night < timedelta(minutes=5), "five real seconds"
    assert clock.real_delay(night + timedelta(minutes=30)) <= timedelta(seconds=30)


def test_slack_allows_and_tells_what_the_manifest_asks_for() -> None:
    """So that what is forgotten there is missed here, and not only in production."""
    installed = manifest({}, socket_mode=True, public_url="")
    installed["oauth_config"]["scopes"]["bot"] = ["chat:write"]
    installed["settings"]["event_subscriptions"]["bot_events"] = ["app_mention"]
    settings = settings_of(installed, 60.0)
    assert (settings.scopes, settings.events, settings.commands) == ({"chat:write"}, {"app_mention"}, frozenset())


def test_a_second_demo_beside_the_first_has_a_folder_of_its_own(tmp_path: Path) -> None:
    """The first one's data stay where they are; once it has ended its folder is the next one's, and empty."""
    first, claim = own_folder(tmp_path / ".demo")
    (first / "tocsin.db").write_text("data")
    second, other = own_folder(tmp_path / ".demo")
    assert (first.name, second.name) == (".demo", ".demo-2")
    assert (first / "tocsin.db").read_text() == "data"
    claim.close()
    third, last = own_folder(tmp_path / ".demo")
    assert (third.name, list(third.iterdir())) == (".demo", [])
    other.close()
    last.close()


async def test_a_port_that_is_taken_is_said_with_what_to_write_instead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.create_server((HOST, 0)) as other:
        port = other.getsockname()[1]
        assert await run(["--port", str(port)]) == 64
    shown = capsys.readouterr()
    assert shown.out == ""
    assert f"Port {port} is taken" in shown.err
    assert "Write --port " in shown.err
