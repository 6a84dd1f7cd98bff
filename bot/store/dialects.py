"""What SQLite and PostgreSQL spell differently."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_into(connection: Connection, table: Table) -> Any:
    """An insert that knows `on_conflict_do_nothing` and `on_conflict_do_update`, which both databases have."""
    return (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(table)


def insert_new(connection: Connection, table: Table) -> Any:
    """An insert of rows, of which those that are there already stay as they are."""
    return _insert_new(connection.dialect.name, table)


def upsert(connection: Connection, table: Table, *changing: str) -> Any:
    """An insert of rows; of those whose primary key is there already, the `changing` columns are changed."""
    return _upsert(connection.dialect.name, table, changing)


# Statements are put together once each, since that takes longer than to run them.


@lru_cache
def _insert_new(dialect: str, table: Table) -> Any:
    return (sqlite if dialect == "sqlite" else postgresql).insert(table).on_conflict_do_nothing()


@lru_cache
def _upsert(dialect: str, table: Table, changing: tuple[str, ...]) -> Any:
    statement = (sqlite if dialect == "sqlite" else postgresql).insert(table)
    return statement.on_conflict_do_update(
        index_elements=list(table.primary_key.columns), set_={name: statement.excluded[name] for name in changing}
    )
