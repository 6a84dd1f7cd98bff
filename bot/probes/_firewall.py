"""Firewalls as values: chains, rules and verdicts, read from nft, iptables and ufw.

What is asked of them is a port. Rules that ask for more, such as an address, may or may not stop a connection: one that
drops counts as in the way, one that accepts does not count as a way through."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.core.text import one_line
from bot.probes._text import clean, not_understood

Way = Literal["in", "out", "forward"]
Verdict = Literal["accept", "drop", "other"]
Ports = tuple[tuple[int, int], ...]
"""Ranges, both ends with them."""

_MOST_RULES = 5_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """One rule."""

    chain: str
    way: Way | None
    """None: a chain that others jump to."""
    verdict: Verdict
    ports: Ports = ()
    """Destination ports it names; none: it names no port."""
    narrow: bool = False
    """It asks for more than a port and TCP: an address, a state, an interface."""
    text: str

    def names(self, port: int) -> bool:
        """Whether the port is one of those that it names."""
        return any(low <= port <= high for low, high in self.ports)


@dataclass(frozen=True, kw_only=True, slots=True)
class Firewall:
    """All that it holds."""

    by: str
    active: bool
    rules: Sequence[Rule] = ()
    policies: Mapping[Way, str] = field(default_factory=dict)

    def blocks(self, way: Way, port: int) -> bool:
        """Whether some connection to this port is stopped: a rule for it drops before one accepts all of it, or none
        accepts and the policy drops."""
        for rule in self.rules:
            if rule.way != way:
                continue
            if rule.verdict == "drop" and (rule.names(port) or (not rule.ports and not rule.narrow)):
                return True
            if rule.verdict == "accept" and not rule.narrow and (rule.names(port) or not rule.ports):
                return False
        return self.policies.get(way) == "drop"


# nft

_HOOKS: Mapping[str, Way] = {"input": "in", "output": "out", "forward": "forward"}


def from_nft(text: str) -> Firewall:
    """What `nft -j list ruleset` says. Raises ProbeFailed."""
    try:
        items = json.loads(text)["nftables"]
        chains = [item["chain"] for item in items if "chain" in item]
        rules = [item["rule"] for item in items if "rule" in item][:_MOST_RULES]
        ways = {_chain(one): _HOOKS.get(one.get("hook", "")) for one in chains}
        policies: dict[Way, str] = {}
        for one in chains:
            way = _HOOKS.get(one.get("hook", ""))
            if way and policies.get(way) != "drop":
                policies[way] = "drop" if one.get("policy") == "drop" else "accept"
        return Firewall(
            by="nft",
            active=bool(rules) or "drop" in policies.values(),
            rules=[_nft_rule(one, ways) for one in rules],
            policies=policies,
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise not_understood("nft") from None


def _chain(item: Mapping[str, Any]) -> str:
    return " ".join(str(item.get(name)) for name in ("family", "table", "chain" if "chain" in item else "name"))


def _nft_rule(item: Mapping[str, Any], ways: Mapping[str, Way | None]) -> Rule:
    verdict: Verdict = "other"
    ports: list[tuple[int, int]] = []
    narrow = False
    for part in item.get("expr", []):
        if "accept" in part:
            verdict = "accept"
        elif "drop" in part or "reject" in part:
            verdict = "drop"
        elif "match" in part:
            match = part["match"]
            payload = match["left"].get("payload", {}) if isinstance(match["left"], dict) else {}
            if payload.get("field") == "dport" and match.get("op") in ("==", "in"):
                ports += _nft_ports(match["right"])
            elif not _is_tcp(match):
                narrow = True
    return Rule(
        chain=one_line(_chain(item), 100),
        way=ways.get(_chain(item)),
        verdict=verdict,
        ports=tuple(ports),
        narrow=narrow,
        text=one_line(clean(json.dumps(item.get("expr", []))), 300),
    )


def _is_tcp(match: Mapping[str, Any]) -> bool:
    meta = match["left"].get("meta", {}) if isinstance(match["left"], dict) else {}
    return meta.get("key") == "l4proto" and match["right"] == "tcp"


def _nft_ports(right: Any) -> Iterator[tuple[int, int]]:
    if isinstance(right, dict) and "set" in right:
        for one in right["set"]:
            yield from _nft_ports(one)
    elif isinstance(right, dict) and "range" in right:
        low, high = right["range"]
        yield int(low), int(high)
    elif isinstance(right, int):
        yield right, right


# iptables

_CHAINS: Mapping[str, Way] = {"INPUT": "in", "OUTPUT": "out", "FORWARD": "forward"}
_POLICY = re.compile(r"^-P (\S{1,60}) (ACCEPT|DROP|REJECT)$")
_RULE = re.compile(r"^-A (\S{1,60}) (.{1,1000})$")
_TARGET = re.compile(r"(?:^| )-j (\S{1,60})")
_DPORT = re.compile(r"(?:^| )--(?:dport|dports) (\S{1,200})")
# What a rule may say of a packet besides its ports without asking for more.
_BROAD = re.compile(
    r"-p tcp|-m (?:tcp|multiport|comment)|--comment (?:\"[^\"]*\"|\S+)|--dports? \S+|-j \S+|--reject-with \S+"
)


def from_iptables(text: str) -> Firewall:
    """What `iptables -S` says. Raises ProbeFailed."""
    policies: dict[Way, str] = {}
    rules: list[Rule] = []
    for line in text.split("\n"):
        if (policy := _POLICY.match(line)) is not None:
            if policy[1] in _CHAINS:
                policies[_CHAINS[policy[1]]] = "accept" if policy[2] == "ACCEPT" else "drop"
        elif (rule := _RULE.match(line)) is not None and len(rules) < _MOST_RULES:
            rules.append(_iptables_rule(rule[1], rule[2]))
    if not policies:
        raise not_understood("iptables")
    return Firewall(by="iptables", active=bool(rules) or "drop" in policies.values(), rules=rules, policies=policies)


def _iptables_rule(chain: str, words: str) -> Rule:
    target, ports = _TARGET.search(words), _DPORT.search(words)
    named = {"ACCEPT": "accept", "DROP": "drop", "REJECT": "drop"}
    verdict = named.get(target[1], "other") if target else "other"
    return Rule(
        chain=chain,
        way=_CHAINS.get(chain),
        verdict=verdict,  # type: ignore[arg-type]
        ports=tuple(_port_list(ports[1])) if ports else (),
        narrow=bool(_BROAD.sub("", words).strip()),
        text=one_line(clean(words), 300),
    )


def _port_list(text: str) -> Iterator[tuple[int, int]]:
    for one in text.split(","):
        low, _, high = one.partition(":")
        if low.isdecimal() and (high or low).isdecimal() and len(low) < 6 and len(high) < 6:
            yield int(low), int(high or low)


# ufw

_STATUS = re.compile(r"^Status: (active|inactive)$", re.MULTILINE)
_DEFAULT = re.compile(r"(allow|deny|reject) \((incoming|outgoing|routed)\)")
_UFW_RULE = re.compile(
    r"^(\S.{0,60}?) {2,}(ALLOW|DENY|REJECT|LIMIT)(?: (IN|OUT|FWD))? {2,}(\S.{0,80}?)(?: +#.*)? *$", re.MULTILINE
)
_UFW_PORT = re.compile(r"^([\d:,]{1,100})(?:/tcp)?(?: \(v6\))?$")
_UFW_WAYS: Mapping[str, Way] = {"incoming": "in", "outgoing": "out", "routed": "forward",
                                "IN": "in", "OUT": "out", "FWD": "forward", "": "in"}  # fmt: skip


def from_ufw(text: str) -> Firewall:
    """What `ufw status verbose` says. Raises ProbeFailed."""
    status = _STATUS.search(text)
    if status is None:
        raise not_understood("ufw")
    if status[1] == "inactive":
        return Firewall(by="ufw", active=False)
    policies = {_UFW_WAYS[way]: "accept" if word == "allow" else "drop" for word, way in _DEFAULT.findall(text)}
    rules = [_ufw_rule(*row) for row in _UFW_RULE.findall(text)[:_MOST_RULES]]
    return Firewall(by="ufw", active=True, rules=rules, policies=policies)


def _ufw_rule(to: str, word: str, way: str, source: str) -> Rule:
    port = _UFW_PORT.match(to)
    anywhere = to.startswith("Anywhere")
    return Rule(
        chain=f"ufw {way or 'IN'}".strip(),
        way=_UFW_WAYS[way],
        verdict="accept" if word in ("ALLOW", "LIMIT") else "drop",
        ports=tuple(_port_list(port[1])) if port else (),
        narrow=not source.startswith("Anywhere") or (port is None and not anywhere),
        text=one_line(clean(f"{to} {word} {way} {source}"), 300),
    )
