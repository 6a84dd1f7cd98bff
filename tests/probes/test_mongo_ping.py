"""mongo_ping, against the mock of MongoDB's vendor."""

import pytest

from bot.core.evidence import Trouble
from bot.probes.mongo_ping import PROBE
from tests.probes.kit import fails, look
from tests.probes.mongo import ENDLESS, PASSWORD, reads_huge
from tests.probes.mongod import failure, mongod
from tests.probes.ports import GIVES_UP, listening, nobody
from tests.probes.postgres import at

pytestmark = GIVES_UP


async def test_one_that_answers():
    async with mongod({}) as (address, _):
        facts = (await look(PROBE, at(address))).facts
    assert (facts["answers"], facts["trouble"], facts["version"]) == (True, None, "7.0.14")
    assert (facts["role"], facts["set"], facts["writable"]) == ("standalone", None, True)
    assert facts["ping_ms"] > 0


@pytest.mark.parametrize(
    ("hello", "role"),
    [
        ({"setName": "rs0", "hosts": ["a:1"], "me": "a:1"}, "primary"),
        ({"setName": "rs0", "isWritablePrimary": False, "secondary": True, "hosts": ["a:1"]}, "secondary"),
        ({"setName": "rs0", "isWritablePrimary": False, "arbiterOnly": True, "hosts": ["a:1"]}, "arbiter"),
        ({"setName": "rs0", "isWritablePrimary": False, "hosts": ["a:1"]}, "other"),
        ({"msg": "isdbgrid"}, "router"),
    ],
)
async def test_what_it_is(hello: dict, role: str):
    async with mongod({}, hello=hello) as (address, _):
        facts = (await look(PROBE, at(address))).facts
    assert (facts["answers"], facts["role"], facts["set"]) == (True, role, hello.get("setName"))


@pytest.mark.parametrize(("password", "trouble"), [(PASSWORD, None), ("wrong-" + PASSWORD, "auth")])
async def test_passwords(password: str, trouble: str | None):
    async with mongod({}, accounts={"looker": PASSWORD}) as (address, _):
        seen = await look(PROBE, at(address, secret=lambda name: password), user="looker", secret="mongo_login")
    assert (seen.facts["answers"], seen.facts["trouble"]) == (trouble is None, trouble)
    assert PASSWORD not in repr(seen)


async def test_nobody_there():
    assert (await look(PROBE, at(nobody()))).facts["trouble"] == "refused"
    assert (await look(PROBE, at("no-such-host.invalid"))).facts["trouble"] == "dns"


async def test_one_that_never_answers():
    async with listening() as silent:
        assert (await look(PROBE, at(silent, within_s=0.2))).facts["trouble"] == "timeout"
    async with mongod({"ping": None}) as (address, _):
        assert (await look(PROBE, at(address, within_s=0.4))).facts["trouble"] == "timeout"


@pytest.mark.parametrize("said", [b"garbage" * 1000, ENDLESS])
async def test_something_else_listens_there(said: bytes):
    async with listening(said, hangs_up=True) as garbage:
        assert (await look(PROBE, at(garbage, within_s=2.0))).facts["trouble"] == "parse"


async def test_one_that_is_ill():
    async with mongod({"ping": failure(11600, "interrupted at shutdown")}) as (address, _):
        assert (await look(PROBE, at(address))).facts["trouble"] == "refused"


@pytest.mark.parametrize("address", ["", "a b", "http://host", "mongodb://u:p@host", "host:99999", "a:1,,b:2"])
async def test_an_address_is_hosts_and_ports(address: str):
    await fails(PROBE, at(address), Trouble.MISSING, "write host:27017")


async def test_the_first_member_that_listens_is_asked():
    async with mongod({}, hello={"setName": "rs0"}) as (address, _):
        facts = (await look(PROBE, at(f"{nobody()},{address}", within_s=1.0))).facts
    assert facts["trouble"] in (None, "timeout")


async def test_a_huge_answer():
    await reads_huge(PROBE, {"ping": {"ok": 1.0}})
