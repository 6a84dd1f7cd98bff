"""process_libs: on this machine, and on what ldd said elsewhere."""

from bot.core.evidence import Trouble
from bot.probes.process_libs import PROBE
from bot.transports.base import Ran
from tests.probes.kit import denied, fails, here, look, no_program

BROKEN = """\
\tlinux-vdso.so.1 (0x00007ffd8e7f2000)
\tlibzmq.so.5 => not found
\tlibpqxx-7.7.so => not found
\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f3e8f600000)
\t/lib64/ld-linux-x86-64.so.2 (0x00007f3e8fa00000)
"""
ASKED = "ldd -- /opt/hft_system/bin/hft_system"
PATH = "/opt/hft_system/bin/hft_system"


async def test_on_this_machine():
    seen = await look(PROBE, here(), path="/bin/ls")
    assert seen.facts["unresolved"] == []
    assert seen.facts["libraries"] >= 2
    assert seen.facts["static"] is False


async def test_a_script_is_no_program_with_libraries():
    assert (await look(PROBE, here(), path="/etc/hosts")).facts["static"] is True


async def test_some_are_missing():
    seen = await look(PROBE, {ASKED: BROKEN}, path=PATH)
    assert seen.facts["unresolved"] == ["libpqxx-7.7.so", "libzmq.so.5"]
    assert seen.facts["libraries"] == 3


async def test_a_version_is_missing():
    err = f"{PATH}: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.38' not found (required by {PATH})\n"
    seen = await look(
        PROBE, {ASKED: Ran(code=0, out=BROKEN.replace("=> not found", "=> /lib/x (0x1)"), err=err)}, path=PATH
    )
    assert seen.facts["unresolved"] == ["GLIBC_2.38"]


async def test_all_is_well_but_nothing_is_read():
    await fails(PROBE, {ASKED: "hello\n"}, Trouble.PARSE, path=PATH)


async def test_there_is_no_such_program():
    await fails(PROBE, here(), Trouble.MISSING, "No such file", path="/opt/nothing/here")


async def test_it_may_not_be_read():
    await fails(PROBE, {ASKED: denied(PATH)}, Trouble.PERMISSION, path=PATH)


async def test_there_is_no_ldd():
    await fails(PROBE, {ASKED: no_program("ldd")}, Trouble.MISSING, path=PATH)
