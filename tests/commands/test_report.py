"""tocsin report: an incident's report in a terminal."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.engine import updates
from commands.base import REFUSED, USAGE, Reply


@pytest.fixture
async def ask(world: Any) -> Any:
    await world.declare("gateway down\nno session since 03:04")
    await world.say("incident ack 1")
    context = world.context()
    said = {"summary": "the gateway is restarted", "users": "two desks"}
    await world.engine.do(updates.give, 1, context.who, said=said)

    async def say(line: str) -> Reply:
        return await world.say(f"report {line}", place="terminal", system="")

    return say


async def test_as_markdown(ask: Any) -> None:
    reply = await ask("INC-1")
    assert reply.text.startswith("# Incident report INC-1: gateway down")
    assert "the gateway is restarted" in reply.text
    assert "- Lead responder: Alice Ng" in reply.text
    assert "- Escalation contact: Engineering (Bob Ito)" in reply.text
    assert reply.verbatim
    assert reply.exit_code == 0


async def test_as_a_page_in_a_file(ask: Any) -> None:
    reply = await ask("1 --format html --out r.html")
    name, content = reply.file
    assert name == "r.html"
    assert content.startswith("<!doctype html>")
    assert "two desks" in content
    assert reply.text == "INC-1 🔴 ACTIVE: gateway down"


async def test_for_a_program(ask: Any) -> None:
    reply = await ask("#1 --format=json")
    told = json.loads(reply.text)
    assert (told["label"], told["users"], told["status"]) == ("INC-1", "two desks", "🔴 ACTIVE")
    assert reply.data["summary"] == "the gateway is restarted"


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        ("", USAGE, "Say which one: tocsin report INC-12"),
        ("gateway", USAGE, "Say which one"),
        ("1 2", USAGE, "Say which one"),
        ("7", REFUSED, "There is no INC-7."),
        ("1 --format pdf", USAGE, "There is no format 'pdf'. There are: md, html, json."),
    ],
)
async def test_what_it_does_not_take(ask: Any, line: str, code: int, says: str) -> None:
    reply = await ask(line)
    assert (reply.exit_code, reply.text[: len(says)]) == (code, says)
