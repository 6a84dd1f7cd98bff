"""pg_statements. The extension needs a server started with it, so a view with its columns stands in its place."""

import pytest

from bot.core.evidence import Trouble
from bot.probes.pg_statements import PROBE
from tests.probes.postgres import Database, cannot_look, never_answers

OLD, NEW = "time", "exec_time"


def view(words: str, rows: str = "") -> str:
    """What pg_stat_statements looks like: before PostgreSQL 13, and since."""
    rows = rows or (
        "({db}, 1::bigint, 'SELECT * FROM orders WHERE id = 4711', 10::bigint, 10::bigint, 1000.0, 100.0, 250.5),"
        "({db}, 2, 'UPDATE positions SET qty = $1', 1, 1, 900.0, 900.0, 900.0),"
        "({db}, 3, 'SELECT 1', 100000, 100000, 500.0, 0.005, 3.0),"
        "(0::oid, 4, 'SELECT other', 5, 5, 9000.0, 9000.0, 9000.0)"
    )
    columns = f"dbid, queryid, query, calls, rows, total_{words}, mean_{words}, max_{words}"
    here = "(SELECT oid FROM pg_database WHERE datname = current_database())"
    return f"CREATE VIEW pg_stat_statements AS SELECT * FROM (VALUES {rows.format(db=here)}) AS s({columns})"


@pytest.mark.parametrize("words", [OLD, NEW])
async def test_old_and_new_names_of_columns(database: Database, words: str):
    database.run(view(words))
    seen = await database.look(PROBE)
    assert seen.facts == {
        "statements": 3,
        "slowest_mean_ms": 900.0,
        "slowest_max_ms": 900.0,
        "most_total_ms": 1000.0,
        "most_calls": 100000,
    }
    assert seen.table.rows[1] == ("SELECT * FROM orders WHERE id = ?", 10, 100.0, 250.5, 1000.0, 10, "1")
    assert "4711" not in repr(seen)


@pytest.mark.parametrize(("first", "id_"), [("mean", "2"), ("total", "1"), ("max", "2"), ("calls", "3")])
async def test_which_come_first(database: Database, first: str, id_: str):
    database.run(view(NEW))
    assert (await database.look(PROBE, first=first)).table.rows[0][-1] == id_


async def test_other_databases_count_where_they_are_asked_for(database: Database):
    database.run(view(NEW))
    assert (await database.look(PROBE, all_databases=True)).facts["slowest_mean_ms"] == 9000.0


async def test_those_that_are_run_seldom_can_be_left_out(database: Database):
    database.run(view(NEW))
    assert (await database.look(PROBE, min_calls=10)).facts["slowest_mean_ms"] == 100.0


async def test_nothing_was_run_yet(database: Database):
    database.run(view(NEW) + " WHERE false")
    assert (await database.look(PROBE)).facts["statements"] == 0


async def test_without_the_extension(database: Database):
    await database.fails(PROBE, Trouble.MISSING, "CREATE EXTENSION pg_stat_statements")


async def test_a_version_that_nobody_knows(database: Database):
    database.run("CREATE VIEW pg_stat_statements AS SELECT 1 AS something")
    await database.fails(PROBE, Trouble.PARSE)


async def test_statements_that_may_not_be_seen(database: Database):
    here = "(SELECT oid FROM pg_database WHERE datname = current_database())"
    database.run(view(NEW, f"({here}, 1::bigint, '<insufficient privilege>', 1, 1, 1.0, 1.0, 1.0)"))
    await database.fails(PROBE, Trouble.PERMISSION, "pg_monitor")


async def test_where_it_cannot_look(database: Database):
    await cannot_look(PROBE, database)
    await never_answers(PROBE, database)
