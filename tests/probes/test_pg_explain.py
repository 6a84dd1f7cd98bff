"""pg_explain, against a real PostgreSQL. It never runs what it explains."""

import pytest
from pydantic import ValidationError

from bot.core.evidence import Trouble
from bot.probes.pg_explain import PROBE
from tests.probes.postgres import Database, cannot_look, never_answers

QUERY = "SELECT * FROM orders WHERE symbol = %(symbol)s AND created_at > now() - %(since)s::interval"
VALUES = {"symbol": "BTC-USDT", "since": "1 hour"}


def filled(database: Database, *more: str) -> Database:
    database.run(
        "CREATE TABLE orders (symbol text, created_at timestamptz)",
        "INSERT INTO orders SELECT 'S' || n, now() FROM generate_series(1, 20000) n",
        *more,
        "ANALYZE orders",
    )
    return database


async def test_a_table_that_is_read_whole(database: Database):
    seen = await filled(database).look(PROBE, query=QUERY, values=VALUES)
    assert (seen.facts["seq_scan"], seen.facts["seq_scans"], seen.facts["indexes"]) == (True, ["orders"], [])
    assert seen.facts["seq_scan_rows"] == 20000
    assert seen.facts["cost"] > 100
    assert "BTC" not in repr(seen)


async def test_an_index_that_is_used(database: Database):
    seen = await filled(database, "CREATE INDEX by_symbol ON orders (symbol)").look(PROBE, query=QUERY, values=VALUES)
    assert (seen.facts["seq_scan"], seen.facts["indexes"], seen.facts["seq_scan_rows"]) == (False, ["by_symbol"], 0)


async def test_it_is_not_run(database: Database):
    """It would take longer than the statement timeout, and write."""
    database.run("CREATE SEQUENCE s")
    seen = await database.look(PROBE, query="SELECT nextval('s'), pg_sleep(100)")
    assert seen.facts["top"] == "Result"
    assert (await database.look(PROBE, query="SELECT last_value FROM s WHERE NOT is_called")).facts["rows"]


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM orders",
        "ANALYZE SELECT 1",
        "(ANALYZE) SELECT 1",
        "EXPLAIN ANALYZE SELECT 1",
        "",
        "SET x = 1",
        "-- x",
    ],
)
def test_what_is_no_query_is_refused_with_the_pack(query: str):
    with pytest.raises(ValidationError):
        PROBE.parameters(query=query)


@pytest.mark.parametrize("query", ["SELECT 1; DROP TABLE orders", "SELECT 1; ANALYZE orders"])
async def test_a_second_statement_is_refused_by_the_database(database: Database, query: str):
    database.run("CREATE TABLE orders (a int)")
    await database.fails(PROBE, Trouble.PARSE, "multiple commands", query=query)
    database.run("SELECT * FROM orders")


@pytest.mark.parametrize("values", [{}, {"symbol": "a"}, {"symbol": "a", "since": "1h", "more": 1}])
def test_each_place_has_its_value(values: dict):
    with pytest.raises(ValidationError, match="values"):
        PROBE.parameters(query=QUERY, values=values)


async def test_a_table_that_is_not_there(database: Database):
    await database.fails(PROBE, Trouble.MISSING, "nothing", query="SELECT * FROM nothing")


async def test_where_it_cannot_look(database: Database):
    await cannot_look(PROBE, database, query="SELECT 1")
    await never_answers(PROBE, database, query="SELECT 1")
