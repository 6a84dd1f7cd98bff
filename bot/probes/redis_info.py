"""redis_info: whether Redis answers, and what it says of itself: memory, clients, rejected and evicted, its copies."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import Field

from bot.core.evidence import Seen, Table, Trouble
from bot.probes._deadline import in_time, limit_of
from bot.probes._secrets import SecretName, first_words, secret_of
from bot.probes._text import decimal, integer, percent
from bot.probes.base import Fact, Parameters, Probe, ProbeFailed, Site, not_installed
from bot.transports.reaching import why_unreachable

_ITS_OWN_FAULT = (Trouble.REFUSED, Trouble.TIMEOUT, Trouble.AUTH, Trouble.DNS, Trouble.TLS, Trouble.LOST, Trouble.PARSE)
"""That it cannot be reached is what is asked for here, not a reason not to know."""

UserName = Annotated[str, Field(max_length=100, pattern=r"^[^\x00-\x20\x7f]*$")]


class RedisInfoParameters(Parameters):
    """As whom to look; where it listens stands in the check's target."""

    user: UserName = Field(default="", description="The account; none: the default one")
    secret: SecretName | None = Field(
        default=None, description="The pack's secret variable that holds the password; none: it needs none"
    )
    tls: bool = Field(default=False, description="Whether it is spoken to by TLS")


async def _look(parameters: RedisInfoParameters, site: Site) -> Seen:
    facts: dict[str, Any] = dict.fromkeys(_FACTS)
    try:
        ping_ms, said = await _asked(parameters, site)
    except ProbeFailed as failure:
        if failure.trouble not in _ITS_OWN_FAULT:
            raise
        return Seen(facts=facts | {"answers": False, "trouble": str(failure.trouble)}, excerpt=[str(failure)])
    facts |= {"answers": True, "ping_ms": ping_ms} | facts_of(said)
    return Seen(facts=facts, table=_table(facts))


async def _asked(parameters: RedisInfoParameters, site: Site) -> tuple[float, Mapping[str, Any]]:
    password = secret_of(site, parameters.secret)
    host, port, tls = _place(site.address, parameters.tls)
    try:
        redis = importlib.import_module("redis.asyncio")
        errors = importlib.import_module("redis.exceptions")
        retry = importlib.import_module("redis.asyncio.retry").Retry(
            importlib.import_module("redis.backoff").NoBackoff(), 0
        )
    except ImportError:
        raise not_installed("redis") from None
    loop = asyncio.get_running_loop()
    client = redis.Redis(
        host=host, port=port, ssl=tls, username=parameters.user or None, password=password or None, retry=retry,
        socket_timeout=limit_of(site), socket_connect_timeout=limit_of(site), decode_responses=True, max_connections=1,
        encoding_errors="replace", single_connection_client=True, protocol=2,
    )  # fmt: skip
    try:
        async with in_time(site, "Redis"):
            await client.initialize()
            began = loop.time()
            await client.ping()
            ping_ms = round(1000 * (loop.time() - began), 2)
            return ping_ms, await client.info()
    except (errors.RedisError, OSError, ValueError, IndexError, RecursionError) as error:
        raise _failed(errors, error, password) from None
    finally:
        await client.aclose()


def _place(address: str, tls: bool) -> tuple[str, int, bool]:
    parts = urlsplit(address if "://" in address else f"redis://{address}")
    try:
        host, port = parts.hostname or "", parts.port or 6379
    except ValueError:
        host, port = "", 0
    if not host or parts.scheme not in ("redis", "rediss") or "@" in address or " " in address:
        raise ProbeFailed("the address of Redis is none: write host:6379", Trouble.MISSING)
    return host, port, tls or parts.scheme == "rediss"


def _failed(errors: Any, error: BaseException, password: str) -> ProbeFailed:
    said = first_words(error, password)
    if isinstance(error, errors.NoPermissionError):
        return ProbeFailed(f"Redis: {said}", Trouble.PERMISSION)
    if isinstance(error, errors.AuthenticationError) or said.startswith(("WRONGPASS", "NOAUTH", "ERR AUTH")):
        return ProbeFailed(f"Redis: {said}", Trouble.AUTH)
    if isinstance(error, errors.TimeoutError):
        return ProbeFailed("Redis did not answer in time", Trouble.TIMEOUT)
    if isinstance(error, errors.ConnectionError | OSError):
        if isinstance(error, errors.BusyLoadingError) or "max number of clients" in said:
            return ProbeFailed(f"Redis: {said}", Trouble.REFUSED)
        words, trouble = why_unreachable(error)
        return ProbeFailed(f"Redis: {words if trouble is not Trouble.LOST else 'the connection broke'}", trouble)
    if isinstance(error, errors.ResponseError) and not isinstance(error, errors.InvalidResponse):
        return ProbeFailed(f"Redis: {said}", Trouble.REFUSED)
    return ProbeFailed("Redis: the answer is not understood", Trouble.PARSE)


