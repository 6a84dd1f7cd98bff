"""What probes of PostgreSQL share: a session that can only read, ends in time, and belongs to nobody else.

Every statement runs in one transaction that was begun read-only, under a statement timeout. What a pack brings along
is declared as a cursor, which takes a single SELECT and nothing else: no second statement, no INSERT within a WITH."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal, LiteralString, Self

import psycopg
from psycopg import errors
from psycopg.rows import dict_row
from pydantic import AfterValidator, Field, model_validator

from bot.core.evidence import Trouble
from bot.core.text import bounded
from bot.probes._deadline import in_time
from bot.probes._secrets import SecretName, first_words, secret_of
from bot.probes.base import Parameters, ProbeFailed, Site
from bot.transports.reaching import why_unreachable

LONGEST_VALUE = 500
"""Characters of a value, or of a statement, that are shown."""

_LONGEST_LIST = 100

_ADDRESS = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<host>[^:\[\]\s,@]+))(?::(?P<port>\d{1,5}))?")

DatabaseName = Annotated[str, Field(max_length=63, pattern=r"^[^\x00-\x1f\x7f]*$")]
SchemaName = Annotated[str, Field(max_length=63, pattern=r"^[A-Za-z_][A-Za-z0-9_$]*$")]


class PostgresParameters(Parameters):
    """As whom to look, and into which database; where it listens stands in the check's target."""

    name: DatabaseName = Field(default="", description="The database; none: the one called as the user")
    user: DatabaseName = Field(
        default="postgres", description="The account; one with the role pg_monitor sees all and changes nothing"
    )
    secret: SecretName | None = Field(
        default=None, description="The pack's secret variable that holds the password; none: it needs none"
    )
    sslmode: Literal["disable", "prefer", "require", "verify-full"] = Field(
        default="prefer", description="Whether to encrypt: verify-full also believes no other host"
    )


