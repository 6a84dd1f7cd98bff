"""k8s_logs, on answers as the kubelet gives them."""

from bot.core.evidence import Trouble
from bot.probes.k8s_logs import PROBE
from tests.probes.clusters import APPS, CORE, NAMESPACE, cannot_look, made, refused, seen, seen_at
from tests.probes.ports import GIVES_UP
from tests.transports.cluster import pod, status_of

pytestmark = GIVES_UP

LOG = (
    b'2026-11-21T03:11:50.123456789Z {"level":"info","message":"agent register ok"}\n'
    b'2026-11-21T03:11:55.000000000Z {"level":"error","message":"order rejected"}\n'
)
ONE = {f"{CORE}/pods": [pod("agent-0")], f"{CORE}/pods/agent-0/log": LOG}
GIVEN = {"namespace": NAMESPACE, "unit": "agent-0"}


async def test_matches_and_the_last_lines():
    told, cluster = await seen_at(PROBE, ONE, **GIVEN, pattern='"level":"error"', since="10m")
    assert (told.facts["count"], told.facts["complete"], told.facts["last_age_s"]) == (1, True, 5.0)
    assert (told.facts["pods"], told.facts["logs"]) == (["agent-0"], 1)
    assert told.excerpt == ['{"level":"error","message":"order rejected"}']
    asked = cluster.asked[-1][1]
    assert (asked["sinceSeconds"], asked["tailLines"], asked["timestamps"]) == (["600"], ["1000"], ["true"])
    assert "previous" not in asked


async def test_before_it_ended():
    told, cluster = await seen_at(PROBE, ONE, **GIVEN, previous=True, contains=["register"])
    assert cluster.asked[-1][1]["previous"] == ["true"]
    assert told.facts["count"] == 1


async def test_all_pods_of_a_deployment_in_the_order_of_time():
    labels = {"metadata": {"labels": {"app": "agent"}}}
    objects = {
        f"{CORE}/pods": [pod("agent-0", **labels), pod("agent-1", **labels), pod("web-0")],
        f"{APPS}/deployments": [made("agent", spec={"selector": {"matchLabels": {"app": "agent"}}})],
        f"{CORE}/pods/agent-0/log": b"2026-11-21T03:11:50Z one\n2026-11-21T03:11:54Z three\n",
        f"{CORE}/pods/agent-1/log": b"2026-11-21T03:11:52Z two\n",
    }
    told = await seen(PROBE, objects, namespace=NAMESPACE, unit="deployment/agent")
    assert list(told.excerpt) == ["agent-0 | three", "agent-1 | two", "agent-0 | one"]


async def test_one_container_of_several():
    two = pod("agent-0", spec={"containers": [{"name": "app"}, {"name": "istio-proxy"}]})
    objects = {**ONE, f"{CORE}/pods": [two]}
    _, cluster = await seen_at(PROBE, objects, **GIVEN, container="app")
    assert cluster.asked[-1][1]["container"] == ["app"]
    told = await seen(PROBE, objects, **GIVEN)
    assert told.facts["logs"] == 2
    assert told.excerpt[0].startswith("agent-0/")


async def test_an_empty_log():
    facts = (await seen(PROBE, {**ONE, f"{CORE}/pods/agent-0/log": b""}, **GIVEN, since="10m")).facts
    assert (facts["found"], facts["count"], facts["lines"]) == (False, 0, 0)


async def test_more_lines_than_are_read():
    many = b"".join(b"2026-11-21T03:11:50Z line %d\n" % n for n in range(50))
    facts = (
        await seen(PROBE, {**ONE, f"{CORE}/pods/agent-0/log": many}, **GIVEN, since="10m", lines=50, pattern="x")
    ).facts
    assert (facts["found"], facts["count"], facts["complete"]) == (None, None, False)


async def test_more_bytes_than_are_read():
    many = b"".join(b"2026-11-21T03:11:50Z line %d\n" % n for n in range(5000))
    facts = (
        await seen(PROBE, {**ONE, f"{CORE}/pods/agent-0/log": many}, **GIVEN, since="10m", most_bytes=10_000)
    ).facts
    assert facts["complete"] is False
    assert 0 < facts["lines"] < 500


async def test_a_container_that_never_ran_before():
    objects = {**ONE, f"{CORE}/pods/agent-0/log": (400, status_of(400, "previous terminated container not found"))}
    await refused(PROBE, objects, Trouble.MISSING, "none of them ran before", **GIVEN, previous=True)
    await refused(PROBE, objects, Trouble.MISSING, "none of them has begun to run", **GIVEN)


async def test_a_container_that_is_not_there():
    await refused(PROBE, ONE, Trouble.MISSING, "no such container", **GIVEN, container="other")


async def test_logs_belong_to_some_pods():
    await refused(PROBE, ONE, Trouble.MISSING, "write unit or selector", namespace=NAMESPACE)


async def test_where_it_cannot_look():
    await cannot_look(PROBE, f"{CORE}/pods", namespace=NAMESPACE, selector="app=agent")
