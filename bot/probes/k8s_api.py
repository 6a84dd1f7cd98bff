"""k8s_api: whether Kubernetes' API answers, is ready, and serves what is needed of it."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from pydantic import Field

from bot.core.evidence import Seen, Trouble
from bot.core.text import one_line
from bot.probes._kubernetes import ClusterParameters, cluster
from bot.probes.base import Fact, Probe, ProbeFailed, Site
from bot.transports.kubernetes_api import KubernetesApi, entries, mapping

GroupVersion = Annotated[str, Field(max_length=200, pattern="^[a-z0-9][a-z0-9.-]*(/[a-z0-9]+)?$")]

_ITS_OWN_FAULT = (Trouble.REFUSED, Trouble.TIMEOUT, Trouble.AUTH, Trouble.DNS, Trouble.TLS, Trouble.LOST, Trouble.PARSE)
"""That it cannot be reached is what is asked for here, not a reason not to know."""


class K8sApiParameters(ClusterParameters):
    """Which API, and what it has to serve."""

    versions: tuple[GroupVersion, ...] = Field(
        default=(), max_length=20, description="Groups and versions that have to be served", examples=[["apps/v1"]]
    )


async def _look(parameters: K8sApiParameters, site: Site) -> Seen:
    facts: dict[str, Any] = dict.fromkeys(_FACTS)
    try:
        facts |= await _asked(parameters, site)
    except ProbeFailed as failure:
        if failure.trouble not in _ITS_OWN_FAULT:
            raise
        return Seen(facts=facts | {"answers": False, "trouble": str(failure.trouble)}, excerpt=[str(failure)])
    return Seen(facts=facts, excerpt=facts["failing"] or ())


async def _asked(parameters: K8sApiParameters, site: Site) -> dict[str, Any]:
    loop = asyncio.get_running_loop()
    async with cluster(parameters, site) as api:
        began = loop.time()
        version = await api.get("/version")
        took = loop.time() - began
        served = await _served(api)
        ready, failing = await _ready(api)
    return {
        "answers": True,
        "answer_ms": round(1000 * took, 1),
        "version": str(version.get("gitVersion") or "") or None,
        "ready": ready,
        "failing": failing,
        "served": not set(parameters.versions) - served,
        "missing": sorted(set(parameters.versions) - served),
        "versions": len(served),
    }


async def _served(api: KubernetesApi) -> set[str]:
    groups = await api.get("/apis")
    core = await api.get("/api")
    found = {str(one) for one in core.get("versions") or ()}
    for group in entries(groups.get("groups")):
        found |= {str(mapping(one).get("groupVersion")) for one in entries(group.get("versions"))}
    return found


async def _ready(api: KubernetesApi) -> tuple[bool | None, list[str] | None]:
    """Whether it says that it is ready, and what fails; None where it does not say so to us."""
    answer = await api.ask("/readyz", {"verbose": ""})
    if answer.status not in (200, 500, 503):
        return None, None
    lines = answer.body[:20_000].decode("utf-8", "replace").split("\n")
    return answer.status == 200, [one_line(line) for line in lines if line.startswith("[-]")]


_FACTS = {
    "answers": Fact(sort="flag", help="whether it let us in and answered"),
    "trouble": Fact(sort="text", help="why not: refused, timeout, auth, dns, tls, lost, parse"),
    "answer_ms": Fact(sort="number", unit="ms", help="until it told its version"),
    "version": Fact(sort="text", help="version of the cluster"),
    "ready": Fact(sort="flag", help="whether it says of itself that it is ready; unknown where it does not say"),
    "failing": Fact(sort="list", help="what it says fails"),
    "served": Fact(sort="flag", help="whether all that has to be served is"),
    "missing": Fact(sort="list", help="groups and versions that have to be served and are not"),
    "versions": Fact(sort="number", help="groups and versions that it serves"),
}

PROBE = Probe(
    name="k8s_api",
    help="Kubernetes' API: whether it answers, is ready, and serves the groups and versions that are needed.",
    parameters=K8sApiParameters,
    facts=_FACTS,
    look=_look,
    target="url",
)
