"""Transactions: all or nothing, run again after a collision, and what happens when the database is away."""

import asyncio
import threading

import psycopg
import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from bot.core.errors import StoreAway
from bot.core.timeline import Entry
from bot.store import tables
from bot.store.store import open_store
from tests.conftest import end_postgres, start_postgres
from tests.core.kit import NOW, incident
from tests.store.kit import claim, message, page, put_incident


def seen(key: str):
    return insert(tables.seen).values(key=key, at=NOW)


def answers(store) -> bool:
    """Whether the database answers."""
    try:
        store.run_now(lambda tx: tx.connection.execute(text("SELECT 1")))
    except StoreAway:
        return False
    return True


def keys(store) -> list[str]:
    return store.run_now(lambda tx: list(tx.connection.execute(select(tables.seen.c.key)).scalars()))


async def test_a_transaction_answers_and_commits(store):
    assert await store.run(lambda tx: tx.connection.execute(seen("a")) and 12) == 12
    assert keys(store) == ["a"]


def test_what_was_held_back_is_written_at_the_end(store):
    """Entries, pages and messages; `flush` writes them earlier."""
    number = put_incident(store)

    def work(tx):
        tx.tell(number, Entry(at=NOW, kind="note", text="hello"))
        tx.page(page(number, "p"))
        tx.send(message(number, "m"))
        assert tx.timeline.of(number) == []
        tx.flush()
        assert len(tx.timeline.of(number)) == 1
        tx.tell(number, Entry(at=NOW, kind="note", text="again"))

    store.run_now(work)
    story, found, backlog = store.run_now(lambda tx: (tx.timeline.of(number), tx.pages.of(number), tx.outbox.backlog()))
    assert [entry.text for entry in story] == ["hello", "again"]
    assert [p.key for p in found] == ["p"]
    assert [waiting.count for waiting in backlog] == [1]


def test_of_two_pages_for_the_same_the_later_is_recorded_and_sent(store):
    """Several posts are one transaction, and each may raise the severity; another way is a page of its own."""
    number = put_incident(store)

    def work(tx):
        for key, way in (("old", "mail"), ("new", "mail"), ("call", "phone")):
            tx.page(page(number, key, way=way))
            tx.send(message(number, key, kind="page", page=key))

    store.run_now(work)
    assert {p.key for p in store.run_now(lambda tx: tx.pages.of(number))} == {"new", "call"}
    assert claim(store) == ["new", "call"]


def test_a_page_of_a_key_that_is_there_is_no_secret(store):
    """It must not get lost in silence: the whole transaction fails, and says so."""
    number = put_incident(store)
    store.run_now(lambda tx: tx.page(page(number, "p")))
    with pytest.raises(IntegrityError):
        store.run_now(lambda tx: tx.page(page(number, "p", way="mail")))


def test_of_a_transaction_that_fails_nothing_remains(store):
    number = put_incident(store)

    def work(tx):
        tx.connection.execute(seen("a"))
        tx.tell(number, Entry(at=NOW, kind="note", text="hello"))
        tx.flush()
        raise RuntimeError("bug")

    with pytest.raises(RuntimeError):
        store.run_now(work)
    assert keys(store) == []
    assert store.run_now(lambda tx: tx.timeline.of(number)) == []


def test_after_a_collision_it_is_run_again_from_the_start(store):
    """Somebody else opened the group in between: the second time it finds what is there."""
    tries = []

    def open_or_join(tx):
        tries.append(len(tries))
        if len(tries) == 1:
            tx.connection.execute(seen("first try"))
            tx.incidents.add([incident(0), incident(0)])
        return tx.incidents.add([incident(0)])

    number = store.run_now(open_or_join)[0]
    assert tries == [0, 1]
    assert keys(store) == []
    assert store.run_now(lambda tx: tx.incidents.get(number)) is not None


def test_a_collision_that_stays_is_told(store):
    """It is tried four times, and is no StoreAway: the database answered."""
    put_incident(store)
    tries = []

    def work(tx):
        tries.append(1)
        tx.incidents.add([incident(0)])

    with pytest.raises(IntegrityError):
        store.run_now(work)
    assert len(tries) == 4


