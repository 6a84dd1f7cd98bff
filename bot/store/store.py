"""The store: opens the database and runs transactions.

A transaction is a plain function of a `Tx`, run from first to last statement in a thread: no transaction can be open
while something waits for the network (docs/adrs/0002). On SQLite one thread does all of them, one after the other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import orjson
import psycopg
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.core.clock import Reading
from bot.core.errors import BadContent, StoreAway
from bot.store import migrations
from bot.store.told import log_told
from bot.store.transaction import Tx

T = TypeVar("T")

_PG_THREADS = 8
_READERS = 2
"""Threads for those who only look on: they wait for each other, and nobody who writes waits for them."""
_READ_ONLY = "read_only"
_RUN_AGAIN = 4
_LONGEST_S = 15.0
"""Real seconds after which nobody waits for a transaction any more; it may still be committed later."""
# A replica that freezes within a transaction must not keep its locks, nor a server that is gone without a word its
# clients: a statement's timeout is of no use when nobody is there to keep it.
_SESSION = (
    "statement_timeout=10000",
    "lock_timeout=8000",
    "idle_in_transaction_session_timeout=15000",
    "timezone=UTC",
    "jit=off",  # to compile a question takes longer than to answer any that is asked here
)
_NOTICE_SILENCE = {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3, "tcp_user_timeout": 10_000}
# PostgreSQL's codes for "somebody else was faster": unique_violation, serialization_failure, deadlock_detected.
_COLLISIONS = {"23505", "40001", "40P01"}


class Store:
    """One database. `open_store` makes it; `close` ends it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.is_sqlite = engine.dialect.name == "sqlite"
        self._threads = ThreadPoolExecutor(1 if self.is_sqlite else _PG_THREADS, thread_name_prefix="store")
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="store-reads")
        options = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self._reading = engine.execution_options(**{_READ_ONLY: True}, **options)

    async def run(self, work: Callable[[Tx], T], *, repeatable: bool = False) -> T:
        """Run `work` in one transaction and commit. It may be run again from the start, after a collision with another
        replica or when its connection turns out to be dead, so it must change nothing but what its Tx holds. Raises
        StoreAway when the database does not answer.

        `repeatable`: to do it twice is as good as once. Then it is also run again when nobody knows whether it was
        committed, and so its last writes and the COMMIT may be sent together."""
        return await self._waited_for(self._threads, self.run_now, work, repeatable)

    async def read(self, work: Callable[[Tx], T]) -> T:
        """Run `work`, which only reads, and sees one state of the database throughout. It takes no lock and no thread
        of those that write, so that nothing waits for it, however much it reads. Raises StoreAway."""
        return await self._waited_for(self._readers, self.read_now, work)

    async def _waited_for(self, threads: ThreadPoolExecutor, work: Callable[..., T], *args: Any) -> T:
        under_way = asyncio.get_running_loop().run_in_executor(threads, work, *args)
        try:
            return await asyncio.wait_for(under_way, _LONGEST_S)
        except TimeoutError:
            raise StoreAway("the database does not answer in time") from None

    def run_now(self, work: Callable[[Tx], T], repeatable: bool = False) -> T:
        """The same in this thread."""
        with self._answering():
            for left in range(_RUN_AGAIN - 1, -1, -1):
                undone = True
                try:
                    with self.engine.begin() as connection:
                        tx = Tx(connection)
                        answer = work(tx)
                        if repeatable:
                            tx.commit()
                        else:
                            tx.flush()
                            undone = False  # from here on it may be committed, whatever becomes of the connection
                    log_told(tx.told)
                    return answer
                except DBAPIError as problem:
                    if not left or not (_is_collision(problem) or (undone and problem.connection_invalidated)):
                        raise
        raise AssertionError("unreachable")

    def read_now(self, work: Callable[[Tx], T]) -> T:
        """As `read`, in this thread."""
        with self._answering():
            for left in (1, 0):
                try:
                    with self._reading.begin() as connection:
                        return work(Tx(connection))
                except DBAPIError as problem:
                    if not left or not problem.connection_invalidated:
                        raise
        raise AssertionError("unreachable")

    @contextmanager
    def _answering(self) -> Iterator[None]:
        """Errors that say that the database does not answer are raised as StoreAway."""
        try:
            yield
        except DBAPIError as problem:
            if away := self._away(problem):
                raise away from problem
            raise
        except PoolTimeout as problem:
            raise StoreAway("the database has no free connection") from problem

    def _away(self, problem: DBAPIError) -> StoreAway | None:
        """Why nothing can be asked of the database now, where an error says that."""
        if self.is_sqlite and "no such table" in str(problem.orig):
            return StoreAway("the database has no schema yet: tocsin db upgrade")
        if _is_away(problem):
            return StoreAway(f"the database does not answer: {type(problem.orig).__name__}")
        return None

    def migrate(self) -> None:
        """Bring the schema up to date. Raises StoreAway when the database does not answer."""
        try:
            migrations.upgrade(self.engine)
        except OperationalError as problem:
            raise StoreAway(f"the database does not answer: {problem.orig}".strip()) from None

    async def read_clock(self, count: Callable[[], float]) -> Reading | None:
        """What the database's clock says, and at which `count`; None of SQLite, which has no clock of its own. Raises
        StoreAway."""

        def read(tx: Tx) -> Reading:
            before = count()
            said: datetime = tx.connection.execute(text("SELECT clock_timestamp()")).scalar_one()
            return Reading(said=said.astimezone(UTC), before=before, after=count())

        return None if self.is_sqlite else await self.run(read)

    def close(self) -> None:
        """End the threads and the connections."""
        self._readers.shutdown(wait=True)
        self._threads.shutdown(wait=True)
        self.engine.dispose()


