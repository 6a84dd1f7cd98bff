"""pg_tables: how large tables are, how much of them is dead, when they were last cleaned, and their chunks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import Field

from bot.core.evidence import Seen, Table
from bot.probes._postgresql import PostgresParameters, SchemaName, Session, session
from bot.probes._text import ago, greatest, percent, size
from bot.probes.base import Fact, Probe, Site

_TABLES = """
SELECT schemaname || '.' || relname AS name, pg_total_relation_size(relid) AS bytes,
       n_live_tup AS live, n_dead_tup AS dead,
       extract(epoch FROM clock_timestamp() - greatest(last_vacuum, last_autovacuum))::float8 AS vacuumed_s,
       extract(epoch FROM clock_timestamp() - greatest(last_analyze, last_autoanalyze))::float8 AS analyzed_s
FROM pg_stat_user_tables WHERE schemaname = %(schema)s ORDER BY bytes DESC NULLS LAST
"""
# TimescaleDB keeps the rows of a hypertable in tables of its own, each a chunk of time.
_CHUNKS = """
SELECT hypertable_schema || '.' || hypertable_name AS name, count(*) AS chunks,
       sum(pg_total_relation_size(format('%I.%I', chunk_schema, chunk_name)::regclass))::bigint AS bytes,
       extract(epoch FROM clock_timestamp() - max(range_end))::float8 AS ended_s
FROM timescaledb_information.chunks GROUP BY 1
"""
_DATABASE = """
SELECT pg_database_size(current_database()) AS bytes, age(datfrozenxid) AS age FROM pg_database
WHERE datname = current_database()
"""


class PgTablesParameters(PostgresParameters):
    """Which tables."""

    schema_name: SchemaName = Field(default="public", description="The schema whose tables to look at")
    tables: tuple[SchemaName, ...] = Field(
        default=(), max_length=100, description="Only these tables; none: all of the schema", examples=[["orders"]]
    )
    min_rows: int = Field(
        default=1000, ge=0, description="The share of dead rows counts for tables with at least this many rows"
    )
    show: int = Field(default=20, ge=1, le=200, description="Tables to show, the largest first")


async def _look(parameters: PgTablesParameters, site: Site) -> Seen:
    async with session(parameters, site) as database:
        tables = await database.rows(_TABLES, {"schema": parameters.schema_name})
        chunks = await _chunks(database)
        whole = await database.row(_DATABASE)
    names = {f"{parameters.schema_name}.{name}" for name in parameters.tables}
    tables = [with_chunks(one, chunks) for one in tables if not names or one["name"] in names]
    tables.sort(key=lambda one: -(one["bytes"] or 0))
    missing = sorted(names - {one["name"] for one in tables})
    facts = facts_of(tables, parameters.min_rows)
    facts |= {"missing": missing, "database_bytes": whole.get("bytes"), "transaction_age": whole.get("age")}
    return Seen(facts=facts, table=_table(tables[: parameters.show]))


async def _chunks(database: Session) -> dict[str, Mapping[str, Any]]:
    there = await database.row("SELECT to_regclass('timescaledb_information.chunks') IS NOT NULL AS yes")
    if not there["yes"]:
        return {}
    return {row["name"]: row for row in await database.try_rows(_CHUNKS) or ()}


def with_chunks(table: Mapping[str, Any], chunks: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The table with what its chunks hold."""
    own = chunks.get(table["name"])
    if own is None:
        return {**table, "chunks": 0}
    return {**table, "chunks": own["chunks"], "bytes": (table["bytes"] or 0) + (own["bytes"] or 0)}


def dead_percent(table: Mapping[str, Any]) -> float | None:
    """How many of the rows are dead."""
    return percent(table["dead"], (table["live"] or 0) + (table["dead"] or 0))


def facts_of(tables: Sequence[Mapping[str, Any]], min_rows: int) -> dict[str, Any]:
    """What the tables come to."""
    large = [one for one in tables if (one["live"] or 0) + (one["dead"] or 0) >= max(1, min_rows)]
    shares = {one["name"]: dead_percent(one) for one in large}
    return {
        "tables": len(tables),
        "bytes": sum(one["bytes"] or 0 for one in tables),
        "largest": tables[0]["name"] if tables else None,
        "largest_bytes": tables[0]["bytes"] if tables else None,
        "rows": sum(one["live"] or 0 for one in tables),
        "dead_percent": greatest(list(shares.values())) if large else 0.0,
        "dead_rows": sum(one["dead"] or 0 for one in tables),
        "never_vacuumed": [one["name"] for one in large if one["vacuumed_s"] is None],
        "never_analyzed": [one["name"] for one in large if one["analyzed_s"] is None],
        "oldest_analyze_s": greatest([one["analyzed_s"] for one in large]),
        "chunks": sum(one["chunks"] for one in tables),
    }


def _table(tables: Sequence[Mapping[str, Any]]) -> Table:
    return Table(
        columns=("table", "size", "rows", "dead %", "vacuumed", "analyzed", "chunks"),
        rows=tuple(
            (
                one["name"], size(one["bytes"]), one["live"], dead_percent(one), _when(one["vacuumed_s"]),
                _when(one["analyzed_s"]), one["chunks"],
            )
            for one in tables
        ),
    )  # fmt: skip


def _when(seconds: float | None) -> str:
    return "never" if seconds is None else f"{ago(seconds)} ago"


PROBE = Probe(
    name="pg_tables",
    help="PostgreSQL's tables: size, dead rows, when they were last vacuumed and analyzed, TimescaleDB's chunks.",
    parameters=PgTablesParameters,
    facts={
        "tables": Fact(sort="number", help="tables that were looked at"),
        "missing": Fact(sort="list", help="tables that were asked for and are not there"),
        "bytes": Fact(sort="number", unit="bytes", help="of all these tables, with indexes and chunks"),
        "largest": Fact(sort="text", help="name of the largest table"),
        "largest_bytes": Fact(sort="number", unit="bytes", help="size of the largest table"),
        "rows": Fact(sort="number", help="rows in them, as PostgreSQL estimates"),
        "dead_percent": Fact(sort="number", unit="%", help="rows that are dead, of the table with the most of them"),
        "dead_rows": Fact(sort="number", help="dead rows of all these tables"),
        "never_vacuumed": Fact(sort="list", help="tables that were never vacuumed"),
        "never_analyzed": Fact(sort="list", help="tables that were never analyzed, for which plans are guesses"),
        "oldest_analyze_s": Fact(sort="number", unit="s", help="since the table that waits longest was analyzed"),
        "chunks": Fact(sort="number", help="chunks of TimescaleDB's hypertables"),
        "database_bytes": Fact(sort="number", unit="bytes", help="the whole database"),
        "transaction_age": Fact(sort="number", help="age of its oldest transaction; writes stop near 2 000 000 000"),
    },
    look=_look,
    target="database",
)
