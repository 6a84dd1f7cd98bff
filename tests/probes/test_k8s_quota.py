"""k8s_quota, on objects as Kubernetes 1.30 gives them."""

from bot.core.evidence import Trouble
from bot.probes.k8s_quota import PROBE
from tests.probes.clusters import CORE, NAMESPACE, cannot_look, made, seen, site
from tests.probes.kit import fails
from tests.probes.ports import GIVES_UP

pytestmark = GIVES_UP


def quota(hard: dict, used: dict, name: str = "compute") -> dict:
    return made(name, spec={"hard": hard}, status={"hard": hard, "used": used})


async def test_how_much_is_taken():
    one = quota({"requests.cpu": "4", "limits.memory": "16Gi", "pods": "10"},
                {"requests.cpu": "3800m", "limits.memory": "8Gi", "pods": "3"})  # fmt: skip
    told = await seen(PROBE, {f"{CORE}/resourcequotas": [one]}, namespace=NAMESPACE)
    assert told.facts == {
        "quotas": 1, "used_percent": 95.0, "full": [], "fullest": "requests.cpu",
        "resources": {"compute/requests.cpu": 95.0, "compute/limits.memory": 50.0, "compute/pods": 30.0},
    }  # fmt: skip
    assert told.table.rows[0] == ("compute", "requests.cpu", "3800m", "4", 95.0)


async def test_full_ones():
    one = quota(
        {"pods": "3", "services.loadbalancers": "0", "secrets": "5"}, {"pods": "3", "services.loadbalancers": "0"}
    )
    facts = (await seen(PROBE, {f"{CORE}/resourcequotas": [one]}, namespace=NAMESPACE)).facts
    assert facts["full"] == ["compute/pods", "compute/services.loadbalancers"]
    assert facts["resources"]["compute/secrets"] == 0.0


async def test_a_namespace_without_quotas():
    facts = (await seen(PROBE, {f"{CORE}/resourcequotas": []}, namespace=NAMESPACE)).facts
    assert (facts["quotas"], facts["used_percent"], facts["full"]) == (0, 0.0, [])


async def test_amounts_that_are_none_are_unknown():
    one = quota({"pods": "many"}, {"pods": "3"})
    facts = (await seen(PROBE, {f"{CORE}/resourcequotas": [one]}, namespace=NAMESPACE)).facts
    assert facts["used_percent"] is None


async def test_where_it_cannot_look():
    await cannot_look(PROBE, f"{CORE}/resourcequotas", namespace=NAMESPACE)


async def test_in_the_bots_own_cluster_its_pods_account_will_do():
    """So one pack serves a bot inside, which needs no token, and one outside."""
    for own in ("", "https://kubernetes.default.svc"):
        inside = site(own, secret=lambda name: "")
        await fails(PROBE, inside, Trouble.MISSING, "runs in no cluster", secret="a", authority="b")
    outside = site("https://10.0.0.1", secret=lambda name: "")
    await fails(PROBE, outside, Trouble.MISSING, "a is not set", secret="a", authority="b")
