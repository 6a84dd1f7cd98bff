"""host_limits: on this machine, and on what /proc said elsewhere."""

import resource

from hypothesis import given
from hypothesis import strategies as st

from bot.core.evidence import Trouble
from bot.probes._proc import UNLIMITED, limits_in
from bot.probes._processes import PS
from bot.probes.host_limits import PROBE, groups_in
from tests.probes.kit import denied, fails, gone, here, look

LIMITS = """\
Limit                     Soft Limit           Hard Limit           Units
Max core file size        0                    unlimited            bytes
Max processes             96365                96365                processes
Max open files            1024                 524288               files
Max locked memory         unlimited            unlimited            bytes
Max stack size            8388608              unlimited            bytes
Max nice priority         0                    0
"""
PS_SAID = {" ".join(PS): "  812  1 hft Ssl 24 4194304 12.5  3600 /opt/hft_system/bin/hft_system\n"}
GROUP = "0::/system.slice/hft_system.service\n"
MAX = "cat -- /sys/fs/cgroup/system.slice/hft_system.service/memory.max"


async def test_on_this_machine():
    facts = (await look(PROBE, here())).facts
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert (facts["open_files"], facts["open_files_hard"]) == (soft, hard)


async def test_of_a_process():
    record = {**PS_SAID, "cat -- /proc/812/limits /proc/812/cgroup": LIMITS + GROUP, MAX: "8589934592\n"}
    seen = await look(PROBE, record, match="hft_system")
    facts = seen.facts
    assert (facts["open_files"], facts["open_files_hard"], facts["processes"]) == (1024, 524288, 96365)
    assert (facts["core_bytes"], facts["stack_bytes"], facts["memory_bytes"]) == (0, 8388608, 8 * 2**30)
    assert facts["locked_memory_bytes"] == UNLIMITED
    assert facts["address_space_bytes"] is None, "it is not told"
    assert seen.table is not None
    assert ("locked memory", "unlimited", "unlimited") in seen.table.rows


async def test_a_group_without_a_limit():
    record = {"cat -- /proc/self/limits /proc/self/cgroup": LIMITS + GROUP, MAX: "max\n"}
    assert (await look(PROBE, record)).facts["memory_bytes"] == UNLIMITED


async def test_a_group_of_the_first_version():
    asked = "cat -- /sys/fs/cgroup/memory/docker/7f/memory.limit_in_bytes"
    record = {
        "cat -- /proc/self/limits /proc/self/cgroup": LIMITS + "4:cpu,memory:/docker/7f\n",
        asked: "9223372036854771712\n",
    }
    assert (await look(PROBE, record)).facts["memory_bytes"] == UNLIMITED


async def test_within_a_container_the_groups_files_are_at_the_top():
    record = {
        "cat -- /proc/self/limits /proc/self/cgroup": LIMITS + "0::/\n",
        "cat -- /sys/fs/cgroup/memory.max": "536870912\n",
    }
    assert (await look(PROBE, record)).facts["memory_bytes"] == 2**29


async def test_the_group_tells_nothing():
    record = {"cat -- /proc/self/limits /proc/self/cgroup": LIMITS + GROUP, MAX: gone(),
              "cat -- /sys/fs/cgroup/memory.max": gone()}  # fmt: skip
    assert (await look(PROBE, record)).facts["memory_bytes"] is None


async def test_it_is_down():
    await fails(PROBE, PS_SAID, Trouble.MISSING, "no such process", match="risk-engine")


async def test_it_may_not_be_read():
    await fails(PROBE, {"cat -- /proc/self/limits /proc/self/cgroup": denied()}, Trouble.PERMISSION)


async def test_garbage():
    await fails(PROBE, {"cat -- /proc/self/limits /proc/self/cgroup": "Max open files   many\n"}, Trouble.PARSE)


def test_a_path_that_leaves_its_folder():
    assert groups_in("0::/../../etc\n") == ["/sys/fs/cgroup/memory.max"]


@given(st.text(max_size=300))
def test_any_text(text: str):
    assert all(limit.soft >= 0 for limit in limits_in(text).values())
    assert all(file.startswith("/sys/fs/cgroup/") for file in groups_in(text))
