"""Sites: opens the place where a check looks, with everything its probe may touch."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import httpx

from bot.core.check import Check
from bot.probes.base import ProbeFailed, Site
from bot.transports.base import TransportFailed
from bot.transports.places import Places


@dataclass(frozen=True, kw_only=True, slots=True)
class Sites:
    """All places there are."""

    places: Places
    http: httpx.AsyncClient
    now: Callable[[], datetime]
    secret: Callable[[str, str], str]
    """The value of a system's secret, by its name; empty where it is not set."""

    @asynccontextmanager
    async def open(self, check: Check) -> AsyncIterator[Site]:
        """Where this check looks. Raises ProbeFailed where it cannot be reached."""

        def secret(name: str) -> str:
            return self.secret(check.system, name)

        try:
            transport = await self.places.at(check.target.place, secret)
        except TransportFailed as failure:
            raise ProbeFailed(str(failure), failure.trouble) from None
        yield Site(
            transport=transport,
            http=self.http,
            now=self.now,
            within_s=check.within.total_seconds(),
            secret=secret,
            address=check.target.address,
        )
