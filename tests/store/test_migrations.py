"""The schema's history leads to the schema of the code, on both databases."""

import threading

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, make_url, text

from bot.store import migrations
from bot.store.store import open_store
from bot.store.tables import metadata
from tests.store.kit import message, put_incident, send


@pytest.fixture(params=["sqlite", "postgresql"])
def bare(request, tmp_path):
    """A store without any table."""
    url = f"sqlite:///{tmp_path}/bare.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("bare_postgres_url")
    store = open_store(url)
    yield store
    store.close()


def test_from_empty_to_the_newest(bare):
    assert migrations.version(bare.engine) == ("", "0004")
    migrations.upgrade(bare.engine)
    current, newest = migrations.version(bare.engine)
    assert current == newest
    assert set(inspect(bare.engine).get_table_names()) == {*metadata.tables, "alembic_version"}
    number = put_incident(bare)
    send(bare, message(number, "works"))


def test_upgrading_again_changes_nothing(bare):
    migrations.upgrade(bare.engine)
    put_incident(bare)
    migrations.upgrade(bare.engine)
    assert len(bare.run_now(lambda tx: tx.incidents.list_open())) == 1


def test_the_history_leads_to_the_schema_of_the_code(bare):
    """Types, lengths, nullability, indexes and unique constraints: Alembic finds nothing left to do."""
    migrations.upgrade(bare.engine)
    with bare.engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []


def test_the_unique_open_group_is_partial_in_both_histories(bare):
    """Alembic does not compare the condition of an index: looked at here."""
    migrations.upgrade(bare.engine)
    indexes = {i["name"]: i for i in inspect(bare.engine).get_indexes("incidents")}
    options = indexes["uq_incidents_open_group"]["dialect_options"]
    condition = str(options["sqlite_where" if bare.is_sqlite else "postgresql_where"])
    assert indexes["uq_incidents_open_group"]["unique"]
    for word in ("active", "monitoring", "merged_into IS NULL"):
        assert word in condition


def test_replicas_that_start_together_migrate_once(bare_postgres_url):
    """Each runs the upgrade; the second waits for the first and finds it done."""
    stores = [open_store(bare_postgres_url) for _ in range(3)]
    problems = []

    def upgrade(store):
        try:
            migrations.upgrade(store.engine)
        except Exception as problem:
            problems.append(problem)

    threads = [threading.Thread(target=upgrade, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert problems == []
    assert len({*migrations.version(stores[0].engine)}) == 1
    locks = stores[0].run_now(
        lambda tx: tx.connection.execute(text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")).scalar_one()
    )
    assert locks == 0
    for store in stores:
        store.close()


def test_a_replica_waits_for_another_that_migrates_for_long(bare_postgres_url):
    """Longer than a verb may wait for a lock, or a statement of it may take: here 50 ms, so that it is soon tried."""
    limits = "-c lock_timeout=50 -c statement_timeout=50"
    engine = create_engine(
        make_url(bare_postgres_url).set(drivername="postgresql+psycopg"), connect_args={"options": limits}
    )
    problems = []

    def upgrade():
        try:
            migrations.upgrade(engine)
        except Exception as problem:
            problems.append(problem)

    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND waitstart < now() - interval '100 ms'"
    with psycopg.connect(bare_postgres_url, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(7424313)")
        replica = threading.Thread(target=upgrade)
        replica.start()
        while replica.is_alive() and not other.execute(waiting).fetchone()[0]:
            pass
        assert problems == []
        other.execute("SELECT pg_advisory_unlock(7424313)")
    replica.join(60)
    assert problems == []
    assert len({*migrations.version(engine)}) == 1
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SHOW lock_timeout").scalar() == "50ms"
        assert connection.exec_driver_sql("SHOW statement_timeout").scalar() == "50ms"
    engine.dispose()


def test_an_upgrade_leaves_the_applications_logging_alone(bare, caplog):
    """Alembic's usual env.py configures logging anew; ours must not silence structlog."""
    import logging

    root = logging.getLogger()
    before = (root.level, list(root.handlers), logging.getLogger("work").disabled)
    migrations.upgrade(bare.engine)
    assert (root.level, list(root.handlers), logging.getLogger("work").disabled) == before
