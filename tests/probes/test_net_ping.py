"""net_ping: on this machine, and on what the pings of others say."""

import pytest

from bot.core.evidence import Trouble
from bot.probes.net_ping import PROBE
from bot.transports.base import Ran
from tests.probes.kit import Recorded, a_site, fails, here, look, no_program
from tests.programs import program

ASKED = "ping -n -c 5 -i 0.2 -W 2 -- stream.binance.com"
HEALTHY = """\
PING stream.binance.com (203.0.113.9) 56(84) bytes of data.
64 bytes from 203.0.113.9: icmp_seq=1 ttl=54 time=12.1 ms
64 bytes from 203.0.113.9: icmp_seq=2 ttl=54 time=12.5 ms
64 bytes from 203.0.113.9: icmp_seq=3 ttl=54 time=40.0 ms
64 bytes from 203.0.113.9: icmp_seq=5 ttl=54 time=12.2 ms

--- stream.binance.com ping statistics ---
5 packets transmitted, 4 received, 20% packet loss, time 806ms
rtt min/avg/max/mdev = 12.100/19.200/40.000/12.007 ms
"""
DOWN = """\
PING 192.0.2.77 (192.0.2.77) 56(84) bytes of data.
From 192.0.2.2 icmp_seq=1 Destination Host Unreachable

--- 192.0.2.77 ping statistics ---
5 packets transmitted, 0 received, +1 errors, 100% packet loss, time 819ms
"""
BUSYBOX = """\
PING mongodb-secondary-1 (172.18.0.5): 56 data bytes
64 bytes from 172.18.0.5: seq=0 ttl=64 time=0.080 ms
64 bytes from 172.18.0.5: seq=1 ttl=64 time=0.120 ms

--- mongodb-secondary-1 ping statistics ---
2 packets transmitted, 2 packets received, 0% packet loss
round-trip min/avg/max = 0.080/0.100/0.120 ms
"""


async def test_this_machine_reaches_itself():
    program("ping", package="iputils-ping")
    seen = await look(PROBE, here(), host="127.0.0.1", count=3, patience=1)
    assert (seen.facts["reached"], seen.facts["sent"], seen.facts["loss_percent"]) == (True, 3, 0)
    assert seen.facts["address"] == "127.0.0.1"
    assert 0 < seen.facts["least_ms"] <= seen.facts["median_ms"] <= seen.facts["p95_ms"] <= seen.facts["most_ms"] < 1000
    assert len(seen.table.rows) == 3


async def test_times_and_loss():
    seen = await look(PROBE, {ASKED: HEALTHY}, host="stream.binance.com")
    assert seen.facts == {
        "reached": True, "sent": 5, "received": 4, "loss_percent": 20.0, "least_ms": 12.1, "mean_ms": 19.2,
        "median_ms": 12.2, "p95_ms": 40.0, "most_ms": 40.0, "jitter_ms": 10.4, "passes_whole": None,
        "address": "203.0.113.9",
    }  # fmt: skip
    assert seen.table.rows[0] == (3, 40.0)


async def test_nothing_comes_back():
    seen = await look(PROBE, {ASKED: Ran(code=1, out=DOWN, err="")}, host="stream.binance.com")
    assert (seen.facts["reached"], seen.facts["loss_percent"], seen.facts["mean_ms"]) == (False, 100.0, None)


@pytest.mark.parametrize(
    ("said", "passes"),
    [
        (Ran(code=0, out=HEALTHY, err=""), True),
        (Ran(code=1, out=DOWN, err="ping: local error: message too long, mtu=1400\n"), False),
        # Nothing comes back at all: that says nothing of the size.
        (Ran(code=1, out=DOWN, err=""), None),
    ],
)
async def test_large_packets_pass_whole(said, passes):
    record = {"ping -n -c 5 -i 0.2 -W 2 -s 1472 -M do -- stream.binance.com": said}
    seen = await look(PROBE, record, host="stream.binance.com", size=1472, whole=True)
    assert seen.facts["passes_whole"] is passes


async def test_busybox_knows_less():
    record = {
        "ping -n -c 2 -i 0.2 -W 2 -- mongodb-secondary-1": Ran(code=1, out="", err="ping: unrecognized option: n\n"),
        "ping -c 2 -i 0.2 -W 2 -- mongodb-secondary-1": BUSYBOX,
    }
    seen = await look(PROBE, record, host="mongodb-secondary-1", count=2)
    assert (seen.facts["received"], seen.facts["mean_ms"]) == (2, 0.1)
    no = Ran(code=1, out="", err="ping: unrecognized option: M\n")
    record = {"ping -n -c 2 -i 0.2 -W 2 -M do -- x": no}
    await fails(PROBE, record, Trouble.MISSING, "does not know an option", host="x", count=2, whole=True)


async def test_the_deadline_makes_it_fewer():
    record = Recorded({"ping -n -c 13 -i 0.2 -W 2 -- stream.binance.com": HEALTHY})
    await look(PROBE, a_site(record, within_s=5.0), host="stream.binance.com", count=100)
    assert len(record.asked) == 1


@pytest.mark.parametrize(
    ("said", "trouble"),
    [
        (Ran(code=2, out="", err="ping: nosuch.invalid: Name or service not known\n"), Trouble.DNS),
        (Ran(code=2, out="", err="ping: socket: Operation not permitted\n"), Trouble.PERMISSION),
        (Ran(code=2, out="", err="ping: connect: Network is unreachable\n"), Trouble.REFUSED),
        (no_program("ping"), Trouble.MISSING),
        (Ran(code=0, out="garbage", err=""), Trouble.PARSE),
        (Ran(code=0, out="", err=""), Trouble.PARSE),
    ],
)
async def test_why_it_could_not_look(said, trouble):
    await fails(PROBE, {ASKED: said}, trouble, host="stream.binance.com")


@pytest.mark.parametrize("host", ["-f", "a b", "$(id)", "a;b", "a\nb", "", "a/b", "--flood"])
def test_no_host_of_that_kind(host):
    with pytest.raises(ValueError, match="host"):
        PROBE.parameters(host=host)
