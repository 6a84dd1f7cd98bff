"""pg_query: a query of the pack: how many rows it gives, what the first one says, and how old the newest is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import Field

from bot.core.evidence import Seen, Table, Trouble
from bot.probes._postgresql import QueryParameters, session
from bot.probes.base import Fact, Probe, ProbeFailed, Site

_MOST_SHOWN = 100
ColumnName = Annotated[str, Field(max_length=63, pattern=r"^[^\x00-\x1f\x7f]+$")]


class PgQueryParameters(QueryParameters):
    """Which query of the pack."""

    most: int = Field(default=100, ge=1, le=10_000, description="Rows that are read at most")
    time_column: ColumnName | None = Field(
        default=None, description="The column with the time of a row; the newest one's age is a fact"
    )


async def _look(parameters: PgQueryParameters, site: Site) -> Seen:
    async with session(parameters, site) as database:
        columns, rows, more = await database.query(parameters.query, parameters.values, parameters.most)
    newest = newest_in(rows, columns, parameters.time_column)
    return Seen(
        facts={
            "rows": None if more else len(rows),
            "at_least": len(rows),
            "some": bool(rows),
            "first": dict(rows[0]) if rows else {},
            "value": next(iter(rows[0].values()), None) if rows and _is_number(next(iter(rows[0].values()))) else None,
            "newest": newest.isoformat(timespec="seconds") if newest else None,
            "age_s": round(max(0.0, (site.now() - newest).total_seconds()), 1) if newest else None,
        },
        table=Table(columns=tuple(columns), rows=tuple(tuple(row.values()) for row in rows[:_MOST_SHOWN])),
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def newest_in(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], column: str | None) -> datetime | None:
    """The newest time in that column; one without a zone counts as UTC. Raises ProbeFailed where there is none."""
    if column is None:
        return None
    if column not in columns:
        raise ProbeFailed(f"the query gives no column {column}", Trouble.MISSING)
    times = []
    for row in rows:
        if row[column] is None:
            continue
        try:
            at = datetime.fromisoformat(str(row[column]))
        except ValueError:
            raise ProbeFailed(f"the column {column} holds no times", Trouble.PARSE) from None
        times.append(at if at.tzinfo else at.replace(tzinfo=UTC))
    return max(times, default=None)


PROBE = Probe(
    name="pg_query",
    help="A query of the pack in PostgreSQL: how many rows, what the first one says, how old the newest one is.",
    parameters=PgQueryParameters,
    facts={
        "rows": Fact(sort="number", help="rows that it gives; unknown where there are more than `most`"),
        "at_least": Fact(sort="number", help="rows that were read"),
        "some": Fact(sort="flag", help="whether it gives any row"),
        "first": Fact(sort="map", help="the first row, by column"),
        "value": Fact(sort="number", help="the first column of the first row, where it is a number"),
        "newest": Fact(sort="text", help="the newest time in `time_column`, UTC"),
        "age_s": Fact(sort="number", unit="s", help="since the newest time in `time_column`"),
    },
    look=_look,
    target="database",
    fills=("values",),
)
