"""k8s_pods: how pods stand: phase, readiness, restarts and why, resources, node selectors, mounts, warnings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import Field

from bot.core.evidence import Seen, Table, Trouble
from bot.core.text import one_line
from bot.probes._kubernetes import PodsParameters, cluster, created_s, labels_of, since
from bot.probes._text import ago, clean, greatest, least
from bot.probes.base import Fact, Probe, Site
from bot.transports.base import TransportFailed
from bot.transports.kubernetes_api import KubernetesApi, entries, is_ready, mapping, name_of, pods_of, within

_IMAGE = ("ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull")
_NOT_STARTED = ("CreateContainerConfigError", "CreateContainerError", "RunContainerError", "StartError")


class K8sPodsParameters(PodsParameters):
    """Which pods."""

    show: int = Field(default=30, ge=1, le=200, description="Pods to show, those that are not well first")


async def _look(parameters: K8sPodsParameters, site: Site) -> Seen:
    now = site.now()
    async with cluster(parameters, site) as api:
        pods = await pods_of(api, parameters.namespace, parameters.unit or "", parameters.selector)
        warnings = await _warnings(api, parameters.namespace, {name_of(pod) for pod in pods}, now)
    rows = sorted((_row(pod, now) for pod in pods), key=lambda row: (row["well"], row["pod"]))
    facts = facts_of(rows)
    facts["warnings"] = None if warnings is None else len(warnings)
    return Seen(
        facts=facts,
        table=Table(
            columns=("pod", "is", "ready", "restarts", "age", "node", "limits"),
            rows=tuple(
                (
                    row["pod"], row["reason"], f"{row['ready']}/{row['containers']}", row["restarts"],
                    ago(row["age_s"]), row["node"], row["limits"],
                )
                for row in rows[: parameters.show]
            ),
        ),
        excerpt=(warnings or [])[:20],
        output="\n".join(line for pod in pods[: parameters.show] for line in described(pod)),
    )  # fmt: skip


async def _warnings(api: KubernetesApi, namespace: str, names: set[str], now: datetime) -> list[str] | None:
    """What Kubernetes complains of about these pods, the last first; None where that may not be read."""
    try:
        found = await api.list(within(namespace, "events"), {"fieldSelector": "type=Warning,involvedObject.kind=Pod"})
    except TransportFailed as failure:
        if failure.trouble in (Trouble.PERMISSION, Trouble.MISSING):
            return None
        raise
    said = []
    for event in found:
        name = str(mapping(event.get("involvedObject")).get("name"))
        if name in names:
            age = since(event.get("lastTimestamp") or event.get("eventTime"), now)
            text = clean(one_line(f"{name}: {event.get('reason')}: {event.get('message')}"))
            said.append((float("inf") if age is None else age, text))
    return [text for _, text in sorted(said)]


def _row(pod: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    spec, status = mapping(pod.get("spec")), mapping(pod.get("status"))
    statuses = [*entries(status.get("initContainerStatuses")), *entries(status.get("containerStatuses"))]
    own = entries(status.get("containerStatuses"))
    ended = [mapping(mapping(one.get("lastState")).get("terminated")) for one in statuses]
    reason = reason_of(pod, statuses)
    done = status.get("phase") == "Succeeded"
    return {
        "pod": name_of(pod),
        "phase": str(status.get("phase") or "Unknown"),
        "reason": reason,
        "well": done or (is_ready(pod) and reason == "Running"),
        "is_ready": is_ready(pod),
        "done": done,
        "ready": sum(one.get("ready") is True for one in own),
        "containers": len(entries(spec.get("containers"))),
        "restarts": sum(one["restartCount"] for one in statuses if isinstance(one.get("restartCount"), int)),
        "restarted_s": least([since(one.get("finishedAt"), now) for one in ended if one]),
        "oom": any("OOMKilled" in (one.get("reason"),) for one in (*ended, *_terminated(statuses))),
        "waiting": {str(mapping(mapping(one.get("state")).get("waiting")).get("reason") or "") for one in statuses},
        "age_s": created_s(pod, now),
        "node": str(spec.get("nodeName") or ""),
        "limits": ", ".join(_limits(spec)),
        "unlimited": any(
            not mapping(mapping(one.get("resources")).get("limits")) for one in entries(spec.get("containers"))
        ),
    }


def _terminated(statuses: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for one in statuses:
        yield mapping(mapping(one.get("state")).get("terminated"))


def reason_of(pod: Mapping[str, Any], statuses: Sequence[Mapping[str, Any]]) -> str:
    """What a pod is, in the word that tells most, as `kubectl get pods` does it."""
    status = mapping(pod.get("status"))
    if mapping(pod.get("metadata")).get("deletionTimestamp"):
        return "Terminating"
    for one in statuses:
        for sort in ("waiting", "terminated"):
            said = str(mapping(mapping(one.get("state")).get(sort)).get("reason") or "")
            if said and said not in ("Completed", "PodInitializing"):
                return said
    return str(status.get("reason") or status.get("phase") or "Unknown")


def facts_of(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What the pods come to together."""
    alive = [row for row in rows if not row["done"]]

    def waiting(*reasons: str) -> list[str]:
        return sorted(row["pod"] for row in rows if row["waiting"] & set(reasons))

    pending = [row for row in rows if row["phase"] == "Pending"]
    return {
        "pods": len(rows),
        "running": sum(row["phase"] == "Running" for row in rows),
        "ready": sum(row["is_ready"] for row in alive),
        "not_ready": sorted(row["pod"] for row in alive if not row["is_ready"]),
        "pending": sorted(row["pod"] for row in pending),
        "pending_s": greatest([row["age_s"] for row in pending]) if pending else 0.0,
        "failed": sorted(row["pod"] for row in rows if row["phase"] == "Failed"),
        "crash_looping": waiting("CrashLoopBackOff"),
        "no_image": waiting(*_IMAGE),
        "not_started": waiting(*_NOT_STARTED),
        "oom_killed": sorted(row["pod"] for row in rows if row["oom"]),
        "restarts": greatest([row["restarts"] for row in rows]) if rows else 0,
        "restarted_s": least([row["restarted_s"] for row in rows]),
        "without_limits": sorted(row["pod"] for row in alive if row["unlimited"]),
        "states": dict(Counter(row["reason"] for row in rows)),
        "nodes": sorted({row["node"] for row in rows if row["node"]}),
    }


