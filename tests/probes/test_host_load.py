"""host_load: on this machine, and on what /proc said elsewhere."""

import os

from bot.core.evidence import Trouble
from bot.probes.host_load import PROBE
from bot.transports.base import Ran
from tests.probes.kit import denied, fails, here, look, no_program

ASKED = "cat -- /proc/loadavg /proc/uptime /proc/stat /proc/pressure/cpu"
STAT = """\
cpu  1 2 3 4 5 6 7 8 0 0
cpu0 1 2 3 4 5 6 7 8 0 0
cpu1 1 2 3 4 5 6 7 8 0 0
btime 1
procs_running 9
procs_blocked 3
"""
BUSY = "8.50 4.25 2.00 9/1467 12345\n540.25 900.00\n" + STAT + "some avg10=61.20 avg60=40.00 avg300=9.00 total=5\n"


async def test_on_this_machine():
    seen = await look(PROBE, here())
    assert seen.facts["cores"] == os.cpu_count()
    assert abs(seen.facts["load_1m"] - os.getloadavg()[0]) < 5
    assert seen.facts["uptime_s"] > 0


async def test_a_busy_host():
    facts = (await look(PROBE, {ASKED: BUSY})).facts
    assert (facts["load_1m"], facts["load_5m"], facts["load_15m"], facts["cores"]) == (8.5, 4.25, 2.0, 2)
    assert facts["load_percent"] == 425.0
    assert (facts["running"], facts["blocked"], facts["tasks"]) == (9, 3, 1467)
    assert facts["waiting_percent"] == 61.2
    assert facts["uptime_s"] == 540.25
    assert facts["booted_at"] == "2026-11-21T03:02:59+00:00"


async def test_a_kernel_without_pressure():
    """`cat` fails for the one file, and prints the others."""
    said = Ran(code=1, out=BUSY.partition("some")[0], err="cat: /proc/pressure/cpu: No such file or directory\n")
    facts = (await look(PROBE, {ASKED: said})).facts
    assert facts["waiting_percent"] is None
    assert facts["load_1m"] == 8.5


async def test_a_container_that_hides_the_processors():
    facts = (await look(PROBE, {ASKED: "0.00 0.00 0.00 1/9 9\n"})).facts
    assert (facts["load_1m"], facts["cores"], facts["load_percent"], facts["uptime_s"]) == (0.0, None, None, None)


async def test_nothing_that_is_understood():
    await fails(PROBE, {ASKED: "0.1 0.2\n"}, Trouble.PARSE)


async def test_it_may_not_be_read():
    await fails(PROBE, {ASKED: denied("/proc/loadavg")}, Trouble.PERMISSION)


async def test_there_is_no_cat():
    await fails(PROBE, {ASKED: no_program("cat")}, Trouble.MISSING, "no program cat")
