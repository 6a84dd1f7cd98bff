"""pg_replication, against a real primary with a real standby, and on what rarer situations look like."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from bot.probes.pg_replication import PROBE, primary_facts, slot_facts
from tests.conftest import end_postgres, start_postgres
from tests.probes.kit import look
from tests.probes.postgres import Database, at, cannot_look, never_answers


@pytest.fixture(scope="module")
def primary() -> Iterator[Any]:
    """A server of its own: the shared one should not wait for anybody."""
    server = start_postgres()
    yield server
    end_postgres(server)


def programs_of(server: Any) -> Path:
    """Where the programs of the server's own version are: the package brings several."""
    return Path(psutil.Process(server.get_pid()).exe()).parent


@pytest.fixture(scope="module")
def standby(primary: Any) -> Iterator[str]:
    """The folder of the socket of a copy that follows the primary."""
    programs = programs_of(primary)
    folder = Path(tempfile.mkdtemp(prefix="tocsin-standby-"))
    owner = primary.pgdata.stat()
    if os.geteuid() == 0:
        os.chown(folder, owner.st_uid, owner.st_gid)

    def run(program: str, *arguments: str) -> None:
        who = {"user": owner.st_uid, "group": owner.st_gid} if os.geteuid() == 0 else {}
        subprocess.run([programs / program, *arguments], check=True, capture_output=True, timeout=60, cwd="/", **who)

    data = folder / "data"
    run("pg_basebackup", "-h", str(primary.pgdata), "-U", "postgres", "-D", str(data), "-R", "-X", "stream",
        "-C", "-S", "copy")  # fmt: skip
    run(
        "pg_ctl", "-D", str(data), "-l", str(folder / "log"), "-w", "-o", f"-k {folder} -c listen_addresses=''", "start"
    )
    yield str(folder)
    run("pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")
    shutil.rmtree(folder, ignore_errors=True)


async def until(folder: str, **expected: object) -> dict[str, Any]:
    """Once the servers have come so far."""
    async with asyncio.timeout(30):
        while True:
            facts = dict((await look(PROBE, at(folder))).facts)
            if all(facts[name] == value for name, value in expected.items()):
                return facts
            await asyncio.sleep(0)


async def test_a_primary_and_its_copy(primary: Any, standby: str):
    folder = str(primary.pgdata)
    Database(primary.get_uri()).run("CREATE TABLE IF NOT EXISTS t (a int)", "INSERT INTO t VALUES (1)")
    facts = await until(folder, behind_bytes=0.0)
    assert (facts["role"], facts["standbys"], facts["streaming"], facts["not_streaming"]) == ("primary", 1, True, [])
    assert facts["behind_s"] < 30
    assert (facts["slots"], facts["inactive_slots"]) == (1, [])
    copy = await until(standby, behind_bytes=0.0)
    assert (copy["role"], copy["streaming"], copy["paused"], copy["behind_s"]) == ("standby", True, False, 0.0)
    assert copy["lsn"] == (await look(PROBE, at(folder))).facts["lsn"]
    assert copy["heard_s"] < 30


async def test_a_copy_that_replays_nothing(primary: Any, standby: str):
    """It receives, and falls behind."""
    Database(f"postgresql://postgres:@/postgres?host={standby}").run("SELECT pg_wal_replay_pause()")
    try:
        await until(standby, paused=True)
        Database(primary.get_uri()).run("CREATE TABLE big AS SELECT generate_series(1, 10000)")
        async with asyncio.timeout(30):
            while not (facts := (await look(PROBE, at(standby))).facts)["behind_bytes"]:
                await asyncio.sleep(0)
            assert facts["behind_s"] >= 0
            while (facts := (await look(PROBE, at(str(primary.pgdata)))).facts)["behind_bytes"] < 100_000:
                await asyncio.sleep(0)
        assert facts["streaming"] is True
    finally:
        Database(f"postgresql://postgres:@/postgres?host={standby}").run("SELECT pg_wal_replay_resume()")


async def test_a_server_without_copies(database: Database):
    facts = (await database.look(PROBE)).facts
    assert (facts["role"], facts["standbys"], facts["streaming"]) == ("primary", 0, False)
    assert facts["behind_bytes"] is facts["behind_s"] is None
    assert (facts["slots"], facts["kept_bytes"]) == (0, 0.0)


def test_a_copy_at_the_end_has_no_delay():
    at_the_end = {"name": "a", "state": "streaming", "behind_bytes": 0.0, "behind_s": None}
    lost = {"name": "b", "state": "catchup", "behind_bytes": 5e9, "behind_s": 400.0}
    assert primary_facts([at_the_end])["behind_s"] == 0.0
    assert primary_facts([at_the_end, lost]) == {
        "standbys": 2, "streaming": False, "not_streaming": ["b"], "behind_bytes": 5e9, "behind_s": 400.0,
    }  # fmt: skip


def test_a_slot_that_nobody_reads():
    slots = [{"name": "a", "active": True, "kept_bytes": 10.0}, {"name": "b", "active": False, "kept_bytes": 2e9}]
    assert slot_facts(slots) == {"slots": 2, "inactive_slots": ["b"], "kept_bytes": 2e9}
    assert slot_facts(None) == {}


async def test_where_it_cannot_look(database: Database):
    await cannot_look(PROBE, database)
    await never_answers(PROBE, database)
