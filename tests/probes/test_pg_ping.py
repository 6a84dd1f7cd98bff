"""pg_ping, against a real PostgreSQL."""

import pytest
from pydantic import ValidationError

from bot.core.evidence import Trouble
from bot.probes.pg_ping import PROBE
from tests.probes.kit import fails, look
from tests.probes.ports import freezing, listening, nobody
from tests.probes.postgres import PASSWORD, Database, at


async def test_one_that_answers(database: Database):
    facts = (await database.look(PROBE)).facts
    assert facts["answers"] is True
    assert facts["standby"] is False
    assert facts["trouble"] is None
    assert 0 < facts["query_ms"] <= facts["total_ms"]
    assert int(facts["version"].split(".")[0]) > 9
    assert facts["uptime_s"] > 0


async def test_a_password_is_taken_from_its_variable(database: Database):
    database.run(f"CREATE ROLE guest LOGIN PASSWORD '{PASSWORD}'")
    try:
        site = at(database.folder, secret={"db_login": PASSWORD}.__getitem__)
        assert (await database.look(PROBE, site, user="guest", secret="db_login")).facts["answers"] is True
    finally:
        database.run("DROP ROLE guest")


async def test_one_that_does_not_listen():
    seen = await look(PROBE, at(nobody()))
    assert (seen.facts["answers"], seen.facts["trouble"]) == (False, "refused")
    assert seen.facts["total_ms"] is None
    assert "refused" in seen.excerpt[0]


async def test_no_such_host():
    assert (await look(PROBE, at("no-such-host.invalid:5432"))).facts["trouble"] == "dns"


async def test_one_that_never_answers(database: Database):
    async with listening() as silent:
        assert (await look(PROBE, at(silent, within_s=0.2))).facts["trouble"] == "timeout"
    async with freezing(f"{database.folder}/.s.PGSQL.5432", b"SELECT") as frozen:
        seen = await look(PROBE, at(frozen, within_s=0.6), name=database.name, sslmode="disable")
        assert (seen.facts["answers"], seen.facts["trouble"]) == (False, "timeout")


async def test_a_wrong_password_is_not_repeated(database: Database):
    database.run("DO $$ BEGIN CREATE ROLE locked LOGIN PASSWORD 'right'; EXCEPTION WHEN duplicate_object THEN END $$")
    site = at(database.folder, secret=lambda name: PASSWORD)
    seen = await look(PROBE, site, name=database.name, user="locked", secret="pw")
    assert (seen.facts["answers"], seen.facts["trouble"]) == (False, "auth")
    assert PASSWORD not in repr(seen)


async def test_something_else_listens_there():
    async with listening(b"SSH-2.0-OpenSSH_9.2\r\n" * 10, hangs_up=True) as garbage:
        seen = await look(PROBE, at(garbage), sslmode="disable")
    assert (seen.facts["answers"], seen.facts["trouble"]) == (False, "parse")


async def test_a_database_that_is_not_there_is_a_mistake_of_the_pack(database: Database):
    await fails(PROBE, at(database.folder), Trouble.MISSING, "does not exist", name="nowhere")


@pytest.mark.parametrize("address", ["", "a b", "host:x", "postgresql://u:p@host", "host:1,other:2", "host dbname=x"])
async def test_an_address_is_a_host_and_a_port(address: str):
    await fails(PROBE, at(address), Trouble.MISSING, "write host:5432")


@pytest.mark.parametrize("wrong", [{"secret": "Not A Name"}, {"user": "a\nb"}, {"sslmode": "maybe"}, {"password": "x"}])
def test_what_no_parameter_may_be(wrong: dict):
    with pytest.raises(ValidationError):
        PROBE.parameters(**wrong)
