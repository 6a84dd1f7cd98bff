"""net_sockets: real listeners of this machine by ss and by /proc, and what ss says elsewhere."""

import socket

import pytest

from bot.core.evidence import Trouble
from bot.probes.net_sockets import PROBE
from bot.transports.base import Ran
from tests.probes.kit import Recorded, denied, fails, here, look, no_program
from tests.programs import program

ASKED = "ss -tanpH"
PROC = "cat -- /proc/net/tcp /proc/net/tcp6"
SAID = """\
LISTEN    0      511          0.0.0.0:8080         0.0.0.0:*  users:(("hft_system",pid=812,fd=9),("hft_system",pid=813))
LISTEN    3      128             [::]:5555            [::]:*     users:(("python",pid=900,fd=4))
ESTAB     0      0          10.0.0.5:41822   203.0.113.9:9443  users:(("hft_system",pid=812,fd=21))
ESTAB     0      36         10.0.0.5:41830   203.0.113.9:443   users:(("hft_system",pid=812,fd=22))
ESTAB     0      0     [::ffff:10.0.0.5]:8080 [::ffff:10.0.0.8]:51000 users:(("hft_system",pid=812,fd=23))
CLOSE-WAIT 1     0          10.0.0.5:41840   203.0.113.9:443   users:(("hft_system",pid=812,fd=24))
SYN-SENT  0      1          10.0.0.5:41850  198.51.100.7:443   users:(("hft_system",pid=812,fd=25))
TIME-WAIT 0      0          10.0.0.5:41860   203.0.113.9:443
"""


async def test_all_is_well():
    seen = await look(PROBE, {ASKED: SAID}, ports=[8080, 9443, 443], program="hft_system")
    assert seen.facts == {
        "listening": 1, "not_listening": [443, 9443], "listeners": ["hft_system"], "of_others": [],
        "established": 3, "established_by_port": {"443": 1, "8080": 1, "9443": 1},
        "established_by_peer": {"203.0.113.9": 2, "10.0.0.8": 1}, "peers": 2, "waiting": 0, "close_wait": 1,
        "time_wait": 1, "connecting": 1,
        "states": {"LISTEN": 1, "ESTAB": 3, "CLOSE-WAIT": 1, "SYN-SENT": 1, "TIME-WAIT": 1}, "count": 7,
    }  # fmt: skip


async def test_somebody_else_has_the_port():
    seen = await look(PROBE, {ASKED: SAID}, ports=[5555], program="hft_system")
    assert (seen.facts["of_others"], seen.facts["waiting"]) == (["5555: python"], 3)


async def test_nobody_listens_and_nobody_is_connected():
    for said in (SAID, ""):
        seen = await look(PROBE, {ASKED: said}, ports=[8443])
        assert (seen.facts["listening"], seen.facts["not_listening"], seen.facts["established"]) == (0, [8443], 0)


async def test_programs_that_may_not_be_seen():
    without = "\n".join(line.split("users:")[0] for line in SAID.split("\n"))
    seen = await look(PROBE, {ASKED: without}, ports=[8080], program="hft_system")
    assert (seen.facts["listening"], seen.facts["listeners"], seen.facts["of_others"]) == (1, None, None)


async def test_this_machine_by_both_ways():
    program("ss", package="iproute2")
    with socket.socket() as listener, socket.socket() as client:
        listener.bind(("127.0.0.1", 0))
        listener.listen(5)
        port = listener.getsockname()[1]
        client.connect(("127.0.0.1", port))
        by_ss = await look(PROBE, here(), ports=[port])
        ran = await here().run("cat", "--", "/proc/net/tcp", "/proc/net/tcp6", most_bytes=8_000_000)
        by_proc = await look(PROBE, {ASKED: no_program("ss"), PROC: ran}, ports=[port])
    for seen in (by_ss, by_proc):
        assert (seen.facts["listening"], seen.facts["not_listening"]) == (1, [])
        assert seen.facts["established_by_port"] == {str(port): 2}
        assert seen.facts["established_by_peer"] == {"127.0.0.1": 2}
        assert seen.facts["waiting"] == 1
    assert by_ss.facts["listeners"]
    assert by_proc.facts["listeners"] is None


async def test_addresses_of_proc():
    said = (
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
        "   0: 0500000A:1F90 090071CB:01BB 01 00000000:00000000 00:00000000 00000000     0        0 1\n"
        "   1: 0000000000000000FFFF00000500000A:1F90 0000000000000000FFFF00000800000A:C738 01 "
        "00000000:00000000 00:00000000 00000000     0        0 1\n"
    )
    seen = await look(PROBE, {ASKED: no_program("ss"), PROC: said}, ports=[8080])
    assert seen.facts["established_by_peer"] == {"203.113.0.9": 1, "10.0.0.8": 1}


@pytest.mark.parametrize(
    ("said", "trouble"),
    [
        (Ran(code=0, out="garbage\n", err=""), Trouble.PARSE),
        (Ran(code=255, out="", err="Cannot open netlink socket: Permission denied\n"), Trouble.PERMISSION),
        (Ran(code=0, out=SAID, err="", cut=True), Trouble.TOO_MUCH),
    ],
)
async def test_why_it_could_not_look(said, trouble):
    await fails(PROBE, {ASKED: said}, trouble)


async def test_neither_way_is_there():
    await fails(PROBE, Recorded({ASKED: no_program("ss"), PROC: denied()}), Trouble.PERMISSION)
    await fails(PROBE, Recorded({ASKED: no_program("ss"), PROC: "garbage"}), Trouble.PARSE)
