"""explain: what an error message means, in a terminal and as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from commands.base import REFUSED, USAGE, Reply
from tests.commands.finding_packs import small_packs


@pytest.fixture
def ask(world: Any, tmp_path: Path) -> Any:
    """`explain ...` in a terminal whose host has two packs."""
    packs = small_packs(tmp_path)

    async def said(line: str) -> Reply:
        return await world.say(f"explain {line}", place="terminal", system="", read_all=lambda: packs)

    return said


async def test_a_message_that_stands_there(ask: Any) -> None:
    reply = await ask("03:04:05 ERROR failed to bind to port 8080: address already in use (98)")
    assert reply.data == [
        {
            "system": "desk",
            "error": "port",
            "exact": True,
            "says": ["Failed to bind to port *: Address already in use"],
            "means": "Another process has the port.",
            "do": "End that process.",
            "playbook": "start",
            "step": "mend",
            "covers": ["D2.3"],
        }
    ]
    assert reply.text.splitlines() == [
        "desk: Failed to bind to port *: Address already in use",
        "  Another process has the port.",
        "  What helps: End that process.",
        "  Playbook: start, step mend",
    ]


async def test_the_nearest_where_none_stands_there(ask: Any) -> None:
    reply = await ask("cannot bind, adress in use")
    assert [(one["error"], one["exact"]) for one in reply.data] == [("port", False)]
    assert reply.text.startswith("No known message stands in that. It looks like:\n")


async def test_nothing_is_known(ask: Any) -> None:
    reply = await ask("the coffee is cold")
    assert (reply.data, reply.exit_code) == ([], 0)
    assert reply.text == "Nothing is known of that. tocsin playbook find looks for a playbook by any words."
    assert (await ask("--system cloud queue full")).data == []


async def test_words_that_say_nothing(ask: Any) -> None:
    assert (await ask("")).exit_code == USAGE
    assert (await ask("--system nowhere queue full")).exit_code == REFUSED
