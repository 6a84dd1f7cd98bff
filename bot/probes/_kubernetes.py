"""What probes of Kubernetes share: the API for one look, amounts as Kubernetes writes them, and what pods say."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import Field

from bot.probes._deadline import in_time
from bot.probes._secrets import SecretName, secret_of
from bot.probes._text import total
from bot.probes.base import Parameters, Site
from bot.transports.kubernetes_api import KubernetesApi, Way, entries, mapping, open_api

ObjectName = Annotated[str, Field(max_length=253, pattern="^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$")]
"""What objects of Kubernetes are called."""

UnitName = Annotated[
    str, Field(max_length=280, pattern="^((pod|deployment|statefulset|daemonset)/)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?$")
]
"""A pod or a deployment by its name, or `deployment/name`, `statefulset/name`, `daemonset/name`, `pod/name`."""

Selector = Annotated[str, Field(max_length=500, pattern=r"^[A-Za-z0-9._/=!,() -]*$")]
"""A label selector, as `app=web,tier!=cache`."""

METADATA = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"
"""What to ask for where only the name of an object matters: what is in it stays where it is."""

_AMOUNT = re.compile(r"([+-]?[0-9]{1,24}(?:\.[0-9]{0,12})?)(?:[eE]([+-]?[0-9]{1,3})|([A-Za-z]{0,2}))", re.ASCII)
_UNITS = {
    "n": 1e-9, "u": 1e-6, "m": 1e-3, "": 1.0, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18,
    "Ki": 2.0**10, "Mi": 2.0**20, "Gi": 2.0**30, "Ti": 2.0**40, "Pi": 2.0**50, "Ei": 2.0**60,
}  # fmt: skip


class ClusterParameters(Parameters):
    """How to get in; where the cluster's API is stands in the check's target, and without one it is the cluster in
    which the bot itself runs, with the account of its pod."""

    secret: SecretName | None = Field(
        default=None, description="The pack's secret variable that holds the account's token"
    )
    authority: SecretName | None = Field(
        default=None,
        description="The pack's secret variable that holds the certificate of the cluster's authority, PEM",
    )


class NamespaceParameters(ClusterParameters):
    """Which namespace."""

    namespace: ObjectName = Field(default="default", description="The namespace", examples=["trading-system"])


class PodsParameters(NamespaceParameters):
    """Which pods."""

    unit: UnitName | None = Field(
        default=None, description="A pod, or `deployment/name` for all of its pods; none: all of the namespace",
        examples=["deployment/trading-coordinator"],
    )  # fmt: skip
    selector: Selector = Field(default="", description="Pods with these labels instead", examples=["app=web"])


@asynccontextmanager
async def cluster(parameters: ClusterParameters, site: Site) -> AsyncIterator[KubernetesApi]:
    """The API, closed afterwards. Raises ProbeFailed for whatever goes wrong with it."""
    way = Way(address=site.address.rstrip("/"))
    if not way.is_own or (parameters.secret and site.secret(parameters.secret)):
        # In the bot's own cluster the account of its pod will do.
        token, authority = secret_of(site, parameters.secret), secret_of(site, parameters.authority)
        way = replace(way, token=token, ca=authority)
    async with in_time(site, "Kubernetes") as limit:
        api = await open_api(way, limit)
        try:
            yield api
        finally:
            await api.close()


def amount(value: Any) -> float | None:
    """The number that `250m`, `1.5Gi` or `2e3` is; None for what is none."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    found = _AMOUNT.fullmatch(value) if isinstance(value, str) else None
    if found is None or (found[3] or "") not in _UNITS:
        return None
    return float(found[1]) * (10.0 ** int(found[2]) if found[2] else _UNITS[found[3] or ""])


def cores(value: float | None) -> float | None:
    """Processors, to a thousandth."""
    return None if value is None else round(value, 3)


def limits_of(pod: Mapping[str, Any], resource: str, sort: str = "limits") -> float | None:
    """The limit, or request, of all of a pod's containers together; None where one of them has none."""
    containers = entries(mapping(pod.get("spec")).get("containers"))
    every = [amount(mapping(mapping(one.get("resources")).get(sort)).get(resource)) for one in containers]
    found: float | None = total(every)
    return found


def requests_of(pod: Mapping[str, Any], resource: str) -> float:
    """What a pod has asked for; a container that asks for nothing counts as nothing."""
    containers = entries(mapping(pod.get("spec")).get("containers"))
    return sum(amount(mapping(mapping(one.get("resources")).get("requests")).get(resource)) or 0 for one in containers)


def moment(value: Any) -> datetime | None:
    """The time in a field."""
    try:
        at = datetime.fromisoformat(str(value)[:19])
    except ValueError:
        return None
    return at.replace(tzinfo=UTC)


def since(value: Any, now: datetime) -> float | None:
    """Seconds since then; not below 0, since the clocks of two machines differ."""
    at = moment(value)
    return None if at is None else round(max(0.0, (now - at).total_seconds()), 1)


def created_s(item: Mapping[str, Any], now: datetime) -> float | None:
    """Since an object was made."""
    return since(mapping(item.get("metadata")).get("creationTimestamp"), now)


def labels_of(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """The labels of an object."""
    return mapping(mapping(item.get("metadata")).get("labels"))


def fits(labels: Mapping[str, Any], selector: Any) -> bool:
    """Whether labels answer to a label selector; an empty one is answered to by everything."""
    selector = mapping(selector)
    if any(labels.get(name) != value for name, value in mapping(selector.get("matchLabels")).items()):
        return False
    return all(_expressed(labels, one) for one in entries(selector.get("matchExpressions")))


def _expressed(labels: Mapping[str, Any], one: Mapping[str, Any]) -> bool:
    name, values = str(one.get("key")), one.get("values") or ()
    match one.get("operator"):
        case "In":
            return labels.get(name) in values
        case "NotIn":
            return name not in labels or labels[name] not in values
        case "Exists":
            return name in labels
        case "DoesNotExist":
            return name not in labels
        case _:
            return False


def condition(item: Mapping[str, Any], sort: str) -> Mapping[str, Any]:
    """The condition of that sort; empty where there is none."""
    every: Sequence[Mapping[str, Any]] = entries(mapping(item.get("status")).get("conditions"))
    return next((one for one in every if one.get("type") == sort), {})
