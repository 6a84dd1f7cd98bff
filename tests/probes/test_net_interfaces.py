"""net_interfaces: this machine's own, and two looks at /proc/net/dev elsewhere."""

import pytest

from bot.core.evidence import Trouble
from bot.probes.net_interfaces import PROBE
from bot.transports.base import Ran
from tests.probes.kit import denied, fails, here, look

ASKED = "cat -- /proc/uptime /proc/net/dev"
HEAD = """\
Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier comp
"""


def page(uptime, *lines):
    return f"{uptime} 1.00\n{HEAD}" + "".join(f"{line}\n" for line in lines)


def line(name, received, packets, errors, drops, sent):
    return f"{name:>6}: {received} {packets} {errors} {drops} 0 0 0 0 {sent} {packets} 0 0 0 0 0 0"


QUIET = page("100.00", line("lo", 5, 1, 0, 0, 5), line("eth0", 1000, 10, 0, 0, 500))
LATER = page("102.00", line("lo", 9999, 1, 9, 9, 5), line("eth0", 251_000, 60, 0, 0, 10_500))
BAD = page("102.00", line("lo", 5, 1, 0, 0, 5), line("eth0", 251_000, 60, 3, 2, 10_500))
SPEED = "cat -- /sys/class/net/eth0/speed"


def record(first, second, **more):
    return {ASKED: [first, second], "sleep 2": "", **more}


async def test_what_it_carries():
    seen = await look(PROBE, record(QUIET, LATER), seconds=2)
    assert seen.facts == {
        "received_per_s": 125_000.0, "sent_per_s": 5_000.0, "packets_per_s": 50.0, "errors": 0, "drops": 0,
        "new_errors": 0, "new_drops": 0, "used_percent": None, "interfaces": ["eth0"], "failing": [],
    }  # fmt: skip


async def test_errors_and_drops():
    seen = await look(PROBE, record(QUIET, BAD), seconds=2)
    assert (seen.facts["new_errors"], seen.facts["new_drops"], seen.facts["failing"]) == (3, 2, ["eth0"])


async def test_how_much_of_the_link_is_used():
    seen = await look(PROBE, record(QUIET, LATER, **{SPEED: "10\n"}), interface="eth0", seconds=2)
    assert seen.facts["used_percent"] == 10.0
    for unknown in ("-1\n", Ran(code=1, out="", err="cat: Invalid argument\n")):
        seen = await look(PROBE, record(QUIET, LATER, **{SPEED: unknown}), interface="eth0", seconds=2)
        assert seen.facts["used_percent"] is None


async def test_this_machine():
    seen = await look(PROBE, here(), interface="lo", seconds=0.2)
    assert seen.facts["interfaces"] == ["lo"]
    assert seen.facts["received_per_s"] == pytest.approx(seen.facts["sent_per_s"], abs=1e7)


@pytest.mark.parametrize(
    ("said", "trouble"),
    [(denied(), Trouble.PERMISSION), ("garbage", Trouble.PARSE), ("", Trouble.PARSE), ("100.00 1.00\n", Trouble.PARSE)],
)
async def test_why_it_could_not_look(said, trouble):
    await fails(PROBE, record(said, said), trouble, seconds=2)


async def test_there_is_no_such_interface():
    await fails(PROBE, record(QUIET, LATER), Trouble.MISSING, "eth7", interface="eth7", seconds=2)
    only = page("100.00", line("lo", 5, 1, 0, 0, 5))
    await fails(PROBE, record(only, only.replace("100.00", "102.00")), Trouble.MISSING, seconds=2)
