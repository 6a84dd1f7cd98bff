"""pg_connections: how many sessions PostgreSQL has, of how many it may have, what they do, and which only sit there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from pydantic import Field

from bot.core.evidence import Seen, Table
from bot.packs.shapes import LastingSpan
from bot.probes._postgresql import DatabaseName, PostgresParameters, session
from bot.probes._text import percent
from bot.probes.base import Fact, Probe, Site

_SESSIONS = """
SELECT coalesce(datname, '') AS database, coalesce(usename, '') AS username,
       coalesce(application_name, '') AS application, coalesce(state, '') AS state,
       wait_event_type = 'Lock' AS locked,
       extract(epoch FROM clock_timestamp() - state_change)::float8 AS in_state_s
FROM pg_stat_activity
WHERE pid <> pg_backend_pid() AND datid IS NOT NULL AND usesysid IS NOT NULL
  AND coalesce(backend_type, 'client backend') = 'client backend'
"""
# What others do is hidden from an account without the role pg_monitor, even what kind of session theirs is.
_LIMITS = """
SELECT current_setting('max_connections')::int AS most,
       current_setting('superuser_reserved_connections')::int AS reserved,
       pg_has_role('pg_read_all_stats', 'USAGE') AS sees_all
"""
_MOST_ROWS = 50


class PgConnectionsParameters(PostgresParameters):
    """Which server, and what counts as sitting there."""

    of_database: DatabaseName = Field(
        default="", description="Count the sessions of this database only; the limit stays that of the server"
    )
    idle_after: LastingSpan = Field(
        default=timedelta(minutes=5), description="A session that has done nothing for longer counts as idle for long"
    )


async def _look(parameters: PgConnectionsParameters, site: Site) -> Seen:
    async with session(parameters, site) as database:
        every = await database.rows(_SESSIONS)
        limits = await database.row(_LIMITS)
    return Seen(facts=facts_of(parameters, every, limits), table=_table(_counted(parameters, every)))


def _counted(parameters: PgConnectionsParameters, every: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [one for one in every if parameters.of_database in ("", one["database"])]


def facts_of(
    parameters: PgConnectionsParameters, every: Sequence[Mapping[str, Any]], limits: Mapping[str, Any]
) -> dict[str, Any]:
    """What the sessions come to. What others do is hidden from an account without the role pg_monitor: then unknown."""
    sessions = _counted(parameters, every)
    seen = bool(limits["sees_all"])
    usable = limits["most"] - limits["reserved"]
    idle = [one for one in sessions if one["state"] == "idle"]
    stuck = [one for one in sessions if one["state"].startswith("idle in transaction")]
    long = parameters.idle_after.total_seconds()

    def when_seen(value: Any) -> Any:
        return value if seen else None

    return {
        "connections": len(sessions),
        "all_connections": len(every),
        "max_connections": limits["most"],
        "free": usable - len(every),
        "used_percent": percent(len(every), usable),
        "active": when_seen(sum(one["state"] == "active" for one in sessions)),
        "idle": when_seen(len(idle)),
        "idle_long": when_seen(sum((one["in_state_s"] or 0) > long for one in idle)),
        "idle_in_transaction": when_seen(len(stuck)),
        "longest_in_transaction_s": when_seen(round(max((one["in_state_s"] or 0 for one in stuck), default=0.0), 1)),
        "waiting_for_lock": when_seen(sum(bool(one["locked"]) for one in sessions)),
        "by_state": when_seen(_by(sessions, "state")),
        "by_database": _by(sessions, "database"),
        "by_user": _by(sessions, "username"),
        "by_application": when_seen(_by(sessions, "application")),
    }


def _by(sessions: Sequence[Mapping[str, Any]], name: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for one in sessions:
        counts[one[name] or "?"] = counts.get(one[name] or "?", 0) + 1
    return dict(sorted(counts.items(), key=lambda entry: -entry[1])[:_MOST_ROWS])


def _table(sessions: Sequence[Mapping[str, Any]]) -> Table:
    groups: dict[tuple[str, ...], list[float]] = {}
    for one in sessions:
        key = (one["database"] or "?", one["username"] or "?", one["application"] or "?", one["state"] or "?")
        groups.setdefault(key, []).append(one["in_state_s"] or 0.0)
    rows = sorted(groups.items(), key=lambda entry: -len(entry[1]))
    return Table(
        columns=("database", "user", "application", "state", "sessions", "longest s"),
        rows=tuple((*key, len(times), round(max(times), 1)) for key, times in rows[:_MOST_ROWS]),
    )


PROBE = Probe(
    name="pg_connections",
    help="PostgreSQL's sessions: how many of how many, by state, database, user and application, and idle ones.",
    parameters=PgConnectionsParameters,
    facts={
        "connections": Fact(sort="number", help="sessions, but our own"),
        "all_connections": Fact(sort="number", help="sessions of all databases, which share one limit"),
        "max_connections": Fact(sort="number", help="sessions that the server takes in all"),
        "free": Fact(sort="number", help="sessions that may still begin, those kept for superusers not counted"),
        "used_percent": Fact(sort="number", unit="%", help="how much of what it takes is taken"),
        "active": Fact(
            sort="number", help="sessions that run a statement; unknown to an account that sees only itself"
        ),
        "idle": Fact(sort="number", help="sessions that do nothing"),
        "idle_long": Fact(sort="number", help="sessions that have done nothing for longer than `idle_after`"),
        "idle_in_transaction": Fact(sort="number", help="sessions that do nothing and keep a transaction open"),
        "longest_in_transaction_s": Fact(sort="number", unit="s", help="the longest of those"),
        "waiting_for_lock": Fact(sort="number", help="sessions that wait for a lock of another one"),
        "by_state": Fact(sort="map", help="sessions by state"),
        "by_database": Fact(sort="map", help="sessions by database"),
        "by_user": Fact(sort="map", help="sessions by account"),
        "by_application": Fact(sort="map", help="sessions by application"),
    },
    look=_look,
    target="database",
)
