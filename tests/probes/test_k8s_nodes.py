"""k8s_nodes, on objects as Kubernetes 1.30 gives them."""

from bot.probes.k8s_nodes import PROBE
from tests.probes.clusters import cannot_look, made, seen
from tests.probes.ports import GIVES_UP
from tests.transports.cluster import pod, status_of

pytestmark = GIVES_UP


def node(name: str, ready: str = "True", *pressures: str, **spec: object) -> dict:
    conditions = [{"type": "Ready", "status": ready}, *({"type": one, "status": "True"} for one in pressures)]
    return made(
        name, labels={"pool": "trading"}, spec=spec,
        status={"conditions": conditions, "allocatable": {"cpu": "3920m", "memory": "16Gi", "pods": "110"}},
    )  # fmt: skip


def asking(name: str, on: str, cpu: str, memory: str) -> dict:
    return pod(name, spec={"nodeName": on, "containers": [{"resources": {"requests": {"cpu": cpu, "memory": memory}}}]})


async def test_all_is_well():
    pods = [asking("a", "n1", "980m", "4Gi"), asking("b", "n1", "1.96", "8192Mi"), asking("c", "n2", "0", "0")]
    told = await seen(PROBE, {"/api/v1/nodes": [node("n1"), node("n2")], "/api/v1/pods": pods})
    assert told.facts == {
        "nodes": 2, "ready": 2, "not_ready": [], "under_pressure": [], "unschedulable": [],
        "cpu_requested_percent": 75.0, "memory_requested_percent": 75.0, "pods_percent": 1.8,
    }  # fmt: skip
    assert told.table.rows[0] == ("n1", True, "", 75.0, 75.0, 2, "1 d 0 h")
    assert "labels: pool=trading" in told.output


async def test_much_is_wrong():
    nodes = [
        node("good"),
        node("lost", "Unknown"),
        node("full", "True", "DiskPressure", "MemoryPressure"),
        node("drained", unschedulable=True, taints=[{"key": "maintenance", "effect": "NoSchedule"}]),
    ]
    told = await seen(PROBE, {"/api/v1/nodes": nodes, "/api/v1/pods": []})
    facts = told.facts
    assert (facts["ready"], facts["not_ready"], facts["under_pressure"]) == (3, ["lost"], ["full"])
    assert facts["unschedulable"] == ["drained"]
    assert "taints: maintenance=:NoSchedule" in told.output
    assert told.table.rows[0][2] == "MemoryPressure, DiskPressure"


async def test_pods_that_may_not_be_read_are_unknown():
    objects = {"/api/v1/nodes": [node("n1")], "/api/v1/pods": (403, status_of(403, "pods is forbidden"))}
    facts = (await seen(PROBE, objects)).facts
    assert facts["ready"] == 1
    assert facts["cpu_requested_percent"] is facts["memory_requested_percent"] is facts["pods_percent"] is None


async def test_only_those_with_a_label():
    objects = {"/api/v1/nodes": [node("n1"), made("n2")], "/api/v1/pods": []}
    assert (await seen(PROBE, objects, selector="pool=trading")).facts["nodes"] == 1


async def test_a_node_that_says_nothing():
    facts = (await seen(PROBE, {"/api/v1/nodes": [made("n1")], "/api/v1/pods": []})).facts
    assert (facts["not_ready"], facts["cpu_requested_percent"]) == (["n1"], None)


async def test_where_it_cannot_look():
    await cannot_look(PROBE, "/api/v1/nodes", {"/api/v1/pods": []})
