"""redis_info, against a real Redis."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import redis
from pydantic import ValidationError

from bot.core.evidence import Trouble
from bot.probes.redis_info import PROBE, facts_of
from tests.probes.kit import fails, look
from tests.probes.ports import listening, nobody
from tests.probes.postgres import at
from tests.programs import program

PASSWORD = "hunter2-and-more"


@contextmanager
def server(folder: Path, *options: str) -> Iterator[str]:
    """A Redis of its own, from when it says that it is ready."""
    redis_server, address, said = program("redis-server"), nobody(), ""
    process = subprocess.Popen(
        [redis_server, "--port", address.rpartition(":")[2], "--bind", "127.0.0.1", "--dir", str(folder), "--save", "",
         "--repl-diskless-sync-delay", "0", *options],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with process:  # a few lines: the pipe never fills
        try:
            while "Ready to accept connections" not in said:
                line = process.stdout.readline()
                assert line, f"it ended by itself: {said}"
                said += line
            yield address
        finally:
            process.kill()


async def test_one_that_is_well(tmp_path: Path):
    with server(tmp_path, "--maxmemory", "100mb") as address, redis.Redis(port=int(address[10:])) as client:
        client.mset({f"k{n}": n for n in range(100)})
        facts = (await look(PROBE, at(address))).facts
    assert (facts["answers"], facts["trouble"], facts["role"]) == (True, None, "master")
    assert facts["ping_ms"] > 0
    assert (facts["keys"], facts["max_memory_bytes"]) == (100, 104857600)
    assert 0 < facts["memory_percent"] < 10
    assert (facts["rejected"], facts["evicted"], facts["loading"], facts["saved"]) == (0, 0, False, True)
    assert facts["linked"] is None
    assert facts["clients"] == 2


async def test_one_whose_memory_is_full(tmp_path: Path):
    with server(tmp_path, "--maxmemory", "3mb", "--maxmemory-policy", "allkeys-lru") as address:
        with redis.Redis(port=int(address[10:])) as client:
            for n in range(600):
                client.set(f"k{n}", "x" * 10_000)
        facts = (await look(PROBE, at(address))).facts
    assert facts["evicted"] > 0
    assert facts["memory_percent"] > 80


async def test_one_that_takes_no_more_clients(tmp_path: Path):
    with server(tmp_path, "--maxclients", "1") as address, redis.Redis(port=int(address[10:])) as client:
        client.ping()
        seen = await look(PROBE, at(address))
        # It says why and hangs up at once, so that the reason may be lost on the way.
        assert (seen.facts["answers"], seen.facts["trouble"] in ("refused", "lost")) == (False, True)


async def test_a_copy_and_its_master(tmp_path: Path):
    with server(tmp_path) as master, server(tmp_path, "--replicaof", "127.0.0.1", master[10:]) as copy:
        async with asyncio.timeout(30):
            while (facts := (await look(PROBE, at(copy))).facts)["linked"] is not True:
                pass
        assert (facts["role"], facts["behind_s"] >= 0) == ("slave", True)
        assert (await look(PROBE, at(master))).facts["replicas"] == 1


@pytest.mark.parametrize(("password", "expected"), [(PASSWORD, None), ("wrong-" + PASSWORD, "auth"), (None, "auth")])
async def test_passwords(tmp_path: Path, password: str | None, expected: str | None):
    with server(tmp_path, "--requirepass", PASSWORD) as address:
        named = {} if password is None else {"secret": "redis_login"}
        site = at(address, secret=lambda name: {"redis_login": password}[name])
        seen = await look(PROBE, site, **named)
    assert (seen.facts["answers"], seen.facts["trouble"]) == (expected is None, expected)
    assert PASSWORD not in repr(seen)


async def test_an_account_that_may_not_ask(tmp_path: Path):
    with server(tmp_path, "--user", "looker", "on", ">right-one", "+ping") as address:
        site = at(address, secret=lambda name: "right-one")
        said = await fails(PROBE, site, Trouble.PERMISSION, None, user="looker", secret="pw")
    assert "right-one" not in said


@pytest.mark.parametrize(
    ("says", "trouble"),
    [
        (b"garbage\r\n" * 1000, "parse"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "parse"),
        (b"+PONG\r\n" * 10, "parse"),
        (b"$-5\r\n", "parse"),
        (b"*1000000000\r\n", "lost"),
        (b"", "lost"),
    ],
)
async def test_something_else_listens_there(says: bytes, trouble: str):
    async with listening(says, hangs_up=True) as address:
        seen = await look(PROBE, at(address, within_s=2.0))
    assert seen.facts["answers"] is False
    assert seen.facts["trouble"] in (trouble, "lost", "parse")


async def test_nobody_there():
    assert (await look(PROBE, at(nobody()))).facts["trouble"] == "refused"
    assert (await look(PROBE, at("no-such-host.invalid:6379"))).facts["trouble"] == "dns"


async def test_one_that_never_answers():
    async with listening() as address:
        seen = await look(PROBE, at(address, within_s=0.2))
    assert (seen.facts["answers"], seen.facts["trouble"]) == (False, "timeout")


@pytest.mark.parametrize("address", ["", "a b", "http://host", "redis://:pw@host", "host:99999"])
async def test_an_address_is_a_host_and_a_port(address: str):
    await fails(PROBE, at(address), Trouble.MISSING, "write host:6379")


async def test_a_secret_that_is_not_set():
    await fails(PROBE, at("127.0.0.1"), Trouble.MISSING, "the secret redis_login is not set", secret="redis_login")


@pytest.mark.parametrize("wrong", [{"secret": "Not A Name"}, {"user": "a b"}, {"password": "x"}])
def test_what_no_parameter_may_be(wrong: dict[str, Any]):
    with pytest.raises(ValidationError):
        PROBE.parameters(**wrong)


def test_what_it_does_not_say_is_unknown():
    facts = facts_of({"redis_version": "7.0", "maxmemory": "nonsense", "used_memory": 10, "db0": "?"})
    assert facts["memory_percent"] is facts["clients"] is facts["saved"] is facts["loading"] is None
    assert facts["keys"] == 0