def _limits(spec: Mapping[str, Any]) -> Iterator[str]:
    for one in entries(spec.get("containers")):
        limits = mapping(mapping(one.get("resources")).get("limits"))
        yield " ".join(f"{name}={limits[name]}" for name in ("cpu", "memory") if name in limits) or "none"


def described(pod: Mapping[str, Any]) -> Iterator[str]:
    """What else is asked about a pod: where it may run, what it may take, what is mounted into it. No environment."""
    spec = mapping(pod.get("spec"))
    yield f"pod {name_of(pod)}"
    yield f"  labels: {_pairs(labels_of(pod))}"
    yield f"  node selector: {_pairs(mapping(spec.get('nodeSelector')))}"
    for one in entries(mapping(pod.get("status")).get("conditions")):
        if one.get("status") != "True":
            yield clean(one_line(f"  not {one.get('type')}: {one.get('reason') or ''} {one.get('message') or ''}"))
    volumes = {str(one.get("name")): _source(one) for one in entries(spec.get("volumes"))}
    for one in entries(spec.get("containers")):
        resources = mapping(one.get("resources"))
        yield f"  container {one.get('name')}: {one.get('image')}"
        yield f"    requests: {_pairs(mapping(resources.get('requests')))}"
        yield f"    limits: {_pairs(mapping(resources.get('limits')))}"
        for mount in entries(one.get("volumeMounts")):
            volume = str(mount.get("name"))
            yield f"    mount {mount.get('mountPath')}: {volume} ({volumes.get(volume, 'no such volume')})"


def _pairs(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in values.items()) or "none"


def _source(volume: Mapping[str, Any]) -> str:
    sort = next((name for name in volume if name != "name"), "?")
    said = mapping(volume.get(sort))
    name = said.get("name") or said.get("secretName") or said.get("claimName") or said.get("path") or ""
    return f"{sort} {name}".rstrip()


PROBE = Probe(
    name="k8s_pods",
    help="Pods of Kubernetes: phase, readiness, restarts and why, resources, node selectors, mounts and warnings.",
    parameters=K8sPodsParameters,
    facts={
        "pods": Fact(sort="number", help="pods there are"),
        "running": Fact(sort="number", help="pods whose containers were all started"),
        "ready": Fact(sort="number", help="pods that answer"),
        "not_ready": Fact(sort="list", help="pods that do not, but those that are done"),
        "pending": Fact(sort="list", help="pods that could not be started yet"),
        "pending_s": Fact(sort="number", unit="s", help="since the oldest of those was made; 0 where there is none"),
        "failed": Fact(sort="list", help="pods that ended badly"),
        "crash_looping": Fact(sort="list", help="pods that end again and again: CrashLoopBackOff"),
        "no_image": Fact(sort="list", help="pods whose image cannot be had"),
        "not_started": Fact(sort="list", help="pods whose containers cannot be made, as without their secret"),
        "oom_killed": Fact(sort="list", help="pods of which a container was last killed for want of memory"),
        "restarts": Fact(sort="number", help="restarts of the pod with the most of them"),
        "restarted_s": Fact(sort="number", unit="s", help="since a container last ended and was started again"),
        "without_limits": Fact(sort="list", help="pods with a container that nothing bounds"),
        "states": Fact(sort="map", help="pods by what they are, as kubectl says it"),
        "nodes": Fact(sort="list", help="nodes that they run on"),
        "warnings": Fact(sort="number", help="warnings of Kubernetes about them; unknown where they may not be read"),
    },
    look=_look,
    target="url",
    fills=("unit",),
)
