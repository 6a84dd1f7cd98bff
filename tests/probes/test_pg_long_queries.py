"""pg_long_queries, against a real PostgreSQL that is made to wait."""

import psycopg
import pytest

from bot.core.evidence import Trouble
from bot.probes._postgresql import masked
from bot.probes.pg_long_queries import PROBE
from tests.probes.postgres import Database, cannot_look, never_answers, one_waits


async def test_nothing_runs(database: Database):
    facts = (await database.look(PROBE, of_database=database.name)).facts
    assert (facts["active"], facts["long"], facts["longest_s"], facts["blocked"]) == (0, 0, 0.0, 0)


async def test_one_that_waits_for_another(database: Database):
    database.run("CREATE TABLE accounts (id int, name text)")
    statement = "SELECT * FROM accounts WHERE name = 'Jane Doe' AND id = 4711"
    async with one_waits(database, statement, "accounts") as blocker:
        while True:
            seen = await database.look(PROBE, of_database=database.name, longer_than="0.02s")
            if seen.facts["long"] and seen.facts["blocked"]:
                break
    assert (seen.facts["long"], seen.facts["blocked"], seen.facts["blockers"]) == (1, 1, [blocker])
    assert seen.facts["longest_s"] > 0.01
    row = seen.table.rows[0]
    assert row[6] == "SELECT * FROM accounts WHERE name = ? AND id = ?"
    assert row[4].startswith("Lock: ")
    assert "Jane" not in repr(seen)


async def test_an_account_that_sees_only_itself_does_not_say_that_all_is_well(database: Database):
    database.run("CREATE ROLE blind LOGIN")
    try:
        async with await psycopg.AsyncConnection.connect(database.url) as other:
            await other.execute("SELECT 1")
            await database.fails(PROBE, Trouble.PERMISSION, "pg_monitor", user="blind")
    finally:
        database.run("DROP ROLE blind")


@pytest.mark.parametrize(
    ("statement", "shown"),
    [
        ("SELECT 1", "SELECT ?"),
        ("SELECT a1, t2.b3 FROM t2", "SELECT a1, t2.b3 FROM t2"),
        ("WHERE name = 'O''Brien' AND x = -1.5e3", "WHERE name = ? AND x = -?"),
        (r"WHERE a = E'it\'s' AND b = 2", "WHERE a = ? AND b = ?"),
        ("SELECT $$secret$$, $x$more$x$", "SELECT ?, ?"),
        ('SELECT "a 1" FROM "t"', 'SELECT "a 1" FROM "t"'),
        ("WHERE key = 'cut off in the mid", "WHERE key = ?"),
        ("SELECT $1 -- password is hunter2", "SELECT $1 ?"),
        ("SELECT /* token */ 1", "SELECT ? ?"),
        ("SELECT\n  a,\n  b", "SELECT a, b"),
        ("", ""),
    ],
)
def test_values_are_masked(statement: str, shown: str):
    assert masked(statement) == shown


def test_masking_takes_no_time_for_long_statements():
    assert len(masked("SELECT '" + "'" * 20_000 + " 1" * 10_000)) <= 500


async def test_where_it_cannot_look(database: Database):
    await cannot_look(PROBE, database)
    await never_answers(PROBE, database)
