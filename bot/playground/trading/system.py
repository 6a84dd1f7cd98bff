"""The trading system as a whole: started, moved on by `tick`, broken and mended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from starlette.applications import Starlette

from bot.playground.listening import HOST, Listener
from bot.playground.trading.api import Api
from bot.playground.trading.faults import Fault, all_faults
from bot.playground.trading.feed import Feed
from bot.playground.trading.life import Life
from bot.playground.trading.symptoms import Symptoms
from bot.playground.trading.venues import Venues


class TradingSystem:
    """Reached from outside by HTTP and WebSocket on loopback, by its log files and by its database. Nothing happens
    but in `tick`, so its time is whatever the caller says."""

    def __init__(self, folder: Path, now: datetime, *, database: str = "", seed: int = 7) -> None:
        """`folder` is its disk; `database` the URL of a PostgreSQL database instead of a SQLite file there."""
        self.faults: Mapping[str, Fault] = all_faults()
        self.life = Life(folder, now, database=database, seed=seed)
        self.feed = Feed(self.life)
        self.url = ""
        """`http://127.0.0.1:PORT/api/v1`, once it is started."""
        self.venues_url = ""
        """Below it each venue's public API: `/binance/api/v3/ping`."""
        self._api = Listener(Starlette(routes=Api(self.life, self.feed).routes()))
        self._venues = Listener(Starlette(routes=Venues(self.life).routes()))
        self._port = 0
        self._broken: dict[str, datetime] = {}
        self._watchers: list[Callable[[], None]] = []

    @property
    def broken(self) -> Mapping[str, datetime]:
        """The faults it has, by key, and since when."""
        return dict(self._broken)

    def watch(self, changed: Callable[[], None]) -> None:
        """Call this after every tick, and when something breaks or is mended."""
        self._watchers.append(changed)

    async def start(self) -> None:
        """Listen on free ports and begin to trade."""
        self.life.start()
        self._port = await self._api.open()
        self.url = f"http://{HOST}:{self._port}/api/v1"
        self.venues_url = f"http://{HOST}:{await self._venues.open()}"

    async def stop(self) -> None:
        """Close everything."""
        await self._api.close()
        await self._venues.close()
        self.life.stop()

    async def tick(self, now: datetime) -> None:
        """It is now: what happens since the last tick happens, and what is broken grows worse."""
        symptoms = self.symptoms(now)
        if symptoms.gone and self._api.is_open:
            await self._api.close()
        self.life.tick(now, symptoms)
        if not symptoms.gone and not self._api.is_open:
            await self._api.open(self._port)
        self.feed.tell()
        self._changed()

    def symptoms(self, now: datetime) -> Symptoms:
        """All that is wrong at that time."""
        symptoms = Symptoms()
        for key, since in self._broken.items():
            symptoms = self.faults[key].shape(symptoms, max((now - since).total_seconds(), 0.0))
        return symptoms

    def break_(self, key: str, now: datetime) -> Fault:
        """Break it in one more way, which shows from the next tick on; already broken so, it stays as it is. Raises
        KeyError."""
        fault = self.faults[key]
        self._broken.setdefault(key, now)
        self._changed()
        return fault

    def mend(self, key: str = "") -> None:
        """Mend it of one fault, or of all; what was not broken stays as it is. Raises KeyError."""
        for one, fault in self.faults.items() if not key else [(key, self.faults[key])]:
            if self._broken.pop(one, None) is not None:
                self.life.say(fault.mend)
        self._changed()

    def _changed(self) -> None:
        for changed in self._watchers:
            changed()
