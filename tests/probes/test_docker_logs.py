"""docker_logs, on streams as Docker sends them."""

import pytest

from bot.core.evidence import Trouble
from bot.probes._container_logs import lines_in
from bot.probes.docker_logs import PROBE
from tests.probes.containers import answers, cannot_look, listed, record
from tests.probes.kit import NOW, fails, look
from tests.probes.ports import GIVES_UP
from tests.probes.postgres import at
from tests.transports.dockerd import dockerd, framed

pytestmark = GIVES_UP

OUT = (
    b"2026-11-21T03:11:50.123456789Z order placed duration_ms: 120\n"
    b"2026-11-21T03:11:52.5Z order placed duration_ms: 1800\n"
)
ERR = (
    b"2026-11-21T03:11:51.000000001Z thread 'main' panicked at src/main.rs:7\n"
    b"2026-11-21T03:11:51.000000002Z    0: rust_begin\n"
)
STREAM = framed(1, OUT[:40]) + framed(2, ERR) + framed(1, OUT[40:])


async def seen(logs: bytes = STREAM, tty: bool = False, **parameters: object):
    own = record("engine", Config={"Tty": tty})
    async with dockerd(answers((listed("engine"), own), **{"/containers/engine-id/logs": logs})) as docker:
        told = await look(PROBE, at(docker.address, now=lambda: NOW), **{"unit": "engine"} | parameters)
        return told, docker.asked[-1][1]


async def test_counts_numbers_and_the_last_lines():
    told, asked = await seen(framed(1, OUT) + framed(2, ERR), number=r"duration_ms: (\d+)", since="10m")
    assert (told.facts["count"], told.facts["numbers"], told.facts["highest"]) == (4, 2, 1800.0)
    assert told.facts["containers"] == ["engine"]
    assert told.facts["last_age_s"] == 7.5
    assert asked == {
        "stdout": "true",
        "stderr": "true",
        "timestamps": "true",
        "tail": "1000",
        "since": "1795230120.000",
    }


async def test_both_streams_are_read_however_they_are_cut():
    told, _ = await seen(pattern="panic|fatal")
    assert told.facts["found"] is True
    assert told.excerpt == ["thread 'main' panicked at src/main.rs:7"]


async def test_a_panic_with_its_trace():
    told, _ = await seen(pattern="panic", after=50)
    assert told.excerpt == [
        "thread 'main' panicked at src/main.rs:7",
        "   0: rust_begin",
        "order placed duration_ms: 1800",
    ]
    assert told.facts["count"] == 1


async def test_nothing_is_found():
    told, _ = await seen(pattern="SIGABRT", since="10m")
    assert (told.facts["found"], told.facts["count"], told.facts["complete"]) == (False, 0, True)


async def test_a_terminal_sends_its_lines_as_they_are():
    told, _ = await seen(OUT.replace(b"\n", b"\r\n"), tty=True, pattern="order placed")
    assert told.facts["count"] == 2


async def test_an_empty_log():
    told, _ = await seen(b"", since="10m")
    assert (told.facts["count"], told.facts["lines"], told.facts["last_at"]) == (0, 0, None)


async def test_more_lines_than_are_read():
    """What is not found may stand further back."""
    many = b"".join(b"2026-11-21T03:11:50Z line %d\n" % n for n in range(50))
    told, asked = await seen(framed(1, many), pattern="panic", since="10m", lines=50)
    assert (told.facts["found"], told.facts["count"], told.facts["complete"]) == (None, None, False)
    assert asked["tail"] == "50"


async def test_more_bytes_than_are_read():
    many = b"".join(framed(1, b"2026-11-21T03:11:50Z line %d\n" % n) for n in range(5000))
    told, _ = await seen(many, most_bytes=10_000, since="10m")
    assert told.facts["complete"] is False
    assert told.facts["lines"] < 500


async def test_a_project_is_read_together_in_the_order_of_time():
    first, second = listed("engine"), listed("web")
    more = {
        "/containers/engine-id/logs": framed(1, b"2026-11-21T03:11:50Z one\n2026-11-21T03:11:54Z three\n"),
        "/containers/web-id/logs": framed(2, b"2026-11-21T03:11:52Z two\n"),
    }
    async with dockerd(answers((first, record("engine")), (second, record("web")), **more)) as docker:
        told = await look(PROBE, at(docker.address, now=lambda: NOW), project="bot-core")
    assert list(told.excerpt) == ["engine | three", "web | two", "engine | one"]
    assert told.facts["containers"] == ["engine", "web"]


@pytest.mark.parametrize("garbage", [b"\x07\0\0\0\0\0\0\1x", b"garbage, no stream", b"\1\1\1\1\1\1\1\1"])
async def test_a_stream_that_is_none(garbage: bytes):
    said = answers((listed("engine"), record("engine")), **{"/containers/engine-id/logs": garbage})
    async with dockerd(said) as docker:
        await fails(PROBE, at(docker.address), Trouble.PARSE, "stream", unit="engine")


async def test_a_container_that_is_not_there():
    async with dockerd({"/containers/json": [listed("web")]}) as docker:
        await fails(PROBE, at(docker.address), Trouble.MISSING, "no container engine", unit="engine")


async def test_a_driver_that_keeps_no_logs():
    error = (500, {"message": "configured logging driver does not support reading"})
    said = answers((listed("engine"), record("engine")), **{"/containers/engine-id/logs": error})
    async with dockerd(said) as docker:
        await fails(PROBE, at(docker.address), Trouble.REFUSED, "does not support reading", unit="engine")


def test_lines_without_a_time_belong_to_the_one_before():
    lines = lines_in("2026-11-21T03:11:50Z a\n\tat b\nnonsense\n\n2026-11-21T05:11:51.5+02:00 c")
    assert [line.text for line in lines] == ["a", "\tat b", "nonsense", "c"]
    assert lines[0].at == lines[2].at
    assert (lines[3].at - lines[0].at).total_seconds() == 1.5


async def test_where_it_cannot_look():
    await cannot_look(PROBE, "/containers/json", unit="engine")
