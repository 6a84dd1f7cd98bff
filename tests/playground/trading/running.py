"""A trading system on a clock moved by hand, looked at from outside: by HTTP, WebSocket, log files and database."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from prometheus_client.parser import text_string_to_metric_families

from bot.playground.trading.system import TradingSystem

START = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


class Running:
    """One system."""

    def __init__(self, folder: Path, client: httpx.AsyncClient, database: str = "") -> None:
        self.folder, self.client = folder, client
        self.now = START
        self.system = TradingSystem(folder, self.now, database=database)

    async def go_on(self, seconds: float, step_s: float = 5.0) -> None:
        """So much time passes."""
        until = self.now + timedelta(seconds=seconds)
        while self.now < until:
            self.now = min(self.now + timedelta(seconds=step_s), until)
            await self.system.tick(self.now)

    async def broken(self, fault: str, seconds: float) -> None:
        """It is broken for so long."""
        self.system.break_(fault, self.now)
        await self.go_on(seconds)

    async def mended(self, fault: str = "", seconds: float = 60.0) -> None:
        """It is mended for so long."""
        self.system.mend(fault)
        await self.go_on(seconds)

    # What is to be seen

    async def get(self, path: str, status: int = 200) -> Any:
        """An answer of the status API."""
        answer = await self.client.get(f"{self.system.url}{path}")
        assert answer.status_code == status, answer.text
        return answer.json()

    async def post(self, path: str, said: object = None, status: int = 200) -> Any:
        """The answer to a post."""
        answer = await self.client.post(f"{self.system.url}{path}", json=said)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def venue(self, path: str, status: int = 200) -> Any:
        """An answer of a venue."""
        answer = await self.client.get(f"{self.system.venues_url}{path}")
        assert answer.status_code == status, answer.text
        return answer.json()

    async def page(self) -> str:
        """The metrics page."""
        return (await self.client.get(f"{self.system.url}/metrics")).raise_for_status().text

    async def metric(self, name: str, **labels: str) -> float:
        """One value of it."""
        families = text_string_to_metric_families(await self.page())
        found = [s for f in families for s in f.samples if s.name == name and labels.items() <= s.labels.items()]
        assert len(found) == 1, (name, labels, found)
        return found[0].value

    def log(self, name: str) -> list[str]:
        """Lines of a log file."""
        return (self.folder / "log" / f"{name}.log").read_text().splitlines()

    def grep(self, pattern: str, name: str) -> list[str]:
        """As grep does."""
        return [line for line in self.log(name) if re.search(pattern, line)]

    def rows(self, question: str) -> list[tuple[Any, ...]]:
        """Of the SQLite file."""
        with closing(sqlite3.connect(f"file:{self.folder}/data/hft.db?mode=ro", uri=True)) as database:
            return database.execute(question).fetchall()
