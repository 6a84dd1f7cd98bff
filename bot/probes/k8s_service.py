"""k8s_service: whether services have pods behind them that answer, and whether their selectors find any at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import Field

from bot.core.evidence import Seen, Table
from bot.probes._kubernetes import NamespaceParameters, ObjectName, cluster, labels_of
from bot.probes._text import least
from bot.probes.base import Fact, Probe, Site
from bot.transports.kubernetes_api import entries, mapping, name_of, within

_OWNER = "kubernetes.io/service-name"


class K8sServiceParameters(NamespaceParameters):
    """Which services."""

    services: tuple[ObjectName, ...] = Field(
        default=(), max_length=50, description="Services, each of which has to be there; none: all of the namespace",
        examples=[["redis-service"]],
    )  # fmt: skip


async def _look(parameters: K8sServiceParameters, site: Site) -> Seen:
    async with cluster(parameters, site) as api:
        services = await api.list(within(parameters.namespace, "services"))
        slices = await api.list(within(parameters.namespace, "endpointslices", group="discovery.k8s.io/v1"))
        pods = await api.list(within(parameters.namespace, "pods"))
    services = [one for one in services if not parameters.services or name_of(one) in parameters.services]
    rows = sorted((row_of(one, slices, pods) for one in services), key=lambda row: (row["ready"] or 0, row["service"]))
    missing = sorted(set(parameters.services) - {row["service"] for row in rows})
    return Seen(
        facts=facts_of(rows, missing),
        table=Table(
            columns=("service", "ready", "not ready", "pods found", "ports", "selector"),
            rows=tuple(
                (row["service"], row["ready"], row["not_ready"], row["pods"], row["ports"], row["selector"])
                for row in rows
            ),
        ),
    )


def row_of(
    service: Mapping[str, Any], slices: Sequence[Mapping[str, Any]], pods: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """How one service stands. One that stands for a name outside has no endpoints, nor needs any."""
    spec = mapping(service.get("spec"))
    own = [one for one in slices if labels_of(one).get(_OWNER) == name_of(service)]
    # An address stands in several slices where it has several families.
    states = {
        str(mapping(one.get("targetRef")).get("name") or one.get("addresses")): mapping(one.get("conditions")).get(
            "ready"
        )
        for slice_ in own
        for one in entries(slice_.get("endpoints"))
    }
    selector = mapping(spec.get("selector"))
    found = [pod for pod in pods if selector and selector.items() <= labels_of(pod).items()]
    outside = spec.get("type") == "ExternalName"
    return {
        "service": name_of(service),
        # Kubernetes: what says nothing of its readiness counts as ready.
        "ready": None if outside else sum(ready is not False for ready in states.values()),
        "not_ready": sum(ready is False for ready in states.values()),
        "pods": len(found) if selector else None,
        "ports": ", ".join(f"{one.get('port')}->{one.get('targetPort')}" for one in entries(spec.get("ports"))),
        "selector": ",".join(f"{name}={value}" for name, value in selector.items()),
        "labels": selector,
    }


def facts_of(rows: Sequence[Mapping[str, Any]], missing: Sequence[str]) -> dict[str, Any]:
    """What the services come to together."""
    return {
        "services": len(rows),
        "missing": list(missing),
        "without_ready": sorted(row["service"] for row in rows if row["ready"] == 0),
        "without_pods": sorted(row["service"] for row in rows if row["pods"] == 0),
        "ready": least([row["ready"] for row in rows]),
        "not_ready": sum(row["not_ready"] for row in rows),
        "endpoints": {row["service"]: row["ready"] for row in rows},
    }


PROBE = Probe(
    name="k8s_service",
    help="Services of Kubernetes: how many endpoints answer, and whether their selectors find any pod.",
    parameters=K8sServiceParameters,
    facts={
        "services": Fact(sort="number", help="services that were looked at"),
        "missing": Fact(sort="list", help="services that were asked for and are not there"),
        "without_ready": Fact(sort="list", help="services with no endpoint that is ready"),
        "without_pods": Fact(sort="list", help="services whose selector finds no pod"),
        "ready": Fact(sort="number", help="endpoints that are ready, of the service with the fewest of them"),
        "not_ready": Fact(sort="number", help="endpoints that are not, of all these services"),
        "endpoints": Fact(sort="map", help="endpoints that are ready, by service"),
    },
    look=_look,
    target="url",
    fills=("services",),
)
