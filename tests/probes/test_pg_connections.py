"""pg_connections, against a real PostgreSQL."""

import psycopg
import pytest

from bot.probes.pg_connections import PROBE, PgConnectionsParameters, facts_of
from tests.probes.postgres import Database, cannot_look, never_answers, one_waits

LIMITS = {"most": 100, "reserved": 3, "sees_all": True}


def one(**changes: object) -> dict:
    return {
        "database": "d", "username": "u", "application": "engine", "state": "active", "locked": False,
        "in_state_s": 1.0,
    } | changes  # fmt: skip


async def test_who_is_there(database: Database):
    async with (
        await psycopg.AsyncConnection.connect(database.url, application_name="engine") as stuck,
        await psycopg.AsyncConnection.connect(database.url, application_name="engine", autocommit=True) as idle,
    ):
        await stuck.execute("SELECT 1")
        await idle.execute("SELECT 1")
        seen = await database.look(PROBE, of_database=database.name)
    facts = seen.facts
    assert (facts["connections"], facts["idle"], facts["idle_in_transaction"]) == (2, 1, 1)
    assert facts["by_application"] == {"engine": 2}
    assert facts["by_database"] == {database.name: 2}
    assert facts["max_connections"] >= facts["all_connections"] >= 2
    assert 0 < facts["used_percent"] < 100
    assert sum(row[4] for row in seen.table.rows) == 2


async def test_who_waits_for_a_lock(database: Database):
    database.run("CREATE TABLE t (a int)", "INSERT INTO t VALUES (1)")
    async with one_waits(database, "SELECT * FROM t", "t"):
        while not (await database.look(PROBE, of_database=database.name)).facts["waiting_for_lock"]:
            pass


async def test_an_account_that_sees_only_itself_does_not_say_that_all_is_well(database: Database):
    database.run("CREATE ROLE blind LOGIN")
    try:
        async with await psycopg.AsyncConnection.connect(database.url):
            facts = (await database.look(PROBE, user="blind")).facts
    finally:
        database.run("DROP ROLE blind")
    assert facts["all_connections"] >= 1
    assert facts["active"] is facts["idle"] is facts["idle_long"] is facts["by_state"] is None


@pytest.mark.parametrize(
    ("sessions", "expected"),
    [
        ([], {"connections": 0, "used_percent": 0.0, "free": 97, "longest_in_transaction_s": 0.0, "by_state": {}}),
        ([one()] * 96, {"connections": 96, "used_percent": 99.0, "free": 1}),
        # Older than five minutes counts, younger does not.
        ([one(state="idle", in_state_s=301.0), one(state="idle", in_state_s=299.0)], {"idle": 2, "idle_long": 1}),
        (
            [one(state="idle in transaction", in_state_s=7.0)],
            {"idle_in_transaction": 1, "longest_in_transaction_s": 7.0},
        ),
        ([one(state="idle in transaction (aborted)")], {"idle_in_transaction": 1, "idle": 0}),
        ([one(locked=True), one(locked=None)], {"waiting_for_lock": 1}),
        ([one(application="")], {"by_application": {"?": 1}}),
    ],
)
def test_what_they_come_to(sessions: list, expected: dict):
    facts = facts_of(PgConnectionsParameters(), sessions, LIMITS)
    assert {name: facts[name] for name in expected} == expected


async def test_where_it_cannot_look(database: Database):
    await cannot_look(PROBE, database)
    await never_answers(PROBE, database)
