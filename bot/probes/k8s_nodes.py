"""k8s_nodes: how the nodes stand: readiness, pressure, what has been asked for of what they have, labels, taints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import Field

from bot.core.evidence import Seen, Table, Trouble
from bot.probes._kubernetes import (
    ClusterParameters,
    Selector,
    amount,
    cluster,
    condition,
    created_s,
    labels_of,
    requests_of,
)
from bot.probes._text import ago, greatest, percent
from bot.probes.base import Fact, Probe, Site
from bot.transports.base import TransportFailed
from bot.transports.kubernetes_api import KubernetesApi, entries, mapping, name_of

_PRESSURES = ("MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable")


class K8sNodesParameters(ClusterParameters):
    """Which nodes."""

    selector: Selector = Field(default="", description="Nodes with these labels; none: all", examples=["pool=trading"])


async def _look(parameters: K8sNodesParameters, site: Site) -> Seen:
    async with cluster(parameters, site) as api:
        nodes = await api.list("/api/v1/nodes", {"labelSelector": parameters.selector} if parameters.selector else None)
        pods = await _pods(api)
    rows = [_row(node, pods) for node in nodes]
    rows.sort(key=lambda row: (row["ready"] and not row["pressures"], row["node"]))
    return Seen(
        facts=facts_of(rows),
        table=Table(
            columns=("node", "ready", "under", "cpu asked %", "memory asked %", "pods", "age"),
            rows=tuple(
                (
                    row["node"], row["ready"], ", ".join(row["pressures"]), row["cpu_percent"], row["memory_percent"],
                    row["pods"], ago(created_s(row["own"], site.now())),
                )
                for row in rows
            ),
        ),
        output="\n".join(_described(row) for row in rows),
    )  # fmt: skip


async def _pods(api: KubernetesApi) -> Sequence[Mapping[str, Any]] | None:
    """The pods of all namespaces that run; None where they may not be read."""
    try:
        return await api.list("/api/v1/pods", {"fieldSelector": "status.phase!=Succeeded,status.phase!=Failed"})
    except TransportFailed as failure:
        if failure.trouble is Trouble.PERMISSION:
            return None
        raise


def _row(node: Mapping[str, Any], pods: Sequence[Mapping[str, Any]] | None) -> dict[str, Any]:
    own = None if pods is None else [pod for pod in pods if mapping(pod.get("spec")).get("nodeName") == name_of(node)]
    has = mapping(mapping(node.get("status")).get("allocatable"))

    def asked(resource: str) -> float | None:
        if own is None:
            return None
        return percent(sum(requests_of(pod, resource) for pod in own), amount(has.get(resource)))

    return {
        "own": node,
        "node": name_of(node),
        "ready": condition(node, "Ready").get("status") == "True",
        "pressures": [sort for sort in _PRESSURES if condition(node, sort).get("status") == "True"],
        "unschedulable": mapping(node.get("spec")).get("unschedulable") is True,
        "cpu_percent": asked("cpu"),
        "memory_percent": asked("memory"),
        "pods": None if own is None else len(own),
        "pods_percent": None if own is None else percent(len(own), amount(has.get("pods"))),
    }


def facts_of(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What the nodes come to together."""
    return {
        "nodes": len(rows),
        "ready": sum(row["ready"] for row in rows),
        "not_ready": sorted(row["node"] for row in rows if not row["ready"]),
        "under_pressure": sorted(row["node"] for row in rows if row["pressures"]),
        "unschedulable": sorted(row["node"] for row in rows if row["unschedulable"]),
        "cpu_requested_percent": greatest([row["cpu_percent"] for row in rows]),
        "memory_requested_percent": greatest([row["memory_percent"] for row in rows]),
        "pods_percent": greatest([row["pods_percent"] for row in rows]),
    }


def _described(row: Mapping[str, Any]) -> str:
    node = row["own"]
    taints = [
        f"{one.get('key')}={one.get('value') or ''}:{one.get('effect')}"
        for one in entries(mapping(node.get("spec")).get("taints"))
    ]
    labels = ", ".join(f"{name}={value}" for name, value in labels_of(node).items())
    return f"node {row['node']}\n  labels: {labels or 'none'}\n  taints: {', '.join(taints) or 'none'}"


PROBE = Probe(
    name="k8s_nodes",
    help="Nodes of Kubernetes: readiness, pressure, how much of them has been asked for, labels and taints.",
    parameters=K8sNodesParameters,
    facts={
        "nodes": Fact(sort="number", help="nodes there are"),
        "ready": Fact(sort="number", help="nodes that are ready"),
        "not_ready": Fact(sort="list", help="nodes that are not"),
        "under_pressure": Fact(sort="list", help="nodes short of memory, disk, process ids or network"),
        "unschedulable": Fact(sort="list", help="nodes that take no new pods, as while they are drained"),
        "cpu_requested_percent": Fact(
            sort="number", unit="%", help="how much processor is asked for, highest; unknown where pods may not be read"
        ),
        "memory_requested_percent": Fact(sort="number", unit="%", help="how much memory is asked for, the highest"),
        "pods_percent": Fact(sort="number", unit="%", help="how many of the pods it may have a node has, the highest"),
    },
    look=_look,
    target="url",
)
