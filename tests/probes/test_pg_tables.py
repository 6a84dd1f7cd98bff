"""pg_tables, against a real PostgreSQL; TimescaleDB's chunks on a view with its columns."""

import asyncio

from bot.core.evidence import Trouble
from bot.probes.pg_tables import PROBE
from tests.probes.postgres import Database, cannot_look, never_answers


def filled(database: Database) -> Database:
    database.run(
        "CREATE TABLE orders (a int) WITH (autovacuum_enabled = false)",
        "CREATE TABLE small (a int) WITH (autovacuum_enabled = false)",
        "INSERT INTO orders SELECT generate_series(1, 10000)",
    )
    return database


async def until(database: Database, **expected: object) -> dict:
    """PostgreSQL counts a moment later."""
    async with asyncio.timeout(30):
        while True:
            facts = dict((await database.look(PROBE)).facts)
            if all(facts[name] == value for name, value in expected.items()):
                return facts


async def test_no_tables(database: Database):
    facts = (await database.look(PROBE)).facts
    assert (facts["tables"], facts["bytes"], facts["dead_percent"], facts["largest"]) == (0, 0, 0.0, None)
    assert facts["database_bytes"] > 1_000_000
    assert facts["transaction_age"] > 0


async def test_never_vacuumed_and_full_of_dead_rows(database: Database):
    filled(database).run("DELETE FROM orders WHERE a <= 4000", "SELECT pg_stat_force_next_flush()")
    facts = await until(database, dead_rows=4000)
    assert facts["dead_percent"] == 40.0
    assert facts["never_vacuumed"] == facts["never_analyzed"] == ["public.orders"]
    assert (facts["largest"], facts["tables"], facts["chunks"]) == ("public.orders", 2, 0)
    assert facts["largest_bytes"] > 300_000


async def test_vacuumed_and_analyzed(database: Database):
    filled(database).run("VACUUM ANALYZE orders")
    facts = await until(database, never_analyzed=[])
    assert facts["never_vacuumed"] == []
    assert facts["oldest_analyze_s"] < 60
    assert facts["dead_percent"] == 0.0


async def test_a_table_that_is_missing(database: Database):
    facts = (await filled(database).look(PROBE, tables=["small", "trades"])).facts
    assert (facts["tables"], facts["missing"]) == (1, ["public.trades"])


async def test_chunks_belong_to_their_hypertable(database: Database):
    filled(database).run(
        "CREATE SCHEMA timescaledb_information",
        "CREATE SCHEMA inner_tables",
        "CREATE TABLE inner_tables.chunk_1 AS SELECT generate_series(1, 20000) AS a",
        "CREATE TABLE inner_tables.chunk_2 AS SELECT generate_series(1, 20000) AS a",
        "CREATE VIEW timescaledb_information.chunks AS SELECT 'public'::name AS hypertable_schema, 'small'::name"
        " AS hypertable_name, 'inner_tables'::name AS chunk_schema, c::name AS chunk_name, now() AS range_end"
        " FROM unnest(ARRAY['chunk_1', 'chunk_2']) c",
    )
    seen = await database.look(PROBE)
    assert (seen.facts["chunks"], seen.facts["largest"]) == (2, "public.small")
    assert seen.facts["largest_bytes"] > 1_000_000
    assert seen.table.rows[0][-1] == 2


async def test_a_schema_is_a_value(database: Database):
    assert (await database.look(PROBE, schema_name="nothing")).facts["tables"] == 0


async def test_where_it_cannot_look(database: Database):
    await cannot_look(PROBE, database)
    await never_answers(PROBE, database)
    await database.fails(PROBE, Trouble.MISSING, "does not exist", name="nowhere")
