"""net_trace: on this machine, and on what mtr and traceroute say."""

import json

import pytest

from bot.core.evidence import Trouble
from bot.probes.net_trace import PROBE
from bot.transports.base import Ran
from tests.probes.kit import fails, here, look, no_program
from tests.programs import program

MTR = "mtr --json -n -G 1 -c 6 -- api.binance.com"
TRACEROUTE = "traceroute -n -q 10 -w 1 -m 30 -- api.binance.com"


def hub(count, host, loss, mean, worst):
    return {"count": count, "host": host, "Loss%": loss, "Snt": 6, "Last": mean, "Avg": mean, "Best": mean,
            "Wrst": worst, "StDev": 0.1}  # fmt: skip


def mtr(*hubs):
    return json.dumps({"report": {"mtr": {"src": "vm", "dst": "api.binance.com", "tests": 6}, "hubs": hubs}})


async def test_this_machine_is_one_hop_away():
    program("mtr", package="mtr-tiny")
    seen = await look(PROBE, here(), host="127.0.0.1", cycles=1)
    assert (seen.facts["reached"], seen.facts["hops"], seen.facts["path"]) == (True, 1, ["127.0.0.1"])


async def test_what_traceroute_says_here_is_understood():
    program("traceroute")
    site = here()
    ran = await site.run("traceroute", "-n", "-q", "2", "-w", "1", "-m", "30", "--", "127.0.0.1")
    record = {"mtr --json -n -G 1 -c 2 -- 127.0.0.1": no_program("mtr"),
              "traceroute -n -q 2 -w 1 -m 30 -- 127.0.0.1": ran}  # fmt: skip
    seen = await look(PROBE, record, host="127.0.0.1", cycles=2)
    assert (seen.facts["reached"], seen.facts["path"], seen.facts["loss_percent"]) == (True, ["127.0.0.1"], 0)


async def test_hop_by_hop():
    said = mtr(hub(1, "10.0.0.1", 0.0, 0.4, 0.9), hub(2, "???", 100.0, 0, 0), hub(3, "203.0.113.9", 16.7, 12.5, 80.1))
    seen = await look(PROBE, {MTR: said}, host="api.binance.com")
    assert seen.facts == {
        "reached": True, "hops": 3, "silent": 1, "loss_percent": 16.7, "mean_ms": 12.5, "most_ms": 80.1,
        "path": ["10.0.0.1", "???", "203.0.113.9"], "slowest_step_ms": 12.1,
    }  # fmt: skip
    assert seen.table.rows[1] == (2, "???", 100.0, None, None)


async def test_it_does_not_get_there():
    seen = await look(PROBE, {MTR: mtr(hub(1, "10.0.0.1", 0, 0.4, 0.9), hub(2, "???", 100.0, 0, 0))},
                      host="api.binance.com")  # fmt: skip
    assert (seen.facts["reached"], seen.facts["loss_percent"], seen.facts["mean_ms"]) == (False, 100, None)


async def test_traceroute_where_there_is_no_mtr():
    said = (
        "traceroute to api.binance.com (203.0.113.9), 30 hops max, 60 byte packets\n"
        " 1  10.0.0.1  0.4 ms  0.6 ms *\n 2  * * *\n 3  203.0.113.9  12.0 ms !H 203.0.113.10  14.0 ms\n"
    )
    seen = await look(PROBE, {MTR: no_program("mtr"), TRACEROUTE: said}, host="api.binance.com")
    assert seen.facts["path"] == ["10.0.0.1", "???", "203.0.113.9"]
    assert (seen.facts["reached"], seen.facts["mean_ms"], seen.facts["loss_percent"]) == (True, 13.0, 80.0)
    short = said.replace(" 3  203.0.113.9  12.0 ms !H 203.0.113.10  14.0 ms\n", "")
    seen = await look(PROBE, {MTR: no_program("mtr"), TRACEROUTE: short}, host="api.binance.com")
    assert seen.facts["reached"] is False


@pytest.mark.parametrize(
    ("said", "trouble"),
    [
        (Ran(code=1, out="", err="mtr: Failure to open IPv4 sockets: Operation not permitted\n"), Trouble.PERMISSION),
        (Ran(code=1, out="", err="mtr: Failed to resolve host: x: Name or service not known\n"), Trouble.DNS),
        (Ran(code=0, out="", err=""), Trouble.PARSE),
        (Ran(code=0, out='{"report": {"hubs": [{"host": 1}]}}', err=""), Trouble.PARSE),
        (Ran(code=0, out=mtr(), err=""), Trouble.PARSE),
    ],
)
async def test_why_it_could_not_look(said, trouble):
    await fails(PROBE, {MTR: said}, trouble, host="api.binance.com")


async def test_neither_program_is_there():
    record = {MTR: no_program("mtr"), TRACEROUTE: no_program("traceroute")}
    await fails(PROBE, record, Trouble.MISSING, "traceroute", host="api.binance.com")
