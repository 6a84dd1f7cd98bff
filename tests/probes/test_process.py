"""process: on this machine, and on what `ps` and /proc said elsewhere."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.core.evidence import Trouble
from bot.probes._proc import ticks_in
from bot.probes._processes import PS, processes_in
from bot.probes.base import ProbeFailed
from bot.probes.process import PROBE
from bot.transports.base import Ran
from tests.probes.kit import denied, fails, gone, here, look

ASKED = " ".join(PS)
PS_SAID = """\
    1     0 root                             Ss       1 13040  0.1   86400 /sbin/init
  812     1 hft                              Ssl 24 4194304 12.5 3600 /opt/hft_system/bin/hft_system -p --api-key K7dcQ9
  813   812 hft                              Z        1     0  0.0     100 [hft_worker] <defunct>
  900     1 hft                              D       10 2097152  6.3      5 /opt/hft_system/bin/market-data
  950     1 dana                             S+       1  9000  0.0       - less /var/log/hft_system/errors.log
"""


def stat(pid: int, user: int, system: int, name: str = "x") -> str:
    return f"{pid} ({name}) S 1 1 1 0 -1 4194560 9 9 9 9 {user} {system} 0 0 20 0 1 0 5 5 5\n"


def recorded(pids: list[int], before: str, after: str, pause: str = "1") -> dict:
    files = " ".join(f"/proc/{pid}/stat" for pid in pids)
    looks = ["1000.00 1.00\n" + before, "1002.00 1.00\n" + after]
    return {ASKED: PS_SAID, f"cat -- /proc/uptime {files}": looks, f"sleep {pause}": ""}


async def test_on_this_machine():
    program = "import time; end = time.monotonic() + 20\nwhile time.monotonic() < end: pass"
    busy = subprocess.Popen([sys.executable, "-c", program, "tocsin-busy-probe"])
    try:
        seen = await look(PROBE, here(), match="tocsin-busy-probe$", seconds=0.3)
    finally:
        busy.kill()
        busy.wait()
    assert seen.facts["count"] == 1
    assert seen.facts["pids"] == [busy.pid]
    assert seen.facts["cpu_percent"] > 10
    assert seen.facts["rss_bytes"] > 1_000_000
    assert seen.facts["oldest_s"] < 60


async def test_everything_on_this_machine():
    seen = await look(PROBE, here(), seconds=0.2, sort="memory", top=3)
    assert seen.facts["count"] > 3
    assert seen.table is not None
    assert len(seen.table.rows) == 3
    assert not any("pid=,ppid=" in str(row) for row in seen.table.rows), "ps itself is none of them"


async def test_those_that_are_meant():
    record = recorded([812, 900], stat(812, 1000, 500) + stat(900, 10, 0), stat(812, 1170, 510) + stat(900, 30, 0))
    seen = await look(PROBE, record, match="^/opt/hft_system/bin/")
    assert seen.facts["count"] == 2
    assert seen.facts["cpu_percent"] == 100.0, "180 + 20 ticks of 1/100 s in 2 s"
    assert seen.facts["cpu_percent_most"] == 90.0
    assert seen.facts["memory_percent"] == 18.8
    assert seen.facts["rss_bytes_most"] == 4 * 2**30
    assert (seen.facts["threads"], seen.facts["waiting_for_disk"], seen.facts["zombies"]) == (34, 1, 0)
    assert (seen.facts["youngest_s"], seen.facts["oldest_s"]) == (5, 3600)
    assert seen.table is not None
    assert [row[0] for row in seen.table.rows] == [812, 900]


async def test_no_secret_of_a_command_line_is_shown():
    seen = await look(PROBE, recorded([812], stat(812, 1, 1), stat(812, 1, 1)), match="hft_system -p")
    assert "K7dc" not in str(seen)
    assert "hft_system" in str(seen.table)


async def test_by_the_file_that_holds_its_id():
    record = {**recorded([812], stat(812, 1, 1), stat(812, 5, 1)), "cat -- /var/run/hft_system.pid": "812\n"}
    assert (await look(PROBE, record, pid_file="/var/run/hft_system.pid")).facts["cpu_percent"] == 2.0


async def test_it_is_down():
    """None found is an answer, and nothing else is known of it."""
    seen = await look(PROBE, {ASKED: PS_SAID}, match="risk-engine")
    assert seen.facts["count"] == 0
    assert seen.facts["cpu_percent"] is None
    assert seen.facts["rss_bytes"] is None


async def test_one_that_ends_while_it_is_looked_at():
    record = recorded([812, 900], stat(812, 1, 1) + stat(900, 1, 1), stat(900, 3, 1))
    facts = (await look(PROBE, record, match="/opt/hft_system/bin")).facts
    assert (facts["count"], facts["cpu_percent"]) == (2, 1.0)


async def test_a_zombie_is_told():
    record = recorded([813], stat(813, 1, 1), stat(813, 1, 1))
    assert (await look(PROBE, record, match="hft_worker")).facts["zombies"] == 1


async def test_the_file_with_its_id_is_not_there():
    record = {ASKED: PS_SAID, "cat -- /run/x.pid": gone("/run/x.pid")}
    await fails(PROBE, record, Trouble.MISSING, "No such file", pid_file="/run/x.pid")


@pytest.mark.parametrize("content", ["", "hello", "-1", "0", "99999999999999999999999999999999999999999999"])
async def test_the_file_holds_no_id(content: str):
    await fails(PROBE, {ASKED: PS_SAID, "cat -- /run/x.pid": content}, Trouble.PARSE, pid_file="/run/x.pid")


async def test_a_ps_that_knows_other_options():
    """As busybox has it."""
    said = Ran(code=1, out="", err="ps: unrecognized option: e\nBusyBox v1.36.1 multi-call binary.\n")
    await fails(PROBE, {ASKED: said}, Trouble.PARSE, "unrecognized option", match="x")


async def test_it_may_not_be_read():
    await fails(PROBE, {ASKED: denied()}, Trouble.PERMISSION, match="x")


async def test_the_clock_of_the_place_stands_still():
    record = {ASKED: PS_SAID, "cat -- /proc/uptime /proc/812/stat": "1000.00 1.00\n", "sleep 1": ""}
    await fails(PROBE, record, Trouble.PARSE, "cannot be told", match="hft_system -p")


@pytest.mark.parametrize(
    "wrong", [{"match": "("}, {"pid_file": "-x"}, {"pid_file": "/run/*.pid"}, {"top": 0}, {"nope": 1}]
)
def test_parameters_that_are_none(wrong: dict):
    with pytest.raises(ValidationError):
        PROBE.parameters(**wrong)


def test_a_name_may_hold_anything():
    assert ticks_in(stat(7, 3, 4, "a) S 1 (b c")) == {7: 7}


@given(st.text(max_size=300))
def test_any_list_of_processes(text: str):
    try:
        assert all(process.pid >= 0 for process in processes_in(text))
    except ProbeFailed as failure:
        assert failure.trouble is Trouble.PARSE  # noqa: PT017


@given(st.text(max_size=300))
def test_any_processor_times(text: str):
    assert all(isinstance(ticks, int) for ticks in ticks_in(text).values())


def test_very_many_processes():
    text = PS_SAID.splitlines()[1] + "\n"
    assert len(processes_in(text * 20_000)) == 20_000
