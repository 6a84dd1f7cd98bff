"""docker_logs: what containers print: counts, rates, numbers in the lines, the last lines that matter."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from pydantic import Field

from bot.core.evidence import Seen, Trouble
from bot.probes._container_logs import lines_in, merged
from bot.probes._docker import ContainerName, containers, docker, each, inspect, name_of, part
from bot.probes._lines import LINE_FACTS, Line, LineParameters, said_by, start_of
from bot.probes.base import Fact, Probe, ProbeFailed, Site
from bot.transports.docker_api import DockerApi, pieces, segment

_MOST_CONTAINERS = 30


class DockerLogsParameters(LineParameters):
    """Which containers, and what is asked of what they print."""

    unit: ContainerName | None = Field(
        default=None, description="The container or service; none: all of the project", examples=["rust-core-engine"]
    )
    project: ContainerName | None = Field(default=None, description="The compose project; none: every container")
    lines: int = Field(default=1000, ge=1, le=100_000, description="The last lines of each to look at, at most")
    most_bytes: int = Field(default=8_000_000, ge=1_000, le=64_000_000, description="Bytes to read of each at most")


async def _look(parameters: DockerLogsParameters, site: Site) -> Seen:
    now = site.now()
    start = start_of(parameters.since, now)
    query = {"stdout": "true", "stderr": "true", "timestamps": "true", "tail": str(parameters.lines)}
    if start is not None:
        query["since"] = f"{start.timestamp():.3f}"
    async with docker(site) as api:
        chosen = await _chosen(api, parameters)

        async def read(name: str) -> tuple[list[Line], bool]:
            return await _read(api, chosen[name], query, parameters, len(chosen) > 1)

        found = await each(list(chosen), read)
    lines = await asyncio.to_thread(merged, [lines for lines, _ in found])
    reached = all(whole for _, whole in found)
    seen = await asyncio.to_thread(said_by, parameters, lines, reached=reached, now=now)
    facts = {"containers": sorted(name_of(own) for own in chosen.values())}
    return Seen(facts={**seen.facts, **facts}, table=seen.table, excerpt=seen.excerpt, output=seen.output)


async def _chosen(api: DockerApi, parameters: DockerLogsParameters) -> dict[str, Mapping[str, Any]]:
    """The containers by id: one by its name, else all of the service or the project."""
    listed = await containers(api, parameters.project)
    if parameters.unit is not None:
        by_name = [
            one for one in listed if f"/{parameters.unit}" in (one.get("Names") or ()) or one["Id"] == parameters.unit
        ]
        listed = by_name or [one for one in listed if name_of(one) == parameters.unit]
    if not listed:
        raise ProbeFailed(
            f"Docker has no container {parameters.unit or parameters.project or ''}".rstrip(), Trouble.MISSING
        )
    if len(listed) > _MOST_CONTAINERS:
        raise ProbeFailed(f"Docker: that are more than {_MOST_CONTAINERS} containers", Trouble.TOO_MUCH)
    known = await each([one["Id"] for one in listed], lambda name: inspect(api, name))
    return {one["Id"]: {**own, "Labels": one.get("Labels")} for one, own in zip(listed, known, strict=True)}


async def _read(
    api: DockerApi, own: Mapping[str, Any], query: Mapping[str, str], parameters: DockerLogsParameters, several: bool
) -> tuple[list[Line], bool]:
    raw, cut = await api.text(f"/containers/{segment(str(own['Id']))}/logs", parameters.most_bytes, **query)
    # A container with a terminal has one stream, which comes as it is; others send both of theirs in pieces.
    streams = [raw] if part(own.get("Config")).get("Tty") is True else _streams(raw)
    texts = [stream.decode("utf-8", "replace") for stream in streams]
    if cut:
        texts = [text.rpartition("\n")[0] for text in texts]
    source = name_of(own) if several else ""
    lines = await asyncio.to_thread(lambda: merged(lines_in(text, source) for text in texts))
    enough = parameters.since is None or len(lines) < parameters.lines
    return lines, not cut and enough


def _streams(raw: bytes) -> list[bytes]:
    """Standard and error output, each by itself: a piece may end in the middle of a line."""
    streams: dict[int, bytearray] = {}
    for channel, data in pieces(raw):
        streams.setdefault(channel, bytearray()).extend(data)
    return [bytes(stream) for stream in streams.values()]


PROBE = Probe(
    name="docker_logs",
    help="What Docker's containers print: lines that match, how many, how often, numbers in them, the last ones.",
    parameters=DockerLogsParameters,
    facts={**LINE_FACTS, "containers": Fact(sort="list", help="containers whose lines were read")},
    look=_look,
    target="url",
    fills=("unit", "contains", "since", "lines", "show"),
)
