"""pg_long_queries: statements that have run for long, and what they wait for. Values in them are masked."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from bot.core.evidence import Seen, Table, Trouble
from bot.packs.shapes import LastingSpan
from bot.probes._postgresql import DatabaseName, PostgresParameters, masked, session
from bot.probes.base import Fact, Probe, ProbeFailed, Site

_RUNNING = """
SELECT pid, coalesce(datname, '') AS database, coalesce(usename, '') AS username, coalesce(state, '') AS state,
       coalesce(wait_event_type || ': ' || wait_event, '') AS waits_for,
       extract(epoch FROM clock_timestamp() - query_start)::float8 AS age_s,
       extract(epoch FROM clock_timestamp() - xact_start)::float8 AS transaction_s,
       pg_blocking_pids(pid) AS blocked_by, left(query, 20000) AS query
FROM pg_stat_activity
WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND state <> 'idle'
ORDER BY query_start LIMIT 1000
"""
# Without the role pg_monitor (or pg_read_all_stats) the sessions of others are there, and nothing of what they do.
_HIDDEN = """
SELECT count(*) AS sessions FROM pg_stat_activity
WHERE query = '<insufficient privilege>' AND pid <> pg_backend_pid()
"""


class PgLongQueriesParameters(PostgresParameters):
    """Which server, and what counts as long."""

    of_database: DatabaseName = Field(default="", description="Only statements in this database; none: in all")
    longer_than: LastingSpan = Field(
        default=timedelta(seconds=10), description="Statements that have run for longer: 0.1s for a fast system"
    )
    show: int = Field(default=20, ge=1, le=100, description="Statements to show, the longest first")


async def _look(parameters: PgLongQueriesParameters, site: Site) -> Seen:
    async with session(parameters, site) as database:
        hidden = await database.row(_HIDDEN)
        running = await database.rows(_RUNNING)
    if hidden["sessions"]:
        raise ProbeFailed(
            "PostgreSQL: this account sees no statement of others: give it the role pg_monitor", Trouble.PERMISSION
        )
    running = [one for one in running if parameters.of_database in ("", one["database"])]
    active = [one for one in running if one["state"] == "active"]
    long = [one for one in active if (one["age_s"] or 0) > parameters.longer_than.total_seconds()]
    return Seen(
        facts={
            "active": len(active),
            "long": len(long),
            "longest_s": round(max((one["age_s"] or 0 for one in active), default=0.0), 3),
            "longest_transaction_s": round(max((one["transaction_s"] or 0 for one in running), default=0.0), 3),
            "blocked": sum(bool(one["blocked_by"]) for one in running),
            "blockers": sorted({pid for one in running for pid in one["blocked_by"] or ()}),
        },
        table=Table(
            columns=("pid", "database", "user", "seconds", "waits for", "blocked by", "statement"),
            rows=tuple(
                (
                    one["pid"], one["database"], one["username"], round(one["age_s"] or 0, 3), one["waits_for"],
                    ", ".join(map(str, one["blocked_by"] or ())), masked(one["query"] or ""),
                )
                for one in long[: parameters.show]
            ),
        ),
    )  # fmt: skip


PROBE = Probe(
    name="pg_long_queries",
    help="PostgreSQL: statements that have run for long, what they wait for and who blocks them; values are masked.",
    parameters=PgLongQueriesParameters,
    facts={
        "active": Fact(sort="number", help="statements that run, but our own"),
        "long": Fact(sort="number", help="statements that have run for longer than `longer_than`"),
        "longest_s": Fact(sort="number", unit="s", help="the one that has run for longest; 0 where none runs"),
        "longest_transaction_s": Fact(sort="number", unit="s", help="the transaction that has been open for longest"),
        "blocked": Fact(sort="number", help="sessions that wait for another one"),
        "blockers": Fact(sort="list", help="process ids of the sessions that others wait for"),
    },
    look=_look,
    target="database",
)
