"""host_io: on this machine, and on what /proc said elsewhere."""

from hypothesis import given
from hypothesis import strategies as st

from bot.core.evidence import Trouble
from bot.probes._proc import TwoLooks
from bot.probes.host_io import PROBE, disks_of
from tests.probes.kit import Recorded, a_site, denied, fails, here, look

ASKED = "cat -- /proc/uptime /proc/stat /proc/diskstats /proc/vmstat"


def said(uptime: float, cpu: list[int], disk: list[int], swapped: int = 0) -> str:
    numbers = " ".join(map(str, disk))
    return (
        f"{uptime:.2f} 1.00\ncpu  {' '.join(map(str, cpu))} 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\nctxt {int(uptime) * 1000}\n"
        f"procs_running 4\nprocs_blocked 2\n 254       0 vda {numbers} 0 0 0 0 0 0\n 254       1 vda1 {numbers}\n"
        f"   7       0 loop0 {numbers}\n 259       0 nvme1n1 0 0 0 0 0 0 0 0 0 0 0\npswpin {swapped}\npswpout 0\n"
    )


FIRST = said(100, [1000, 0, 500, 8000, 100, 0, 0, 0], [100, 0, 2048, 50, 200, 0, 4096, 100, 0, 1000, 2000])
SECOND = said(102, [1050, 10, 520, 8080, 140, 0, 0, 0], [110, 0, 4096, 150, 230, 0, 8192, 400, 0, 2900, 4000], 100)


async def test_on_this_machine():
    facts = (await look(PROBE, here(), seconds=0.3)).facts
    shares = [facts[f"{name}_percent"] for name in ("user", "system", "iowait", "steal", "idle")]
    assert abs(sum(shares) - 100) < 0.5
    assert facts["switches_per_s"] > 0


async def test_a_disk_that_is_overwhelmed():
    seen = await look(PROBE, {ASKED: [FIRST, SECOND], "sleep 2": ""})
    facts = seen.facts
    assert (facts["user_percent"], facts["system_percent"], facts["iowait_percent"]) == (30.0, 10.0, 20.0)
    assert (facts["idle_percent"], facts["steal_percent"]) == (40.0, 0.0)
    assert (facts["busiest"], facts["busy_percent"]) == ("vda", 95.0)
    assert facts["await_ms"] == 10.0, "400 ms for 40 requests"
    assert facts["read_and_written_per_s"] == (2048 + 4096) * 512 / 2
    assert (facts["swap_in_per_s"], facts["swap_out_per_s"]) == (100 * 4096 / 2, 0.0)
    assert (facts["running"], facts["blocked"], facts["switches_per_s"]) == (4, 2, 1000.0)
    assert seen.table is not None
    assert [row[0] for row in seen.table.rows] == ["vda"], "no partitions, no loops, no empty slots"


async def test_a_host_without_disks():
    first, second = ("\n".join(line for line in text.split("\n") if "vda" not in line) for text in (FIRST, SECOND))
    facts = (await look(PROBE, {ASKED: [first, second], "sleep 2": ""})).facts
    assert (facts["busy_percent"], facts["busiest"], facts["await_ms"]) == (None, None, None)
    assert facts["iowait_percent"] == 20.0


async def test_the_deadline_makes_the_pause_shorter():
    record = Recorded({ASKED: [FIRST, SECOND], "sleep 1.5": ""})
    await look(PROBE, a_site(record, within_s=3.0), seconds=10)
    assert ("sleep", "1.5") in record.asked


async def test_no_time_passes():
    await fails(PROBE, {ASKED: FIRST, "sleep 2": ""}, Trouble.PARSE, "cannot be told")


async def test_counters_that_are_none():
    await fails(PROBE, {ASKED: ["1.00 1.00\n", "2.00 1.00\n"], "sleep 2": ""}, Trouble.PARSE)


async def test_it_may_not_be_read():
    await fails(PROBE, {ASKED: denied("/proc/stat")}, Trouble.PERMISSION)


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text(first: str, second: str):
    assert isinstance(disks_of(TwoLooks(first=first, second=second, seconds=1.0)), dict)
