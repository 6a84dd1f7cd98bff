"""pg_query, against a real PostgreSQL, which refuses whatever is no single query."""

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.core.evidence import Trouble
from bot.probes.pg_query import PROBE
from tests.probes.kit import fails
from tests.probes.postgres import Database, at, cannot_look, never_answers


def filled(database: Database) -> Database:
    database.run(
        "CREATE TABLE market_data (symbol text, price numeric, timestamp timestamptz)",
        "INSERT INTO market_data SELECT 'BTC', n, now() - n * interval '1 minute' FROM generate_series(1, 30) n",
    )
    return database


async def test_rows_and_the_first_of_them(database: Database):
    query = "SELECT symbol, count(*) AS ticks, avg(price) AS mean FROM market_data GROUP BY symbol"
    seen = await filled(database).look(PROBE, query=query)
    assert (seen.facts["rows"], seen.facts["some"]) == (1, True)
    assert seen.facts["first"] == {"symbol": "BTC", "ticks": 30, "mean": 15.5}
    assert seen.table.columns == ("symbol", "ticks", "mean")


async def test_a_number_alone_is_the_value(database: Database):
    query = "SELECT count(*) FROM market_data WHERE timestamp > now() - %(since)s::interval;"
    seen = await filled(database).look(PROBE, query=query, values={"since": "10m"})
    assert seen.facts["value"] == 9


async def test_how_old_the_newest_row_is(database: Database):
    seen = await filled(database).look(PROBE, query="SELECT * FROM market_data", time_column="timestamp")
    assert 60 <= seen.facts["age_s"] < 120


async def test_no_rows(database: Database):
    query = "SELECT * FROM market_data WHERE price < %(price)s"
    facts = (await filled(database).look(PROBE, query=query, values={"price": 0}, time_column="timestamp")).facts
    assert (facts["rows"], facts["some"], facts["first"], facts["value"], facts["age_s"]) == (0, False, {}, None, None)


async def test_more_rows_than_are_read(database: Database):
    """Not even a hundred million are sent."""
    seen = await database.look(PROBE, query="SELECT generate_series(1, 100000000)", most=5)
    assert (seen.facts["rows"], seen.facts["at_least"]) == (None, 5)
    assert len(seen.table.rows) == 5


async def test_large_values_are_cut(database: Database):
    seen = await database.look(
        PROBE, query="SELECT repeat('x', 1000000) AS a, NULL AS b, ARRAY[1, 2] AS c, '{}'::json AS d"
    )
    assert len(seen.facts["first"]["a"]) < 600
    assert (seen.facts["first"]["b"], seen.facts["first"]["c"], seen.facts["first"]["d"]) == (None, [1, 2], "{}")


@pytest.mark.parametrize(
    ("query", "trouble"),
    [
        ("SELECT 1; DROP TABLE market_data", Trouble.PARSE),
        ("WITH gone AS (DELETE FROM market_data RETURNING 1) SELECT * FROM gone", Trouble.PARSE),
        ("SELECT * FROM market_data FOR UPDATE", Trouble.PERMISSION),
        ("SELECT nextval('s')", Trouble.PERMISSION),
        ("SELECT set_config('transaction_read_only', 'off', false)", Trouble.PARSE),
        ("SELECT pg_sleep(100)", Trouble.TIMEOUT),
        ("SELECT * FROM nothing", Trouble.MISSING),
        ("SELECT nothing FROM market_data", Trouble.MISSING),
        ("SELECT 1/0", Trouble.PARSE),
        ("SELECT", Trouble.PARSE),
        ("SELECT 'a", Trouble.PARSE),
    ],
)
async def test_what_does_more_than_read_is_refused(database: Database, query: str, trouble: Trouble):
    filled(database).run("CREATE SEQUENCE s")
    site = at(database.folder, within_s=0.6 if trouble is Trouble.TIMEOUT else 20)
    await fails(PROBE, site, trouble, None, query=query, name=database.name)
    rows = await database.look(PROBE, query="SELECT count(*) FROM market_data")
    assert rows.facts["value"] == 30


@pytest.mark.parametrize(
    "query", ["", "DELETE FROM t", "CALL f()", "COPY t TO PROGRAM 'id'", "/* */ DROP TABLE t", "SET a = 1"]
)
def test_what_is_no_query_is_refused_with_the_pack(query: str):
    with pytest.raises(ValidationError):
        PROBE.parameters(query=query)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    value=st.one_of(
        st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=60),
        st.sampled_from(["'; DROP TABLE t --", "' OR '1'='1", "$$", "%(x)s", "\\'; SELECT 1", "%s", "1); DELETE"]),
    )
)
def test_a_value_is_never_a_part_of_the_query(database: Database, value: str):
    seen = asyncio.run(database.look(PROBE, query="SELECT %(value)s::text AS said", values={"value": value}))
    assert seen.facts["first"]["said"] == value or not value.isprintable() or len(value) > 500


async def test_a_column_that_is_no_time(database: Database):
    await filled(database).fails(PROBE, Trouble.MISSING, "no column at", query="SELECT 1 AS a", time_column="at")
    await database.fails(PROBE, Trouble.PARSE, "holds no times", query="SELECT 'x' AS at", time_column="at")


async def test_where_it_cannot_look(database: Database):
    await cannot_look(PROBE, database, query="SELECT 1")
    await never_answers(PROBE, database, query="SELECT 1")
