"""time_sync: a real time server on the loopback, and what chrony, ntpq, timedatectl and date said elsewhere."""

import asyncio
import struct
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.core.evidence import Trouble
from bot.probes._sntp import read_answer
from bot.probes.base import ProbeFailed
from bot.probes.time_sync import PROBE
from bot.transports.base import Ran
from tests.probes.kit import NOW, Always, a_site, fails, here, look, no_program

PACKET = struct.Struct("!BBbbIIIQQQQ")
SINCE_1900 = 2_208_988_800


def stamp(at: datetime, offset_s: float) -> int:
    return int((at.timestamp() + offset_s + SINCE_1900) * 2**32) % 2**64


def an_answer(
    question: bytes, offset_s: float, *, stratum: int = 2, leap: int = 0, mode: int = 4, forged: int = 0
) -> bytes:
    nonce = PACKET.unpack(question)[-1] ^ forged
    at = stamp(NOW, offset_s)
    return PACKET.pack(leap << 6 | 4 << 3 | mode, stratum, 6, -20, 0, 655, 0x52415445, 0, nonce, at, at)


class TimeServer(asyncio.DatagramProtocol):
    def __init__(self, answer: Callable[[bytes], bytes | None]) -> None:
        self.answer = answer

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        said = self.answer(data)
        if said is not None:
            self.transport.sendto(said, addr)


@pytest.fixture
async def serve() -> AsyncIterator[Callable[..., Any]]:
    """Start a time server that answers as told; its port."""
    started = []

    async def start(answer: Callable[[bytes], bytes | None]) -> int:
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(lambda: TimeServer(answer), local_addr=("127.0.0.1", 0))
        started.append(transport)
        return int(transport.get_extra_info("sockname")[1])

    yield start
    for transport in started:
        transport.close()


def asking(port: int, **changes: Any) -> dict[str, Any]:
    return {"by": "servers", "servers": ["127.0.0.1"], "port": port} | changes


NOWHERE = Always(no_program("nothing"))


@pytest.mark.parametrize(("offset_s", "ms"), [(0.0, 0), (0.25, 250), (-1.5, 1500), (7 * 365 * 86400.0, 220752000000)])
async def test_how_far_the_clock_is_off(serve: Callable[..., Any], offset_s: float, ms: float):
    port = await serve(lambda question: an_answer(question, offset_s))
    facts = (await look(PROBE, NOWHERE, **asking(port))).facts
    assert facts["offset_ms"] == pytest.approx(ms, abs=facts["delay_ms"] / 2 + 1)
    assert (facts["stratum"], facts["synchronised"], facts["source"], facts["peers"]) == (2, True, "127.0.0.1", 1)


async def test_the_median_of_three(serve: Callable[..., Any]):
    """One server that is wrong by an hour does not decide."""
    offsets = [0.010, 3600.0, 0.020]
    port = await serve(lambda question: an_answer(question, offsets.pop(0)))
    facts = (await look(PROBE, NOWHERE, **asking(port, servers=["127.0.0.1"] * 3))).facts
    assert facts["offset_ms"] == pytest.approx(20, abs=10)
    assert facts["spread_ms"] == pytest.approx(3_600_000, abs=100)


async def test_one_of_two_servers_is_away(serve: Callable[..., Any]):
    port = await serve(lambda question: an_answer(question, 0.5))
    seen = await look(PROBE, NOWHERE, **asking(port, servers=["127.0.0.1", "no-such-host.invalid"]))
    assert seen.facts["peers"] == 1
    assert seen.table is not None
    assert "no such host" in str(seen.table.rows[1])


async def test_a_server_that_does_not_know_the_time(serve: Callable[..., Any]):
    port = await serve(lambda question: an_answer(question, 0, leap=3))
    assert (await look(PROBE, NOWHERE, **asking(port))).facts["synchronised"] is False


async def test_a_server_that_is_silent(serve: Callable[..., Any]):
    port = await serve(lambda question: None)
    await fails(PROBE, a_site(NOWHERE, within_s=0.2), Trouble.TIMEOUT, "no answer", **asking(port))


async def test_nobody_listens(serve: Callable[..., Any], unused_udp_port: int):
    await fails(PROBE, NOWHERE, Trouble.REFUSED, **asking(unused_udp_port))


async def test_no_such_host():
    await fails(PROBE, NOWHERE, Trouble.DNS, **asking(123, servers=["no-such-host.invalid"]))


@pytest.mark.parametrize(
    ("changes", "trouble"),
    [
        ({"stratum": 0}, Trouble.REFUSED),
        ({"mode": 3}, Trouble.PARSE),
        ({"forged": 1}, Trouble.PARSE),
    ],
)
async def test_answers_that_do_not_count(serve: Callable[..., Any], changes: dict, trouble: Trouble):
    port = await serve(lambda question: an_answer(question, 0, **changes))
    await fails(PROBE, NOWHERE, trouble, **asking(port))


@pytest.mark.parametrize("said", [b"hello", b"\0" * 48, b"x" * 2000])
async def test_a_server_of_something_else(serve: Callable[..., Any], said: bytes):
    port = await serve(lambda question: said)
    await fails(PROBE, NOWHERE, Trouble.PARSE, **asking(port))


