"""kernel_log: on lines that kernels wrote."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.core.evidence import Trouble
from bot.probes.base import ProbeFailed
from bot.probes.kernel_log import PROBE, lines_in
from bot.transports.base import Ran
from tests.probes.kit import NOW, fails, look

UPTIME = {"cat -- /proc/uptime": "10000.00 1.00\n"}
BOOT = "[    0.000000] Linux version 6.1.0-26-amd64 (debian-kernel@lists.debian.org)\n"
OOM = """\
[ 9700.100000] hft_system invoked oom-killer: gfp_mask=0xcc0, order=0, oom_score_adj=0
[ 9700.200000] oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),task=hft_system,pid=812,uid=1000
[ 9700.300000] Out of memory: Killed process 812 (hft_system) total-vm:9000kB, anon-rss:8000kB, UID:1000
[ 9700.400000] oom_reaper: reaped process 812 (hft_system), now anon-rss:0kB
"""
REST = """\
[ 9800.000000] market-data[900]: segfault at 0 ip 0000 sp 0000 error 4 in market-data[400000+1000]
[ 9900.000000] blk_update_request: I/O error, dev nvme0n1, sector 12345 op 0x0:(READ)
[ 9950.000000] INFO: task postgres:77 blocked for more than 120 seconds.
[ 9999.000000] eth0: link up
"""


def recorded(said: Any) -> dict:
    return {**UPTIME, "dmesg": said}


async def test_a_healthy_host():
    facts = (await look(PROBE, recorded(BOOT + "[ 9999.000000] eth0: link up\n"))).facts
    assert (facts["found"], facts["count"], facts["oom_kills"], facts["victims"]) == (False, 0, 0, [])
    assert (facts["panics"], facts["crashes"], facts["io_errors"], facts["hung_tasks"]) == (0, 0, 0, 0)


async def test_memory_ran_out_and_more():
    seen = await look(PROBE, recorded(BOOT + OOM + REST))
    facts = seen.facts
    assert (facts["oom_kills"], facts["victims"]) == (1, ["hft_system"])
    assert (facts["crashes"], facts["io_errors"], facts["hung_tasks"], facts["panics"]) == (1, 1, 1, 0)
    assert facts["count"] == 4, "one line for each"
    assert seen.excerpt[-1].startswith("2026-11-21T03:07:00+00:00 Out of memory: Killed process 812")


async def test_only_what_is_recent():
    facts = (await look(PROBE, recorded(BOOT + OOM + REST), since="2m")).facts
    assert (facts["oom_kills"], facts["io_errors"], facts["complete"]) == (0, 1, True)


async def test_the_kernel_has_forgotten_the_beginning():
    """It keeps its last lines only: what is older than the first may have been."""
    facts = (await look(PROBE, recorded(REST), since="1h")).facts
    assert facts["complete"] is False
    assert (facts["oom_kills"], facts["io_errors"]) == (None, 1)


async def test_a_kill_within_a_control_group():
    line = "[ 9990.000000] Memory cgroup out of memory: Killed process 7 (worker (1)) total-vm:1kB\n"
    assert (await look(PROBE, recorded(BOOT + line))).facts["oom_kills"] == 1


async def test_words_of_ones_own():
    facts = (await look(PROBE, recorded(BOOT + REST), contains=["link up"])).facts
    assert (facts["count"], facts["io_errors"]) == (1, 1)


async def test_from_the_journal():
    at = str(int((NOW.timestamp() - 60) * 1e6))
    said = json.dumps({"__REALTIME_TIMESTAMP": at, "MESSAGE": "Out of memory: Killed process 8 (a)", "PRIORITY": "3"})
    fields = "--output-fields=MESSAGE,PRIORITY,_SYSTEMD_UNIT,UNIT,SYSLOG_IDENTIFIER,_PID"
    line = f"journalctl --no-pager -o json {fields} -n 5001 --since=@{int(NOW.timestamp()) - 3600} -k"
    facts = (await look(PROBE, {line: said}, read="journal", since="1h")).facts
    assert (facts["oom_kills"], facts["victims"], facts["last_age_s"]) == (1, ["a"], 60)


async def test_it_may_not_be_read():
    said = Ran(code=1, out="", err="dmesg: read kernel buffer failed: Operation not permitted\n")
    await fails(PROBE, recorded(said), Trouble.PERMISSION)


async def test_an_empty_buffer():
    assert (await look(PROBE, recorded(""))).facts["oom_kills"] == 0


async def test_garbage():
    await fails(PROBE, recorded("hello\n"), Trouble.PARSE)
    await fails(PROBE, {"cat -- /proc/uptime": "soon", "dmesg": BOOT}, Trouble.PARSE)


@given(st.text(max_size=300))
def test_any_text(text: str):
    try:
        assert all(line.text for line in lines_in(text, NOW))
    except ProbeFailed as failure:
        assert failure.trouble is Trouble.PARSE  # noqa: PT017
