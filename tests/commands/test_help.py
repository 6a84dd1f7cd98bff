"""help: every command, by where it lives."""

from __future__ import annotations

from typing import Any


async def test_slack_lists_slash_commands_and_what_lives_in_a_terminal(world: Any) -> None:
    reply = await world.say("/help")
    assert "/incident" in str(reply.blocks)
    assert "Only in a terminal:\ntocsin check" in reply.text


async def test_a_thread_and_a_terminal_write_it_their_way(world: Any) -> None:
    assert "@tocsin incident" in str((await world.say("help", place="thread")).blocks)
    assert "tocsin token create" in (await world.say("help", place="terminal")).text


async def test_one_command(world: Any) -> None:
    assert "Usage: /page" in (await world.say("help page")).text
    assert "Usage: tocsin incident ack" in (await world.say("help ack", place="terminal")).text
    assert "Did you mean incident?" in (await world.say("help incidnet")).text
