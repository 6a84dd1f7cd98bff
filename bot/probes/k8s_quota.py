"""k8s_quota: how much of what a namespace may have is taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.core.evidence import Seen, Table
from bot.probes._kubernetes import NamespaceParameters, amount, cluster
from bot.probes._text import greatest, percent
from bot.probes.base import Fact, Probe, Site
from bot.transports.kubernetes_api import mapping, name_of, within


class K8sQuotaParameters(NamespaceParameters):
    """Which namespace."""


async def _look(parameters: K8sQuotaParameters, site: Site) -> Seen:
    async with cluster(parameters, site) as api:
        quotas = await api.list(within(parameters.namespace, "resourcequotas"))
    rows = rows_of(quotas)
    shares = {f"{row[0]}/{row[1]}": row[4] for row in rows}
    return Seen(
        facts={
            "quotas": len(quotas),
            "used_percent": greatest(list(shares.values())) if quotas else 0.0,
            "full": sorted(name for name, share in shares.items() if share is not None and share >= 100),
            "fullest": rows[0][1] if rows else None,
            "resources": shares,
        },
        table=Table(columns=("quota", "resource", "used", "of", "%"), rows=tuple(rows)),
    )


def rows_of(quotas: Sequence[Mapping[str, Any]]) -> list[tuple[str, str, str, str, float | None]]:
    """Each resource of each quota, the fullest first. A limit of nothing is full."""
    rows = []
    for quota in quotas:
        status = mapping(quota.get("status"))
        used = mapping(status.get("used"))
        for resource, hard in (mapping(status.get("hard")) or mapping(mapping(quota.get("spec")).get("hard"))).items():
            most = amount(hard)
            taken = amount(used.get(resource, "0"))
            share = 100.0 if most == 0 else percent(taken, most)
            rows.append((name_of(quota), str(resource), str(used.get(resource, "0")), str(hard), share))
    return sorted(rows, key=lambda row: (-(row[4] or 0.0), row[1]))


PROBE = Probe(
    name="k8s_quota",
    help="Quotas of a namespace in Kubernetes: how much of processors, memory and objects is taken.",
    parameters=K8sQuotaParameters,
    facts={
        "quotas": Fact(sort="number", help="quotas that the namespace has"),
        "used_percent": Fact(
            sort="number", unit="%", help="how much of a resource is taken, the highest; 0 without any"
        ),
        "full": Fact(sort="list", help="resources of which nothing is left"),
        "fullest": Fact(sort="text", help="the resource of which most is taken"),
        "resources": Fact(sort="map", help="how much is taken in percent, by quota and resource"),
    },
    look=_look,
    target="url",
)