@pytest.mark.parametrize("sqlstate", ["40001", "40P01"])
def test_a_serialization_failure_or_deadlock_is_run_again(postgres_url, sqlstate):
    """On PostgreSQL: raised by the server, which names it so."""
    store = open_store(postgres_url)
    tries = []

    def work(tx):
        tries.append(1)
        if len(tries) < 3:
            tx.connection.execute(text(f"DO $$ BEGIN RAISE EXCEPTION 'busy' USING ERRCODE = '{sqlstate}'; END $$"))
        return len(tries)

    assert store.run_now(work) == 3
    store.close()


def test_two_verbs_that_lock_each_others_incidents_both_end(postgres_url):
    """A real deadlock: PostgreSQL ends one of the two, which is then run again."""
    store = open_store(postgres_url)
    first, second = put_incident(store, group="1"), put_incident(store, group="2")
    both_have_one = threading.Barrier(2)
    runs = []

    def work(tx, order):
        runs.append(order)
        tx.incidents.lock(order[0])
        if len(runs) <= 2:
            both_have_one.wait(timeout=10)
        tx.incidents.lock(order[1])

    orders = [(first, second), (second, first)]
    verbs = [threading.Thread(target=store.run_now, args=(lambda tx, o=o: work(tx, o),)) for o in orders]
    for verb in verbs:
        verb.start()
    for verb in verbs:
        verb.join(timeout=30)
    assert len(runs) == 3
    assert not any(verb.is_alive() for verb in verbs)
    store.close()


def test_a_wrong_statement_is_a_bug_and_no_absence(postgres_url):
    store = open_store(postgres_url)
    with pytest.raises(ProgrammingError):
        store.run_now(lambda tx: tx.connection.execute(text("SELECT nonsense")))
    store.close()


# Addresses at which no database answers.
AWAY = [
    "postgresql://nobody@127.0.0.1:1/none",
    "postgresql://nobody@/none?host=/nonexistent",
    # A folder is no SQLite file.
    "sqlite:////tmp",
]


@pytest.mark.parametrize("url", AWAY)
async def test_a_database_that_is_not_there_is_away(url):
    store = open_store(url)
    with pytest.raises(StoreAway, match="the database does not answer"):
        await store.run(lambda tx: None)
    assert not answers(store)
    store.close()


def test_a_sqlite_file_that_another_process_keeps_is_away(sqlite_url):
    """The wait for it is bounded; here there is none. Once it is free, work goes on."""
    store, other = open_store(sqlite_url), open_store(sqlite_url)
    raw = store.engine.raw_connection()
    raw.cursor().execute("PRAGMA busy_timeout=0")
    raw.close()
    with other.engine.begin(), pytest.raises(StoreAway):
        store.run_now(lambda tx: tx.connection.execute(seen("a")))
    store.run_now(lambda tx: tx.connection.execute(seen("b")))
    assert keys(store) == ["b"]
    store.close()
    other.close()


def test_postgresql_stops_and_comes_back():
    """StoreAway while it is stopped, also for a transaction under way; afterwards work goes on without a restart."""
    server = start_postgres()
    try:
        store = open_store(server.get_uri())
        assert answers(store)

        def stopped_in_the_middle(tx):
            tx.connection.execute(text("SELECT 1"))
            server.stop()
            tx.connection.execute(text("SELECT 1"))

        with pytest.raises(StoreAway):
            store.run_now(stopped_in_the_middle)
        assert not answers(store)
        with pytest.raises(StoreAway):
            store.run_now(lambda tx: None)
        server.start()
        assert any(answers(store) for _ in range(10))
        store.close()
    finally:
        end_postgres(server)


def end_connections(store) -> None:
    """The server ends all of the store's connections, as one that fails over does."""
    with psycopg.connect(store.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)) as admin:
        where = "datname = current_database() AND pid <> pg_backend_pid()"
        admin.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {where}")


