"""docker_containers: the containers of a compose project: which run, how they are, how often they were restarted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import Field

from bot.core.evidence import Seen, Table, Trouble
from bot.probes._docker import (
    MOST_CONTAINERS,
    ContainerName,
    DockerParameters,
    containers,
    docker,
    each,
    inspect,
    name_of,
    number,
    part,
    parts,
    since,
)
from bot.probes._text import ago, greatest, least
from bot.probes.base import Fact, Probe, ProbeFailed, Site


class DockerContainersParameters(DockerParameters):
    """Which project, and what has to be there."""

    services: tuple[ContainerName, ...] = Field(
        default=(), max_length=50, description="Look at these services only, each of which has to be there; none: all",
        examples=[["mongodb", "redis"]],
    )  # fmt: skip


async def _look(parameters: DockerContainersParameters, site: Site) -> Seen:
    async with docker(site) as api:
        found = await containers(api, parameters.project)
        wanted = set(parameters.services)
        found = [one for one in found if not wanted or wanted & {name_of(one), *_names(one)}]
        if len(found) > MOST_CONTAINERS:
            raise ProbeFailed(f"Docker: that are more than {MOST_CONTAINERS} containers", Trouble.TOO_MUCH)
        # How often it was restarted, and how it is, stands only in its own record.
        known = await each([one["Id"] for one in found], lambda name: inspect(api, name))
    there = {name for one in found for name in (name_of(one), *_names(one))}
    rows = [_row(one, own, site.now()) for one, own in zip(found, known, strict=True)]
    rows.sort(key=lambda row: (row["state"] == "running" and row["health"] in ("", "healthy"), row["name"]))
    return Seen(facts=facts_of(rows, sorted(wanted - there)), table=_table(rows))


def _names(container: Mapping[str, Any]) -> list[str]:
    names = container.get("Names")
    return [str(name).removeprefix("/") for name in names] if isinstance(names, list) else []


def _row(listed: Mapping[str, Any], own: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    state = part(own.get("State"))
    runs = state.get("Running") is True
    ports = sorted(
        {f"{one['PublicPort']}->{one.get('PrivatePort')}" for one in parts(listed.get("Ports")) if "PublicPort" in one}
    )
    return {
        "name": name_of(listed),
        "state": str(state.get("Status") or listed.get("State") or "?"),
        "health": str(part(state.get("Health")).get("Status") or "").replace("none", ""),
        "restarts": number(own.get("RestartCount")),
        "exit": number(state.get("ExitCode")),
        "oom": state.get("OOMKilled") is True,
        "for_s": since(state.get("StartedAt" if runs else "FinishedAt"), now),
        "runs": runs,
        "ports": ", ".join(ports),
    }


def facts_of(rows: Sequence[Mapping[str, Any]], missing: Sequence[str]) -> dict[str, Any]:
    """What the containers come to together."""
    return {
        "containers": len(rows),
        "running": sum(row["state"] == "running" for row in rows),
        "not_running": sorted(row["name"] for row in rows if row["state"] != "running"),
        "missing": list(missing),
        "restarting": sorted(row["name"] for row in rows if row["state"] == "restarting"),
        "unhealthy": sorted(row["name"] for row in rows if row["health"] == "unhealthy"),
        "starting": sorted(row["name"] for row in rows if row["health"] == "starting"),
        "oom_killed": sorted(row["name"] for row in rows if row["oom"]),
        "failed": sorted(row["name"] for row in rows if not row["runs"] and row["exit"]),
        "restarts": greatest([row["restarts"] for row in rows]),
        "states": {row["name"]: row["state"] for row in rows},
        "youngest_s": least([row["for_s"] for row in rows if row["runs"]]),
    }


def _table(rows: Sequence[Mapping[str, Any]]) -> Table:
    return Table(
        columns=("container", "state", "health", "for", "restarts", "exit", "ports"),
        rows=tuple(
            (
                row["name"], row["state"], row["health"], ago(row["for_s"]), row["restarts"],
                None if row["runs"] else row["exit"], row["ports"],
            )
            for row in rows
        ),
    )  # fmt: skip


PROBE = Probe(
    name="docker_containers",
    help="Docker's containers, or those of a compose project: state, health, restarts, ports.",
    parameters=DockerContainersParameters,
    facts={
        "containers": Fact(sort="number", help="containers that there are, those that do not run among them"),
        "running": Fact(sort="number", help="containers that run"),
        "not_running": Fact(sort="list", help="containers that do not: exited, restarting, paused, created, dead"),
        "missing": Fact(sort="list", help="services that were asked for and have no container"),
        "restarting": Fact(sort="list", help="containers that are being restarted again and again"),
        "unhealthy": Fact(sort="list", help="containers whose own health check fails"),
        "starting": Fact(sort="list", help="containers whose health check has not succeeded yet"),
        "oom_killed": Fact(sort="list", help="containers that were last killed for want of memory"),
        "failed": Fact(sort="list", help="containers that ended with an exit code other than 0"),
        "restarts": Fact(sort="number", help="restarts by Docker of the container with the most of them"),
        "states": Fact(sort="map", help="state of each container"),
        "youngest_s": Fact(sort="number", unit="s", help="since the last container was started"),
    },
    look=_look,
    target="url",
)
