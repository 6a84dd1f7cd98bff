"""k8s_network_policies: whether the network policies let one pod talk to another, and which of them decide it."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

from bot.core.evidence import Seen, Table, Trouble
from bot.probes._kubernetes import NamespaceParameters, ObjectName, Selector, UnitName, cluster, fits, labels_of
from bot.probes.base import Fact, Probe, ProbeFailed, Site
from bot.transports.kubernetes_api import KubernetesApi, entries, mapping, name_of, pods_of, segment, within


class K8sNetworkPoliciesParameters(NamespaceParameters):
    """From where to where. Without an end only the policies are counted."""

    source: UnitName | None = Field(
        default=None, description="Who talks: a pod, or `deployment/name`", examples=["deployment/trend-agent"]
    )
    source_selector: Selector = Field(default="", description="Who talks, by labels instead")
    source_namespace: ObjectName | None = Field(default=None, description="Its namespace; none: the same")
    target: UnitName | None = Field(
        default=None, description="Who is talked to: a pod, or `deployment/name`", examples=["deployment/redis"]
    )
    target_selector: Selector = Field(default="", description="Who is talked to, by labels instead")
    target_ip: str = Field(
        default="", max_length=45, pattern="^[0-9A-Fa-f:.]*$", description="An address outside of the cluster instead"
    )
    port: int | None = Field(default=None, ge=1, le=65_535, description="The port; none: any", examples=[6379])
    protocol: Literal["TCP", "UDP", "SCTP"] = Field(default="TCP", description="The protocol")


@dataclass(frozen=True, kw_only=True, slots=True)
class End:
    """One side of a conversation."""

    namespace: str = ""
    labels: Mapping[str, Any]
    namespace_labels: Mapping[str, Any]
    ip: str = ""
    ports: Mapping[str, int]
    """The ports it listens on, by name."""


async def _look(parameters: K8sNetworkPoliciesParameters, site: Site) -> Seen:
    own, other = parameters.namespace, parameters.source_namespace or parameters.namespace
    async with cluster(parameters, site) as api:
        policies = await _policies(api, own)
        outgoing = policies if other == own else await _policies(api, other)
        source = await _end(api, other, parameters.source, parameters.source_selector)
        target = await _end(api, own, parameters.target, parameters.target_selector)
    if parameters.target_ip:
        target = End(labels={}, namespace_labels={}, ip=parameters.target_ip, ports={})
    incoming = verdict("Ingress", policies, target, source, parameters) if target and target.namespace else None
    leaving = verdict("Egress", outgoing, source, target, parameters) if source else None
    allowed = None if incoming is None and leaving is None else all(one[0] for one in (incoming, leaving) if one)
    complete = source is not None and target is not None
    return Seen(
        facts={
            "policies": len(policies),
            "default_deny": sorted(name_of(one) for one in policies if denies_all(one)),
            "allowed": allowed if complete else None,
            "incoming_allowed": incoming[0] if incoming and complete else None,
            "leaving_allowed": leaving[0] if leaving and complete else None,
            "incoming_policies": incoming[1] if incoming else [],
            "leaving_policies": leaving[1] if leaving else [],
        },
        table=Table(
            columns=("policy", "kinds", "chooses", "rules"),
            rows=tuple((name_of(one), ", ".join(_kinds(one)), _chooses(one), _rules(one)) for one in policies),
        ),
    )


async def _policies(api: KubernetesApi, namespace: str) -> list[dict[str, Any]]:
    return await api.list(within(namespace, "networkpolicies", group="networking.k8s.io/v1"))


async def _end(api: KubernetesApi, namespace: str, unit: str | None, selector: str) -> End | None:
    """The first pod that is meant: those of one workload have the same labels. Raises ProbeFailed."""
    if unit is None and not selector:
        return None
    pods = await pods_of(api, namespace, unit or "", selector)
    if not pods:
        raise ProbeFailed(f"there is no pod of {unit or selector} in {namespace}", Trouble.MISSING)
    about = await api.get(f"/api/v1/namespaces/{segment(namespace)}")
    spec = mapping(pods[0].get("spec"))
    ports = {
        str(port["name"]): int(port["containerPort"])
        for one in entries(spec.get("containers"))
        for port in entries(one.get("ports"))
        if "name" in port and isinstance(port.get("containerPort"), int)
    }
    ip = str(mapping(pods[0].get("status")).get("podIP") or "")
    named = {"kubernetes.io/metadata.name": namespace, **labels_of(about)}
    return End(namespace=namespace, labels=labels_of(pods[0]), namespace_labels=named, ip=ip, ports=ports)


def verdict(
    way: Literal["Ingress", "Egress"], policies: Sequence[Mapping[str, Any]], chosen: End | None, peer: End | None,
    parameters: K8sNetworkPoliciesParameters,
) -> tuple[bool, list[str]]:  # fmt: skip
    """Whether what policies choose may be talked to (or talk), and which choose it. What no policy of that kind
    chooses is free; what one chooses may do only what one of them allows."""
    if chosen is None:
        return True, []
    own = [
        one
        for one in policies
        if way in _kinds(one) and fits(chosen.labels, mapping(one.get("spec")).get("podSelector"))
    ]
    names = sorted(name_of(one) for one in own)
    if not own or peer is None:
        return not own, names
    listening = chosen if way == "Ingress" else peer
    rules = [rule for one in own for rule in entries(mapping(one.get("spec")).get(way.lower()))]
    side = "from" if way == "Ingress" else "to"
    return any(
        _peers(rule.get(side), peer, chosen.namespace) and _ports(rule.get("ports"), listening, parameters)
        for rule in rules
    ), names


def _kinds(policy: Mapping[str, Any]) -> list[str]:
    """What a policy is about. Where it does not say so: incoming, and leaving if it has rules for it."""
    spec = mapping(policy.get("spec"))
    said = spec.get("policyTypes")
    return [str(one) for one in said] if said else ["Ingress", *(["Egress"] if "egress" in spec else [])]


def _peers(peers: Any, peer: End, own_namespace: str) -> bool:
    """Whether the other side is among those; an empty list is everybody."""
    if not peers:
        return True
    return any(_is(one, peer, own_namespace) for one in entries(peers))


def _is(one: Mapping[str, Any], peer: End, own_namespace: str) -> bool:
    if "ipBlock" in one:
        return _in_block(mapping(one["ipBlock"]), peer.ip)
    if not peer.namespace:
        return False
    if "namespaceSelector" in one:
        if not fits(peer.namespace_labels, one["namespaceSelector"]):
            return False
    elif peer.namespace != own_namespace:
        return False
    return "podSelector" not in one or fits(peer.labels, one["podSelector"])


def _in_block(block: Mapping[str, Any], ip: str) -> bool:
    try:
        address = ipaddress.ip_address(ip)
        return address in ipaddress.ip_network(str(block.get("cidr")), strict=False) and not any(
            address in ipaddress.ip_network(str(other), strict=False) for other in block.get("except") or ()
        )
    except ValueError:
        return False


def _ports(ports: Any, listening: End, parameters: K8sNetworkPoliciesParameters) -> bool:
    """Whether the port is among those; an empty list is every port."""
    if not ports or parameters.port is None:
        return True
    for one in entries(ports):
        if str(one.get("protocol") or "TCP") != parameters.protocol:
            continue
        first = one.get("port")
        if first is None:
            return True
        number = listening.ports.get(first) if isinstance(first, str) else first
        if isinstance(number, int) and number <= parameters.port <= (one.get("endPort") or number):
            return True
    return False


def denies_all(policy: Mapping[str, Any]) -> bool:
    """Whether it chooses every pod and allows nothing in one direction."""
    spec = mapping(policy.get("spec"))
    everyone = not mapping(spec.get("podSelector"))
    return everyone and any(not entries(spec.get(kind.lower())) for kind in _kinds(policy))


def _chooses(policy: Mapping[str, Any]) -> str:
    selector = mapping(mapping(policy.get("spec")).get("podSelector"))
    terms = [f"{name}={value}" for name, value in mapping(selector.get("matchLabels")).items()]
    terms += [f"{one.get('key')} {one.get('operator')}" for one in entries(selector.get("matchExpressions"))]
    return ", ".join(terms) or "every pod"


def _rules(policy: Mapping[str, Any]) -> str:
    spec = mapping(policy.get("spec"))
    return ", ".join(f"{len(entries(spec.get(kind.lower())))} {kind.lower()}" for kind in _kinds(policy))


PROBE = Probe(
    name="k8s_network_policies",
    help="Network policies of Kubernetes: whether they let one workload talk to another, and which of them decide.",
    parameters=K8sNetworkPoliciesParameters,
    facts={
        "policies": Fact(sort="number", help="policies that the namespace has"),
        "default_deny": Fact(sort="list", help="policies that choose every pod and allow nothing in a direction"),
        "allowed": Fact(sort="flag", help="whether it may be talked; unknown unless both ends are named"),
        "incoming_allowed": Fact(sort="flag", help="whether the target may be talked to"),
        "leaving_allowed": Fact(sort="flag", help="whether the source may talk"),
        "incoming_policies": Fact(sort="list", help="policies that decide who may talk to the target"),
        "leaving_policies": Fact(sort="list", help="policies that decide to whom the source may talk"),
    },
    look=_look,
    target="url",
)
