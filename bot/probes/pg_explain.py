"""pg_explain: how PostgreSQL would run a query of the pack. It is never run: no ANALYZE."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from bot.core.evidence import Seen, Table
from bot.probes._postgresql import QueryParameters, masked, session
from bot.probes._text import not_understood
from bot.probes.base import Fact, Probe, Site

_DEEPEST = 60
_SIZES = """
SELECT relname AS name, greatest(reltuples, 0)::float8 AS rows FROM pg_class WHERE relkind IN ('r', 'p', 'm')
"""


class PgExplainParameters(QueryParameters):
    """Which query of the pack."""


async def _look(parameters: PgExplainParameters, site: Site) -> Seen:
    async with session(parameters, site) as database:
        said = await database.plan(parameters.query, parameters.values)
        sizes = await database.rows(_SIZES)
    if not isinstance(said, list) or not said or not isinstance(said[0], dict) or "Plan" not in said[0]:
        raise not_understood("PostgreSQL's plan")
    return seen_in(said[0]["Plan"], {row["name"]: row["rows"] for row in sizes})


def seen_in(plan: Mapping[str, Any], rows_of: Mapping[str, float]) -> Seen:
    """What a plan comes to. `rows_of`: how many rows each table has, as far as PostgreSQL knows."""
    steps = list(_steps(plan, 0))
    scans = sorted({str(step.get("Relation Name")) for _, step in steps if step.get("Node Type") == "Seq Scan"})
    indexes = sorted({str(step["Index Name"]) for _, step in steps if "Index Name" in step})
    rows = tuple(
        (
            "  " * depth + str(step.get("Node Type")),
            str(step.get("Relation Name") or step.get("Index Name") or ""),
            step.get("Plan Rows"),
            step.get("Total Cost"),
            masked(str(step.get("Filter") or step.get("Index Cond") or "")),
        )
        for depth, step in steps
    )
    return Seen(
        facts={
            "top": str(plan.get("Node Type")),
            "cost": plan.get("Total Cost"),
            "rows": plan.get("Plan Rows"),
            "seq_scan": bool(scans),
            "seq_scans": scans,
            "seq_scan_rows": max((int(rows_of.get(name, 0)) for name in scans), default=0),
            "indexes": indexes,
        },
        table=Table(columns=("step", "of", "rows", "cost", "condition"), rows=rows),
        output=json.dumps([dict(zip(("step", "of", "rows", "cost", "condition"), row, strict=True)) for row in rows]),
    )


def _steps(plan: Mapping[str, Any], depth: int) -> Iterator[tuple[int, Mapping[str, Any]]]:
    yield depth, plan
    for inner in plan.get("Plans", ()) if depth < _DEEPEST else ():
        yield from _steps(inner, depth + 1)


PROBE = Probe(
    name="pg_explain",
    help="PostgreSQL's plan for a query of the pack: whether it reads whole tables, and which indexes it takes.",
    parameters=PgExplainParameters,
    facts={
        "top": Fact(sort="text", help="the plan's last step, such as Limit or Aggregate"),
        "cost": Fact(sort="number", help="what it should cost, in PostgreSQL's own measure"),
        "rows": Fact(sort="number", help="rows that it should give"),
        "seq_scan": Fact(sort="flag", help="whether a table is read from its beginning to its end"),
        "seq_scans": Fact(sort="list", help="tables that are read whole"),
        "seq_scan_rows": Fact(sort="number", help="rows of the largest of those, as far as PostgreSQL knows"),
        "indexes": Fact(sort="list", help="indexes that are used"),
    },
    look=_look,
    target="database",
    fills=("values",),
)
