"""k8s_top: what pods take now, by the metrics API, and how much that is of their limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import Field

from bot.core.evidence import Seen, Table, Trouble
from bot.probes._kubernetes import PodsParameters, amount, cluster, cores, limits_of, since
from bot.probes._text import greatest, percent, size, total
from bot.probes.base import Fact, Probe, ProbeFailed, Site
from bot.transports.base import TransportFailed
from bot.transports.kubernetes_api import KubernetesApi, entries, mapping, name_of, pods_of, within


class K8sTopParameters(PodsParameters):
    """Which pods."""

    show: int = Field(default=30, ge=1, le=200, description="Pods to show, those nearest to their limit first")


async def _look(parameters: K8sTopParameters, site: Site) -> Seen:
    async with cluster(parameters, site) as api:
        pods = await pods_of(api, parameters.namespace, parameters.unit or "", parameters.selector)
        measured = {name_of(one): one for one in await _measured(api, parameters.namespace)}
    running = [pod for pod in pods if mapping(pod.get("status")).get("phase") == "Running"]
    rows = [row_of(pod, measured[name_of(pod)]) for pod in running if name_of(pod) in measured]
    rows.sort(key=lambda row: -(row["memory_percent"] or 0))
    ages = [since(measured[row["pod"]].get("timestamp"), site.now()) for row in rows]
    return Seen(
        facts={**facts_of(rows), "unmeasured": len(running) - len(rows), "age_s": greatest(ages)},
        table=Table(
            columns=("pod", "cores", "of limit %", "memory", "of limit %"),
            rows=tuple(
                (row["pod"], row["cpu"], row["cpu_percent"], size(row["memory"]), row["memory_percent"])
                for row in rows[: parameters.show]
            ),
        ),
    )


async def _measured(api: KubernetesApi, namespace: str) -> list[dict[str, Any]]:
    try:
        return await api.list(within(namespace, "pods", group="metrics.k8s.io/v1beta1"))
    except TransportFailed as failure:
        if failure.trouble is Trouble.MISSING:
            raise ProbeFailed(
                "Kubernetes serves no metrics: metrics-server is not installed", Trouble.MISSING
            ) from None
        raise


def row_of(pod: Mapping[str, Any], measured: Mapping[str, Any]) -> dict[str, Any]:
    """What one pod takes; nothing is a part of no limit."""
    containers = entries(measured.get("containers"))
    cpu, memory = (
        total([amount(mapping(one.get("usage")).get(name)) for one in containers]) for name in ("cpu", "memory")
    )
    return {
        "pod": name_of(pod),
        "cpu": cores(cpu),
        "memory": memory,
        "cpu_percent": percent(cpu, limits_of(pod, "cpu")),
        "memory_percent": percent(memory, limits_of(pod, "memory")),
        "cpu_request_percent": percent(cpu, limits_of(pod, "cpu", "requests")),
        "memory_request_percent": percent(memory, limits_of(pod, "memory", "requests")),
    }


def facts_of(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What the pods take together, and the nearest to its limit."""
    limited = [row for row in rows if row["memory_percent"] is not None]
    return {
        "pods": len(rows),
        "cpu_cores": cores(total([row["cpu"] for row in rows])),
        "memory_bytes": total([row["memory"] for row in rows]),
        "cpu_percent": greatest([row["cpu_percent"] for row in rows]),
        "memory_percent": greatest([row["memory_percent"] for row in rows]),
        "cpu_request_percent": greatest([row["cpu_request_percent"] for row in rows]),
        "memory_request_percent": greatest([row["memory_request_percent"] for row in rows]),
        "fullest": limited[0]["pod"] if limited else None,
        "without_limits": len(rows) - len(limited),
    }


PROBE = Probe(
    name="k8s_top",
    help="What pods of Kubernetes take, by its metrics API: processor and memory, and how much of their limits.",
    parameters=K8sTopParameters,
    facts={
        "pods": Fact(sort="number", help="pods that were measured"),
        "unmeasured": Fact(sort="number", help="pods that run and were not measured yet"),
        "age_s": Fact(sort="number", unit="s", help="how old the oldest measurement is"),
        "cpu_cores": Fact(sort="number", help="processors that all of them take together"),
        "memory_bytes": Fact(sort="number", unit="bytes", help="memory that all of them take together"),
        "cpu_percent": Fact(sort="number", unit="%", help="how much of its limit a pod takes, the highest"),
        "memory_percent": Fact(sort="number", unit="%", help="how much of its limit a pod takes, the highest"),
        "cpu_request_percent": Fact(sort="number", unit="%", help="how much of what it asked for a pod takes"),
        "memory_request_percent": Fact(sort="number", unit="%", help="how much of what it asked for a pod takes"),
        "fullest": Fact(sort="text", help="the pod that is nearest to its limit of memory"),
        "without_limits": Fact(sort="number", help="pods without a limit of memory"),
    },
    look=_look,
    target="url",
    fills=("unit",),
)
