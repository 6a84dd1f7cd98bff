"""What the tests of the k8s_ probes share: a look at a cluster on loopback, and all that can be wrong with one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.core.evidence import Seen, Trouble
from bot.probes.base import Probe, Site
from tests.probes.kit import NOW, fails, look
from tests.probes.ports import listening, nobody
from tests.probes.postgres import at
from tests.transports.cluster import TOKEN, Cluster, cluster, status_of

NAMESPACE = "trading-system"
CORE = f"/api/v1/namespaces/{NAMESPACE}"
APPS = f"/apis/apps/v1/namespaces/{NAMESPACE}"
NETWORKING = f"/apis/networking.k8s.io/v1/namespaces/{NAMESPACE}"
DISCOVERY = f"/apis/discovery.k8s.io/v1/namespaces/{NAMESPACE}"
LOGIN = {"secret": "cluster_login"}


def site(address: str, **changes: Any) -> Site:
    """A site at that cluster, with its token."""
    given = {"secret": lambda name: {"cluster_login": TOKEN}.get(name, ""), "now": lambda: NOW}
    return at(address, **given | changes)


def made(name: str, **sections: Any) -> dict[str, Any]:
    """An object of that name."""
    labels = sections.pop("labels", {})
    return {"metadata": {"name": name, "labels": labels, "creationTimestamp": "2026-11-20T03:12:00Z"}, **sections}


async def seen(probe: Probe, objects: Mapping[str, Any], **parameters: Any) -> Seen:
    """One look."""
    return (await seen_at(probe, objects, **parameters))[0]


async def seen_at(probe: Probe, objects: Mapping[str, Any], **parameters: Any) -> tuple[Seen, Cluster]:
    """One look, and what the cluster was asked."""
    async with cluster(objects) as one:
        return await look(probe, site(one.address), **LOGIN | parameters), one


async def refused(probe: Probe, objects: Mapping[str, Any], trouble: Trouble, says: str, **parameters: Any) -> None:
    """A look that fails."""
    async with cluster(objects) as one:
        await fails(probe, site(one.address), trouble, says, **LOGIN | parameters)


async def cannot_look(probe: Probe, path: str, objects: Mapping[str, Any] | None = None, /, **parameters: Any) -> None:
    """What every k8s_ probe says where it cannot look. `path`: one of those that it asks for."""
    given = LOGIN | parameters
    await fails(probe, site(f"http://{nobody()}"), Trouble.REFUSED, None, **given)
    await fails(probe, site("https://no-such-host.invalid:6443"), Trouble.DNS, None, **given)
    await fails(probe, site("what is this"), Trouble.MISSING, "the address of Kubernetes is none", **given)
    await fails(probe, site(""), Trouble.MISSING, "runs in no cluster", **given)
    await fails(probe, site("http://x", secret=lambda name: ""), Trouble.MISSING, "cluster_login is not set", **given)
    async with listening() as silent:
        await fails(probe, site(f"http://{silent}", within_s=0.2), Trouble.TIMEOUT, None, **given)
        await fails(probe, site(f"https://{silent}", within_s=0.2), Trouble.TIMEOUT, None, **given)
    async with listening(b"SSH-2.0-OpenSSH_9.2\r\n\r\n", hangs_up=True) as garbage:
        await fails(probe, site(f"http://{garbage}"), Trouble.PARSE, None, **given)
        await fails(probe, site(f"https://{garbage}"), Trouble.TLS, None, **given)
    async with cluster(objects or {}) as one:
        wrong = site(one.address, secret=lambda name: "not-the-right-token")
        assert "not-the-right" not in await fails(probe, wrong, Trouble.AUTH, None, **given)
    for answer, trouble in (
        (b"garbage", Trouble.PARSE),
        (b"", Trouble.PARSE),
        (b"[" * 100_000, Trouble.PARSE),
        (b'{"items": "many"}', Trouble.PARSE),
        ((403, status_of(403, "pods is forbidden")), Trouble.PERMISSION),
        ((503, status_of(503, "etcd is away")), Trouble.REFUSED),
    ):
        async with cluster({**(objects or {}), path: answer}) as one:
            await fails(probe, site(one.address), trouble, None, **given)
    async with cluster({**(objects or {}), path: None}) as one:
        await fails(probe, site(one.address, within_s=0.2), Trouble.TIMEOUT, None, **given)