def open_store(url: str) -> Store:
    """Open the database of a URL: `sqlite:///file.db` or `postgresql://user@host/name`. Connects at first use."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise BadContent("DATABASE_URL is not understood: write sqlite:///FILE or postgresql://...") from None
    if parsed.get_backend_name() == "sqlite":
        return Store(_sqlite(parsed.database or "tocsin.db"))
    if parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() != "postgresql":
        raise BadContent(
            f"DATABASE_URL: {parsed.get_backend_name()} is not supported: write sqlite:/// or postgresql://"
        )
    engine = create_engine(
        parsed,
        pool_size=_PG_THREADS,
        max_overflow=2,
        pool_timeout=5,
        pool_recycle=1800,
        connect_args={"connect_timeout": 5, **_NOTICE_SILENCE, "options": " ".join(f"-c {one}" for one in _SESSION)},
        json_serializer=lambda value: orjson.dumps(value).decode(),
        json_deserializer=_loads,
    )
    return Store(engine)


def missing_file(url: str) -> Path | None:
    """The file of a SQLite database that is not there yet, and that opening it would make; else None."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        return None
    file = Path(parsed.database or "tocsin.db")
    return (
        file if parsed.get_backend_name() == "sqlite" and parsed.database != ":memory:" and not file.exists() else None
    )


def _loads(raw: str | bytes) -> Any:
    return orjson.loads(raw)


def _sqlite(file: str) -> Engine:
    engine = create_engine(f"sqlite:///{file}", connect_args={"timeout": 10, "check_same_thread": False})

    @event.listens_for(engine, "do_connect")
    def _make_room(*_: Any) -> None:
        if file != ":memory:":
            Path(file).parent.mkdir(parents=True, exist_ok=True)

    @event.listens_for(engine, "connect")
    def _prepare(raw: Any, _record: Any) -> None:
        raw.isolation_level = None  # we say BEGIN ourselves
        cursor = raw.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "busy_timeout=10000",
            "cache_size=-16000",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A deferred BEGIN that writes later answers "database is locked" without waiting.
        reads = connection.get_execution_options().get(_READ_ONLY, False)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


def _is_collision(problem: DBAPIError) -> bool:
    # What follows a collision within one go is told only that something before it failed.
    after_one = isinstance(problem.orig, psycopg.errors.PipelineAborted)
    return after_one or isinstance(problem, IntegrityError) or getattr(problem.orig, "sqlstate", None) in _COLLISIONS


def _is_away(problem: DBAPIError) -> bool:
    state = getattr(problem.orig, "sqlstate", None) or ""
    # 54: what was to be stored is beyond the database's limits, which says nothing of the database.
    lost = problem.connection_invalidated or (isinstance(problem, OperationalError) and state[:2] != "54")
    return lost or state[:2] in {"08", "53", "57"}
