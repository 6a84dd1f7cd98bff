"""mongo_explain, against the mock of MongoDB's vendor and plans as MongoDB 7 writes them."""

import pytest
from bson import ObjectId
from pydantic import ValidationError

from bot.core.evidence import Trouble
from bot.probes.mongo_explain import PROBE
from tests.probes.kit import fails, look
from tests.probes.mongo import cannot_look, reads_huge
from tests.probes.mongod import mongod
from tests.probes.ports import GIVES_UP
from tests.probes.postgres import at

pytestmark = GIVES_UP

SCAN = {
    "queryPlanner": {"winningPlan": {"stage": "SORT", "inputStage": {"stage": "COLLSCAN", "direction": "forward"}}},
    "executionStats": {
        "nReturned": 12, "executionTimeMillis": 340, "totalKeysExamined": 0, "totalDocsExamined": 120000,
        "executionStages": {"stage": "SORT"},
    },
    "ok": 1.0,
}  # fmt: skip
INDEX = {
    "queryPlanner": {
        "winningPlan": {"queryPlan": {"stage": "FETCH", "inputStage": {"stage": "IXSCAN", "indexName": "user_id_1"}}}
    },
    "ok": 1.0,
}


async def test_a_collection_that_is_read_whole():
    async with mongod({"explain": SCAN}) as (address, server):
        seen = await look(PROBE, at(address), name="bot", collection="trades", filter={"user_id": "jane"}, run=True)
    assert seen.facts == {
        "stage": "SORT", "stages": ["SORT", "COLLSCAN"], "collection_scan": True, "sorts_in_memory": True,
        "indexes": [], "examined": 120000, "keys_examined": 0, "returned": 12, "examined_per_returned": 10000.0,
        "took_ms": 340,
    }  # fmt: skip
    (asked,) = server.asked
    assert asked["verbosity"] == "executionStats"
    assert 0 < asked["explain"]["maxTimeMS"] < 20_000
    assert asked["$db"] == "bot"


async def test_an_index_that_is_used():
    async with mongod({"explain": INDEX}) as (address, server):
        seen = await look(PROBE, at(address), collection="trades", filter={"_id": {"$oid": "0" * 24}}, sort={"at": -1})
    assert (seen.facts["collection_scan"], seen.facts["indexes"]) == (False, ["user_id_1"])
    assert seen.facts["examined"] is seen.facts["took_ms"] is None
    (asked,) = server.asked
    assert asked["verbosity"] == "queryPlanner"
    assert asked["explain"]["filter"] == {"_id": ObjectId("0" * 24)}
    assert asked["explain"]["sort"] == {"at": -1}


async def test_nothing_is_found():
    said = {**SCAN, "executionStats": {"nReturned": 0, "totalDocsExamined": 5}}
    async with mongod({"explain": said}) as (address, _):
        facts = (await look(PROBE, at(address), collection="trades", run=True)).facts
    assert (facts["returned"], facts["examined_per_returned"]) == (0, None)


@pytest.mark.parametrize(
    "said", [{"ok": 1.0}, {"queryPlanner": [], "ok": 1.0}, {"queryPlanner": {"winningPlan": {"stage": {}}}, "ok": 1.0}]
)
async def test_what_is_no_plan(said: dict):
    async with mongod({"explain": said}) as (address, _):
        if said.get("queryPlanner", {}) and isinstance(said["queryPlanner"], dict):
            await look(PROBE, at(address), collection="trades")
        else:
            await fails(PROBE, at(address), Trouble.PARSE, None, collection="trades")


@pytest.mark.parametrize(
    "wrong",
    [
        {"filter": {"$where": "sleep(1000)"}},
        {"filter": {"a": [{"$expr": {"$function": {"body": "f"}}}]}},
        {"filter": {"a": "x" * 20_000}},
        {"collection": "$cmd"},
        {"collection": ""},
        {"name": "a.b"},
        {"limit": 0},
    ],
)
def test_what_no_parameter_may_be(wrong: dict):
    with pytest.raises(ValidationError):
        PROBE.parameters(**{"collection": "trades"} | wrong)


async def test_a_filter_that_stands_for_nothing():
    async with mongod({"explain": INDEX}) as (address, _):
        await fails(PROBE, at(address), Trouble.PARSE, None, collection="trades", filter={"a": {"$oid": "no id"}})


async def test_a_huge_answer():
    await reads_huge(PROBE, {"explain": SCAN}, collection="trades")


async def test_where_it_cannot_look():
    await cannot_look(PROBE, "explain", collection="trades")
