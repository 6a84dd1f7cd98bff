"""The wire: statements that are the same every time, sent by the driver itself, and several of them at once.

SQLAlchemy puts them together, once. What it does for every run takes longer than most of them do in the database."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import psycopg
from psycopg import generators
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Dialect, Select
from sqlalchemy.exc import DBAPIError

Values = Mapping[str, Any] | Sequence[Any]


@contextmanager
def in_one_go(connection: Connection) -> Iterator[None]:
    """Statements in here must answer nothing: PostgreSQL is sent them all before the first answer is waited for."""
    raw = _driver(connection)
    if isinstance(raw, sqlite3.Connection):
        yield
        return
    try:
        with _pipeline(raw):
            yield
    except psycopg.Error as problem:
        raise _known(problem, raw) from problem


def commit(connection: Connection) -> None:
    """Commit in the same go as what was sent before. Raises what SQLAlchemy does when it could not be."""
    raw = _driver(connection)
    if not isinstance(raw, sqlite3.Connection):
        _send_all(raw)
        raw.commit()  # SQLAlchemy, which commits as well, finds nothing left to do


def tell(connection: Connection, statement: str, values: Values) -> None:
    """Run a statement that answers nothing."""
    raw = _driver(connection)
    try:
        raw.execute(statement, values)
    except (psycopg.Error, sqlite3.Error) as problem:
        raise _known(problem, raw) from problem


def answers(connection: Connection, statement: str, values: Values) -> Sequence[Sequence[Any]]:
    """The rows that answer a text, as the driver reads them."""
    raw = _driver(connection)
    try:
        return _rows(raw, (statement, values))[0]
    except (psycopg.Error, sqlite3.Error) as problem:
        raise _known(problem, raw) from problem


def ask(connection: Connection, statement: Select[Any], values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows that answer a statement made of parameters by name; their values as the columns' types have them."""
    return ask_all(connection, (statement, values))[0]


def ask_all(connection: Connection, *asked: tuple[Select[Any], Mapping[str, Any]]) -> list[list[dict[str, Any]]]:
    """The same of several, each asked once the one before is answered; but PostgreSQL is sent them all at once."""
    raw = _driver(connection)
    questions = [(_question(statement, connection.dialect), values) for statement, values in asked]
    try:
        answered = _rows(raw, *((question.text, question.given(values)) for question, values in questions))
    except (psycopg.Error, sqlite3.Error) as problem:
        raise _known(problem, raw) from problem
    return [[one.read(row) for row in rows] for (one, _), rows in zip(questions, answered, strict=True)]


def _rows(raw: Any, *asked: tuple[str, Values]) -> list[Sequence[Sequence[Any]]]:
    if isinstance(raw, sqlite3.Connection) or (len(asked) == 1 and not _begins(raw)):
        return [raw.execute(text, values).fetchall() for text, values in asked]
    with _pipeline(raw):  # along with the BEGIN
        cursors = [raw.execute(text, values) for text, values in asked]
    return [cursor.fetchall() for cursor in cursors]


@contextmanager
def _pipeline(raw: psycopg.Connection[Any]) -> Iterator[None]:
    with raw.pipeline():
        try:
            yield
        finally:
            _send_all(raw)


def _send_all(raw: psycopg.Connection[Any]) -> None:
    """Hand everything over to the network. When psycopg ends a pipeline or commits, it waits for answers without
    looking whether all has been sent: of something large the rest would stay here, while PostgreSQL waits for it."""
    if not raw.closed:
        raw.wait(generators.send(raw.pgconn))


def _begins(raw: psycopg.Connection[Any]) -> bool:
    return raw.pgconn.transaction_status == TransactionStatus.IDLE


class _Question:
    """A statement as the driver takes it."""

    def __init__(self, statement: Select[Any], dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self.text = str(compiled)
        self._places: Sequence[str] | None = getattr(compiled, "positiontup", None)
        self._names = [column.name for column in statement.selected_columns]
        kinds = [column.type.dialect_impl(dialect) for column in statement.selected_columns]
        self._readers: list[Callable[[Any], Any] | None] = [kind.result_processor(dialect, None) for kind in kinds]

    def given(self, values: Mapping[str, Any]) -> Values:
        return values if self._places is None else [values[name] for name in self._places]

    def read(self, row: Sequence[Any]) -> dict[str, Any]:
        cells = zip(self._names, self._readers, row, strict=True)
        return {name: value if reader is None else reader(value) for name, reader, value in cells}


@lru_cache
def _question(statement: Select[Any], dialect: Dialect) -> _Question:
    return _Question(statement, dialect)


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection


def _known(problem: Exception, raw: Any) -> Exception:
    """As SQLAlchemy raises it. A connection that is gone is noticed by its pool when it is given back."""
    base, gone = (psycopg.Error, raw.closed) if isinstance(problem, psycopg.Error) else (sqlite3.Error, False)
    known: Exception = DBAPIError.instance(None, None, problem, base, connection_invalidated=gone)
    return known
