"""k8s_rollout: whether a workload has become what was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from bot.core.evidence import Seen, Table
from bot.core.text import one_line
from bot.probes._kubernetes import NamespaceParameters, UnitName, cluster, condition, since
from bot.probes._text import clean, not_understood
from bot.probes.base import Fact, Probe, Site
from bot.transports.kubernetes_api import WORKLOADS, entries, mapping, within

_REVISION = "deployment.kubernetes.io/revision"


class K8sRolloutParameters(NamespaceParameters):
    """Which workload."""

    unit: UnitName = Field(
        description="The deployment, or `statefulset/name`, `daemonset/name`",
        examples=["deployment/trading-coordinator"],
    )


async def _look(parameters: K8sRolloutParameters, site: Site) -> Seen:
    kind, _, name = parameters.unit.rpartition("/")
    async with cluster(parameters, site) as api:
        own = await api.get(within(parameters.namespace, WORKLOADS.get(kind, "deployments"), name, "apps/v1"))
    if not mapping(own.get("spec")):
        raise not_understood("Kubernetes")
    facts = facts_of(own)
    facts["changed_s"] = since(condition(own, "Progressing").get("lastUpdateTime"), site.now())
    conditions = entries(mapping(own.get("status")).get("conditions"))
    return Seen(
        facts=facts,
        table=Table(
            columns=("condition", "is", "reason", "says"),
            rows=tuple(
                (
                    str(one.get("type")), str(one.get("status")), str(one.get("reason") or ""),
                    clean(one_line(str(one.get("message") or ""))),
                )
                for one in conditions
            ),
        ),
    )  # fmt: skip


def facts_of(own: Mapping[str, Any]) -> dict[str, Any]:
    """How far it has come. What is left out counts as 0, as Kubernetes means it."""
    metadata, spec, status = (mapping(own.get(name)) for name in ("metadata", "spec", "status"))
    daemons = "desiredNumberScheduled" in status

    def count(name: str, for_daemons: str) -> int:
        value = status.get(for_daemons if daemons else name, 0)
        return value if isinstance(value, int) else 0

    replicas = spec.get("replicas", 1)
    desired = count("", "desiredNumberScheduled") if daemons else replicas if isinstance(replicas, int) else 1
    updated = count("updatedReplicas", "updatedNumberScheduled")
    available = count("availableReplicas", "numberAvailable")
    present = count("replicas", "currentNumberScheduled")
    seen = (status.get("observedGeneration") or 0) >= (metadata.get("generation") or 0)
    return {
        "desired": desired,
        "updated": updated,
        "ready": count("readyReplicas", "numberReady"),
        "available": available,
        "unavailable": max(0, desired - available),
        "complete": bool(seen and updated >= desired and available >= desired and present <= max(desired, updated)),
        "stuck": condition(own, "Progressing").get("reason") == "ProgressDeadlineExceeded",
        "paused": spec.get("paused") is True,
        "cannot_make_pods": condition(own, "ReplicaFailure").get("status") == "True",
        "revision": str(mapping(metadata.get("annotations")).get(_REVISION) or "") or None,
        "images": [
            str(one.get("image"))
            for one in entries(mapping(mapping(spec.get("template")).get("spec")).get("containers"))
        ],
    }


PROBE = Probe(
    name="k8s_rollout",
    help="A deployment of Kubernetes: whether all of its pods are new and available, or why the rollout is stuck.",
    parameters=K8sRolloutParameters,
    facts={
        "desired": Fact(sort="number", help="pods that it should have"),
        "updated": Fact(sort="number", help="pods that are as it is now described"),
        "ready": Fact(sort="number", help="pods that answer"),
        "available": Fact(sort="number", help="pods that have answered for long enough"),
        "unavailable": Fact(sort="number", help="pods that are wanting"),
        "complete": Fact(sort="flag", help="whether all pods are new and available, and no old ones are left"),
        "stuck": Fact(sort="flag", help="whether it has made no progress in time: ProgressDeadlineExceeded"),
        "paused": Fact(sort="flag", help="whether somebody has stopped the rollout"),
        "cannot_make_pods": Fact(sort="flag", help="whether pods cannot even be made, as when a quota is full"),
        "revision": Fact(sort="text", help="the revision of a deployment"),
        "images": Fact(sort="list", help="images of its containers"),
        "changed_s": Fact(sort="number", unit="s", help="since the last progress of a deployment"),
    },
    look=_look,
    target="url",
    fills=("unit",),
)
