"""What the tests of the mongo_ probes share: everything that can be wrong with a MongoDB."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any

from bot.core.evidence import Trouble
from bot.probes.base import Probe
from tests.probes.kit import fails, look
from tests.probes.mongod import failure, mongod
from tests.probes.ports import listening, nobody
from tests.probes.postgres import at

PASSWORD = "hunter2-and-more"
ENDLESS = struct.pack("<iiii", 2**31 - 1, 1, 1, 2013) + b"x" * 1_000
"""The beginning of a message that says it is 2 GB long."""


async def reads_huge(probe: Probe, answers: Mapping[str, Mapping[str, Any]], /, **parameters: Any) -> None:
    """Answers with 20 MB that nobody asked for say the same as without them, and none of it is kept."""
    async with mongod(answers) as (address, _):
        plain = await look(probe, at(address), **parameters)
    async with mongod({name: {**said, "padding": "x" * 20_000_000} for name, said in answers.items()}) as (address, _):
        seen = await look(probe, at(address), **parameters)
    assert (seen.table, seen.excerpt, seen.output) == (plain.table, plain.excerpt, plain.output)
    assert seen.facts.keys() == plain.facts.keys()
    assert all(seen.facts[name] == value for name, value in plain.facts.items() if not name.endswith("_ms"))


async def cannot_look(probe: Probe, command: str, /, **parameters: Any) -> None:
    """What every mongo_ probe says where it cannot look: no word of the password in it. `command`: what it asks."""
    login = {"user": "looker", "secret": "pw"} | parameters
    site = {"secret": lambda name: PASSWORD}
    said = [
        await fails(probe, at(nobody(), **site), Trouble.REFUSED, None, **login),
        await fails(probe, at("no-such-host.invalid", **site), Trouble.DNS, None, **login),
        await fails(probe, at("a b"), Trouble.MISSING, "write host:27017", **parameters),
        await fails(probe, at("127.0.0.1"), Trouble.MISSING, "the secret pw is not set", **login),
    ]
    async with listening() as silent:
        said.append(await fails(probe, at(silent, within_s=0.2, **site), Trouble.TIMEOUT, None, **login))
    async with listening(b"HTTP/1.1 400 Bad Request\r\n\r\n" * 10, hangs_up=True) as garbage:
        said.append(await fails(probe, at(garbage, within_s=3.0, **site), Trouble.PARSE, None, **login))
    async with mongod({}, accounts={"looker": "the-right-one"}) as (address, _):
        said.append(await fails(probe, at(address, **site), Trouble.AUTH, None, **login))
        await fails(probe, at(address), Trouble.PERMISSION, "requires authentication", **parameters)
    async with mongod({command: failure(13, "not authorized on admin")}, accounts={"looker": PASSWORD}) as (address, _):
        said.append(await fails(probe, at(address, **site), Trouble.PERMISSION, "not authorized", **login))
    async with mongod({command: None}) as (address, _):
        await fails(probe, at(address, within_s=0.4), Trouble.TIMEOUT, None, **parameters)
    async with mongod({command: failure(11600, "interrupted at shutdown")}) as (address, _):
        await fails(probe, at(address), Trouble.REFUSED, None, **parameters)
    assert not any(PASSWORD in one or "the-right-one" in one for one in said)
