"""token: personal tokens, made in a terminal."""

from __future__ import annotations

from typing import Any

from commands import base


async def test_created_shown_once_and_revoked(world: Any) -> None:
    reply = await world.say("token create --person alice", place="terminal")
    token = reply.data["token"]
    assert token in reply.text
    # Slack's id means the same person in every system.
    assert await world.engine.look(lambda tx: tx.people.token_owner(token)) == ("UALICE", "Alice Ng")
    assert (await world.say("token revoke --person alice", place="terminal")).data == {"revoked": 1}
    assert await world.engine.look(lambda tx: tx.people.token_owner(token)) is None


async def test_how_to_end_it_can_be_copied_as_it_is(world: Any) -> None:
    said = (await world.say("token create --person alice", place="terminal")).text
    assert said.rstrip().endswith("To end it: tocsin token revoke --person UALICE")
    assert (await world.say("token revoke --person UALICE", place="terminal")).data == {"revoked": 1}


async def test_only_its_hash_is_stored(world: Any) -> None:
    from bot.store import tables

    token = (await world.say("token create --person carol", place="terminal")).data["token"]
    rows = await world.engine.look(lambda tx: tx.connection.execute(tables.tokens.select()).all())
    assert rows
    assert token not in str(rows)


async def test_it_lives_in_the_terminal_only(world: Any) -> None:
    assert "lives in a terminal only" in (await world.say("token create --person alice")).text
    assert "Say for whom" in (await world.say("token create", place="terminal")).text
    assert "Usage" in (await world.say("token", place="terminal")).text
    assert (await world.say("token crate", place="terminal")).exit_code == base.USAGE
