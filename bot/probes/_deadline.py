"""What probes share about time limits: a look that ends by itself, shortly before its check's deadline."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.core.evidence import Trouble
from bot.probes.base import ProbeFailed, Site
from bot.transports.base import TransportFailed

_SHARE = 0.9


def limit_of(site: Site) -> float:
    """Seconds that everything together may take."""
    return _SHARE * site.within_s


@asynccontextmanager
async def in_time(site: Site, what: str) -> AsyncIterator[float]:
    """Ends what is done within it in time, and gives the seconds that it has. Raises ProbeFailed, also for whatever a
    transport failed at."""
    limit = limit_of(site)
    try:
        async with asyncio.timeout(limit):
            yield limit
    except TimeoutError:
        raise ProbeFailed(f"{what} did not answer within {limit:g} s", Trouble.TIMEOUT) from None
    except TransportFailed as failure:
        raise ProbeFailed(str(failure), failure.trouble) from None
