"""pg_ping: whether PostgreSQL lets us in and answers, and how fast."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.core.evidence import Seen, Trouble
from bot.probes._postgresql import PostgresParameters, session
from bot.probes.base import Fact, Probe, ProbeFailed, Site

_ITS_OWN_FAULT = (Trouble.REFUSED, Trouble.TIMEOUT, Trouble.AUTH, Trouble.DNS, Trouble.TLS, Trouble.LOST, Trouble.PARSE)
"""That it cannot be reached is what is asked for here, not a reason not to know."""


class PgPingParameters(PostgresParameters):
    """Which database, and as whom."""


async def _look(parameters: PgPingParameters, site: Site) -> Seen:
    facts: dict[str, Any] = dict.fromkeys(_FACTS)
    try:
        facts |= await _asked(parameters, site)
    except ProbeFailed as failure:
        if failure.trouble not in _ITS_OWN_FAULT:
            raise
        facts |= {"answers": False, "trouble": str(failure.trouble)}
        return Seen(facts=facts, excerpt=[str(failure)])
    return Seen(facts=facts)


async def _asked(parameters: PgPingParameters, site: Site) -> dict[str, Any]:
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with session(parameters, site) as database:
        connected = loop.time()
        await database.row("SELECT 1 AS one")
        answered = loop.time()
        said = await database.row(
            "SELECT current_setting('server_version') AS version, pg_is_in_recovery() AS standby,"
            " extract(epoch FROM clock_timestamp() - pg_postmaster_start_time())::float8 AS uptime_s"
        )
    return {
        "answers": True,
        "connect_ms": round(1000 * (connected - began), 1),
        "query_ms": round(1000 * (answered - connected), 1),
        "total_ms": round(1000 * (answered - began), 1),
        "version": said.get("version"),
        "standby": said.get("standby"),
        "uptime_s": said.get("uptime_s"),
    }


_FACTS = {
    "answers": Fact(sort="flag", help="whether it let us in and answered"),
    "trouble": Fact(sort="text", help="why not: refused, timeout, auth, dns, tls, lost, parse"),
    "connect_ms": Fact(sort="number", unit="ms", help="until the session stood, with the login"),
    "query_ms": Fact(sort="number", unit="ms", help="a SELECT of nothing, there and back"),
    "total_ms": Fact(sort="number", unit="ms", help="both together"),
    "version": Fact(sort="text", help="version of the server"),
    "standby": Fact(sort="flag", help="whether it is a copy that only follows"),
    "uptime_s": Fact(sort="number", unit="s", help="since the server was started"),
}

PROBE = Probe(
    name="pg_ping",
    help="PostgreSQL: whether it lets us in and answers, how fast, which version, and whether it is a standby.",
    parameters=PgPingParameters,
    facts=_FACTS,
    look=_look,
    target="database",
)
