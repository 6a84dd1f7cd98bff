"""host_disk: on this machine, and on what df said elsewhere."""

import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.evidence import Trouble
from bot.probes.base import ProbeFailed
from bot.probes.host_disk import PROBE, rows_in
from bot.transports.base import Ran, TransportFailed
from tests.probes.kit import fails, here, look, no_program

BLOCKS = """\
Filesystem             1024-blocks      Used Available Capacity Mounted on
udev                       8106256         0   8106256       0% /dev
tmpfs                      1627688   1627688         0     100% /run
/dev/nvme0n1p2           100000000  40000000  60000000      40% /
/dev/mapper/data vol     200000000 184000000   8000000      96% /var/lib/postgres data
/dev/loop3                   56832     56832         0     100% /snap/core18/2128
nas.example.com:/export  400000000 100000000 300000000      25% /mnt/backup
"""
FILES = """\
Filesystem              Inodes   IUsed    IFree IUse% Mounted on
/dev/nvme0n1p2         6553600 6488064    65536   99% /
/dev/mapper/data vol         0       0        0     - /var/lib/postgres data
nas.example.com:/export      -       -        -     - /mnt/backup
"""
ALL = {"df -P -k": BLOCKS, "df -P -i": FILES}


async def test_on_this_machine():
    facts = (await look(PROBE, here(), mounts=["/"])).facts
    usage = shutil.disk_usage("/")
    assert facts["size_bytes"] == usage.total
    assert abs(facts["used_percent"] - 100 * usage.used / (usage.used + usage.free)) < 1
    assert 0 <= facts["inodes_percent"] <= 100


async def test_every_disk_on_this_machine():
    facts = (await look(PROBE, here())).facts
    assert "/" in facts["mounts"]
    assert "/dev" not in facts["mounts"]


async def test_one_is_nearly_full():
    """What lives in memory, and images that are full by nature, do not count."""
    seen = await look(PROBE, ALL)
    assert seen.facts["mounts"] == {"/": 40.0, "/var/lib/postgres data": 95.8, "/mnt/backup": 25.0}
    assert (seen.facts["used_percent"], seen.facts["fullest"]) == (95.8, "/var/lib/postgres data")
    assert seen.facts["free_bytes"] == 8_000_000 * 1024
    assert seen.facts["inodes_percent"] == 99.0
    assert seen.facts["size_bytes"] is None, "there are several"
    assert seen.table is not None
    assert seen.table.rows[0][:3] == ("/var/lib/postgres data", 95.8, "7.6 GiB")


async def test_only_what_was_asked_for():
    one = "\n".join(BLOCKS.splitlines()[i] for i in (0, 2)) + "\n"
    record = {"df -P -k -- /run": one, "df -P -i -- /run": FILES}
    facts = (await look(PROBE, record, mounts=["/run"])).facts
    assert (facts["used_percent"], facts["inodes_percent"]) == (100.0, None)


async def test_a_disk_that_is_not_mounted_never_reads_as_healthy():
    said = Ran(code=1, out=BLOCKS, err="df: /data: No such file or directory\n")
    await fails(PROBE, {"df -P -k -- / /data": said}, Trouble.MISSING, "/data", mounts=["/", "/data"])


async def test_one_that_cannot_be_read_among_all():
    said = Ran(code=1, out=BLOCKS, err="df: /data/x: Permission denied\n")
    assert (await look(PROBE, {"df -P -k": said, "df -P -i": FILES})).facts["used_percent"] == 95.8


async def test_a_dead_network_disk_hangs():
    hang = TransportFailed("df did not end within 10 s", Trouble.TIMEOUT)
    await fails(PROBE, {"df -P -k": hang}, Trouble.TIMEOUT)


@pytest.mark.parametrize("said", ["", "garbage\n", BLOCKS.splitlines()[0] + "\n"])
async def test_garbage(said: str):
    await fails(PROBE, {"df -P -k": said, "df -P -i": said}, Trouble.PARSE)


async def test_only_what_lives_in_memory():
    said = "\n".join(BLOCKS.splitlines()[:3])
    await fails(PROBE, {"df -P -k": said, "df -P -i": FILES}, Trouble.MISSING, "no file system on a disk")


async def test_there_is_no_df():
    await fails(PROBE, {"df -P -k": no_program("df")}, Trouble.MISSING)


@given(st.text(max_size=300))
def test_any_text(text: str):
    try:
        assert all(row.mount.startswith("/") for row in rows_in(text).values())
    except ProbeFailed as failure:
        assert failure.trouble is Trouble.PARSE  # noqa: PT017
