"""k8s_logs: what containers in pods print, or printed before they ended: counts, rates, numbers, the last lines."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from pydantic import Field

from bot.core.evidence import Seen, Trouble
from bot.probes._container_logs import lines_in, merged
from bot.probes._kubernetes import ObjectName, PodsParameters, cluster
from bot.probes._lines import LINE_FACTS, Line, LineParameters, said_by
from bot.probes.base import Fact, Probe, ProbeFailed, Site
from bot.transports.kubernetes_api import KubernetesApi, entries, mapping, name_of, pods_of, within

_MOST_LOGS = 30
_AT_ONCE = 4


class K8sLogsParameters(LineParameters, PodsParameters):
    """Which pods, and what is asked of what they print."""

    container: ObjectName | None = Field(default=None, description="The container; none: each of the pod")
    previous: bool = Field(default=False, description="What the container printed that ran before the present one")
    lines: int = Field(default=1000, ge=1, le=100_000, description="The last lines of each to look at, at most")
    most_bytes: int = Field(default=8_000_000, ge=1_000, le=64_000_000, description="Bytes to read of each at most")


async def _look(parameters: K8sLogsParameters, site: Site) -> Seen:
    now = site.now()
    if parameters.unit is None and not parameters.selector:
        raise ProbeFailed("logs are those of some pods: write unit or selector", Trouble.MISSING)
    async with cluster(parameters, site) as api:
        pods = await pods_of(api, parameters.namespace, parameters.unit or "", parameters.selector)
        chosen = [(name_of(pod), container) for pod in pods for container in _containers(pod, parameters.container)]
        if not chosen:
            raise ProbeFailed(f"{parameters.unit or parameters.selector}: there is no such container", Trouble.MISSING)
        if len(chosen) > _MOST_LOGS:
            raise ProbeFailed(f"that are more than {_MOST_LOGS} containers", Trouble.TOO_MUCH)
        room = asyncio.Semaphore(_AT_ONCE)

        async def read(pod: str, container: str) -> tuple[list[Line], bool] | None:
            async with room:
                return await _read(api, parameters, pod, container, _source(pod, container, chosen))

        found = await asyncio.gather(*(read(*one) for one in chosen))
    read_from = [one for one in found if one is not None]
    if not read_from:
        what = "none of them ran before" if parameters.previous else "none of them has begun to run"
        raise ProbeFailed(f"there is no log: {what}", Trouble.MISSING)
    lines = await asyncio.to_thread(merged, [lines for lines, _ in read_from])
    reached = all(whole for _, whole in read_from)
    seen = await asyncio.to_thread(said_by, parameters, lines, reached=reached, now=now)
    facts = {"pods": sorted({pod for pod, _ in chosen}), "logs": len(read_from)}
    return Seen(facts={**seen.facts, **facts}, table=seen.table, excerpt=seen.excerpt, output=seen.output)


def _containers(pod: Mapping[str, Any], wanted: str | None) -> list[str]:
    names = [str(one.get("name")) for one in entries(mapping(pod.get("spec")).get("containers"))]
    return [name for name in names if wanted in (None, name)]


def _source(pod: str, container: str, chosen: list[tuple[str, str]]) -> str:
    """What is put before each line, where they come from several."""
    if len(chosen) == 1:
        return ""
    return pod if len({name for _, name in chosen}) == 1 else f"{pod}/{container}"


async def _read(
    api: KubernetesApi, parameters: K8sLogsParameters, pod: str, container: str, source: str
) -> tuple[list[Line], bool] | None:
    """The lines, and whether none is missing; None where this container has no log yet, or never had another one."""
    query: dict[str, str | int] = {
        "container": container, "timestamps": "true", "tailLines": parameters.lines,
        "limitBytes": parameters.most_bytes,
    }  # fmt: skip
    if parameters.since is not None:
        query["sinceSeconds"] = max(1, int(parameters.since.total_seconds()))
    if parameters.previous:
        query["previous"] = "true"
    path = f"{within(parameters.namespace, 'pods', pod)}/log"
    answer = await api.ask(path, query, most_bytes=parameters.most_bytes)
    if answer.status == 400:
        # `previous terminated container not found`, `waiting to start`.
        return None
    if answer.status != 200:
        raise answer.failure("Kubernetes")
    cut = answer.cut or len(answer.body) >= parameters.most_bytes
    text = answer.body.decode("utf-8", "replace")
    lines = await asyncio.to_thread(lines_in, text.rpartition("\n")[0] if cut else text, source)
    return lines, not cut and (parameters.since is None or len(lines) < parameters.lines)


PROBE = Probe(
    name="k8s_logs",
    help="What containers in pods print, or printed before they ended: matches, counts, numbers, the last lines.",
    parameters=K8sLogsParameters,
    facts={
        **LINE_FACTS,
        "pods": Fact(sort="list", help="pods whose lines were read"),
        "logs": Fact(sort="number", help="containers whose lines were read"),
    },
    look=_look,
    target="url",
    fills=("unit", "contains", "since", "lines", "show"),
)