def facts_of(said: Mapping[str, Any]) -> dict[str, Any]:
    """What INFO says. Raises ProbeFailed where it is none."""

    def number(name: str) -> Any:
        value = str(said.get(name, ""))
        whole = integer(value)
        return decimal(value) if whole is None else whole

    if "redis_version" not in said and "used_memory" not in said:
        raise ProbeFailed("Redis: the answer is not understood", Trouble.PARSE)
    hits, misses, most = number("keyspace_hits"), number("keyspace_misses"), number("maxmemory")
    link, looked_up = said.get("master_link_status"), None if hits is None or misses is None else hits + misses
    keys = [value.get("keys", 0) for name, value in said.items() if name.startswith("db") and isinstance(value, dict)]
    return {
        "version": str(said.get("redis_version") or "") or None,
        "role": str(said.get("role") or "") or None,
        "uptime_s": number("uptime_in_seconds"),
        "memory_bytes": number("used_memory"),
        "max_memory_bytes": most,
        "memory_percent": None if most is None else percent(number("used_memory"), most) if most else 0.0,
        "fragmentation": number("mem_fragmentation_ratio"),
        "clients": number("connected_clients"),
        "max_clients": number("maxclients"),
        "clients_percent": percent(number("connected_clients"), number("maxclients")),
        "blocked_clients": number("blocked_clients"),
        "rejected": number("rejected_connections"),
        "evicted": number("evicted_keys"),
        "expired": number("expired_keys"),
        "keys": sum(key for key in keys if isinstance(key, int)),
        "hit_percent": percent(hits, looked_up),
        "per_second": number("instantaneous_ops_per_sec"),
        "replicas": number("connected_slaves"),
        "linked": None if link is None else link == "up",
        "behind_s": number("master_last_io_seconds_ago"),
        "saved": _went_well(said, "rdb_last_bgsave_status", "aof_last_write_status"),
        "unsaved_changes": number("rdb_changes_since_last_save"),
        "loading": None if number("loading") is None else bool(number("loading")),
    }  # fmt: skip


def _went_well(said: Mapping[str, Any], *names: str) -> bool | None:
    states = [said[name] for name in names if name in said]
    return all(state == "ok" for state in states) if states else None


def _table(facts: Mapping[str, Any]) -> Table:
    return Table(columns=("what", "is"), rows=tuple((name, facts[name]) for name in _FACTS if facts[name] is not None))


_FACTS = {
    "answers": Fact(sort="flag", help="whether it let us in and answered"),
    "trouble": Fact(sort="text", help="why not: refused, timeout, auth, dns, tls, lost, parse"),
    "ping_ms": Fact(sort="number", unit="ms", help="a PING there and back"),
    "version": Fact(sort="text", help="version of the server"),
    "role": Fact(sort="text", help="master, slave or sentinel"),
    "uptime_s": Fact(sort="number", unit="s", help="since it was started"),
    "memory_bytes": Fact(sort="number", unit="bytes", help="what its data and it itself take"),
    "max_memory_bytes": Fact(sort="number", unit="bytes", help="what it may take; 0 without a limit"),
    "memory_percent": Fact(sort="number", unit="%", help="how much of that is taken; 0 without a limit"),
    "fragmentation": Fact(sort="number", help="memory that the system gave, to what is used; above 1.5 is waste"),
    "clients": Fact(sort="number", help="clients that are connected"),
    "max_clients": Fact(sort="number", help="clients that it takes"),
    "clients_percent": Fact(sort="number", unit="%", help="how many of those there are"),
    "blocked_clients": Fact(sort="number", help="clients that wait for a list or stream"),
    "rejected": Fact(sort="number", help="connections refused since it was started, because there were too many"),
    "evicted": Fact(sort="number", help="keys thrown out since it was started, because memory was short"),
    "expired": Fact(sort="number", help="keys that expired since it was started"),
    "keys": Fact(sort="number", help="keys in all its databases"),
    "hit_percent": Fact(sort="number", unit="%", help="keys that were there when asked for, since it was started"),
    "per_second": Fact(sort="number", unit="1/s", help="commands per second, now"),
    "replicas": Fact(sort="number", help="copies that are connected"),
    "linked": Fact(sort="flag", help="whether this copy is connected to its master; unknown on a master"),
    "behind_s": Fact(sort="number", unit="s", help="since this copy last heard of its master"),
    "saved": Fact(sort="flag", help="whether it could last write its data to disk"),
    "unsaved_changes": Fact(sort="number", help="changes since the last save to disk"),
    "loading": Fact(sort="flag", help="whether it is still reading its data from disk"),
}

PROBE = Probe(
    name="redis_info",
    help="Redis: whether it answers, how fast, its memory, clients, rejected and evicted, and its copies.",
    parameters=RedisInfoParameters,
    facts=_FACTS,
    look=_look,
    needs="redis",
    target="database",
)
