"""host_sysctl: on this machine, and on what /proc/sys said elsewhere."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.core.evidence import Trouble
from bot.probes.host_sysctl import PROBE, values_in
from bot.transports.base import Ran
from tests.probes.kit import fails, here, look

TIMEOUT = "net.netfilter.nf_conntrack_tcp_timeout_established"
TRACKED = ["net.netfilter.nf_conntrack_count", "net.netfilter.nf_conntrack_max"]
ASKED = "grep -H -e  -- /proc/sys/fs/file-nr"


async def test_on_this_machine():
    facts = (await look(PROBE, here(), keys=["fs.file-nr", "kernel.pid_max", "kernel.nothing"])).facts
    assert facts["open_files"] > 0
    assert facts["values"]["kernel.pid_max"] == int(Path("/proc/sys/kernel/pid_max").read_text())
    assert facts["unread"] == ["kernel.nothing"]


async def test_open_files_of_the_host_run_out():
    facts = (await look(PROBE, {ASKED: "/proc/sys/fs/file-nr:950\t50\t1000\n"})).facts
    assert (facts["open_files"], facts["open_files_percent"]) == (900, 90.0)
    assert facts["values"] == {"fs.file-nr": "950 50 1000"}
    assert facts["tracked_percent"] is None


async def test_tracked_connections():
    asked = "grep -H -e  -- " + " ".join("/proc/sys/" + key.replace(".", "/") for key in [*TRACKED, TIMEOUT])
    said = "/proc/sys/net/netfilter/nf_conntrack_count:240000\n/proc/sys/net/netfilter/nf_conntrack_max:262144\n"
    err = "grep: /proc/sys/net/netfilter/nf_conntrack_tcp_timeout_established: No such file or directory\n"
    facts = (await look(PROBE, {asked: Ran(code=2, out=said, err=err)}, keys=[*TRACKED, TIMEOUT])).facts
    assert facts["tracked_percent"] == 91.6
    assert facts["unread"] == [TIMEOUT]


async def test_none_of_them_is_there():
    said = Ran(code=2, out="", err="grep: /proc/sys/fs/file-nr: No such file or directory\n")
    await fails(PROBE, {ASKED: said}, Trouble.MISSING)


async def test_none_of_them_may_be_read():
    said = Ran(code=2, out="", err="grep: /proc/sys/fs/file-nr: Permission denied\n")
    await fails(PROBE, {ASKED: said}, Trouble.PERMISSION)


async def test_garbage():
    await fails(PROBE, {ASKED: "950 50 1000\n"}, Trouble.PARSE)


@pytest.mark.parametrize("key", ["fs", "fs/../../../etc/passwd", "../x", "fs.file-nr -e x", "-x.y", "fs..x", "a.b\n"])
def test_names_that_are_none(key: str):
    with pytest.raises(ValidationError):
        PROBE.parameters(keys=[key])


@given(st.text(max_size=200))
def test_any_text(text: str):
    assert all(isinstance(value, int | str) for value in values_in(text).values())
