"""Kubernetes' REST API: how to get in, its lists, and which pods a workload stands for."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from bot.core.evidence import Trouble
from bot.transports.base import TransportFailed
from bot.transports.rest import CLIENTS_SHARE, MOST_ANSWER, Answer, fetch

INSIDE = "https://kubernetes.default.svc"
"""Where a pod finds the API of its own cluster."""
_ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
_PAGE = 500
MOST_ITEMS = 5_000
"""Objects of one list that are read."""

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?", re.ASCII)
Query = Mapping[str, str | int]
WORKLOADS = {"deployment": "deployments", "statefulset": "statefulsets", "daemonset": "daemonsets"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """How to get into a cluster: give the account no more than `get` and `list`, and no secrets."""

    address: str = ""
    """https://...; empty, or INSIDE: the cluster in which the bot itself runs."""
    token: str = field(default="", repr=False)
    ca: str = ""
    """The certificate of the cluster's authority, PEM; empty: those that this machine believes."""
    account: Path = _ACCOUNT
    """Where a pod finds its account."""

    @property
    def is_own(self) -> bool:
        """Whether it is the cluster in which the bot itself runs."""
        return self.address.rstrip("/") in ("", INSIDE)

    def entered(self) -> Way:
        """The same with the account of the bot's own pod where that is the cluster, and no other token is given. Raises
        TransportFailed."""
        if not self.is_own or (self.address and self.token):
            return self
        try:
            # Read each time: the kubelet puts a new token there every hour.
            token = (self.account / "token").read_text(encoding="ascii").strip()
            ca = (self.account / "ca.crt").read_text(encoding="ascii")
        except (OSError, ValueError):
            raise TransportFailed(
                "the bot runs in no cluster, and the pack names none: write the address of its API", Trouble.MISSING
            ) from None
        return Way(address=INSIDE, token=token, ca=ca)

    def trust(self) -> ssl.SSLContext | None:
        """What to believe; None where nothing is encrypted. Raises TransportFailed."""
        if not self.address.startswith("https://"):
            return None
        try:
            return ssl.create_default_context(cadata=self.ca or None)
        except (ssl.SSLError, ValueError):
            raise TransportFailed(
                "the certificate of the cluster's authority is none: it has to be PEM", Trouble.TLS
            ) from None

    def headers(self) -> dict[str, str]:
        """By which the bot proves itself."""
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


class KubernetesApi:
    """Reads one cluster."""

    def __init__(self, way: Way, within_s: float) -> None:
        self._within_s = within_s
        if not way.address.startswith(("https://", "http://")) or "@" in way.address:
            raise TransportFailed("the address of Kubernetes is none: write https://host:6443", Trouble.MISSING)
        trust = way.trust()
        self._client = httpx.AsyncClient(
            base_url=way.address,
            verify=trust or False,  # where nothing is encrypted there is nothing to believe
            headers={"Accept": "application/json", **way.headers()},
            timeout=CLIENTS_SHARE * within_s,
            trust_env=False,
        )

    async def ask(
        self, path: str, query: Query | None = None, *, accept: str = "", most_bytes: int = MOST_ANSWER
    ) -> Answer:
        """An answer, whatever its status. Raises TransportFailed where there is none."""
        return await fetch(
            self._client, path, what="Kubernetes", within_s=self._within_s, most_bytes=most_bytes,
            params=dict(query or {}), headers={"Accept": accept} if accept else {},
        )  # fmt: skip

    async def get(self, path: str, query: Query | None = None, *, accept: str = "") -> dict[str, Any]:
        """An object. Raises TransportFailed."""
        answer = await self.ask(path, query, accept=accept)
        if answer.status != 200:
            raise answer.failure("Kubernetes")
        said = answer.json("Kubernetes")
        if not isinstance(said, dict):
            raise TransportFailed("Kubernetes: the answer is not understood", Trouble.PARSE)
        return said

    async def list(self, path: str, query: Query | None = None) -> list[dict[str, Any]]:
        """All objects of a list, page by page. Raises TransportFailed."""
        found: list[dict[str, Any]] = []
        after: dict[str, str] = {}
        while True:
            said = await self.get(path, {"limit": _PAGE, **(query or {}), **after})
            items = said.get("items")
            if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
                raise TransportFailed("Kubernetes: the answer is not understood", Trouble.PARSE)
            found += items
            onward = mapping(said.get("metadata")).get("continue")
            if not onward:
                return found
            if len(found) >= MOST_ITEMS or not items:
                raise TransportFailed(f"Kubernetes: that are more than {MOST_ITEMS} objects", Trouble.TOO_MUCH)
            after = {"continue": str(onward)}

    async def close(self) -> None:
        """Give back what it holds."""
        await self._client.aclose()


