"""k8s_secret: whether a secret is there, of which type, and under which keys it holds something. Never what."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from bot.core.evidence import Seen, Table
from bot.probes._kubernetes import NamespaceParameters, ObjectName, cluster, created_s
from bot.probes._text import ago
from bot.probes.base import Fact, Probe, Site
from bot.transports.kubernetes_api import mapping, within

KeyName = Annotated[str, Field(max_length=253, pattern="^[A-Za-z0-9._-]+$")]


class K8sSecretParameters(NamespaceParameters):
    """Which secret, and what has to be in it."""

    object: ObjectName = Field(description="The name of the secret", examples=["regcred"])
    keys: tuple[KeyName, ...] = Field(
        default=(), max_length=50, description="Keys that have to be there", examples=[[".dockerconfigjson"]]
    )


async def _look(parameters: K8sSecretParameters, site: Site) -> Seen:
    async with cluster(parameters, site) as api:
        answer = await api.ask(within(parameters.namespace, "secrets", parameters.object))
        if answer.status == 404:
            return Seen(facts={**dict.fromkeys(_FACTS), "exists": False, "missing_keys": list(parameters.keys)})
        if answer.status != 200:
            raise answer.failure("Kubernetes")
        own = mapping(answer.json("Kubernetes"))
    facts = facts_of(own, parameters.keys, site.now())
    rows = tuple((key, "empty" if key in facts["empty_keys"] else "set") for key in facts["keys"])
    rows += tuple((key, "missing") for key in facts["missing_keys"])
    return Seen(facts=facts, table=Table(columns=("key", f"is (for {ago(facts['age_s'])})"), rows=rows))


def facts_of(own: Mapping[str, Any], wanted: tuple[str, ...], now: datetime) -> dict[str, Any]:
    """What can be told of it. Its values are looked at for whether they are empty, and forgotten."""
    empty = {str(key): not value for key, value in mapping(own.get("data")).items()}
    return {
        "exists": True,
        "type": str(own.get("type") or "") or None,
        "keys": sorted(empty),
        "missing_keys": [key for key in wanted if key not in empty],
        "empty_keys": sorted(key for key, nothing in empty.items() if nothing),
        "age_s": created_s(own, now),
    }


_FACTS = {
    "exists": Fact(sort="flag", help="whether there is such a secret"),
    "type": Fact(sort="text", help="its type, such as kubernetes.io/dockerconfigjson"),
    "keys": Fact(sort="list", help="names of its keys"),
    "missing_keys": Fact(sort="list", help="keys that have to be there and are not"),
    "empty_keys": Fact(sort="list", help="keys that hold nothing"),
    "age_s": Fact(sort="number", unit="s", help="since it was made"),
}

PROBE = Probe(
    name="k8s_secret",
    help="A secret of Kubernetes: whether it is there, of which type, with which keys. Never a value.",
    parameters=K8sSecretParameters,
    facts=_FACTS,
    look=_look,
    target="url",
)
