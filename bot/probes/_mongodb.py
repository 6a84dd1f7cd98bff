"""What probes of MongoDB share: one client per look, whose commands only read and end in time."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import Annotated, Any

from pydantic import Field

from bot.core.evidence import Trouble
from bot.probes._deadline import in_time
from bot.probes._secrets import SecretName, first_words, secret_of
from bot.probes.base import Parameters, ProbeFailed, Site, not_installed
from bot.transports.reaching import why_unreachable

_HOST = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<host>[^:\[\]\s,/@]+))(?::(?P<port>\d{1,5}))?")

DatabaseName = Annotated[str, Field(max_length=63, pattern=r"^[^\x00-\x1f\x7f/\\. \"$*<>:|?]*$")]
CollectionName = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f$]+$")]
UserName = Annotated[str, Field(max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")]


class MongoParameters(Parameters):
    """As whom to look, and into which database; where it listens stands in the check's target."""

    name: DatabaseName = Field(default="admin", description="The database to look into")
    user: UserName = Field(
        default="", description="The account; one with the role clusterMonitor sees all; none: nobody"
    )
    secret: SecretName | None = Field(
        default=None, description="The pack's secret variable that holds the password; none: it needs none"
    )
    known_in: DatabaseName = Field(default="admin", description="The database in which the account is kept")
    tls: bool = Field(default=False, description="Whether it is spoken to by TLS")


class Mongo:
    """One client. Every answer is a mapping with texts as keys."""

    def __init__(self, client: Any, name: str) -> None:
        self._client, self._name = client, name

    async def command(self, command: Mapping[str, Any], database: str = "admin") -> dict[str, Any]:
        """The answer to a command that only reads."""
        return dict(await self._client[database].command(dict(command)))

    async def here(self, command: Mapping[str, Any]) -> dict[str, Any]:
        """The same in the database that is looked into."""
        return await self.command(command, self._name)

    async def first_of(self, command: Mapping[str, Any], database: str | None = None) -> list[dict[str, Any]]:
        """The documents of the first batch of a `find` or `aggregate`."""
        cursor = (await self.command(command, database or self._name)).get("cursor")
        batch = cursor.get("firstBatch") if isinstance(cursor, dict) else None
        return [dict(one) for one in batch if isinstance(one, dict)] if isinstance(batch, list) else []

    async def try_first_of(
        self, command: Mapping[str, Any], database: str | None = None
    ) -> list[dict[str, Any]] | None:
        """The same; None where it is not allowed, or there is no such thing."""
        with contextlib.suppress(importlib.import_module("pymongo.errors").OperationFailure):
            return await self.first_of(command, database)
        return None