def test_a_connection_that_was_ended_meanwhile_refuses_nobody(postgres_url):
    """Not every monitor posts again what was answered with 503."""
    store = open_store(postgres_url)
    assert keys(store) == []
    end_connections(store)
    store.run_now(lambda tx: tx.connection.execute(seen("a")))
    runs = []

    def ended_in_the_middle(tx):
        runs.append(tx)
        tx.connection.execute(seen("b"))
        if len(runs) == 1:
            end_connections(store)
        tx.connection.execute(seen("c"))

    store.run_now(ended_in_the_middle)
    assert len(runs) == 2
    assert sorted(keys(store)) == ["a", "b", "c"]
    store.close()


@pytest.mark.parametrize("repeatable", [False, True])
def test_a_connection_that_is_ended_before_the_writes_are_sent(postgres_url, repeatable):
    """Nothing of it is committed for certain, or it may as well be done twice: so it is run again."""
    store = open_store(postgres_url)
    number = put_incident(store)
    runs = []

    def ended_at_the_end(tx):
        runs.append(tx)
        tx.incidents.lock(number)
        tx.tell(number, Entry(at=NOW, kind="note", text="hello"))
        if len(runs) == 1:
            end_connections(store)

    store.run_now(ended_at_the_end, repeatable)
    assert len(runs) == 2
    assert [entry.text for entry in store.run_now(lambda tx: tx.timeline.of(number))] == ["hello"]
    store.close()


def test_what_is_repeatable_is_committed_with_its_writes(store):
    """One way there and back on PostgreSQL; a collision is noticed all the same, and leaves nothing behind."""
    number = put_incident(store)
    store.run_now(lambda tx: tx.tell(number, Entry(at=NOW, kind="note", text="hello")), repeatable=True)
    assert [entry.text for entry in store.run_now(lambda tx: tx.timeline.of(number))] == ["hello"]
    store.run_now(lambda tx: tx.page(page(number, "p")))
    tries = []

    def collide(tx):
        tries.append(tx)
        tx.tell(number, Entry(at=NOW, kind="note", text="again"))
        tx.page(page(number, "p", way="mail"))

    with pytest.raises(IntegrityError):
        store.run_now(collide, repeatable=True)
    assert len(tries) == 4
    assert [entry.text for entry in store.run_now(lambda tx: tx.timeline.of(number))] == ["hello"]


def test_who_freezes_holds_nothing_for_ever(postgres_url):
    """A replica that hangs within a transaction loses its locks; a server that is gone without a word is noticed."""
    store = open_store(postgres_url)
    idle = "SHOW idle_in_transaction_session_timeout"
    assert store.run_now(lambda tx: tx.connection.execute(text(idle)).scalar_one()) == "15s"
    raw = store.engine.raw_connection()
    given = raw.driver_connection.info.get_parameters()
    raw.close()
    assert (given["keepalives_idle"], given["tcp_user_timeout"]) == ("5", "10000")
    store.close()


async def test_many_at_once(store):
    """More than there are connections: they wait for each other and none is lost."""
    await asyncio.gather(*(store.run(lambda tx, i=i: tx.connection.execute(seen(str(i))) and None) for i in range(40)))
    assert sorted(keys(store), key=int) == [str(i) for i in range(40)]


def test_sessions_are_in_utc(postgres_url):
    """Whatever the server's own zone is."""
    store = open_store(postgres_url)
    zone = store.run_now(lambda tx: tx.connection.execute(text("SHOW timezone")).scalar_one())
    assert zone == "UTC"
    store.close()


def test_a_new_sqlite_file_gets_its_folder(tmp_path):
    store = open_store(f"sqlite:///{tmp_path}/deep/er/tocsin.db")
    assert answers(store)
    journal, synchronous, foreign = (
        store.run_now(lambda tx, p=p: tx.connection.exec_driver_sql(f"PRAGMA {p}").scalar())
        for p in ("journal_mode", "synchronous", "foreign_keys")
    )
    assert (journal, synchronous, foreign) == ("wal", 2, 1)
    store.close()
