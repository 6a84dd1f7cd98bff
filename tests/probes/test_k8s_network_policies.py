"""k8s_network_policies: the verdict, as the rules of Kubernetes have it."""

import pytest

from bot.core.evidence import Trouble
from bot.probes.k8s_network_policies import PROBE
from tests.probes.clusters import CORE, NAMESPACE, NETWORKING, cannot_look, made, refused, seen
from tests.probes.ports import GIVES_UP
from tests.transports.cluster import pod

pytestmark = GIVES_UP

AGENT, REDIS = {"app": "agent"}, {"app": "redis"}
PODS = [
    pod("agent-0", metadata={"labels": AGENT}, status={"podIP": "10.8.0.5"}),
    pod(
        "redis-0", metadata={"labels": REDIS}, status={"podIP": "10.8.0.6"},
        spec={"containers": [{"ports": [{"name": "redis", "containerPort": 6379}]}]},
    ),
]  # fmt: skip
BOTH = {"namespace": NAMESPACE, "source": "agent-0", "target": "redis-0", "port": 6379}


def policy(name: str, chosen: dict | None = None, **spec: object) -> dict:
    return made(name, spec={"podSelector": {"matchLabels": chosen} if chosen else {}, **spec})


def objects(*policies: dict) -> dict:
    return {
        f"{NETWORKING}/networkpolicies": list(policies),
        f"{CORE}/pods": PODS,
        "/api/v1/namespaces": [made(NAMESPACE, labels={"team": "trading"}), made("other", labels={"team": "web"})],
        "/api/v1/namespaces/other/pods": [pod("guest-0", metadata={"labels": AGENT}, status={"podIP": "10.9.0.1"})],
        "/apis/networking.k8s.io/v1/namespaces/other/networkpolicies": [],
    }


def who(operator: str, *values: str) -> dict:
    """A rule for those whose label answers to that."""
    term = {"key": "app", "operator": operator, "values": list(values)}
    return {"from": [{"podSelector": {"matchExpressions": [term]}}]}


DENY = policy("deny", policyTypes=["Ingress"])


def allow(*rules: dict) -> dict:
    return policy("allow", REDIS, policyTypes=["Ingress"], ingress=list(rules))


@pytest.mark.parametrize(
    ("policies", "allowed"),
    [
        ([], True),
        ([DENY], False),
        # A policy for others chooses nobody here.
        ([policy("other", {"app": "web"}, policyTypes=["Ingress"])], True),
        # What one allows is allowed, whatever others do not.
        ([DENY, allow({"from": [{"podSelector": {"matchLabels": AGENT}}]})], True),
        ([DENY, allow({"from": [{"podSelector": {"matchLabels": {"app": "web"}}}]})], False),
        # A rule without peers is for everybody; one without ports for every port.
        ([DENY, allow({})], True),
        ([allow({"ports": [{"port": 6379}]})], True),
        ([allow({"ports": [{"port": 80}]})], False),
        ([allow({"ports": [{"port": "redis"}]})], True),
        ([allow({"ports": [{"port": "http"}]})], False),
        ([allow({"ports": [{"port": 6000, "endPort": 7000}]})], True),
        ([allow({"ports": [{"port": 6379, "protocol": "UDP"}]})], False),
        ([allow({"ports": [{"protocol": "TCP"}]})], True),
        ([allow({"from": [{"namespaceSelector": {"matchLabels": {"team": "trading"}}}]})], True),
        ([allow({"from": [{"namespaceSelector": {"matchLabels": {"team": "web"}}}]})], False),
        ([allow({"from": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": NAMESPACE}}}]})], True),
        # Both selectors of one peer have to fit.
        ([allow({"from": [{"namespaceSelector": {}, "podSelector": {"matchLabels": {"app": "web"}}}]})], False),
        ([allow({"from": [{"ipBlock": {"cidr": "10.8.0.0/16"}}]})], True),
        ([allow({"from": [{"ipBlock": {"cidr": "10.8.0.0/16", "except": ["10.8.0.5/32"]}}]})], False),
        ([allow({"from": [{"ipBlock": {"cidr": "nonsense"}}]})], False),
        ([allow(who("In", "agent", "web"))], True),
        ([allow(who("In", "web"))], False),
        ([allow(who("NotIn", "web"))], True),
        ([allow(who("Exists"))], True),
        ([allow(who("DoesNotExist"))], False),
        ([allow(who("Odd"))], False),
        # Whoever talks may be held back as well.
        ([policy("out", AGENT, policyTypes=["Egress"])], False),
        ([policy("out", AGENT, policyTypes=["Egress"], egress=[{"to": [{"podSelector": {"matchLabels": REDIS}}]}])],
         True),
        ([policy("out", AGENT, egress=[{"ports": [{"port": 443}]}])], False),
        # Without a kind: incoming, and leaving only if there are rules for it.
        ([policy("in", AGENT)], True),
    ],
)  # fmt: skip
async def test_may_the_agent_talk_to_redis(policies: list, allowed: bool):
    assert (await seen(PROBE, objects(*policies), **BOTH)).facts["allowed"] is allowed


async def test_which_policies_decide():
    told = await seen(PROBE, objects(DENY, allow({}), policy("out", AGENT, policyTypes=["Egress"])), **BOTH)
    assert told.facts == {
        "policies": 3, "default_deny": ["deny"], "allowed": False, "incoming_allowed": True, "leaving_allowed": False,
        "incoming_policies": ["allow", "deny"], "leaving_policies": ["out"],
    }  # fmt: skip
    assert told.table.rows[0] == ("deny", "Ingress", "every pod", "0 ingress")


async def test_from_another_namespace():
    given = {**BOTH, "source": "guest-0", "source_namespace": "other"}
    near = allow({"from": [{"podSelector": {"matchLabels": AGENT}}]})
    far = allow({"from": [{"namespaceSelector": {"matchLabels": {"team": "web"}}}]})
    assert (await seen(PROBE, objects(near), **given)).facts["allowed"] is False
    assert (await seen(PROBE, objects(far), **given)).facts["allowed"] is True


async def test_to_an_address_outside():
    given = {"namespace": NAMESPACE, "source": "agent-0", "target_ip": "203.0.113.9", "port": 443}
    out = policy("out", AGENT, policyTypes=["Egress"], egress=[{"to": [{"ipBlock": {"cidr": "203.0.113.0/24"}}]}])
    inside = policy("out", AGENT, policyTypes=["Egress"], egress=[{"to": [{"namespaceSelector": {}}]}])
    assert (await seen(PROBE, objects(out), **given)).facts["allowed"] is True
    assert (await seen(PROBE, objects(inside), **given)).facts["allowed"] is False


async def test_without_two_ends_nobody_knows():
    facts = (await seen(PROBE, objects(DENY), namespace=NAMESPACE, target="redis-0")).facts
    assert (facts["allowed"], facts["policies"], facts["incoming_policies"]) == (None, 1, ["deny"])
    facts = (await seen(PROBE, objects(), namespace=NAMESPACE)).facts
    assert (facts["allowed"], facts["policies"]) == (None, 0)


async def test_an_end_that_is_not_there():
    await refused(PROBE, objects(), Trouble.MISSING, "neither a pod nor", **{**BOTH, "target": "kafka"})
    await refused(PROBE, objects(), Trouble.MISSING, "no pod of", namespace=NAMESPACE, source_selector="app=x")


async def test_where_it_cannot_look():
    await cannot_look(PROBE, f"{NETWORKING}/networkpolicies", objects(), namespace=NAMESPACE)
