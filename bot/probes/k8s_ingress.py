"""k8s_ingress: whether what comes from outside has an address, and services with endpoints behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import Field

from bot.core.evidence import Seen, Table
from bot.probes._kubernetes import METADATA, NamespaceParameters, ObjectName, cluster, labels_of
from bot.probes.base import Fact, Probe, Site
from bot.transports.kubernetes_api import KubernetesApi, entries, mapping, name_of, within

_OWNER = "kubernetes.io/service-name"


class K8sIngressParameters(NamespaceParameters):
    """Which ingresses."""

    ingresses: tuple[ObjectName, ...] = Field(
        default=(), max_length=50, description="Ingresses, each of which has to be there; none: all of the namespace",
        examples=[["trading-ingress"]],
    )  # fmt: skip


async def _look(parameters: K8sIngressParameters, site: Site) -> Seen:
    async with cluster(parameters, site) as api:
        found = await api.list(within(parameters.namespace, "ingresses", group="networking.k8s.io/v1"))
        found = [one for one in found if not parameters.ingresses or name_of(one) in parameters.ingresses]
        services = {name_of(one) for one in await api.list(within(parameters.namespace, "services"))}
        slices = await api.list(within(parameters.namespace, "endpointslices", group="discovery.k8s.io/v1"))
        wanted = sorted({name for one in found for name in _certificates(one)})
        absent = await _absent(api, parameters.namespace, wanted)
    answering = {
        str(labels_of(one).get(_OWNER))
        for one in slices
        if any(mapping(end.get("conditions")).get("ready") is not False for end in entries(one.get("endpoints")))
    }
    rows = [_row(one, services, answering) for one in found]
    return Seen(
        facts={
            "ingresses": len(rows),
            "missing": sorted(set(parameters.ingresses) - {row["ingress"] for row in rows}),
            "without_address": sorted(row["ingress"] for row in rows if not row["addresses"]),
            "without_service": sorted({name for row in rows for name in row["unknown"]}),
            "without_endpoints": sorted({name for row in rows for name in row["silent"]}),
            "without_certificate": absent,
            "hosts": sorted({host for row in rows for host in row["hosts"]}),
            "addresses": sorted({address for row in rows for address in row["addresses"]}),
        },
        table=Table(
            columns=("ingress", "hosts", "address", "services", "certificates"),
            rows=tuple(
                (
                    row["ingress"], ", ".join(row["hosts"]), ", ".join(row["addresses"]) or "none",
                    ", ".join(row["services"]), ", ".join(row["certificates"]),
                )
                for row in rows
            ),
        ),
    )  # fmt: skip


async def _absent(api: KubernetesApi, namespace: str, names: Sequence[str]) -> list[str] | None:
    """Secrets that are not there; None where that may not be asked. What is in them is not even sent."""
    absent = []
    for name in names:
        answer = await api.ask(within(namespace, "secrets", name), accept=METADATA)
        if answer.status in (401, 403):
            return None
        if answer.status == 404:
            absent.append(name)
        elif answer.status != 200:
            raise answer.failure("Kubernetes")
    return absent


def _row(one: Mapping[str, Any], services: set[str], answering: set[str]) -> dict[str, Any]:
    spec, status = mapping(one.get("spec")), mapping(one.get("status"))
    behind = sorted(set(_services(spec)))
    given = entries(mapping(status.get("loadBalancer")).get("ingress"))
    return {
        "ingress": name_of(one),
        "hosts": sorted({str(rule.get("host") or "*") for rule in entries(spec.get("rules"))}),
        "addresses": sorted(str(end.get("ip") or end.get("hostname")) for end in given),
        "services": behind,
        "unknown": [name for name in behind if name not in services],
        "silent": [name for name in behind if name in services and name not in answering],
        "certificates": sorted(set(_certificates(one))),
    }


def _services(spec: Mapping[str, Any]) -> Iterator[str]:
    paths = [path for rule in entries(spec.get("rules")) for path in entries(mapping(rule.get("http")).get("paths"))]
    for backend in (mapping(spec.get("defaultBackend")), *(mapping(path.get("backend")) for path in paths)):
        name = mapping(backend.get("service")).get("name")
        if isinstance(name, str):
            yield name


def _certificates(one: Mapping[str, Any]) -> Iterator[str]:
    for entry in entries(mapping(one.get("spec")).get("tls")):
        if isinstance(entry.get("secretName"), str):
            yield entry["secretName"]


PROBE = Probe(
    name="k8s_ingress",
    help="Ingresses of Kubernetes: hosts, addresses, the services behind them, and whether those answer.",
    parameters=K8sIngressParameters,
    facts={
        "ingresses": Fact(sort="number", help="ingresses that were looked at"),
        "missing": Fact(sort="list", help="ingresses that were asked for and are not there"),
        "without_address": Fact(sort="list", help="ingresses that nothing outside can reach"),
        "without_service": Fact(sort="list", help="services that an ingress names and that are not there"),
        "without_endpoints": Fact(sort="list", help="services behind an ingress of which no endpoint is ready"),
        "without_certificate": Fact(
            sort="list", help="secrets with certificates that are not there; unknown where that may not be asked"
        ),
        "hosts": Fact(sort="list", help="host names that they answer to"),
        "addresses": Fact(sort="list", help="addresses they are reached at"),
    },
    look=_look,
    target="url",
)
