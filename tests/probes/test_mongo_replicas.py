"""mongo_replicas, against the mock of MongoDB's vendor and a status as MongoDB 7 gives it."""

from datetime import timedelta

import bson
import pytest

from bot.core.evidence import Trouble
from bot.probes.mongo_replicas import PROBE
from tests.probes.kit import NOW, fails, look
from tests.probes.mongo import cannot_look, reads_huge
from tests.probes.mongod import batch, failure, mongod
from tests.probes.ports import GIVES_UP
from tests.probes.postgres import at

pytestmark = GIVES_UP


def member(name: str, state: str, behind: float = 0.0, health: float = 1.0) -> dict:
    return {
        "name": name, "stateStr": state, "health": health, "uptime": 86400,
        "optimeDate": NOW - timedelta(seconds=behind),
    }  # fmt: skip


def oplog(command: dict) -> dict:
    first = command["sort"] == {"$natural": 1}
    return batch({"ts": bson.Timestamp(1_795_000_000 if first else 1_795_172_800, 1)})


async def seen(*members: dict, find: object = oplog):
    answers = {"replSetGetStatus": {"set": "rs0", "members": list(members), "ok": 1.0}, "find": find}
    async with mongod(answers) as (address, _):
        return await look(PROBE, at(address))


async def test_all_is_well():
    told = await seen(member("a:1", "PRIMARY"), member("b:1", "SECONDARY", 1.5), member("c:1", "ARBITER"))
    assert told.facts == {
        "set": "rs0", "members": 3, "healthy": 3, "unhealthy": [], "primary": "a:1", "has_primary": True,
        "states": {"a:1": "PRIMARY", "b:1": "SECONDARY", "c:1": "ARBITER"}, "behind_s": 1.5, "furthest_behind": "b:1",
        "oplog_s": 172800.0,
    }  # fmt: skip
    assert told.table.rows[1] == ("b:1", "SECONDARY", True, 1.5, "1 d 0 h")


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        # A member that is not reached counts as ill, not as behind.
        ([member("a", "PRIMARY"), member("b", "(not reachable/healthy)", 900, 0.0)],
         {"unhealthy": ["b"], "behind_s": None}),
        ([member("a", "PRIMARY"), member("b", "RECOVERING", 50)], {"unhealthy": ["b"], "behind_s": 50.0}),
        ([member("a", "PRIMARY"), member("b", "SECONDARY", -5)], {"behind_s": 0.0}),
        # Nobody takes writes: behind the newest one.
        ([member("a", "SECONDARY", 10), member("b", "SECONDARY", 40)],
         {"has_primary": False, "primary": None, "behind_s": 30.0, "furthest_behind": "b"}),
        ([member("a", "PRIMARY"), member("b", "PRIMARY")], {"has_primary": False, "primary": None}),
        ([{"name": "a"}], {"members": 1, "healthy": 0, "unhealthy": ["a"], "behind_s": None}),
    ],
)  # fmt: skip
async def test_all_is_not_well(members: list, expected: dict):
    facts = (await seen(*members)).facts
    assert {name: facts[name] for name in expected} == expected


@pytest.mark.parametrize("find", [failure(13, "not authorized on local"), batch(), batch({"ts": "x"})])
async def test_a_log_that_cannot_be_read(find: dict):
    facts = (await seen(member("a", "PRIMARY"), find=find)).facts
    assert facts["oplog_s"] is None
    assert facts["has_primary"] is True


async def test_one_that_belongs_to_no_set():
    async with mongod({"replSetGetStatus": failure(76, "not running with --replSet")}) as (address, _):
        await fails(PROBE, at(address), Trouble.MISSING, "--replSet")


@pytest.mark.parametrize("members", [[], "many", [1, 2]])
async def test_what_is_no_status(members: object):
    async with mongod({"replSetGetStatus": {"members": members, "ok": 1.0}, "find": batch()}) as (address, _):
        await fails(PROBE, at(address), Trouble.PARSE)


async def test_a_huge_answer():
    status = {"set": "rs0", "members": [member("a:1", "PRIMARY"), member("b:1", "SECONDARY", 1.5)], "ok": 1.0}
    await reads_huge(PROBE, {"replSetGetStatus": status})


async def test_where_it_cannot_look():
    await cannot_look(PROBE, "replSetGetStatus")
