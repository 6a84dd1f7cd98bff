"""process_files: on this machine, and on what `ls` and `ss` said elsewhere."""

import os
import re
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.core.evidence import Trouble
from bot.probes._processes import PS
from bot.probes.process_files import PROBE, kinds_in, peers_in
from bot.transports.base import Ran
from tests.probes.kit import fails, here, look, no_program

ASKED = " ".join(PS)
ONE = {ASKED: "  812     1 hft   Ssl   24 4194304 12.5  3600 /opt/hft_system/bin/hft_system\n"}
TWO = {ASKED: ONE[ASKED] + "  900     1 hft   Ssl   24 4194304 12.5  3600 /opt/hft_system/bin/market-data\n"}
FD = """\
total 0
lr-x------ 1 hft hft 64 Nov 21 03:00 0 -> /dev/null
l-wx------ 1 hft hft 64 Nov 21 03:00 1 -> /var/log/hft_system/system.log
lrwx------ 1 hft hft 64 Nov 21 03:00 10 -> 'socket:[41]'
lrwx------ 1 hft hft 64 Nov 21 03:00 11 -> socket:[42]
lrwx------ 1 hft hft 64 Nov 21 03:00 12 -> anon_inode:[eventpoll]
lr-x------ 1 hft hft 64 Nov 21 03:00 13 -> pipe:[99]
"""
LIMIT = "/proc/812/limits:Max open files            8                    524288               files     \n"
SS = """\
0      0      10.0.0.5:41000  52.1.2.3:443   users:(("hft_system",pid=812,fd=10))
0      0      10.0.0.5:41001  52.1.2.3:443   users:(("hft_system",pid=812,fd=11))
0      0      10.0.0.5:41002  10.0.0.9:5432  users:(("hft_system",pid=812,fd=12),("hft_system",pid=813,fd=12))
0      0      10.0.0.5:41003  10.0.0.9:5432  users:(("other",pid=1,fd=3))
"""
LS = "ls -l -- /proc/812/fd"
GREP = "grep -H -e ^Max open files -- /proc/812/limits"
ASK_SS = "ss -tnpH state established"


async def test_on_this_machine():
    """This very process, with a connection of its own."""
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        files = len(os.listdir("/proc/self/fd"))
        command = Path("/proc/self/cmdline").read_text().split("\0")[0]
        seen = await look(PROBE, here(), match="^" + re.escape(command))
        port = server.getsockname()[1]
    assert seen.facts["open_files"] >= files - 1
    assert 0 < seen.facts["limit_percent"] < 100
    assert seen.facts["kinds"]["socket"] >= 2
    assert f"127.0.0.1:{port}" in seen.facts["peers"]


async def test_close_to_the_limit():
    seen = await look(PROBE, {**ONE, LS: FD, GREP: LIMIT, ASK_SS: SS}, match="hft_system")
    assert seen.facts["open_files"] == 6
    assert (seen.facts["limit"], seen.facts["limit_percent"]) == (8, 75.0)
    assert seen.facts["peers"] == {"52.1.2.3:443": 2, "10.0.0.9:5432": 1}
    assert seen.facts["connections"] == 3
    assert seen.facts["growth"] is None
    assert seen.table is not None
    assert seen.table.rows[0] == ("52.1.2.3:443", 2)


async def test_it_grows():
    more = FD + "lrwx------ 1 hft hft 64 Nov 21 03:00 14 -> socket:[43]\n"
    record = {**ONE, LS: [FD, more], GREP: LIMIT, "sleep 5": ""}
    seen = await look(PROBE, record, match="hft_system", seconds=5, peers=False)
    assert seen.facts["growth"] == 1
    assert "connections" not in seen.facts


async def test_several_processes():
    both = f"/proc/812/fd:\n{FD}\n/proc/900/fd:\n{FD}"
    limits = LIMIT + LIMIT.replace("812", "900").replace(" 8 ", " unlimited ")
    record = {**TWO, "ls -l -- /proc/812/fd /proc/900/fd": both, ASK_SS: SS,
              "grep -H -e ^Max open files -- /proc/812/limits /proc/900/limits": limits}  # fmt: skip
    facts = (await look(PROBE, record, match="/opt/hft_system/bin")).facts
    assert (facts["open_files"], facts["open_files_most"], facts["limit"]) == (12, 6, 8)
    assert facts["limit_percent"] == 75.0


async def test_one_of_them_ends():
    err = "ls: cannot access '/proc/900/fd': No such file or directory\n"
    record = {**TWO, "ls -l -- /proc/812/fd /proc/900/fd": Ran(code=2, out=f"/proc/812/fd:\n{FD}", err=err),
              "grep -H -e ^Max open files -- /proc/812/limits /proc/900/limits": LIMIT, ASK_SS: SS}  # fmt: skip
    assert (await look(PROBE, record, match="/opt/hft_system/bin")).facts["open_files"] == 6


@pytest.mark.parametrize("said", [no_program("ss"), SS.replace("pid=", "inode="), Ran(code=1, out="", err="no")])
async def test_nobody_says_whose_the_connections_are(said: object):
    """Without the rights for it, `ss` leaves the owners out: that is not the same as no connection."""
    facts = (await look(PROBE, {**ONE, LS: FD, GREP: LIMIT, ASK_SS: said}, match="hft_system")).facts
    assert (facts["connections"], facts["peers"], facts["open_files"]) == (None, None, 6)


async def test_no_connection_at_all():
    facts = (await look(PROBE, {**ONE, LS: FD, GREP: LIMIT, ASK_SS: ""}, match="hft_system")).facts
    assert (facts["connections"], facts["peers"]) == (0, {})


async def test_the_limit_may_not_be_read():
    facts = (await look(PROBE, {**ONE, LS: FD, GREP: Ran(code=2, out="", err="x"), ASK_SS: ""}, match="hft")).facts
    assert (facts["limit"], facts["limit_percent"], facts["open_files"]) == (None, None, 6)


async def test_it_is_down():
    await fails(PROBE, ONE, Trouble.MISSING, "no such process", match="risk-engine")


async def test_it_belongs_to_another_account():
    said = Ran(code=2, out="", err="ls: cannot open directory '/proc/812/fd': Permission denied\n")
    await fails(PROBE, {**ONE, LS: said}, Trouble.PERMISSION, match="hft_system")


async def test_too_many_to_look_into():
    many = {ASKED: "".join(ONE[ASKED].replace("812", str(pid)) for pid in range(1000, 1100))}
    await fails(PROBE, many, Trouble.TOO_MUCH, "100 processes", match="hft_system")


def test_which_process_must_be_said():
    with pytest.raises(ValidationError, match="which process"):
        PROBE.parameters()


@given(st.lists(st.text(max_size=60)))
def test_any_list_of_files(lines: list[str]):
    assert kinds_in(lines).total() <= len(lines)


@given(st.text(max_size=300), st.sets(st.integers(0, 99)))
def test_any_list_of_connections(text: str, pids: set[int]):
    peers, _ = peers_in(text, pids)
    assert peers.total() <= len(text)