class Session:
    """One read-only transaction. Not for several at once."""

    def __init__(self, connection: psycopg.AsyncConnection[dict[str, Any]]) -> None:
        self._connection = connection

    async def rows(self, statement: LiteralString, values: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """The rows of a statement of ours."""
        cursor = await self._connection.execute(statement, values, prepare=False)
        return [{name: plain(value) for name, value in row.items()} for row in await cursor.fetchall()]

    async def row(self, statement: LiteralString, values: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The only row of a statement of ours."""
        rows = await self.rows(statement, values)
        return rows[0] if rows else {}

    async def try_rows(self, statement: LiteralString) -> list[dict[str, Any]] | None:
        """The same; None where it is not allowed, or there is no such thing in this version. The transaction lives."""
        try:
            async with self._connection.transaction():
                return await self.rows(statement)
        except (errors.InsufficientPrivilege, errors.SyntaxErrorOrAccessRuleViolation, errors.FeatureNotSupported):
            return None

    async def query(
        self, text: str, values: Mapping[str, Any], most: int
    ) -> tuple[list[str], list[dict[str, Any]], bool]:
        """The columns and at most so many rows of a pack's query, and whether there were more."""
        async with psycopg.AsyncServerCursor(self._connection, "tocsin", row_factory=dict_row) as cursor:
            await cursor.execute(text.encode(), values or None)
            rows = await cursor.fetchmany(most + 1)
            columns = [column.name for column in cursor.description or ()]
        shown = [{name: plain(value) for name, value in row.items()} for row in rows[:most]]
        return columns, shown, len(rows) > most

    async def plan(self, text: str, values: Mapping[str, Any]) -> Any:
        """How PostgreSQL would run a pack's query; it is not run."""
        cursor = await self._connection.execute(b"EXPLAIN (FORMAT JSON) " + text.encode(), values or None, prepare=True)
        row = await cursor.fetchone()
        return next(iter(row.values())) if row else None


_NO_FILE = "/dev/null/none"
"""No file can be there. Of /dev/null itself libpq complains, each time, that it is no plain file."""


@asynccontextmanager
async def session(parameters: PostgresParameters, site: Site) -> AsyncIterator[Session]:
    """A session of its own, closed afterwards. Raises ProbeFailed for whatever goes wrong in it."""
    password = secret_of(site, parameters.secret)
    host, port = _place(site.address)
    late = asyncio.Event()
    async with in_time(site, "PostgreSQL") as limit:
        loop, connection = asyncio.get_running_loop(), None
        over_at = loop.time() + limit - max(0.1, 0.05 * limit)
        hang_up: asyncio.TimerHandle | None = None
        try:
            connection = await psycopg.AsyncConnection[dict[str, Any]].connect(
                host=host, port=port, user=parameters.user, password=password or None, sslmode=parameters.sslmode,
                dbname=parameters.name or parameters.user, row_factory=dict_row, application_name="tocsin",
                connect_timeout=max(2, int(limit)), passfile=_NO_FILE,
                options=f"-c default_transaction_read_only=on -c statement_timeout={max(50, int(800 * limit))}"
                " -c lock_timeout=1000 -c idle_in_transaction_session_timeout=60000",
            )  # fmt: skip
            hang_up = loop.call_at(over_at, _hang_up, connection.fileno(), late)
            yield Session(connection)
        except psycopg.Error as error:
            if late.is_set():
                raise TimeoutError from None
            raise _failed(error, password) from None
        finally:
            if hang_up is not None:
                hang_up.cancel()
            if connection is not None:
                await connection.close()


def _hang_up(file: int, late: asyncio.Event) -> None:
    """Break the connection off. Being cancelled, psycopg would first wait for the server to confirm it, which one that
    hangs never does."""
    late.set()
    with contextlib.suppress(OSError), socket.socket(fileno=os.dup(file)) as own:
        own.shutdown(socket.SHUT_RDWR)


def _place(address: str) -> tuple[str, int]:
    """Host and port; a path is the folder of a socket."""
    if address.startswith("/"):
        return address, 5432
    found = _ADDRESS.fullmatch(address.removeprefix("postgresql://").rstrip("/"))
    if found is None:
        raise ProbeFailed("the address of the database is none: write host:5432", Trouble.MISSING)
    return found["six"] or found["host"], int(found["port"] or 5432)


_BY_SORT: Sequence[tuple[type[psycopg.Error], Trouble]] = (
    (errors.InvalidAuthorizationSpecification, Trouble.AUTH),
    (errors.InsufficientPrivilege, Trouble.PERMISSION),
    (errors.ReadOnlySqlTransaction, Trouble.PERMISSION),
    (errors.QueryCanceled, Trouble.TIMEOUT),
    (errors.LockNotAvailable, Trouble.TIMEOUT),
    (errors.InvalidCatalogName, Trouble.MISSING),
    (errors.UndefinedTable, Trouble.MISSING),
    (errors.UndefinedColumn, Trouble.MISSING),
    (errors.UndefinedFunction, Trouble.MISSING),
    (errors.TooManyConnections, Trouble.REFUSED),
    (errors.CannotConnectNow, Trouble.REFUSED),
)

# Before a session stands, libpq says in words only what happened.
_BY_WORDS: Sequence[tuple[re.Pattern[str], Trouble]] = tuple(
    (re.compile(words, re.IGNORECASE), trouble)
    for words, trouble in (
        (r"expected authentication request|invalid (?:response|message|authentication)", Trouble.PARSE),
        (r"password|authentication|pg_hba|role .* (?:does not exist|is not permitted)", Trouble.AUTH),
        (r"could not translate|name or service|resolve|temporary failure in name", Trouble.DNS),
        (r"connection refused|too many (?:clients|connections)|starting up|shutting down|slots are reserved",
         Trouble.REFUSED),
        (r"timeout|timed out", Trouble.TIMEOUT),
        (r"\bSSL\b|certificate|GSSAPI", Trouble.TLS),
        (r"database .* does not exist|no such file", Trouble.MISSING),
        (r"permission denied", Trouble.PERMISSION),
    )
)  # fmt: skip


def _failed(error: psycopg.Error, password: str) -> ProbeFailed:
    said = first_words(error.diag.message_primary or error, password)
    for sort, trouble in _BY_SORT:
        if isinstance(error, sort):
            return ProbeFailed(f"PostgreSQL: {said}", trouble)
    if isinstance(error, psycopg.OperationalError):
        for words, trouble in _BY_WORDS:
            if words.search(str(error)):
                return ProbeFailed(f"PostgreSQL: {said}", trouble)
        return ProbeFailed(f"PostgreSQL: {said}", why_unreachable(error)[1])
    return ProbeFailed(f"PostgreSQL: {said}", Trouble.PARSE)


def plain(value: Any) -> Any:
    """A value of a column as facts and tables have it: numbers, texts, flags; bounded."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Decimal):
        return float(value) if value.is_finite() else None
    if isinstance(value, timedelta):
        return round(value.total_seconds(), 3)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, list):
        return [plain(one) for one in value[:_LONGEST_LIST]]
    if isinstance(value, bytes | memoryview):
        return f"{len(value)} bytes"
    return bounded(str(value), LONGEST_VALUE)


_LITERAL = re.compile(
    r"""
    (?P<skip> "(?:[^"]|"")*" )                              # a name in quotes stays
    | [eEbBxXnN]?'(?:[^'\\]|''|\\.)*+(?:'|\Z)               # a text; the last one may be cut off
    | \$(?P<tag>[A-Za-z_]\w{0,60}|)\$.*?(?:\$(?P=tag)\$|\Z) # a text between dollars
    | --[^\n]*+ | /\*.*?(?:\*/|\Z)                          # remarks, in which anything may stand
    | (?<![\w$.])\d[\d_]*+(?:\.\d*+)?(?:[eE][+-]?\d++)?     # a number
    """,
    re.VERBOSE | re.DOTALL,
)


def masked(statement: str) -> str:
    """A statement without the values in it: they may be names, amounts and keys. One line."""
    shown = _LITERAL.sub(lambda found: found["skip"] or "?", statement)
    return bounded(" ".join(shown.split()), LONGEST_VALUE)


def _one_query(text: str) -> str:
    text = text.strip().removesuffix(";").rstrip()
    if re.match(r"(?:select|with|values|table)\b", text, re.IGNORECASE) is None:
        raise ValueError("is no query that only reads: begin it with SELECT or WITH")
    return text


QueryText = Annotated[str, Field(min_length=1, max_length=20_000), AfterValidator(_one_query)]
"""One query, which is PostgreSQL's to refuse where it writes. Values stand in it as %(name)s."""

ValueName = Annotated[str, Field(max_length=60, pattern="^[a-z][a-z0-9_]*$")]
Value = Annotated[str, Field(max_length=1000)] | int | float | bool
"""What is bound to a query: never a part of its text."""


class QueryParameters(PostgresParameters):
    """A query of the pack."""

    query: QueryText = Field(
        description="One query that only reads; values stand in it as %(name)s, a percent sign as %%",
        examples=["SELECT count(*) AS rows FROM market_data WHERE timestamp > now() - interval '1 hour'"],
    )
    values: dict[ValueName, Value] = Field(
        default={}, max_length=20, description="The values by name; the database gives them the types it needs"
    )

    @model_validator(mode="after")
    def _each_place_has_its_value(self) -> Self:
        places = set(re.findall(r"%\(([^)]*)\)s", self.query))
        if missing := sorted(places - self.values.keys()):
            raise ValueError(f"values: there is none for %({missing[0]})s")
        if unknown := sorted(self.values.keys() - places):
            raise ValueError(f"values: the query has no place %({unknown[0]})s")
        return self
