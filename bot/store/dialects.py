"""What SQLite and PostgreSQL spell differently; and many rows written by one statement on both.

Rows travel as one JSON text, which the database takes apart. To bind each value of each row, or to run a statement for
each row, costs several times as much; and in SQLite every run gives up the interpreter's lock, which its thread gets
back late while alerts arrive."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import (
    CTE,
    Column,
    ColumnElement,
    CompoundSelect,
    Connection,
    Dialect,
    Select,
    Table,
    Text,
    bindparam,
    cast,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.columns import Json
from bot.store.wire import answers, tell

_FEW = 10
"""PostgreSQL takes the rows of a function for a hundred, and goes through the whole table for so many. Where it is told
that they are few it uses the index."""


def given(dialect: str, name: str, *columns: str) -> CTE:
    """Rows of texts that are handed in as one parameter of this name, by `rows_given`: the statement stays the same
    however many there are."""
    parameter = bindparam(name, type_=Text)
    if dialect == "sqlite":
        rows = func.json_each(parameter).table_valued("value")
        values = [literal_column(f"json_extract(value, '$[{n}]')", Text) for n in range(len(columns))]
    else:
        rows = func.jsonb_array_elements(cast(parameter, postgresql.JSONB)).table_valued("value")
        values = [literal_column(f"value ->> {n}", Text) for n in range(len(columns))]
    named = [value.label(column) for value, column in zip(values, columns, strict=True)]
    return select(*named).select_from(rows).cte(name)


def rows_given(rows: Iterable[Sequence[str]]) -> str:
    """The parameter that `given` reads."""
    return orjson.dumps([list(row) for row in rows]).decode()


def among(dialect: str, column: Column[Any], found: Select[Any] | CompoundSelect[Any]) -> ColumnElement[bool]:
    """Whether a column is one of what is found. PostgreSQL guesses how many that are, and goes through the whole table
    where it thinks them many; an array it looks up by the index."""
    if dialect == "sqlite":
        return column.in_(found)
    return column == func.any(func.array(found.scalar_subquery()))


def insert_into(connection: Connection, table: Table) -> Any:
    """An insert that knows `on_conflict_do_nothing` and `on_conflict_do_update`, which both databases have."""
    return (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(table)


def insert_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows in this order. All have the same columns."""
    _run(connection, _insert(connection.dialect, table, tuple(rows[0]), ""), rows)


def insert_row(connection: Connection, table: Table, row: Mapping[str, Any], answer: str) -> Any:
    """Insert one row; what the database gave it in the column `answer`."""
    statement = _insert(connection.dialect, table, tuple(row), f"RETURNING {answer}")
    return answers(connection, statement, (_encoded(connection, [row]),))[0][0]


def insert_new_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows in this order; those that are there already stay as they are."""
    _run(connection, _insert(connection.dialect, table, tuple(rows[0]), "ON CONFLICT DO NOTHING"), rows)


def upsert_rows(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], changing: Sequence[str]
) -> None:
    """Insert rows; of those whose primary key is there already, change these columns. No key may come twice."""
    key = ", ".join(column.name for column in table.primary_key)
    sets = ", ".join(f"{name} = excluded.{name}" for name in changing)
    conflict = f"ON CONFLICT ({key}) DO UPDATE SET {sets}"
    _run(connection, _insert(connection.dialect, table, tuple(rows[0]), conflict), rows)


def update_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Change rows, found by their primary key. All have the same columns."""
    _run(connection, _update(connection.dialect, table, tuple(rows[0]), few=len(rows) <= _FEW), rows)


def _run(connection: Connection, statement: str, rows: Sequence[Mapping[str, Any]]) -> None:
    tell(connection, statement, (_encoded(connection, rows),))


def _encoded(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> str:
    instant = _sqlite_instant if connection.dialect.name == "sqlite" else _instant
    values = [list(row.values()) for row in rows]
    return orjson.dumps(values, default=instant, option=orjson.OPT_PASSTHROUGH_DATETIME).decode()


def run_text(connection: Connection, texts: Mapping[str, str], values: Mapping[str, Any]) -> None:
    """Run the text of this dialect with named values: lists as JSON, instants as the columns hold them."""
    name = connection.dialect.name
    tell(connection, texts[name], {key: _given(name, value) for key, value in values.items()})


def _given(dialect: str, value: Any) -> Any:
    if isinstance(value, list):
        return orjson.dumps(value).decode()
    if isinstance(value, datetime):
        return _sqlite_instant(value) if dialect == "sqlite" else _instant(value)
    return value


def _instant(value: Any) -> str:
    if not isinstance(value, datetime):
        raise TypeError(f"{type(value).__name__} is not a value of a column")
    if value.tzinfo is None:
        raise ValueError(f"{value} has no time zone: instants are UTC")
    return value.isoformat()


def _sqlite_instant(value: Any) -> str:
    _instant(value)
    return str(value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds"))


@lru_cache
def _insert(dialect: Dialect, table: Table, names: tuple[str, ...], conflict: str) -> str:
    given = _select(dialect, table, names)
    # SQLite could take an ON right after FROM for a join's; WHERE says that it is none.
    return f"INSERT INTO {table.name} ({', '.join(names)}) {given} WHERE true {conflict}"


@lru_cache
def _update(dialect: Dialect, table: Table, names: tuple[str, ...], *, few: bool) -> str:
    key = [column.name for column in table.primary_key]
    sets = ", ".join(f"{name} = given.{name}" for name in names if name not in key)
    same = " AND ".join(f"{table.name}.{name} = given.{name}" for name in key)
    given = _select(dialect, table, names) + (f" LIMIT {_FEW}" if few else "")
    return f"UPDATE {table.name} SET {sets} FROM ({given}) AS given WHERE {same}"  # noqa: S608


def _select(dialect: Dialect, table: Table, names: tuple[str, ...]) -> str:
    rows = "json_each(?)" if dialect.name == "sqlite" else "jsonb_array_elements(CAST(%s AS JSONB)) AS row(value)"
    values = [_value(dialect, table.c[name], place) for place, name in enumerate(names)]
    return f"SELECT {', '.join(values)} FROM {rows}"  # noqa: S608


def _value(dialect: Dialect, column: Column[Any], place: int) -> str:
    if dialect.name == "sqlite":
        return f"json_extract(value, '$[{place}]') AS {column.name}"
    if isinstance(column.type, Json):
        return f"value -> {place} AS {column.name}"
    return f"CAST(value ->> {place} AS {column.type.compile(dialect)}) AS {column.name}"
