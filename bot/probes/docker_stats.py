"""docker_stats: what containers take now, by two samples: processor, memory, network, disk."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
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
    name_of,
    number,
    part,
    parts,
)
from bot.probes._text import greatest, percent, size, total
from bot.probes.base import Fact, Probe, ProbeFailed, Site
from bot.transports.docker_api import segment

Sample = Mapping[str, Any]


class DockerStatsParameters(DockerParameters):
    """Which containers, and for how long."""

    units: tuple[ContainerName, ...] = Field(
        default=(), max_length=50, description="Containers or services; none: all that run", examples=[["mongodb"]]
    )
    seconds: float = Field(default=1.0, ge=0.05, le=10, description="Between the two samples")


async def _look(parameters: DockerStatsParameters, site: Site) -> Seen:
    async with docker(site) as api:
        running = [one for one in await containers(api, parameters.project) if one.get("State") == "running"]
        chosen = {one["Id"]: name_of(one) for one in running if _wanted(one, parameters.units)}
        if not chosen:
            what = ", ".join(parameters.units) or parameters.project or "no container"
            raise ProbeFailed(f"Docker: of {what} nothing runs", Trouble.MISSING)
        if len(chosen) > MOST_CONTAINERS:
            raise ProbeFailed(f"Docker: that are more than {MOST_CONTAINERS} containers", Trouble.TOO_MUCH)

        async def sample(name: str) -> Sample:
            return part(await api.get(f"/containers/{segment(name)}/stats", stream="false", **{"one-shot": "true"}))

        first = await each(list(chosen), sample)
        await asyncio.sleep(parameters.seconds)
        second = await each(list(chosen), sample)
    rows = [row_of(name, *pair) for name, *pair in zip(chosen.values(), first, second, strict=True)]
    rows.sort(key=lambda row: -(row["memory_percent"] or 0))
    return Seen(facts=facts_of(rows), table=_table(rows))


def _wanted(container: Mapping[str, Any], units: Sequence[str]) -> bool:
    names = container.get("Names")
    own = {str(name).removeprefix("/") for name in names} if isinstance(names, list) else set()
    return not units or bool({name_of(container), str(container["Id"]), *own} & set(units))


def row_of(name: str, first: Sample, second: Sample) -> dict[str, Any]:
    """What one container takes."""
    memory = part(second.get("memory_stats"))
    used, limit = used_memory(memory), number(memory.get("limit"))
    network, disk = _rates(first, second, _network), _rates(first, second, _disk)
    return {
        "name": name,
        "cpu_percent": cpu_percent(first, second),
        "memory_bytes": used,
        "memory_limit_bytes": limit,
        "memory_percent": percent(used, limit),
        "processes": number(part(second.get("pids_stats")).get("current")),
        "network": network,
        "disk": disk,
        "throttled": _throttled(first, second),
    }


def used_memory(memory: Mapping[str, Any]) -> float | None:
    """What cannot be given back at once: as `docker stats` counts, without files that are only kept at hand."""
    usage = number(memory.get("usage"))
    stats = part(memory.get("stats"))
    kept = number(stats.get("inactive_file"))
    kept = number(stats.get("total_inactive_file")) if kept is None else kept
    return None if usage is None else max(0, usage - (kept or 0))


def cpu_percent(first: Sample, second: Sample) -> float | None:
    """Of one processor: 200 are two that are busy."""
    before, after = part(first.get("cpu_stats")), part(second.get("cpu_stats"))
    took = _grown(part(before.get("cpu_usage")), part(after.get("cpu_usage")), "total_usage")
    whole = _grown(before, after, "system_cpu_usage")
    count = number(after.get("online_cpus")) or len(part(after.get("cpu_usage")).get("percpu_usage") or ()) or 1
    return None if took is None or not whole else round(100 * took / whole * count, 1)


def _grown(before: Mapping[str, Any], after: Mapping[str, Any], name: str) -> float | None:
    """How much a counter has grown; one that shrank belongs to a container that was restarted."""
    old, new = number(before.get(name)), number(after.get(name))
    return None if old is None or new is None or new < old else new - old


def _throttled(first: Sample, second: Sample) -> float | None:
    """How much of the time it was held back by its limit, in percent of the periods."""
    before, after = (part(part(one.get("cpu_stats")).get("throttling_data")) for one in (first, second))
    periods = _grown(before, after, "periods")
    return 0.0 if periods == 0 else percent(_grown(before, after, "throttled_periods"), periods)


def _network(sample: Sample) -> float | None:
    cards = [part(card) for card in part(sample.get("networks")).values()]
    return total([number(card.get(name)) for card in cards for name in ("rx_bytes", "tx_bytes")]) if cards else 0


def _disk(sample: Sample) -> float | None:
    entries = parts(part(sample.get("blkio_stats")).get("io_service_bytes_recursive"))
    return sum(number(one.get("value")) or 0 for one in entries if str(one.get("op")).lower() in ("read", "write"))


def _rates(first: Sample, second: Sample, count: Any) -> float | None:
    """Per second, by Docker's own times of the samples."""
    old, new = count(first), count(second)
    seconds = _seconds(str(second.get("read"))) - _seconds(str(first.get("read")))
    return None if old is None or new is None or new < old or seconds <= 0 else round((new - old) / seconds)


