"""Targets: the things of a system that can be looked at, and where each is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.core import check as core
from bot.core.check import Target
from bot.packs.inventory import LogEntry, ServiceEntry
from bot.packs.models import SystemFile

_WITH_API = ("docker", "kubernetes")
"""Transports to places of which an API tells: its address is the target's."""


def inventory(file: SystemFile) -> dict[str, list[str]]:
    """The id of everything that can be looked at, and what it is: mostly one thing, sometimes a service and its
    database of the same name."""
    kinds: dict[str, Mapping[str, Any]] = {
        "host": file.hosts, "service": file.services, "endpoint": file.endpoints, "log": file.logs,
        "database": file.databases, "exchange": file.exchanges,
    }  # fmt: skip
    found: dict[str, list[str]] = {}
    for kind, entries in kinds.items():
        for id_ in entries:
            found.setdefault(id_, []).append(kind)
    return found


def target_of(file: SystemFile, id_: str) -> Target | None:
    """The thing of that id (`redis`, or `database.redis` where several are called so); None where there is none, or
    more than one. Without an id: the bot's own host."""
    if not id_:
        return Target(id="bot", kind="none", place=core.Place(id="bot"))
    wanted, _, id_ = id_.rpartition(".")
    kinds = [kind for kind in inventory(file).get(id_, ()) if wanted in ("", kind)]
    if len(kinds) != 1:
        return None
    (kind,) = kinds
    entry = getattr(file, f"{kind}s")[id_]
    place = _place(file, id_ if kind == "host" else entry.host, _inside(file, kind, entry))
    address = next((str(getattr(entry, name)) for name in ("url", "api", "address") if hasattr(entry, name)), "")
    if kind == "host" or not address:
        address = place.address if place.transport in _WITH_API else ""
    told = {} if kind == "host" else entry.model_dump(exclude=_NOT_TOLD)
    # A database or an address has a login of its own, which is not the one of the place that it is asked from.
    way_in = _way_in(place) if kind in ("host", "service", "log") else {}
    return Target(
        id=id_, kind=kind, place=place, address=address, details=told | way_in,  # type: ignore[arg-type]
        absent=getattr(entry, "absent", ""),
    )  # fmt: skip


_NOT_TOLD = {"help", "covers", "host", "url", "api", "address", "absent"}


def _way_in(place: core.Place) -> dict[str, str]:
    """What a probe that asks the API of a place must know of it, by the names of its parameters."""
    match place.transport:
        case "docker":
            told = {"project": place.namespace, "unit": place.unit}
        case "kubernetes":
            told = {"namespace": place.namespace, "unit": place.unit, "secret": place.secret,
                    "authority": place.authority, "selector": place.selector}  # fmt: skip
        case _:
            told = {}
    return {name: value for name, value in told.items() if value}


def _inside(file: SystemFile, kind: str, entry: Any) -> ServiceEntry | LogEntry | None:
    """What a look inside a container or pod looks inside of: the service itself, the one that answers, or the one that
    writes the log."""
    if kind == "endpoint":
        return file.services.get(entry.service)
    return entry if kind in ("service", "log") else None


def _place(file: SystemFile, id_: str, inside: ServiceEntry | LogEntry | None) -> core.Place:
    host = file.hosts.get(id_)
    if host is None:
        return core.Place(id="bot")
    told = host.model_dump(exclude={"help"})
    if host.transport in _WITH_API and inside is not None and not host.unit:
        told |= {"unit": inside.unit, "selector": getattr(inside, "selector", "")}
    return core.Place(id=id_, **told)