@asynccontextmanager
async def mongo(parameters: MongoParameters, site: Site) -> AsyncIterator[Mongo]:
    """A client, closed afterwards. Raises ProbeFailed for whatever goes wrong with it."""
    password = secret_of(site, parameters.secret)
    hosts = _hosts(site.address)
    try:
        pymongo = importlib.import_module("pymongo")
        errors = importlib.import_module("pymongo.errors")
        bson = importlib.import_module("bson.errors")
    except ImportError:
        raise not_installed("mongodb") from None
    async with in_time(site, "MongoDB") as limit:
        await _reach(hosts)
        login = {"username": parameters.user, "password": password} if parameters.user else {}
        known = {"authSource": parameters.known_in} if parameters.user else {}
        whole = int(1000 * limit)
        client = pymongo.AsyncMongoClient(
            [f"[{host}]:{port}" if ":" in host else f"{host}:{port}" for host, port in hosts],
            **login, **known, tls=parameters.tls, directConnection=len(hosts) == 1, appname="tocsin", maxPoolSize=2,
            serverSelectionTimeoutMS=max(50, whole * 7 // 10), connectTimeoutMS=whole, socketTimeoutMS=whole,
            retryReads=False, retryWrites=False, connect=False, unicode_decode_error_handler="replace",
            readPreference="primaryPreferred",
        )  # fmt: skip
        try:
            yield Mongo(client, parameters.name)
        except (errors.PyMongoError, bson.BSONError, OSError, ValueError, KeyError, TypeError) as error:
            raise _failed(errors, error, client, password) from None
        finally:
            await client.close()


def _hosts(address: str) -> list[tuple[str, int]]:
    found = [_HOST.fullmatch(one) for one in address.removeprefix("mongodb://").split("/")[0].split(",")]
    hosts = [(one["six"] or one["host"], int(one["port"] or 27017)) for one in found if one is not None]
    if len(hosts) != len(found) or any(port > 65_535 for _, port in hosts):
        raise ProbeFailed("the address of MongoDB is none: write host:27017", Trouble.MISSING)
    return hosts


async def _reach(hosts: list[tuple[str, int]]) -> None:
    """Whether anybody listens at all: the client itself would try again until its time is over."""
    problem: OSError | None = None
    for host, port in hosts:
        try:
            _, writer = await asyncio.open_connection(host, port)
        except OSError as failure:
            problem = failure
            continue
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        return
    words, trouble = why_unreachable(problem or OSError())
    raise ProbeFailed(f"MongoDB: {words}", trouble)


_BY_CODE = {
    13: Trouble.PERMISSION,
    18: Trouble.AUTH,
    8000: Trouble.AUTH,
    11: Trouble.AUTH,
    26: Trouble.MISSING,
    59: Trouble.MISSING,
    76: Trouble.MISSING,
    94: Trouble.MISSING,
    50: Trouble.TIMEOUT,
}


def _failed(errors: Any, error: BaseException, client: Any, password: str) -> ProbeFailed:
    if isinstance(error, errors.ServerSelectionTimeoutError):
        behind = [one.error for one in client.topology_description.server_descriptions().values() if one.error]
        error = next((one for one in behind if not isinstance(one, errors.ServerSelectionTimeoutError)), error)
    details = getattr(error, "details", None)
    if isinstance(error, errors.AutoReconnect) and isinstance(details, dict) and "errmsg" in details:
        return ProbeFailed(f"MongoDB: {first_words(details['errmsg'], password)}", Trouble.REFUSED)
    if isinstance(error, errors.ProtocolError):
        return ProbeFailed("MongoDB: the answer is not understood", Trouble.PARSE)
    if isinstance(error, errors.OperationFailure):
        said = first_words(error.details.get("errmsg") if error.details else error, password)
        trouble = _BY_CODE.get(error.code or 0, Trouble.REFUSED)
        if "auth" in said.lower() and trouble is Trouble.REFUSED:
            trouble = Trouble.AUTH
        return ProbeFailed(f"MongoDB: {said}", trouble)
    if isinstance(error, errors.ConfigurationError):
        return ProbeFailed(f"MongoDB: {first_words(error, password)}", Trouble.PARSE)
    if isinstance(error, errors.NetworkTimeout | errors.ExecutionTimeout | errors.ServerSelectionTimeoutError):
        return ProbeFailed("MongoDB did not answer in time", Trouble.TIMEOUT)
    if isinstance(error, errors.ConnectionFailure | OSError):
        words, trouble = why_unreachable(error)
        return ProbeFailed(f"MongoDB: {words if trouble is not Trouble.LOST else 'the connection broke'}", trouble)
    return ProbeFailed("MongoDB: the answer is not understood", Trouble.PARSE)


def number(value: Any) -> float | int | None:
    """The number that a field of an answer is, if it is one."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) and value == value else None


def part(value: Any) -> Mapping[str, Any]:
    """The field of an answer where it is a document; else an empty one."""
    return value if isinstance(value, Mapping) else {}


def parts(value: Any) -> list[Mapping[str, Any]]:
    """The documents in a list."""
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


_FIELDS_KEPT = frozenset(
    {"find", "aggregate", "count", "distinct", "update", "delete", "insert", "getMore", "collection"}
)


def shape(value: Any, depth: int = 0) -> Any:
    """A command without the values in it: the names of fields and operators stay, what they are compared to goes."""
    if depth > 8:
        return "…"
    if isinstance(value, Mapping):
        return {
            str(name)[:100]: inner if name in _FIELDS_KEPT and isinstance(inner, str) else shape(inner, depth + 1)
            for name, inner in list(value.items())[:50]
            if not str(name).startswith(("$db", "lsid", "$clusterTime", "$readPreference"))
        }
    if isinstance(value, list):
        return [shape(inner, depth + 1) for inner in value[:5] if isinstance(inner, Mapping | list)] or ["?"]
    return "?"


def steps_of(stage: Any) -> Iterator[Mapping[str, Any]]:
    """A plan's stages, outermost first; not for ever."""
    waiting, seen = [part(stage)], 0
    while waiting and seen < 200:
        one = waiting.pop(0)
        seen += 1
        if one:
            yield one
        waiting += [part(one.get("inputStage")), *parts(one.get("inputStages")), part(one.get("queryPlan"))]
        waiting = [inner for inner in waiting if inner]
