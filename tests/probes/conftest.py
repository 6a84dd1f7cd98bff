"""What probes look at: a PostgreSQL of their own kind of rights, a Prometheus."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Iterator
from typing import Any

import psycopg
import pytest
import pytest_asyncio

from tests.probes.monitors import prometheus
from tests.probes.postgres import Database


@pytest.fixture(scope="session")
def guarded_postgres(postgres: Any) -> Any:
    """The shared server, where the account `locked` needs a password."""
    rules = postgres.pgdata / "pg_hba.conf"
    rules.write_text("local all locked scram-sha-256\n" + rules.read_text())
    with psycopg.connect(postgres.get_uri(), autocommit=True) as connection:
        connection.execute("SELECT pg_reload_conf()")
    return postgres


@pytest.fixture
def database(guarded_postgres: Any, bare_postgres_url: str) -> Database:
    """An empty database."""
    return Database(bare_postgres_url)


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def monitor(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """The address of a real Prometheus, which all tests only ask."""
    async with prometheus(tmp_path_factory.mktemp("prometheus")) as address:
        yield address


@pytest.fixture
def collected() -> Iterator[None]:
    """What the test left to the garbage collector is collected while its own warnings are still ignored. What was there
    before is not looked at: with the objects of a whole suite that would take longer than the test."""
    gc.freeze()
    yield
    gc.collect()
