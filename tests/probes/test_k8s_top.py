"""k8s_top, on measurements as metrics-server gives them."""

import pytest

from bot.core.evidence import Trouble
from bot.probes._kubernetes import amount
from bot.probes.k8s_top import PROBE
from tests.probes.clusters import CORE, NAMESPACE, cannot_look, refused, seen
from tests.probes.ports import GIVES_UP
from tests.transports.cluster import pod

pytestmark = GIVES_UP

METRICS = f"/apis/metrics.k8s.io/v1beta1/namespaces/{NAMESPACE}/pods"


def limited(name: str, **resources: dict) -> dict:
    return pod(name, spec={"containers": [{"name": "app", "resources": resources}]})


def measured(name: str, cpu: str, memory: str) -> dict:
    return {
        "metadata": {"name": name}, "timestamp": "2026-11-21T03:11:40Z", "window": "15s",
        "containers": [{"name": "app", "usage": {"cpu": cpu, "memory": memory}}],
    }  # fmt: skip


async def test_what_they_take():
    pods = [
        limited("a", limits={"cpu": "500m", "memory": "1Gi"}, requests={"cpu": "100m", "memory": "512Mi"}),
        limited("b", limits={"cpu": "2", "memory": "2Gi"}),
        limited("c"),
        limited("new"),
        pod("done", status={"phase": "Succeeded"}),
    ]
    metrics = [
        measured("a", "250m", "943718Ki"),
        measured("b", "1999999999n", "1Gi"),
        measured("c", "3u", "10Mi"),
        measured("gone", "1", "1Gi"),
    ]
    told = await seen(PROBE, {f"{CORE}/pods": pods, METRICS: metrics}, namespace=NAMESPACE)
    assert told.facts == {
        "pods": 3, "unmeasured": 1, "age_s": 20.0, "cpu_cores": 2.25, "memory_bytes": 2050594816.0,
        "cpu_percent": 100.0, "memory_percent": 90.0, "cpu_request_percent": 250.0, "memory_request_percent": 180.0,
        "fullest": "a", "without_limits": 1,
    }  # fmt: skip
    assert told.table.rows[0] == ("a", 0.25, 50.0, "921.6 MiB", 90.0)


async def test_without_a_metrics_server():
    await refused(PROBE, {f"{CORE}/pods": [pod("a")]}, Trouble.MISSING, "metrics-server", namespace=NAMESPACE)


async def test_nothing_runs():
    facts = (await seen(PROBE, {f"{CORE}/pods": [], METRICS: []}, namespace=NAMESPACE)).facts
    assert facts["pods"] == 0
    assert facts["memory_percent"] is facts["cpu_cores"] is None


async def test_a_measurement_that_says_nothing():
    objects = {f"{CORE}/pods": [pod("a")], METRICS: [{"metadata": {"name": "a"}}]}
    facts = (await seen(PROBE, objects, namespace=NAMESPACE)).facts
    assert (facts["pods"], facts["cpu_cores"], facts["age_s"]) == (1, None, None)


@pytest.mark.parametrize(
    ("text", "is_"),
    [
        ("250m", 0.25), ("2", 2.0), ("1.5Gi", 1610612736.0), ("128974848", 128974848.0), ("129M", 129e6),
        ("1e3", 1000.0), ("12E", 12e18), ("5n", 5e-9), (7, 7.0), ("", None), ("x", None), ("1Xi", None),
        ("1 Gi", None), (None, None),
        (True, None), ("9" * 100, None), ("1e9999", None), ("--1", None), ("٣", None),
    ],
)  # fmt: skip
def test_amounts(text: object, is_: float | None):
    assert amount(text) == (None if is_ is None else pytest.approx(is_))


async def test_where_it_cannot_look():
    await cannot_look(PROBE, f"{CORE}/pods", {METRICS: []}, namespace=NAMESPACE)
