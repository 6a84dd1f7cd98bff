"""net_firewall: what nft, iptables and ufw say, and which ports that stops."""

import json
import os

import pytest

from bot.core.evidence import Trouble
from bot.probes.net_firewall import PROBE
from bot.transports.base import Ran
from tests.probes.kit import Recorded, fails, here, look, no_program
from tests.programs import program

NFT, IPTABLES, UFW = "nft -j list ruleset", "iptables -S", "ufw status verbose"


def nft(*rules, policy="accept", hook="output"):
    chain = {"family": "inet", "table": "filter", "name": hook, "handle": 1, "type": "filter", "hook": hook,
             "prio": 0, "policy": policy}  # fmt: skip
    items = [{"metainfo": {"version": "1.0.6"}}, {"table": {"family": "inet", "name": "filter"}}, {"chain": chain}]
    items += [
        {"rule": {"family": "inet", "table": "filter", "chain": hook, "handle": 4, "expr": list(rule)}}
        for rule in rules
    ]
    return json.dumps({"nftables": items})


def dport(right):
    return {"match": {"op": "==", "left": {"payload": {"protocol": "tcp", "field": "dport"}}, "right": right}}


SOURCE = {"match": {"op": "==", "left": {"payload": {"protocol": "ip", "field": "saddr"}}, "right": "10.0.0.1"}}
ACCEPT, DROP, REJECT = {"accept": None}, {"drop": None}, {"reject": {"type": "tcp reset"}}


@pytest.mark.parametrize(
    ("said", "blocked"),
    [
        (nft(), []),
        (nft((dport(443), DROP)), [443]),
        (nft((dport({"set": [80, {"range": [9000, 9500]}]}), REJECT)), [9443]),
        # What is accepted first is not dropped later.
        (nft((dport(443), ACCEPT), (DROP,)), [9443]),
        # For one source only: it drops somebody; it lets nobody else through.
        (nft((SOURCE, dport(443), DROP)), [443]),
        (nft((SOURCE, dport(443), ACCEPT), policy="drop"), [443, 9443]),
        (nft((ACCEPT,), policy="drop"), []),
        (nft((SOURCE, DROP)), []),
    ],
)
async def test_which_ports_nft_stops(said, blocked):
    seen = await look(PROBE, {NFT: said}, ports=[443, 9443])
    assert seen.facts["blocked_out"] == blocked
    assert seen.facts["by"] == "nft"


RULES = """\
-P INPUT DROP
-P FORWARD ACCEPT
-P OUTPUT ACCEPT
-N DOCKER
-A INPUT -m state --state RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp -m tcp --dport 8080 -j ACCEPT
-A OUTPUT -p tcp -m multiport --dports 443,9000:9500 -j REJECT --reject-with icmp-port-unreachable
-A DOCKER -d 172.18.0.2/32 -p tcp -m tcp --dport 443 -j DROP
"""


async def test_iptables_where_there_is_no_nft():
    record = {NFT: no_program("nft"), IPTABLES: RULES}
    seen = await look(PROBE, record, ports=[443, 8080, 9443, 80])
    assert seen.facts == {
        "active": True, "by": "iptables", "rules": 4, "dropping": 2, "policy_in": "drop", "policy_out": "accept",
        "policy_forward": "accept", "blocked_in": [443, 9443, 80], "blocked_out": [443, 9443],
    }  # fmt: skip


async def test_ufw():
    said = """\
Status: active
Logging: on (low)
Default: deny (incoming), allow (outgoing), disabled (routed)
New profiles: skip

To                         Action      From
--                         ------      ----
22/tcp                     ALLOW IN    Anywhere
8080/tcp                   ALLOW IN    10.0.0.0/8
443                        DENY OUT    Anywhere                   # no trading
22/tcp (v6)                ALLOW IN    Anywhere (v6)
"""
    seen = await look(PROBE, {UFW: said}, by="ufw", ports=[22, 443, 8080])
    assert (seen.facts["active"], seen.facts["policy_in"], seen.facts["policy_out"]) == (True, "drop", "accept")
    assert (seen.facts["blocked_in"], seen.facts["blocked_out"]) == ([443, 8080], [443])
    seen = await look(PROBE, {UFW: "Status: inactive\n"}, by="ufw", ports=[443])
    assert (seen.facts["active"], seen.facts["blocked_in"], seen.facts["rules"]) == (False, [], 0)


@pytest.mark.parametrize(("by", "package"), [("nft", "nftables"), ("iptables", "iptables")])
async def test_this_machine(by, package):
    program(by, package=package)
    if os.geteuid() != 0:
        pytest.skip("needs root")
    seen = await look(PROBE, here(), by=by, ports=[443])
    assert seen.facts["by"] == by


@pytest.mark.parametrize(
    ("record", "trouble"),
    [
        ({NFT: "garbage"}, Trouble.PARSE),
        ({NFT: '{"nftables": [{"rule": 1}]}'}, Trouble.PARSE),
        ({NFT: Ran(code=1, out="", err="Operation not permitted (you must be root)\n")}, Trouble.PERMISSION),
        ({NFT: no_program("nft"), IPTABLES: "garbage"}, Trouble.PARSE),
        ({NFT: no_program("nft"), IPTABLES: no_program("iptables"), UFW: no_program("ufw")}, Trouble.MISSING),
        ({NFT: no_program("nft"), IPTABLES: no_program("iptables"), UFW: "garbage"}, Trouble.PARSE),
    ],
)
async def test_why_it_could_not_look(record, trouble):
    await fails(PROBE, Recorded(record), trouble)
