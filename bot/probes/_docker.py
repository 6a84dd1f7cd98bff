"""What probes of Docker share: the Engine API for one look, and which containers a name stands for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import Field

from bot.core.evidence import Trouble
from bot.probes._deadline import in_time, limit_of
from bot.probes._text import not_understood
from bot.probes.base import Parameters, ProbeFailed, Site
from bot.transports.base import TransportFailed
from bot.transports.docker_api import DockerApi, segment

_PROJECT, _SERVICE = "com.docker.compose.project", "com.docker.compose.service"
_AT_ONCE = 4
MOST_CONTAINERS = 100

ContainerName = Annotated[str, Field(max_length=255, pattern="^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
"""A container's name or id, or a service of a compose project."""


class DockerParameters(Parameters):
    """Which project; where Docker listens stands in the check's target, and without one it is the usual socket."""

    project: ContainerName | None = Field(default=None, description="The compose project; none: every container")


class UnitParameters(DockerParameters):
    """Which container."""

    unit: ContainerName = Field(
        description="The container, or the service of the compose project", examples=["rust-core-engine"]
    )


@asynccontextmanager
async def docker(site: Site) -> AsyncIterator[DockerApi]:
    """The API, closed afterwards. Raises ProbeFailed for whatever goes wrong with it."""
    async with in_time(site, "Docker"):
        api = DockerApi(site.address, limit_of(site))
        try:
            yield api
        finally:
            await api.close()


async def containers(api: DockerApi, project: str | None, service: str | None = None) -> list[Mapping[str, Any]]:
    """The containers there are, those that do not run among them. Raises ProbeFailed."""
    labels = [f"{name}={value}" for name, value in ((_PROJECT, project), (_SERVICE, service)) if value]
    said = await api.get("/containers/json", all="true", **({"filters": {"label": labels}} if labels else {}))
    if not isinstance(said, list):
        raise not_understood("Docker")
    return [one for one in said if isinstance(one, dict) and isinstance(one.get("Id"), str)]


async def inspect(api: DockerApi, name: str) -> dict[str, Any]:
    """All that is known of a container. Raises ProbeFailed."""
    said = await api.get(f"/containers/{segment(name)}/json")
    if not isinstance(said, dict) or not isinstance(said.get("State"), dict):
        raise not_understood("Docker")
    return said


async def find(api: DockerApi, parameters: UnitParameters) -> dict[str, Any]:
    """The container of that name, or the one of that service, one that runs before one that does not."""
    try:
        return await inspect(api, parameters.unit)
    except TransportFailed as failure:
        if failure.trouble is not Trouble.MISSING:
            raise
    found = await containers(api, parameters.project, parameters.unit)
    if not found:
        raise ProbeFailed(f"Docker has no container and no service {parameters.unit}", Trouble.MISSING)
    return await inspect(api, min(found, key=lambda one: one.get("State") != "running")["Id"])


async def each(names: Sequence[str], ask: Any) -> list[Any]:
    """The answers for all of these, a few at a time, in their order."""
    room = asyncio.Semaphore(_AT_ONCE)

    async def one(name: str) -> Any:
        async with room:
            return await ask(name)

    return list(await asyncio.gather(*(one(name) for name in names)))


def name_of(container: Mapping[str, Any]) -> str:
    """What people call it: the service of its project, else its name."""
    labels = part(container.get("Labels")) or part(part(container.get("Config")).get("Labels"))
    names = container.get("Names")
    own = str(names[0]) if isinstance(names, list) and names else str(container.get("Name") or "?")
    return str(labels.get(_SERVICE) or own.removeprefix("/"))


def part(value: Any) -> Mapping[str, Any]:
    """The field of an answer where it is an object; else an empty one."""
    return value if isinstance(value, dict) else {}


def parts(value: Any) -> list[Mapping[str, Any]]:
    """The objects in a list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def number(value: Any) -> Any:
    """The number that a field is, if it is one."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def moment(value: Any) -> datetime | None:
    """The time in a field; Docker writes the year 1 for one that has not come yet."""
    try:
        at = datetime.fromisoformat(str(value)[:19])
    except ValueError:
        return None
    return None if at.year < 1971 else at.replace(tzinfo=UTC)


def since(value: Any, now: datetime) -> float | None:
    """Seconds since then."""
    at = moment(value)
    return None if at is None else round(max(0.0, (now - at).total_seconds()), 1)