async def open_api(way: Way, within_s: float) -> KubernetesApi:
    """The API by that way. Raises TransportFailed."""
    return KubernetesApi(await asyncio.to_thread(way.entered), within_s)


def mapping(value: Any) -> Mapping[str, Any]:
    """The value where it is a mapping; else an empty one: in Kubernetes whatever is empty is left out."""
    return value if isinstance(value, dict) else {}


def entries(value: Any) -> Sequence[Mapping[str, Any]]:
    """The mappings of a list; none where it is no list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def segment(name: str) -> str:
    """A name as a part of a path. Raises TransportFailed for what is no name."""
    if _NAME.fullmatch(name) is None:
        raise TransportFailed(f"{name[:40]!r} is no name that Kubernetes gives", Trouble.MISSING)
    return quote(name, safe="")


def within(namespace: str, kind: str, name: str = "", group: str = "") -> str:
    """The path of a list, or of one object, in a namespace. Raises TransportFailed."""
    top = f"/apis/{group}" if group else "/api/v1"
    return f"{top}/namespaces/{segment(namespace)}/{kind}" + (f"/{segment(name)}" if name else "")


def selector_of(said: Any) -> str:
    """A label selector of an object, as a query has it."""
    terms = [f"{name}={value}" for name, value in mapping(mapping(said).get("matchLabels")).items()]
    for one in entries(mapping(said).get("matchExpressions")):
        name, values = str(one.get("key")), ",".join(map(str, one.get("values") or ()))
        terms.append(
            {
                "In": f"{name} in ({values})",
                "NotIn": f"{name} notin ({values})",
                "Exists": name,
                "DoesNotExist": f"!{name}",
            }.get(str(one.get("operator")), name)
        )
    return ",".join(terms)


async def pods_of(api: KubernetesApi, namespace: str, unit: str = "", selector: str = "") -> list[dict[str, Any]]:
    """The pods of a namespace: those with these labels; those of a workload, `deployment/name`; one by its name; all.

    A bare name is that of a pod, or of a deployment where no pod is called so. Raises TransportFailed."""
    pods = within(namespace, "pods")
    if selector:
        return await api.list(pods, {"labelSelector": selector})
    if not unit:
        return await api.list(pods)
    kind, slash, name = unit.rpartition("/")
    if kind in ("", "pod"):
        answer = await api.ask(f"{pods}/{segment(name)}")
        if answer.status == 200 and isinstance(pod := answer.json("Kubernetes"), dict):
            return [pod]
        if answer.status != 404 or slash:
            raise answer.failure("Kubernetes")
        kind = "deployment"
    if kind not in WORKLOADS:
        raise TransportFailed(f"{kind} is none of pod, {', '.join(WORKLOADS)}", Trouble.MISSING)
    answer = await api.ask(within(namespace, WORKLOADS[kind], name, "apps/v1"))
    if answer.status == 404 and not slash:
        raise TransportFailed(f"there is neither a pod nor a deployment {name} in {namespace}", Trouble.MISSING)
    if answer.status != 200:
        raise answer.failure("Kubernetes")
    wanted = selector_of(mapping(mapping(answer.json("Kubernetes")).get("spec")).get("selector"))
    return await api.list(pods, {"labelSelector": wanted}) if wanted else []


def name_of(item: Mapping[str, Any]) -> str:
    """What an object is called; `?` where it does not say."""
    return str(mapping(item.get("metadata")).get("name") or "?")


def is_ready(pod: Mapping[str, Any]) -> bool:
    """Whether the pod answers."""
    conditions = entries(mapping(pod.get("status")).get("conditions"))
    return any(one.get("type") == "Ready" and one.get("status") == "True" for one in conditions)
