"""k8s_service, on objects as Kubernetes 1.30 gives them."""

import pytest
from pydantic import ValidationError

from bot.probes.k8s_service import PROBE
from tests.probes.clusters import CORE, DISCOVERY, NAMESPACE, cannot_look, made, seen
from tests.probes.ports import GIVES_UP
from tests.transports.cluster import pod

pytestmark = GIVES_UP


def service(name: str, **changes: object) -> dict:
    spec = {"selector": {"app": name}, "ports": [{"port": 6379, "targetPort": "redis"}], "type": "ClusterIP"} | changes
    return made(name, spec=spec)


def slice_of(service: str, *ready: bool | None, suffix: str = "x") -> dict:
    ends = [
        {"addresses": [f"10.0.0.{n}"], "conditions": {} if one is None else {"ready": one},
         "targetRef": {"kind": "Pod", "name": f"{service}-{n}"}}
        for n, one in enumerate(ready)
    ]  # fmt: skip
    return made(f"{service}-{suffix}", labels={"kubernetes.io/service-name": service}, endpoints=ends)


def objects(services: list, slices: list, pods: list) -> dict:
    return {f"{CORE}/services": services, f"{DISCOVERY}/endpointslices": slices, f"{CORE}/pods": pods}


async def test_all_is_well():
    told = await seen(
        PROBE,
        objects(
            [service("redis")],
            # The same pods by both families of addresses, and one that says nothing, which counts as ready.
            [slice_of("redis", True, None), slice_of("redis", True, None, suffix="v6")],
            [pod("redis-0", metadata={"labels": {"app": "redis"}})],
        ),
        namespace=NAMESPACE,
    )
    assert told.facts == {
        "services": 1, "missing": [], "without_ready": [], "without_pods": [], "ready": 2, "not_ready": 0,
        "endpoints": {"redis": 2},
    }  # fmt: skip
    assert told.table.rows == (("redis", 2, 0, 1, "6379->redis", "app=redis"),)


async def test_no_endpoint_is_ready():
    pods = [pod("redis-0", metadata={"labels": {"app": "redis"}})]
    facts = (
        await seen(PROBE, objects([service("redis")], [slice_of("redis", False, False)], pods), namespace=NAMESPACE)
    ).facts
    assert (facts["without_ready"], facts["without_pods"]) == (["redis"], [])
    assert (facts["ready"], facts["not_ready"]) == (0, 2)


async def test_a_selector_that_finds_no_pod():
    facts = (await seen(PROBE, objects([service("redis")], [], [pod("web")]), namespace=NAMESPACE)).facts
    assert facts["without_ready"] == facts["without_pods"] == ["redis"]


async def test_services_without_pods_of_their_own():
    """One for a name outside needs none; one without a selector has endpoints that somebody else writes."""
    services = [service("outside", type="ExternalName", selector=None), service("by-hand", selector=None)]
    facts = (await seen(PROBE, objects(services, [slice_of("by-hand", True)], []), namespace=NAMESPACE)).facts
    assert facts["without_ready"] == facts["without_pods"] == []
    assert facts["endpoints"] == {"outside": None, "by-hand": 1}


async def test_one_that_is_not_there():
    told = await seen(PROBE, objects([service("a"), service("b")], [], []), namespace=NAMESPACE, services=["a", "c"])
    assert (told.facts["services"], told.facts["missing"]) == (1, ["c"])


@pytest.mark.parametrize("name", ["../secrets/x", "a/b", "-a", "A", ""])
def test_a_service_that_a_person_names_is_a_name(name: str):
    assert "services" in PROBE.fills
    with pytest.raises(ValidationError):
        PROBE.parameters(services=[name])


async def test_there_are_none():
    facts = (await seen(PROBE, objects([], [], []), namespace=NAMESPACE)).facts
    assert (facts["services"], facts["ready"]) == (0, None)


async def test_where_it_cannot_look():
    await cannot_look(PROBE, f"{CORE}/services", objects([], [], []), namespace=NAMESPACE)
