"""mongo_slow: operations that took long, by the profiler's records, and those that run now. Values are masked."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import Field

from bot.core.evidence import Seen, Table
from bot.packs.shapes import LastingSpan
from bot.probes._mongodb import MongoParameters, mongo, number, part, shape
from bot.probes._text import greatest
from bot.probes.base import Fact, Probe, Site

_MOST = 500


class MongoSlowParameters(MongoParameters):
    """Which database, and what counts as slow."""

    slower_than_ms: int = Field(default=100, ge=1, description="Milliseconds from which on an operation counts")
    since: LastingSpan = Field(default=timedelta(hours=1), description="Records of this last span of time")
    show: int = Field(default=10, ge=1, le=100, description="Operations to show, the slowest first")


async def _look(parameters: MongoSlowParameters, site: Site) -> Seen:
    start = site.now() - parameters.since
    async with mongo(parameters, site) as client:
        level = await _level(client)
        wanted = {"millis": {"$gte": parameters.slower_than_ms}, "ts": {"$gte": start}}
        # The profiler's collection is a ring without an index on the time: newest last.
        records = await client.first_of(
            {"find": "system.profile", "filter": wanted, "sort": {"$natural": -1}, "limit": _MOST, "batchSize": _MOST}
        )
        running = await client.try_first_of(
            {
                "aggregate": 1,
                "pipeline": [{"$currentOp": {"allUsers": True}}, {"$match": {"active": True}}],
                "cursor": {},
            },
            "admin",
        )
    slow = sorted(records, key=lambda one: -(number(one.get("millis")) or 0))
    long = None if running is None else long_running(running, parameters.slower_than_ms)
    recorded = level != 0 or bool(records)
    return Seen(
        facts={
            "profiling": level,
            "recorded": recorded,
            "slow": len(slow) if recorded and len(records) < _MOST else None,
            "at_least": len(slow),
            "slowest_ms": greatest([number(one.get("millis")) for one in slow]) if slow else 0 if recorded else None,
            "collection_scans": sum("COLLSCAN" in str(one.get("planSummary")) for one in slow) if recorded else None,
            "running": None if long is None else len(long),
            "longest_running_s": None if long is None else greatest([_runs_s(one) for one in long]) or 0,
        },
        table=Table(
            columns=("when", "operation", "in", "ms", "plan", "what"),
            rows=(
                *(_running_row(one) for one in (long or ())[: parameters.show]),
                *(_record_row(one) for one in slow[: parameters.show]),
            ),
        ),
    )


async def _level(client: Any) -> int | None:
    """0: nothing is recorded, 1: what is slow, 2: everything. Asking with -1 changes nothing."""
    level = number((await client.here({"profile": -1})).get("was"))
    return None if level is None else int(level)


def long_running(running: Sequence[Mapping[str, Any]], slower_than_ms: int) -> list[Mapping[str, Any]]:
    """Operations of clients that have run for too long, the longest first. What the server does for itself waits for
    ever by design."""
    ours = [one for one in running if one.get("client") or one.get("client_s") or one.get("appName")]
    long = [one for one in ours if (_runs_s(one) or 0) * 1000 >= slower_than_ms and one.get("op") != "none"]
    waiting = ("hello", "isMaster", "ismaster")
    long = [one for one in long if not any(name in part(one.get("command")) for name in waiting)]
    return sorted(long, key=lambda one: -(_runs_s(one) or 0))


def _runs_s(one: Mapping[str, Any]) -> float | None:
    micros = number(one.get("microsecs_running"))
    return number(one.get("secs_running")) if micros is None else round(micros / 1e6, 3)


def _running_row(one: Mapping[str, Any]) -> tuple[Any, ...]:
    ms = None if (runs := _runs_s(one)) is None else round(1000 * runs)
    return ("now", str(one.get("op")), str(one.get("ns")), ms, str(one.get("planSummary") or ""), _what(one))


def _record_row(one: Mapping[str, Any]) -> tuple[Any, ...]:
    at = one.get("ts")
    when = (
        (at if at.tzinfo else at.replace(tzinfo=UTC)).isoformat(timespec="seconds") if isinstance(at, datetime) else "?"
    )
    plan = str(one.get("planSummary") or "")
    return (when, str(one.get("op")), str(one.get("ns")), number(one.get("millis")), plan, _what(one))


def _what(one: Mapping[str, Any]) -> str:
    return json.dumps(shape(part(one.get("command"))), ensure_ascii=False)[:300]


PROBE = Probe(
    name="mongo_slow",
    help="MongoDB: operations that took long, as the profiler recorded them, and long ones that run now.",
    parameters=MongoSlowParameters,
    facts={
        "profiling": Fact(sort="number", help="the profiler's level: 0 nothing, 1 what is slow, 2 everything"),
        "recorded": Fact(sort="flag", help="whether slow operations are recorded at all"),
        "slow": Fact(sort="number", help="slow ones that were recorded; unknown where nothing is recorded"),
        "at_least": Fact(sort="number", help="slow ones that were read"),
        "slowest_ms": Fact(sort="number", unit="ms", help="the slowest of them; unknown where nothing is recorded"),
        "collection_scans": Fact(sort="number", help="slow ones that read a whole collection"),
        "running": Fact(sort="number", help="slow ones that run now; unknown without the role clusterMonitor"),
        "longest_running_s": Fact(sort="number", unit="s", help="the one that has run for longest; 0 where none does"),
    },
    look=_look,
    needs="mongodb",
    target="database",
)
