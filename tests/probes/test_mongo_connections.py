"""mongo_connections, against the mock of MongoDB's vendor."""

import pytest

from bot.core.evidence import Trouble
from bot.probes.mongo_connections import PROBE
from tests.probes.kit import fails, look
from tests.probes.mongo import cannot_look, reads_huge
from tests.probes.mongod import mongod
from tests.probes.ports import GIVES_UP
from tests.probes.postgres import at

pytestmark = GIVES_UP

STATUS = {
    "host": "mongodb-primary", "uptime": 86400.0, "ok": 1.0,
    "connections": {"current": 164, "available": 36, "totalCreated": 9012, "rejected": 3, "active": 21},
}  # fmt: skip


async def test_how_many_of_how_many():
    async with mongod({"serverStatus": STATUS}) as (address, _):
        facts = (await look(PROBE, at(address))).facts
    assert facts == {
        "current": 164, "available": 36, "most": 200, "used_percent": 82.0, "active": 21, "created": 9012,
        "rejected": 3, "uptime_s": 86400.0,
    }  # fmt: skip


async def test_what_old_versions_do_not_count_is_unknown():
    async with mongod({"serverStatus": {"connections": {"current": 5}, "ok": 1.0}}) as (address, _):
        facts = (await look(PROBE, at(address))).facts
    assert facts["current"] == 5
    assert facts["active"] is facts["used_percent"] is facts["rejected"] is None


@pytest.mark.parametrize(
    "said", [{"ok": 1.0}, {"connections": "many", "ok": 1.0}, {"connections": {"current": "x"}, "ok": 1.0}]
)
async def test_what_is_no_status(said: dict):
    async with mongod({"serverStatus": said}) as (address, _):
        await fails(PROBE, at(address), Trouble.PARSE)


async def test_a_huge_answer():
    await reads_huge(PROBE, {"serverStatus": STATUS})


async def test_where_it_cannot_look():
    await cannot_look(PROBE, "serverStatus")
