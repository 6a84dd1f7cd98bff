"""k8s_ingress, on objects as Kubernetes 1.30 gives them."""

import pytest

from bot.probes.k8s_ingress import PROBE
from tests.probes.clusters import CORE, DISCOVERY, NAMESPACE, NETWORKING, cannot_look, made, seen, seen_at
from tests.probes.ports import GIVES_UP
from tests.transports.cluster import status_of

pytestmark = GIVES_UP


def ingress(name: str, *services: str, address: bool = True, certificate: str | None = "trading-cert") -> dict:
    paths = [{"path": "/", "backend": {"service": {"name": one, "port": {"number": 8080}}}} for one in services]
    given = [{"ip": "203.0.113.9"}] if address else []
    return made(
        name,
        spec={
            "rules": [{"host": "trading.example.com", "http": {"paths": paths}}],
            "tls": [{"hosts": ["trading.example.com"], "secretName": certificate}] if certificate else [],
        },
        status={"loadBalancer": {"ingress": given}},
    )


def slice_of(service: str, ready: bool = True) -> dict:
    ends = [{"conditions": {"ready": ready}}]
    return made(f"{service}-x", labels={"kubernetes.io/service-name": service}, endpoints=ends)


def objects(*ingresses: dict, **more: object) -> dict:
    return {
        f"{NETWORKING}/ingresses": list(ingresses),
        f"{CORE}/services": [made("coordinator"), made("silent")],
        f"{DISCOVERY}/endpointslices": [slice_of("coordinator"), slice_of("silent", ready=False)],
        f"{CORE}/secrets/trading-cert": made("trading-cert"),
        **more,
    }


async def test_all_is_well():
    told = await seen(PROBE, objects(ingress("trading", "coordinator")), namespace=NAMESPACE)
    assert told.facts == {
        "ingresses": 1, "missing": [], "without_address": [], "without_service": [], "without_endpoints": [],
        "without_certificate": [], "hosts": ["trading.example.com"], "addresses": ["203.0.113.9"],
    }  # fmt: skip
    assert told.table.rows == (("trading", "trading.example.com", "203.0.113.9", "coordinator", "trading-cert"),)


async def test_of_a_certificate_only_the_name_is_asked_for():
    _, cluster = await seen_at(PROBE, objects(ingress("trading", "coordinator")), namespace=NAMESPACE)
    asked = dict(zip((path for path, _ in cluster.asked), cluster.headers, strict=True))
    assert "PartialObjectMetadata" in asked[f"{CORE}/secrets/trading-cert"]["Accept"]


async def test_much_is_wrong():
    wrong = ingress("trading", "nothing", "silent", address=False, certificate="gone")
    facts = (await seen(PROBE, objects(wrong), namespace=NAMESPACE, ingresses=["trading", "other"])).facts
    assert (facts["missing"], facts["without_address"]) == (["other"], ["trading"])
    assert (facts["without_service"], facts["without_endpoints"]) == (["nothing"], ["silent"])
    assert facts["without_certificate"] == ["gone"]


@pytest.mark.parametrize("status", [401, 403])
async def test_certificates_that_may_not_be_looked_at_are_unknown(status: int):
    forbidden = {f"{CORE}/secrets/trading-cert": (status, status_of(status, "forbidden"))}
    facts = (await seen(PROBE, objects(ingress("trading", "coordinator"), **forbidden), namespace=NAMESPACE)).facts
    assert facts["without_certificate"] is None


async def test_a_default_backend_counts():
    one = made("plain", spec={"defaultBackend": {"service": {"name": "nothing"}}}, status={})
    facts = (await seen(PROBE, objects(one), namespace=NAMESPACE)).facts
    assert (facts["without_service"], facts["hosts"]) == (["nothing"], [])


async def test_there_are_none():
    assert (await seen(PROBE, objects(), namespace=NAMESPACE)).facts["ingresses"] == 0


async def test_where_it_cannot_look():
    await cannot_look(PROBE, f"{NETWORKING}/ingresses", objects(), namespace=NAMESPACE)
