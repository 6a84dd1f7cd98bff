"""pg_statements: which statements take the time, by pg_stat_statements of any version. Values in them are masked."""

from __future__ import annotations

from typing import Any, Literal, LiteralString

from pydantic import Field

from bot.core.evidence import Seen, Table, Trouble
from bot.probes._postgresql import PostgresParameters, Session, masked, session
from bot.probes.base import Fact, Probe, ProbeFailed, Site

_COLUMNS = """
SELECT attname AS name FROM pg_attribute
WHERE attrelid = to_regclass('pg_stat_statements') AND attnum > 0 AND NOT attisdropped
"""
_OLD: LiteralString = """
SELECT queryid::text AS id, left(query, 20000) AS query, calls, rows,
       total_time AS total_ms, mean_time AS mean_ms, max_time AS max_ms
FROM pg_stat_statements
WHERE NOT %(own)s OR dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
_NEW: LiteralString = _OLD.replace("_time", "_exec_time")
"""Since PostgreSQL 13, where planning is counted apart."""
_FIRST: dict[str, LiteralString] = {
    "mean": "ORDER BY mean_ms DESC NULLS LAST LIMIT %(most)s",
    "total": "ORDER BY total_ms DESC NULLS LAST LIMIT %(most)s",
    "max": "ORDER BY max_ms DESC NULLS LAST LIMIT %(most)s",
    "calls": "ORDER BY calls DESC NULLS LAST LIMIT %(most)s",
}


class PgStatementsParameters(PostgresParameters):
    """Which database, and which statements first."""

    first: Literal["mean", "total", "max", "calls"] = Field(
        default="mean", description="Those that take longest on average, in all, at most, or are run most often"
    )
    show: int = Field(default=20, ge=1, le=100, description="Statements to show")
    min_calls: int = Field(default=1, ge=1, description="Statements that were run less often do not count")
    all_databases: bool = Field(default=False, description="Statements in other databases count as well")


async def _look(parameters: PgStatementsParameters, site: Site) -> Seen:
    async with session(parameters, site) as database:
        statements = await _statements(parameters, database)
    counted = [one for one in statements if (one["calls"] or 0) >= parameters.min_calls]
    if counted and all(one["query"] == "<insufficient privilege>" for one in counted):
        raise ProbeFailed(
            "PostgreSQL: this account sees no statement of others: give it the role pg_monitor", Trouble.PERMISSION
        )
    means = [one["mean_ms"] for one in counted if one["mean_ms"] is not None]
    return Seen(
        facts={
            "statements": len(counted),
            "slowest_mean_ms": round(max(means), 3) if means else None,
            "slowest_max_ms": _most(counted, "max_ms"),
            "most_total_ms": _most(counted, "total_ms"),
            "most_calls": _most(counted, "calls"),
        },
        table=Table(
            columns=("statement", "calls", "mean ms", "max ms", "total ms", "rows", "id"),
            rows=tuple(
                (
                    masked(one["query"] or ""), one["calls"], _round(one["mean_ms"]), _round(one["max_ms"]),
                    _round(one["total_ms"]), one["rows"], one["id"],
                )
                for one in counted[: parameters.show]
            ),
        ),
    )  # fmt: skip


async def _statements(parameters: PgStatementsParameters, database: Session) -> list[dict[str, Any]]:
    names = {row["name"] for row in await database.rows(_COLUMNS)}
    if not names:
        raise ProbeFailed(
            "PostgreSQL: pg_stat_statements is not installed in this database: CREATE EXTENSION pg_stat_statements",
            Trouble.MISSING,
        )
    if "mean_exec_time" not in names and "mean_time" not in names:
        raise ProbeFailed("PostgreSQL: the columns of pg_stat_statements are not understood", Trouble.PARSE)
    statement = _NEW if "mean_exec_time" in names else _OLD
    # More than are shown, so that those run too seldom do not take the place of those that count.
    values = {"own": not parameters.all_databases, "most": 1000 if parameters.min_calls > 1 else parameters.show}
    return await database.rows(f"{statement} {_FIRST[parameters.first]}", values)


def _most(statements: list[dict[str, Any]], name: str) -> float | None:
    return _round(max((one[name] for one in statements if one[name] is not None), default=None))


def _round(number: float | None) -> float | None:
    return None if number is None else round(number, 3)


PROBE = Probe(
    name="pg_statements",
    help="PostgreSQL: the statements that take the time, by pg_stat_statements of any version; values are masked.",
    parameters=PgStatementsParameters,
    facts={
        "statements": Fact(sort="number", help="statements that were looked at"),
        "slowest_mean_ms": Fact(sort="number", unit="ms", help="the highest mean of those"),
        "slowest_max_ms": Fact(sort="number", unit="ms", help="the longest single run of those"),
        "most_total_ms": Fact(sort="number", unit="ms", help="the most time that one of them took in all"),
        "most_calls": Fact(sort="number", help="how often the most frequent one was run"),
    },
    look=_look,
    target="database",
)
