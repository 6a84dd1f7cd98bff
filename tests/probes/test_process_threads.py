"""process_threads: on this machine, and on what /proc said elsewhere."""

import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from bot.core.evidence import Trouble
from bot.probes._proc import TwoLooks
from bot.probes._processes import PS
from bot.probes.process_threads import PROBE, threads_of
from bot.transports.base import Ran
from tests.probes.kit import fails, gone, here, look

ASKED = " ".join(PS)
ONE = {ASKED: "  812     1 hft   Ssl   2 4194304 12.5  3600 /opt/hft_system/bin/hft_system\n"}
LS = "ls -1 -- /proc/812/task"
FILES = "cat -- /proc/uptime " + " ".join(f"/proc/812/task/{tid}/{f}" for tid in (812, 820) for f in ("status", "stat"))


def thread(tid: int, name: str, ticks: int, voluntary: int, involuntary: int) -> str:
    return (
        f"Name:\t{name}\nUmask:\t0022\nTgid:\t812\nPid:\t{tid}\nvoluntary_ctxt_switches:\t{voluntary}\n"
        f"nonvoluntary_ctxt_switches:\t{involuntary}\n"
        f"{tid} ({name}) R 1 1 1 0 -1 4194560 9 9 9 9 {ticks} 0 0 0 20 0 1 0 5 5 5\n"
    )


def recorded(first: str, second: str) -> dict:
    return {**ONE, LS: "812\n820\n", FILES: ["100.00 1.00\n" + first, "102.00 1.00\n" + second], "sleep 2": ""}


async def test_on_this_machine():
    program = "import time; end = time.monotonic() + 20\nwhile time.monotonic() < end: pass"
    busy = subprocess.Popen([sys.executable, "-c", program, "tocsin-busy-thread"])
    try:
        seen = await look(PROBE, here(), match="tocsin-busy-thread$", seconds=0.3)
    finally:
        busy.kill()
        busy.wait()
    assert seen.facts["threads"] == 1
    assert seen.facts["busiest_percent"] > 10
    assert seen.facts["switches_per_s"] >= 0


async def test_a_thread_that_takes_all_it_can():
    first = thread(812, "hft (main)", 100, 10, 5) + thread(820, "md-feed", 100, 1000, 5)
    second = thread(812, "hft (main)", 102, 20, 5) + thread(820, "md-feed", 298, 31000, 25)
    seen = await look(PROBE, recorded(first, second), match="hft_system")
    assert (seen.facts["busiest"], seen.facts["busiest_percent"], seen.facts["threads"]) == ("md-feed", 99.0, 2)
    assert seen.facts["cpu_percent"] == 100.0
    assert seen.facts["switches_per_s"] == 15015.0
    assert seen.facts["involuntary_per_s"] == 10.0
    assert seen.facts["switches_per_s_most"] == 15010.0
    assert seen.table is not None
    assert seen.table.rows[0] == (820, "md-feed", 99.0, 15000.0, 10.0)


async def test_a_thread_that_ends_meanwhile():
    first = thread(812, "a", 100, 10, 5) + thread(820, "b", 100, 10, 5)
    facts = (await look(PROBE, recorded(first, thread(812, "a", 110, 10, 5)), match="hft_system")).facts
    assert (facts["busiest"], facts["busiest_percent"]) == ("a", 5.0)


async def test_all_of_them_end():
    record = {**recorded(thread(812, "a", 1, 1, 1), ""), LS: "812\n820\n"}
    await fails(PROBE, record, Trouble.PARSE, match="hft_system")


async def test_the_process_ends_before():
    await fails(PROBE, {**ONE, LS: gone("/proc/812/task")}, Trouble.MISSING, "has ended", match="hft_system")


async def test_it_is_down():
    await fails(PROBE, ONE, Trouble.MISSING, "no such process", match="risk-engine")


async def test_it_may_not_be_looked_into():
    said = Ran(code=2, out="", err="ls: cannot open directory '/proc/812/task': Permission denied\n")
    await fails(PROBE, {**ONE, LS: said}, Trouble.PERMISSION, match="hft_system")


async def test_too_many_threads():
    record = {**ONE, LS: "".join(f"{tid}\n" for tid in range(1, 1000))}
    await fails(PROBE, record, Trouble.TOO_MUCH, "999 threads", match="hft_system")


async def test_garbage():
    await fails(PROBE, {**ONE, LS: "hello\n"}, Trouble.PARSE, match="hft_system")


def test_a_name_cannot_pass_for_another_thread():
    """A program may call its threads what it likes."""
    evil = thread(812, "x) R 1 1 1 0 -1 0 0 0 0 0 999999 9 (", 1, 1, 1)
    assert threads_of(TwoLooks(first=evil, second=evil, seconds=1))[812].cpu_percent == 0.0


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_counters(first: str, second: str):
    assert isinstance(threads_of(TwoLooks(first=first, second=second, seconds=1)), dict)