def _seconds(read: str) -> float:
    """Of the day, from `2026-11-21T03:12:00.123456789Z`; enough for a difference."""
    try:
        hours, minutes, seconds = read.rstrip("Z").partition("T")[2][:18].split(":")
        return 3600 * int(hours) + 60 * int(minutes) + float(seconds)
    except ValueError:
        return 0.0


def facts_of(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What the containers take together, and the worst of each."""
    return {
        "containers": len(rows),
        "cpu_percent": total([row["cpu_percent"] for row in rows]),
        "busiest_cpu_percent": greatest([row["cpu_percent"] for row in rows]),
        "memory_bytes": total([row["memory_bytes"] for row in rows]),
        "memory_percent": greatest([row["memory_percent"] for row in rows]),
        "fullest": rows[0]["name"] if rows and rows[0]["memory_percent"] is not None else None,
        "processes": total([row["processes"] for row in rows]),
        "network_per_s": total([row["network"] for row in rows]),
        "disk_per_s": total([row["disk"] for row in rows]),
        "throttled_percent": greatest([row["throttled"] for row in rows]),
    }


def _table(rows: Sequence[Mapping[str, Any]]) -> Table:
    return Table(
        columns=("container", "cpu %", "memory", "of", "memory %", "network/s", "disk/s", "processes"),
        rows=tuple(
            (
                row["name"], row["cpu_percent"], size(row["memory_bytes"]), size(row["memory_limit_bytes"]),
                row["memory_percent"], size(row["network"]), size(row["disk"]), row["processes"],
            )
            for row in rows
        ),
    )  # fmt: skip


PROBE = Probe(
    name="docker_stats",
    help="What Docker's containers take: processor, memory of its limit, network and disk, by two samples.",
    parameters=DockerStatsParameters,
    facts={
        "containers": Fact(sort="number", help="containers that were looked at"),
        "cpu_percent": Fact(sort="number", unit="%", help="of one processor, all of them together"),
        "busiest_cpu_percent": Fact(sort="number", unit="%", help="of one processor, the busiest container"),
        "memory_bytes": Fact(sort="number", unit="bytes", help="memory of all of them together"),
        "memory_percent": Fact(sort="number", unit="%", help="how much of its limit a container takes, the highest"),
        "fullest": Fact(sort="text", help="that container"),
        "processes": Fact(sort="number", help="processes and threads of all of them together"),
        "network_per_s": Fact(sort="number", unit="bytes/s", help="received and sent by all of them together"),
        "disk_per_s": Fact(sort="number", unit="bytes/s", help="read and written by all of them together"),
        "throttled_percent": Fact(
            sort="number", unit="%", help="how often a container was held back by its limit, the highest"
        ),
    },
    look=_look,
    target="url",
    fills=("units",),
)
