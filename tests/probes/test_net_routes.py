"""net_routes: this machine's own, and what ip and /proc say elsewhere."""

import pytest

from bot.core.evidence import Trouble
from bot.probes.net_routes import PROBE
from bot.transports.base import Ran
from tests.probes.kit import denied, fails, here, look, no_program
from tests.programs import program

SHOW, GET, PROC = "ip -j route show", "ip -j route get 203.0.113.9", "cat -- /proc/net/route"
ROUTES = """[{"dst":"default","gateway":"192.0.2.1","dev":"eth0","metric":100,"flags":[]},
{"dst":"192.0.2.0/24","dev":"eth0","protocol":"kernel","scope":"link","prefsrc":"192.0.2.2","flags":[]}]"""
WAY = '[{"dst":"203.0.113.9","gateway":"192.0.2.1","dev":"eth0","prefsrc":"192.0.2.2","flags":[],"uid":0,"cache":[]}]'
TABLE = (
    "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
    "eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
    "eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"
    "eth1\t000A0A0A\t00000000\t0000\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"
)


async def test_where_packets_go():
    seen = await look(PROBE, {SHOW: ROUTES, GET: WAY}, to="203.0.113.9")
    assert seen.facts == {
        "has_default": True, "gateway": "192.0.2.1", "device": "eth0", "routes": 2, "reachable": True,
        "to_gateway": "192.0.2.1", "to_device": "eth0", "to_source": "192.0.2.2",
    }  # fmt: skip


async def test_no_default_route_and_no_way():
    no = Ran(code=2, out="", err="RTNETLINK answers: Network is unreachable\n")
    seen = await look(PROBE, {SHOW: "[]", GET: no}, to="203.0.113.9")
    assert (seen.facts["has_default"], seen.facts["gateway"], seen.facts["reachable"]) == (False, None, False)
    seen = await look(PROBE, {SHOW: ""})
    assert (seen.facts["has_default"], seen.facts["reachable"]) == (False, None)


async def test_proc_where_there_is_no_ip():
    seen = await look(PROBE, {SHOW: no_program("ip"), PROC: TABLE})
    assert (seen.facts["has_default"], seen.facts["gateway"], seen.facts["routes"]) == (True, "192.0.2.1", 2)
    assert seen.table.rows[1][0] == "192.0.2.0/24"


async def test_this_machine():
    program("ip", package="iproute2")
    seen = await look(PROBE, here(), to="127.0.0.1")
    assert (seen.facts["reachable"], seen.facts["to_device"]) == (True, "lo")


@pytest.mark.parametrize(
    ("record", "trouble"),
    [
        ({SHOW: "garbage"}, Trouble.PARSE),
        ({SHOW: '{"a": 1}'}, Trouble.PARSE),
        ({SHOW: Ran(code=1, out="", err="Operation not permitted\n")}, Trouble.PERMISSION),
        ({SHOW: no_program("ip"), PROC: denied()}, Trouble.PERMISSION),
        ({SHOW: no_program("ip"), PROC: "garbage"}, Trouble.PARSE),
    ],
)
async def test_why_it_could_not_look(record, trouble):
    await fails(PROBE, record, trouble)
