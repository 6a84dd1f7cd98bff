"""playbook find: in a terminal over all packs there are, as a table and as the JSON that others build on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.engine.engine import Engine
from commands import playbook
from commands.base import REFUSED, USAGE, Reply
from tests.commands.finding_packs import small_packs


@pytest.fixture
def find(world: Any, tmp_path: Path) -> Any:
    """`playbook find ...` in a terminal whose host has two packs; with `place="slack"`, in Slack."""
    packs = small_packs(tmp_path)
    desk = replace(world.engine.desk, packs={"desk": packs["desk"]})
    world.engine = Engine(world.engine.store, desk, world.engine.clock)
    world.commands["playbook"] = playbook.COMMAND

    async def said(line: str, **where: Any) -> Reply:
        given = {"place": "terminal", "system": "", **where}
        if given["place"] == "terminal":
            given["read_all"] = lambda: packs
        return await world.say(f"playbook find {line}", **given)

    return said


async def test_what_others_build_on(find: Any) -> None:
    data = (await find("are we subscribed? no ticks")).data
    assert data[0] == {
        "system": "desk",
        "playbook": "feed",
        "step": "mend",
        "title": "No market data arrives",
        "covers": ["D1", "D1.2"],
        "score": data[0]["score"],
    }
    assert isinstance(data, list)
    assert all(0 < one["score"] <= data[0]["score"] <= 1 for one in data)


@pytest.mark.parametrize("line", ["kubectl: crashloopbackoff", "--system cloud memory limit", "cloud pods restart"])
async def test_packs_that_are_not_active_are_found_too(find: Any, line: str) -> None:
    assert [one["playbook"] for one in (await find(line)).data] == ["pods"]


@pytest.mark.parametrize("line", ["--system desk", "desk"])
async def test_only_of_the_system_that_is_named(find: Any, line: str) -> None:
    assert (await find(f"{line} CrashLoopBackOff pods")).data == []


async def test_nothing_fits(find: Any) -> None:
    reply = await find("where is the coffee machine")
    assert (reply.data, reply.exit_code) == ([], 0)
    assert reply.text == "No playbook fits that. tocsin playbook list names all there are."


async def test_the_table(find: Any) -> None:
    heads, _, *rows = (await find("doesnt boot")).text.splitlines()
    assert heads.split() == ["FITS", "SYSTEM", "PLAYBOOK", "STEP", "WHAT", "IS", "WRONG", "FOUND", "BY"]
    assert rows[0].split()[2:5] == ["start", "look", "The"]


async def test_words_that_say_nothing(find: Any) -> None:
    assert (await find("")).exit_code == USAGE
    assert (await find("--system nowhere no ticks")).exit_code == REFUSED


async def test_the_channels_system_is_meant(find: Any) -> None:
    assert [one["system"] for one in (await find("no ticks", place="slack", system="desk")).data] == ["desk"]
    # A channel of a system without playbooks: all of this bot's, and what is not active is not among them.
    assert [one["system"] for one in (await find("no ticks", place="slack", system="hft")).data] == ["desk"]
    assert (await find("pods restart", place="slack", system="")).data == []


async def test_the_generic_one_is_named_where_there_is_one(find: Any, tmp_path: Path, world: Any) -> None:
    feed = tmp_path / "desk" / "feed.yaml"
    (tmp_path / "desk" / "incident.yaml").write_text(feed.read_text().replace("No market data arrives", "Anything"))
    packs = small_packs(tmp_path)
    reply = await world.say("playbook find the coffee is cold", place="terminal", system="", read_all=lambda: packs)
    assert "For what no playbook is about: tocsin playbook start incident." in reply.text
