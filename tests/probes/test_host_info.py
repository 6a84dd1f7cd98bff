"""host_info: on this machine, and on what uname said elsewhere."""

import os

from bot.core.evidence import Trouble
from bot.probes.host_info import PROBE
from tests.probes.kit import denied, fails, gone, here, look, no_program

UNAME = "uname -s -n -r -m"
FILES = "cat -- /proc/uptime /proc/stat /etc/os-release"
RELEASE = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nID=debian\n'


async def test_on_this_machine():
    facts = (await look(PROBE, here())).facts
    said = os.uname()
    assert (facts["system"], facts["host"]) == (said.sysname, said.nodename)
    assert (facts["kernel"], facts["machine"]) == (said.release, said.machine)
    assert facts["cores"] == os.cpu_count()


async def test_a_trading_host():
    record = {
        UNAME: "Linux trade-01 6.1.0-26-rt-amd64 x86_64\n",
        FILES: "3600.00 1.00\ncpu  1 1\ncpu0 1 1\ncpu1 1 1\n" + RELEASE,
    }
    facts = (await look(PROBE, record)).facts
    assert (facts["host"], facts["kernel"], facts["cores"]) == ("trade-01", "6.1.0-26-rt-amd64", 2)
    assert facts["distribution"] == "Debian GNU/Linux 12 (bookworm)"
    assert (facts["distribution_id"], facts["distribution_version"]) == ("debian", "12")
    assert facts["booted_at"] == "2026-11-21T02:12:00+00:00"


async def test_the_rest_may_be_missing():
    facts = (await look(PROBE, {UNAME: "Linux a b c\n", FILES: gone()})).facts
    assert (facts["kernel"], facts["distribution"], facts["uptime_s"]) == ("b", None, None)


async def test_garbage():
    await fails(PROBE, {UNAME: "one two\n", FILES: ""}, Trouble.PARSE)


async def test_there_is_no_uname():
    await fails(PROBE, {UNAME: no_program("uname"), FILES: ""}, Trouble.MISSING)


async def test_it_may_not_be_run():
    await fails(PROBE, {UNAME: denied(), FILES: ""}, Trouble.PERMISSION)
