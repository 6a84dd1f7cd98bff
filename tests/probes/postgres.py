"""What the tests of the pg_ probes share: a look at a real database, and everything that can be wrong with one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, LiteralString
from urllib.parse import parse_qs, urlsplit

import psycopg

from bot.core.evidence import Seen, Trouble
from bot.probes.base import Probe, Site
from tests.probes.kit import Always, a_site, fails, look
from tests.probes.ports import freezing, listening, nobody

PASSWORD = "hunter2-and-more"


class Database:
    """A real one, reached by its socket."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.folder = parse_qs(urlsplit(url).query)["host"][0]
        self.name = urlsplit(url).path[1:]

    def run(self, *statements: str) -> None:
        """Change something, as its owner."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    async def look(self, probe: Probe, site: Site | None = None, /, **parameters: Any) -> Seen:
        """One look."""
        return await look(probe, site or at(self.folder), **{"name": self.name} | parameters)

    async def fails(self, probe: Probe, trouble: Trouble, says: str | None = None, /, **parameters: Any) -> str:
        """A look that fails."""
        return await fails(probe, at(self.folder), trouble, says, **{"name": self.name} | parameters)


@asynccontextmanager
async def one_waits(database: Database, statement: LiteralString, table: LiteralString) -> AsyncIterator[int]:
    """A session that waits with its statement for another one, which has locked the table; the other's process id."""
    async with (
        await psycopg.AsyncConnection.connect(database.url) as second,
        await psycopg.AsyncConnection.connect(database.url) as first,
    ):
        await first.execute(f"LOCK TABLE {table}")
        waiting = asyncio.create_task(second.execute(statement))
        try:
            async with asyncio.timeout(30):
                yield first.info.backend_pid
        finally:  # first of all: while it waits its connection cannot be closed
            await first.rollback()
            await waiting


def at(address: str, **changes: Any) -> Site:
    """A site with that address, and the clock of this machine."""
    given = {"address": address, "now": lambda: datetime.now(UTC), "within_s": 20.0, "secret": lambda name: ""}
    return a_site(Always(AssertionError("runs no command")), **given | changes)


async def never_answers(probe: Probe, database: Database, **parameters: Any) -> None:
    """It ends by itself where the database does not: before the login, and after it."""
    async with listening() as silent:
        await fails(probe, at(silent, within_s=0.2), Trouble.TIMEOUT, None, **parameters)
    async with freezing(f"{database.folder}/.s.PGSQL.5432", b"SELECT") as frozen:
        given = {"name": database.name, "sslmode": "disable"} | parameters
        began = asyncio.get_running_loop().time()
        await fails(probe, at(frozen, within_s=0.5), Trouble.TIMEOUT, None, **given)
        # Psycopg by itself would wait for five seconds until the server confirms that it has cancelled.
        assert asyncio.get_running_loop().time() - began < 4


async def cannot_look(probe: Probe, database: Database, **parameters: Any) -> None:
    """What every pg_ probe says where it cannot look: no word of the password in it."""
    site = {"secret": lambda name: PASSWORD}
    said = [
        await fails(probe, at(nobody(), **site), Trouble.REFUSED, None, secret="pw", **parameters),
        await fails(probe, at("no-such-host.invalid", **site), Trouble.DNS, None, secret="pw", **parameters),
        await fails(
            probe, at(database.folder, **site), Trouble.MISSING, None, name="nowhere", secret="pw", **parameters
        ),
        await fails(probe, at("a b"), Trouble.MISSING, "write host:5432", **parameters),
        await fails(probe, at(database.folder), Trouble.MISSING, "the secret pw is not set", secret="pw", **parameters),
    ]
    database.run(
        "DO $$ BEGIN CREATE ROLE locked LOGIN PASSWORD 'the-right-one'; EXCEPTION WHEN duplicate_object THEN END $$"
    )
    for password in (PASSWORD, ""):
        site = at(database.folder, secret=lambda name, password=password: password)
        named = {"secret": "pw"} if password else {}
        said.append(
            await fails(probe, site, Trouble.AUTH, None, user="locked", name=database.name, **named, **parameters)
        )
    async with listening(b"garbage in, garbage out\n" * 100, hangs_up=True) as garbage:
        given = {"sslmode": "disable", "secret": "pw"} | parameters
        site = at(garbage, secret=lambda name: PASSWORD)
        said.append(await fails(probe, site, Trouble.PARSE, None, **given))
    assert not any(PASSWORD in one or "the-right-one" in one for one in said)
