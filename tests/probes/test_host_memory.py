"""host_memory: on this machine, and on what /proc said elsewhere."""

import psutil
from hypothesis import given
from hypothesis import strategies as st

from bot.core.evidence import Trouble
from bot.probes._proc import named_numbers
from bot.probes.host_memory import PROBE
from tests.probes.kit import denied, fails, here, look

ASKED = "cat -- /proc/meminfo /proc/vmstat /proc/pressure/memory"
MEMINFO = """\
MemTotal:       16000000 kB
MemFree:          400000 kB
MemAvailable:    1200000 kB
Cached:           900000 kB
Active(anon):      35236 kB
SwapTotal:       4000000 kB
SwapFree:        1000000 kB
HugePages_Total:       0
nr_free_pages 2569049
oom_kill 3
some avg10=12.34 avg60=0.00 avg300=0.00 total=0
full avg10=1.00 avg60=0.00 avg300=0.00 total=0
"""


async def test_on_this_machine():
    facts = (await look(PROBE, here())).facts
    memory = psutil.virtual_memory()
    assert facts["total_bytes"] == memory.total
    assert abs(facts["available_percent"] - 100 * memory.available / memory.total) < 5


async def test_a_host_that_runs_out_of_it():
    seen = await look(PROBE, {ASKED: MEMINFO})
    facts = seen.facts
    assert (facts["available_percent"], facts["used_percent"]) == (7.5, 92.5)
    assert (facts["swap_used_bytes"], facts["swap_used_percent"]) == (3_000_000 * 1024, 75.0)
    assert (facts["oom_kills"], facts["waiting_percent"]) == (3, 12.34)
    assert seen.table is not None
    assert seen.table.rows[2] == ("available", "1.1 GiB")


async def test_a_host_without_swap():
    facts = (await look(PROBE, {ASKED: "MemTotal: 8 kB\nMemAvailable: 4 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n"})).facts
    assert (facts["swap_used_bytes"], facts["swap_used_percent"], facts["oom_kills"]) == (0, 0.0, None)


async def test_an_old_kernel_does_not_say_what_is_available():
    """Free memory is something else: it is not taken instead."""
    facts = (await look(PROBE, {ASKED: "MemTotal: 8 kB\nMemFree: 1 kB\n"})).facts
    assert (facts["available_percent"], facts["used_percent"]) == (None, None)


async def test_garbage():
    await fails(PROBE, {ASKED: "MemTotal: lots\n"}, Trouble.PARSE)


async def test_it_may_not_be_read():
    await fails(PROBE, {ASKED: denied("/proc/meminfo")}, Trouble.PERMISSION)


@given(st.text(max_size=200))
def test_any_text(text: str):
    assert all(isinstance(number, int) for number in named_numbers(text).values())
