"""net_firewall: what a host's firewall lets through, and which ports it stops, by nft, iptables or ufw."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from bot.core.evidence import Seen, Table, Trouble
from bot.probes._firewall import Firewall, from_iptables, from_nft, from_ufw
from bot.probes._place import Port
from bot.probes._text import said
from bot.probes.base import Fact, Parameters, Probe, ProbeFailed, Site

_MOST_BYTES = 4_000_000
_MOST_ROWS = 40

_WAYS = {
    "nft": (("nft", "-j", "list", "ruleset"), from_nft),
    "iptables": (("iptables", "-S"), from_iptables),
    "ufw": (("ufw", "status", "verbose"), from_ufw),
}


class NetFirewallParameters(Parameters):
    """Which firewall, and which ports."""

    by: Literal["auto", "nft", "iptables", "ufw"] = Field(
        default="auto", description="Which program to ask; auto: the first of nft, iptables and ufw that is there"
    )
    ports: tuple[Port, ...] = Field(
        default=(), max_length=50, description="TCP ports that should pass, in either direction", examples=[[443, 9443]]
    )


async def _look(parameters: NetFirewallParameters, site: Site) -> Seen:
    firewall = await _read(parameters.by, site)
    dropping = [rule for rule in firewall.rules if rule.verdict == "drop"]
    naming = [rule for rule in firewall.rules if any(rule.names(port) for port in parameters.ports)]
    shown = naming if parameters.ports else [*dropping, *(rule for rule in firewall.rules if rule not in dropping)]
    return Seen(
        facts={
            "active": firewall.active,
            "by": firewall.by,
            "rules": len(firewall.rules),
            "dropping": len(dropping),
            "policy_in": firewall.policies.get("in"),
            "policy_out": firewall.policies.get("out"),
            "policy_forward": firewall.policies.get("forward"),
            "blocked_in": [port for port in parameters.ports if firewall.blocks("in", port)],
            "blocked_out": [port for port in parameters.ports if firewall.blocks("out", port)],
        },
        table=Table(
            columns=("chain", "does", "rule"),
            rows=tuple((rule.chain, rule.verdict, rule.text) for rule in shown[:_MOST_ROWS]),
        ),
    )


async def _read(by: str, site: Site) -> Firewall:
    missing: ProbeFailed | None = None
    for name in _WAYS if by == "auto" else (by,):
        argv, read = _WAYS[name]
        try:
            return read(said(await site.run(*argv, most_bytes=_MOST_BYTES), name))
        except ProbeFailed as failure:
            if failure.trouble is not Trouble.MISSING:
                raise
            missing = failure
    raise missing or ProbeFailed("there is no firewall to ask", Trouble.MISSING)


_FACTS: dict[str, Any] = {
    "active": Fact(sort="flag", help="whether the firewall does anything at all"),
    "by": Fact(sort="text", help="the program that answered: nft, iptables or ufw"),
    "rules": Fact(sort="number", help="rules there are"),
    "dropping": Fact(sort="number", help="rules that drop or reject"),
    "policy_in": Fact(sort="text", help="what happens to other incoming packets: accept or drop"),
    "policy_out": Fact(sort="text", help="what happens to other outgoing packets: accept or drop"),
    "policy_forward": Fact(sort="text", help="what happens to other packets that only pass: accept or drop"),
    "blocked_in": Fact(sort="list", help="ports asked for that incoming connections cannot reach from everywhere"),
    "blocked_out": Fact(sort="list", help="ports asked for that outgoing connections cannot reach everywhere"),
}

PROBE = Probe(
    name="net_firewall",
    help="What the firewall lets through: policies, rules that drop, and whether they stop the expected ports.",
    parameters=NetFirewallParameters,
    facts=_FACTS,
    look=_look,
    anywhere=True,
)
