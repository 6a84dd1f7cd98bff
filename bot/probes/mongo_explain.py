"""mongo_explain: how MongoDB would find what a query of the pack asks for, and what it would have to read."""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from bot.core.evidence import Seen, Table
from bot.probes._deadline import limit_of
from bot.probes._mongodb import CollectionName, MongoParameters, mongo, number, part, steps_of
from bot.probes._text import not_understood
from bot.probes.base import Fact, Probe, Site

_RUNS_CODE = ("$where", "$function", "$accumulator")


def _only_reads(filter_: dict[str, Any]) -> dict[str, Any]:
    text = json.dumps(filter_, default=str)
    if any(f'"{name}"' in text for name in _RUNS_CODE):
        raise ValueError(f"may not run code: leave out {', '.join(_RUNS_CODE)}")
    if len(text) > 10_000:
        raise ValueError("is too long: at most 10 000 characters")
    return filter_


Filter = Annotated[dict[str, Any], AfterValidator(_only_reads)]


class MongoExplainParameters(MongoParameters):
    """Which query of the pack."""

    collection: CollectionName = Field(description="The collection", examples=["trades"])
    filter: Filter = Field(
        default={}, description="What is looked for; {'$oid': ...} and {'$date': ...} stand for such values",
        examples=[{"user_id": "xyz"}],
    )  # fmt: skip
    sort: dict[str, int] = Field(default={}, max_length=10, description="By which fields: 1 upward, -1 downward")
    limit: int = Field(default=100, ge=1, le=10_000, description="Documents that are asked for")
    run: bool = Field(
        default=False, description="Also run it, within the time of the check, to count what has to be read"
    )


async def _look(parameters: MongoExplainParameters, site: Site) -> Seen:
    async with mongo(parameters, site) as client:
        # The vendor's own way to write object ids and dates as JSON.
        wanted = importlib.import_module("bson.json_util").loads(json.dumps(parameters.filter))
        find = {
            "find": parameters.collection, "filter": wanted, "limit": parameters.limit,
            "maxTimeMS": max(1, int(800 * limit_of(site))),
        }  # fmt: skip
        if parameters.sort:
            find["sort"] = parameters.sort
        verbosity = "executionStats" if parameters.run else "queryPlanner"
        said = await client.here({"explain": find, "verbosity": verbosity})
    return seen_in(said)


def seen_in(said: Mapping[str, Any]) -> Seen:
    """What a plan comes to. Raises ProbeFailed where it is none."""
    plan = part(part(said.get("queryPlanner")).get("winningPlan"))
    stages = list(steps_of(plan))
    names = [str(stage["stage"]) for stage in stages if "stage" in stage]
    if not names:
        raise not_understood("MongoDB's plan")
    stats = part(said.get("executionStats"))
    examined, returned = number(stats.get("totalDocsExamined")), number(stats.get("nReturned"))
    indexes = sorted({str(stage["indexName"]) for stage in stages if "indexName" in stage})
    return Seen(
        facts={
            "stage": names[0],
            "stages": names,
            "collection_scan": "COLLSCAN" in names,
            "sorts_in_memory": "SORT" in names,
            "indexes": indexes,
            "examined": examined,
            "keys_examined": number(stats.get("totalKeysExamined")),
            "returned": returned,
            "examined_per_returned": None if examined is None or not returned else round(examined / returned, 1),
            "took_ms": number(stats.get("executionTimeMillis")),
        },
        table=Table(
            columns=("stage", "index"),
            rows=tuple(
                (str(stage["stage"]), str(stage.get("indexName") or "")) for stage in stages if "stage" in stage
            ),
        ),
    )


PROBE = Probe(
    name="mongo_explain",
    help="MongoDB's plan for a query of the pack: whether it reads a whole collection, and which index it takes.",
    parameters=MongoExplainParameters,
    facts={
        "stage": Fact(sort="text", help="the plan's last stage, such as FETCH or LIMIT"),
        "stages": Fact(sort="list", help="all its stages"),
        "collection_scan": Fact(sort="flag", help="whether the whole collection is read"),
        "sorts_in_memory": Fact(sort="flag", help="whether no index gives the order that is asked for"),
        "indexes": Fact(sort="list", help="indexes that are used"),
        "examined": Fact(sort="number", help="documents that were read; unknown unless it is run"),
        "keys_examined": Fact(sort="number", help="entries of indexes that were read; unknown unless it is run"),
        "returned": Fact(sort="number", help="documents that were found; unknown unless it is run"),
        "examined_per_returned": Fact(sort="number", help="documents read for each one found; 1 is best"),
        "took_ms": Fact(sort="number", unit="ms", help="how long it took; unknown unless it is run"),
    },
    look=_look,
    needs="mongodb",
    target="database",
    fills=("filter",),
)
