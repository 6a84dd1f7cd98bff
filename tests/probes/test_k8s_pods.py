"""k8s_pods, on objects as Kubernetes 1.30 gives them."""

import pytest
from pydantic import ValidationError

from bot.core.evidence import Trouble
from bot.probes.k8s_pods import PROBE
from tests.probes.clusters import APPS, CORE, NAMESPACE, cannot_look, made, refused, seen, seen_at
from tests.probes.ports import GIVES_UP
from tests.transports.cluster import pod, status_of

pytestmark = GIVES_UP


def waiting(reason: str, restarts: int = 0, last: dict | None = None) -> dict:
    return {
        "conditions": [{"type": "Ready", "status": "False", "reason": "ContainersNotReady"}],
        "containerStatuses": [
            {
                "name": "app", "ready": False, "restartCount": restarts, "state": {"waiting": {"reason": reason}},
                "lastState": {"terminated": last} if last else {},
            }
        ],
    }  # fmt: skip


UNSCHEDULED = {
    "phase": "Pending", "containerStatuses": [],
    "conditions": [
        {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/3 nodes available"}
    ],
}  # fmt: skip


async def test_all_is_well():
    done = pod("job", status={"phase": "Succeeded", "conditions": []})
    told = await seen(PROBE, {f"{CORE}/pods": [pod("a"), pod("b"), done], f"{CORE}/events": []}, namespace=NAMESPACE)
    facts = told.facts
    assert (facts["pods"], facts["running"], facts["ready"], facts["not_ready"]) == (3, 2, 2, [])
    assert (facts["crash_looping"], facts["pending"], facts["pending_s"], facts["restarts"]) == ([], [], 0.0, 0)
    assert (facts["warnings"], facts["restarted_s"], facts["nodes"]) == (0, None, ["node-1"])
    assert told.table.rows[0] == ("a", "Running", "1/1", 0, "1 d 0 h", "node-1", "none")


async def test_much_is_wrong():
    killed = {"reason": "OOMKilled", "exitCode": 137, "finishedAt": "2026-11-21T03:11:00Z"}
    pods = [
        pod("good"),
        pod("crashing", status=waiting("CrashLoopBackOff", 17, killed)),
        pod("no-image", status={**waiting("ImagePullBackOff"), "phase": "Pending"}),
        pod("no-secret", status={**waiting("CreateContainerConfigError"), "phase": "Pending"}),
        pod("nowhere", status=UNSCHEDULED),
        pod("evicted", status={"phase": "Failed", "reason": "Evicted", "conditions": [], "containerStatuses": []}),
        pod("going", metadata={"deletionTimestamp": "2026-11-21T03:11:00Z"}),
    ]
    warnings = [
        {"metadata": {"name": "e1"}, "involvedObject": {"name": "crashing"}, "reason": "BackOff",
         "message": "Back-off restarting failed container", "lastTimestamp": "2026-11-21T03:11:30Z"},
        {"metadata": {"name": "e2"}, "involvedObject": {"name": "other"}, "reason": "x", "message": "y"},
    ]  # fmt: skip
    told = await seen(PROBE, {f"{CORE}/pods": pods, f"{CORE}/events": warnings}, namespace=NAMESPACE)
    facts = told.facts
    assert facts["crash_looping"] == facts["oom_killed"] == ["crashing"]
    assert (facts["no_image"], facts["not_started"]) == (["no-image"], ["no-secret"])
    assert facts["pending"] == ["no-image", "no-secret", "nowhere"]
    assert (facts["pending_s"], facts["failed"]) == (86400.0, ["evicted"])
    assert (facts["restarts"], facts["restarted_s"], facts["warnings"]) == (17, 60.0, 1)
    assert facts["states"]["Terminating"] == facts["states"]["Evicted"] == facts["states"]["CrashLoopBackOff"] == 1
    assert told.excerpt == ["crashing: BackOff: Back-off restarting failed container"]
    assert "Unschedulable 0/3 nodes available" in told.output
    assert told.table.rows[-1][0] == "good"


async def test_what_else_is_asked_about_a_pod():
    """Resources, node selector, mounts, labels; nothing of its environment."""
    spec = {
        "nodeSelector": {"pool": "trading"},
        "volumes": [{"name": "config", "configMap": {"name": "agent-config"}}],
        "containers": [
            {
                "name": "app", "image": "registry.example.com/agent:2",
                "env": [{"name": "API_KEY", "value": "do-not-show"}],
                "resources": {"limits": {"cpu": "500m", "memory": "1Gi"}, "requests": {"cpu": "250m"}},
                "volumeMounts": [{"name": "config", "mountPath": "/app/config"}, {"name": "gone", "mountPath": "/x"}],
            }
        ],
    }  # fmt: skip
    told = await seen(
        PROBE, {f"{CORE}/pods": [pod("a", spec=spec)], f"{CORE}/events": []}, namespace=NAMESPACE, unit="a"
    )
    for line in (
        "node selector: pool=trading", "limits: cpu=500m, memory=1Gi", "requests: cpu=250m",
        "mount /app/config: config (configMap agent-config)", "mount /x: gone (no such volume)",
    ):  # fmt: skip
        assert line in told.output
    assert told.table.rows[0][6] == "cpu=500m memory=1Gi"
    assert told.facts["without_limits"] == []
    assert "do-not-show" not in repr(told)


@pytest.mark.parametrize("chosen", [{"unit": "deployment/c"}, {"unit": "c"}, {"selector": "app=c"}])
async def test_those_of_a_workload(chosen: dict):
    objects = {
        f"{CORE}/pods": [pod("c-1", metadata={"labels": {"app": "c"}}), pod("a-1", metadata={"labels": {"app": "a"}})],
        f"{CORE}/events": [],
        f"{APPS}/deployments": [made("c", spec={"selector": {"matchLabels": {"app": "c"}}})],
    }
    assert (await seen(PROBE, objects, namespace=NAMESPACE, **chosen)).facts["pods"] == 1


async def test_a_long_list_comes_in_pages():
    told, asked = await seen_at(
        PROBE, {f"{CORE}/pods": [pod(f"p{n}") for n in range(1201)], f"{CORE}/events": []}, namespace=NAMESPACE
    )
    assert told.facts["pods"] == 1201
    assert sum(path.endswith("/pods") for path, _ in asked.asked) == 3


async def test_there_are_none():
    facts = (await seen(PROBE, {f"{CORE}/pods": [], f"{CORE}/events": []}, namespace=NAMESPACE)).facts
    assert (facts["pods"], facts["restarts"], facts["not_ready"]) == (0, 0, [])


async def test_warnings_that_may_not_be_read_are_unknown():
    objects = {f"{CORE}/pods": [pod("a")], f"{CORE}/events": (403, status_of(403, "events is forbidden"))}
    facts = (await seen(PROBE, objects, namespace=NAMESPACE)).facts
    assert (facts["warnings"], facts["ready"]) == (None, 1)


async def test_one_that_is_not_there():
    await refused(PROBE, {}, Trouble.MISSING, "neither a pod nor a deployment x", namespace=NAMESPACE, unit="x")


async def test_a_pod_that_says_nothing():
    facts = (
        await seen(PROBE, {f"{CORE}/pods": [{"metadata": {"name": "a"}}], f"{CORE}/events": []}, namespace=NAMESPACE)
    ).facts
    assert (facts["not_ready"], facts["states"]) == (["a"], {"Unknown": 1})


@pytest.mark.parametrize(
    "wrong",
    [{"unit": "../x"}, {"unit": "job/a"}, {"namespace": "a/b"}, {"selector": "a=b&x"}, {"unit": "-a"}, {"unit": ""}],
)
def test_what_no_parameter_may_be(wrong: dict):
    with pytest.raises(ValidationError):
        PROBE.parameters(**wrong)


async def test_where_it_cannot_look():
    await cannot_look(PROBE, f"{CORE}/pods", {f"{CORE}/events": []}, namespace=NAMESPACE)