def test_an_answer_after_the_year_2036():
    """The count of seconds begins again then."""
    at = datetime(2040, 1, 1, tzinfo=UTC)
    said = PACKET.pack(0x24, 1, 0, 0, 0, 0, 0, 0, 7, stamp(at, 0.5), stamp(at, 0.5))
    answer = read_answer("x", said, nonce=7, sent_at=at.timestamp(), received_at=at.timestamp())
    assert answer.offset_s == pytest.approx(0.5, abs=1e-5)


@given(st.binary(max_size=100))
def test_any_packet(data: bytes):
    try:
        assert read_answer("x", data, nonce=0, sent_at=0.0, received_at=1.0).delay_s >= 0
    except ProbeFailed as failure:
        assert failure.trouble in (Trouble.PARSE, Trouble.REFUSED)  # noqa: PT017


CHRONY = "C0A80101,ntp1.example.com,3,1795230245.123456789,{offset},0.0,0.0001,-12.3,0.0,0.1,0.0123,0.001,64.2,{leap}\n"


@pytest.mark.parametrize("sign", ["", "-"])
async def test_chrony(sign: str):
    said = CHRONY.format(offset=f"{sign}0.000250000", leap="Normal")
    facts = (await look(PROBE, {"chronyc -c tracking": said}, by="chrony")).facts
    assert (facts["offset_ms"], facts["delay_ms"], facts["stratum"]) == (0.25, 12.3, 3)
    assert (facts["synchronised"], facts["source"]) == (True, "ntp1.example.com")


async def test_chrony_without_a_source():
    """The offset it shows then is none."""
    said = "7F7F0101,,0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,1.0,1.0,0.0,Not synchronised\n"
    facts = (await look(PROBE, {"chronyc -c tracking": said}, by="chrony")).facts
    assert (facts["synchronised"], facts["offset_ms"]) == (False, None)


async def test_chrony_is_away():
    said = Ran(code=1, out="506 Cannot talk to daemon\n", err="")
    await fails(PROBE, {"chronyc -c tracking": said}, Trouble.REFUSED, by="chrony")


NTPQ = """\
     remote           refid      st t when poll reach   delay   offset  jitter
==============================================================================
*10.0.0.1        .GPS.            1 u   35   64  377    0.512   -1.234   0.021
+10.0.0.2        10.0.0.1         2 u   40   64  377    0.812    0.034   0.051
 10.0.0.3        .INIT.          16 u    -   64    0    0.000    0.000   0.000
"""


async def test_ntpq():
    facts = (await look(PROBE, {"ntpq -p -n": NTPQ}, by="ntpq")).facts
    assert (facts["offset_ms"], facts["delay_ms"], facts["stratum"]) == (1.234, 0.512, 2)
    assert (facts["synchronised"], facts["source"], facts["peers"]) == (True, "10.0.0.1", 2)


async def test_ntpq_has_chosen_nobody():
    facts = (await look(PROBE, {"ntpq -p -n": NTPQ.replace("*10", " 10")}, by="ntpq")).facts
    assert (facts["synchronised"], facts["offset_ms"]) == (False, None)


@pytest.mark.parametrize(("said", "synchronised", "kept"), [("yes", True, True), ("no", False, True)])
async def test_timedatectl(said: str, synchronised: bool, kept: bool):
    text = f"Timezone=Etc/UTC\nLocalRTC=no\nCanNTP=yes\nNTP=yes\nNTPSynchronized={said}\nTimeUSec=Sat\n"
    facts = (await look(PROBE, {"timedatectl show --no-pager": text}, by="timedatectl")).facts
    assert (facts["synchronised"], facts["kept"], facts["offset_ms"]) == (synchronised, kept, None)


async def test_the_clock_of_this_machine():
    facts = (await look(PROBE, here(), by="date")).facts
    assert facts["offset_ms"] <= facts["delay_ms"] + 5


@pytest.mark.parametrize(
    ("said", "ms"), [("1795230725.500000000", 5500), ("1795230725.%N", 5000), ("1795230725", 5000)]
)
async def test_the_clock_of_another_machine(said: str, ms: float):
    """NOW is 1795230720. Not every `date` knows parts of a second."""
    facts = (await look(PROBE, {"date -u +%s.%N": said + "\n"}, by="date")).facts
    assert facts["offset_ms"] == pytest.approx(ms, abs=facts["delay_ms"] + 1)
    assert facts["clock"].startswith("2026-11-21T03:12:05")


@pytest.mark.parametrize(
    ("by", "line"),
    [("chrony", "chronyc -c tracking"), ("ntpq", "ntpq -p -n"), ("timedatectl", "timedatectl show --no-pager"),
     ("date", "date -u +%s.%N")],
)  # fmt: skip
async def test_garbage(by: str, line: str):
    await fails(PROBE, {line: "hello\n"}, Trouble.PARSE, by=by)
    await fails(PROBE, {line: no_program("x")}, Trouble.MISSING, by=by)


@pytest.mark.parametrize(
    "wrong",
    [{"by": "servers"}, {"by": "chrony", "servers": ["a"]}, {"by": "servers", "servers": ["-a"]},
     {"by": "servers", "servers": ["a b"]}],
)  # fmt: skip
def test_parameters_that_are_none(wrong: dict):
    with pytest.raises(ValidationError):
        PROBE.parameters(**wrong)
