"""The wire: what is sent at once arrives whole, however large it is."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DataError

from bot.store.store import open_store
from bot.store.wire import commit, in_one_go, tell

LARGE = "x" * 400_000


@pytest.fixture
def connection(postgres_url) -> Iterator:
    """A connection to PostgreSQL whose way there takes only a little at a time."""
    store = open_store(postgres_url)
    with store.engine.connect() as connection:
        connection.execute(text("CREATE TEMPORARY TABLE large (at INTEGER, what TEXT)"))
        connection.commit()
        narrow(connection)
        yield connection
    store.close()


def narrow(connection) -> None:
    with socket.socket(fileno=os.dup(connection.connection.driver_connection.fileno())) as way:
        way.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4608)


@contextmanager
def one_go(connection, *, commits: bool) -> Iterator[None]:
    with in_one_go(connection):
        yield
        if commits:
            commit(connection)


@pytest.mark.timeout(30)
@pytest.mark.parametrize("commits", [True, False])
def test_several_large_statements_in_one_go(connection, commits):
    """The answers of PostgreSQL are only waited for when everything has been sent: else both would wait for ever."""
    for _ in range(5):
        with one_go(connection, commits=commits):
            for at in range(6):
                tell(connection, "INSERT INTO large VALUES (%s, %s)", (at, LARGE))
        connection.commit()
    assert connection.execute(text("SELECT count(*), sum(length(what)) FROM large")).one() == (30, 30 * len(LARGE))


@pytest.mark.timeout(30)
def test_a_large_statement_that_fails(connection):
    """Of the rest, too, everything is sent before the failure is read."""

    def all_of_it() -> None:
        with connection.begin(), in_one_go(connection):
            tell(connection, "INSERT INTO large VALUES (1 / 0, %s)", (LARGE,))
            for at in range(6):
                tell(connection, "INSERT INTO large VALUES (%s, %s)", (at, LARGE))

    with pytest.raises(DataError, match="division by zero"):
        all_of_it()
    assert connection.execute(text("SELECT count(*) FROM large")).scalar() == 0
