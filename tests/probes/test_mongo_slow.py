"""mongo_slow, against the mock of MongoDB's vendor and records as the profiler of MongoDB 7 writes them."""

from datetime import UTC, datetime, timedelta

from bot.probes._mongodb import shape
from bot.probes.mongo_slow import PROBE
from tests.probes.kit import NOW, look
from tests.probes.mongo import cannot_look, reads_huge
from tests.probes.mongod import batch, failure, mongod
from tests.probes.ports import GIVES_UP
from tests.probes.postgres import at

pytestmark = GIVES_UP


def record(millis: int, **changes: object) -> dict:
    return {
        "op": "query", "ns": "trading_bot.trades", "millis": millis, "ts": NOW - timedelta(minutes=3),
        "planSummary": "COLLSCAN", "docsExamined": 120000, "nreturned": 12, "client": "10.0.0.7",
        "command": {"find": "trades", "filter": {"user_id": "jane.doe", "price": {"$gt": 100}}, "$db": "trading_bot",
                    "lsid": {"id": 1}},
    } | changes  # fmt: skip


def running(secs: int, **changes: object) -> dict:
    return {
        "type": "op", "active": True, "op": "query", "ns": "trading_bot.trades", "secs_running": secs,
        "microsecs_running": secs * 1_000_000, "planSummary": "IXSCAN", "client": "10.0.0.7",
        "command": {"find": "trades", "filter": {"a": 1}},
    } | changes  # fmt: skip


async def seen(*records: dict, level: int = 1, now: object = None, **parameters: object):
    answers = {"profile": {"was": level, "ok": 1.0}, "find": batch(*records), "aggregate": now or batch()}
    async with mongod(answers) as (address, server):
        told = await look(PROBE, at(address, now=lambda: NOW), name="trading_bot", **parameters)
    return told, server


async def test_slow_ones_were_recorded():
    told, server = await seen(record(250), record(1900), record(130, planSummary="IXSCAN { user_id: 1 }"))
    assert told.facts == {
        "profiling": 1, "recorded": True, "slow": 3, "at_least": 3, "slowest_ms": 1900, "collection_scans": 2,
        "running": 0, "longest_running_s": 0,
    }  # fmt: skip
    assert [row[3] for row in told.table.rows] == [1900, 250, 130]
    assert "jane" not in repr(told)
    asked = next(one for one in server.asked if "find" in one)
    assert asked["filter"]["millis"] == {"$gte": 100}
    assert asked["filter"]["ts"]["$gte"].replace(tzinfo=UTC) == NOW - timedelta(hours=1)


async def test_the_profiler_is_asked_and_never_set():
    _, server = await seen()
    assert [one["profile"] for one in server.asked if "profile" in one] == [-1]


async def test_nothing_was_slow():
    told, _ = await seen()
    assert (told.facts["slow"], told.facts["slowest_ms"], told.facts["recorded"]) == (0, 0, True)


async def test_where_nothing_is_recorded_nobody_knows():
    told, _ = await seen(level=0)
    assert (told.facts["profiling"], told.facts["recorded"]) == (0, False)
    assert told.facts["slow"] is told.facts["slowest_ms"] is told.facts["collection_scans"] is None


async def test_more_records_than_are_read():
    told, _ = await seen(*(record(200) for _ in range(500)))
    assert (told.facts["slow"], told.facts["at_least"]) == (None, 500)


async def test_what_runs_now():
    now = batch(
        running(40), running(2), running(900, client=None, desc="conn-internal"), running(50, command={"hello": 1})
    )
    told, _ = await seen(now=now)
    assert (told.facts["running"], told.facts["longest_running_s"]) == (2, 40.0)
    assert told.table.rows[0][:4] == ("now", "query", "trading_bot.trades", 40000)


async def test_what_runs_may_not_be_seen():
    told, _ = await seen(now=failure(13, "not authorized"))
    assert told.facts["running"] is told.facts["longest_running_s"] is None
    assert told.facts["slow"] == 0


async def test_records_of_another_shape():
    odd = [
        record(200, ts="yesterday", command="x", ns=None),
        {"millis": 300},
        record(150, ts=datetime(2026, 11, 21, 3, 0, tzinfo=UTC)),
    ]
    told, _ = await seen(*odd)
    assert told.facts["slow"] == 3


def test_values_are_masked():
    command = {"aggregate": "t", "pipeline": [{"$match": {"name": "Jane", "in": {"$in": ["a", "b"]}}}], "limit": 5}
    assert shape(command) == {
        "aggregate": "t",
        "pipeline": [{"$match": {"name": "?", "in": {"$in": ["?"]}}}],
        "limit": "?",
    }


async def test_a_huge_answer():
    await reads_huge(
        PROBE, {"profile": {"was": 1, "ok": 1.0}, "find": batch(record(250)), "aggregate": batch()}, name="bot"
    )


async def test_where_it_cannot_look():
    await cannot_look(PROBE, "profile")
