"""k8s_rollout, on objects as Kubernetes 1.30 gives them."""

import pytest

from bot.core.evidence import Trouble
from bot.probes.k8s_rollout import PROBE, facts_of
from tests.probes.clusters import APPS, NAMESPACE, cannot_look, refused, seen
from tests.probes.ports import GIVES_UP

pytestmark = GIVES_UP

UNIT = "deployment/rust-core-engine"


def deployment(**status: object) -> dict:
    return {
        "metadata": {
            "name": "rust-core-engine", "generation": 7, "annotations": {"deployment.kubernetes.io/revision": "12"},
        },
        "spec": {"replicas": 3, "template": {"spec": {"containers": [{"name": "app", "image": "engine:1.4"}]}}},
        "status": {
            "observedGeneration": 7, "replicas": 3, "updatedReplicas": 3, "readyReplicas": 3, "availableReplicas": 3,
            "conditions": [{"type": "Progressing", "status": "True", "reason": "NewReplicaSetAvailable",
                            "lastUpdateTime": "2026-11-21T03:11:00Z", "message": "has successfully progressed"}],
        } | status,
    }  # fmt: skip


async def test_one_that_is_done():
    told = await seen(PROBE, {f"{APPS}/deployments": [deployment()]}, namespace=NAMESPACE, unit=UNIT)
    assert told.facts == {
        "desired": 3, "updated": 3, "ready": 3, "available": 3, "unavailable": 0, "complete": True, "stuck": False,
        "paused": False, "cannot_make_pods": False, "revision": "12", "images": ["engine:1.4"], "changed_s": 60.0,
    }  # fmt: skip
    assert told.table.rows[0][:3] == ("Progressing", "True", "NewReplicaSetAvailable")


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        # Not yet noticed: the old numbers say nothing.
        ({"observedGeneration": 6}, {"complete": False}),
        ({"updatedReplicas": 1}, {"complete": False, "updated": 1}),
        # An old pod is still there.
        ({"replicas": 4}, {"complete": False, "unavailable": 0}),
        ({"availableReplicas": 1, "readyReplicas": 1}, {"complete": False, "unavailable": 2}),
        # Kubernetes leaves out what is nought.
        ({"availableReplicas": None, "readyReplicas": None}, {"available": 0, "unavailable": 3}),
        (
            {"conditions": [{"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded"}]},
            {"stuck": True},
        ),
        ({"conditions": [{"type": "ReplicaFailure", "status": "True"}]}, {"cannot_make_pods": True, "stuck": False}),
    ],
)
def test_one_that_is_not(status: dict, expected: dict):
    facts = facts_of(deployment(**status))
    assert {name: facts[name] for name in expected} == expected


def test_a_daemon_set_counts_nodes():
    own = deployment()
    own["status"] = {
        "observedGeneration": 7, "desiredNumberScheduled": 5, "currentNumberScheduled": 5, "updatedNumberScheduled": 5,
        "numberReady": 4, "numberAvailable": 4,
    }  # fmt: skip
    facts = facts_of(own)
    assert (facts["desired"], facts["available"], facts["complete"]) == (5, 4, False)


def test_one_that_should_have_no_pods():
    own = deployment(replicas=None, updatedReplicas=None, availableReplicas=None)
    own["spec"]["replicas"] = 0
    assert facts_of(own)["complete"] is True


def test_an_object_that_says_nothing():
    assert facts_of({})["complete"] is False


async def test_one_that_is_not_there():
    await refused(PROBE, {}, Trouble.MISSING, "not found", namespace=NAMESPACE, unit=UNIT)


async def test_a_stateful_set():
    told = await seen(
        PROBE,
        {f"{APPS}/statefulsets": [deployment()]},
        namespace=NAMESPACE,
        unit=UNIT.replace("deployment", "statefulset"),
    )
    assert told.facts["complete"] is True


async def test_where_it_cannot_look():
    await cannot_look(PROBE, f"{APPS}/deployments/rust-core-engine", namespace=NAMESPACE, unit=UNIT)
