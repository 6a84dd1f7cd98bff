"""Commands in an answer are written as they are given where it is read: every command there is, and no other text."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bot.plugs import discover
from commands._grammar import Verb
from commands.base import SLACK, TERMINAL, THREAD, USAGE, Command, Reply, given_as, run

COMMANDS = discover("commands", "COMMAND", Command)
LIVES = [(name, place) for name, command in COMMANDS.items() for place in sorted(command.lives)]
IN_TERMINALS = [name for name, place in LIVES if place == TERMINAL]


@pytest.mark.parametrize(("name", "place"), LIVES)
async def test_its_help_page_says_how_it_is_given_here(world: Any, name: str, place: str) -> None:
    reply = await world.say(f"{name} --help", place=place)
    assert reply.text.startswith(f"Usage: {given_as(COMMANDS[name], place)} "), reply.text


@pytest.mark.parametrize("name", IN_TERMINALS)
async def test_in_a_terminal_no_help_page_has_a_slash_command_of_here(world: Any, name: str) -> None:
    page = (await world.say(f"{name} help", place=TERMINAL)).text
    slashed = re.findall(rf"(?<!in Slack: )(?<!In Slack: )(?<!\w)/(?:{'|'.join(COMMANDS)})\b", page)
    assert slashed == [], page


@pytest.mark.parametrize(
    ("name", "place", "written"),
    [
        ("incident", SLACK, "/incident"),
        ("incident", THREAD, "@tocsin incident"),
        ("incident", TERMINAL, "tocsin incident"),
        ("report", SLACK, "tocsin report"),  # it lives in a terminal alone, and that is where it helps
        ("report", THREAD, "tocsin report"),
        ("help", SLACK, "@tocsin help"),  # Slack's own /help is another
    ],
)
def test_where_it_does_not_live_it_is_written_as_where_it_does(name: str, place: str, written: str) -> None:
    assert given_as(COMMANDS[name], place) == written


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("see /report and /incident.", "see tocsin report and tocsin incident."),
        (
            "In Slack: /incident list; in Slack: /page; here: /page",
            "In Slack: /incident list; in Slack: /page; here: tocsin page",
        ),
        ("/etc/incident/x /page/1 /report.html ./check </help", ""),
        ("/tmp /nothing /incidents /page-1", ""),
    ],
)
async def test_only_commands_of_this_place_are_rewritten(world: Any, said: str, read: str) -> None:
    async def answer() -> Reply:
        return Reply(text=said)

    telling = Command(name="telling", help="Tells.", usage="", grammar=Verb("telling", callback=answer))
    assert (await run(telling, [], world.context(place=TERMINAL))).text == (read or said)


async def test_what_is_said_of_slack_stays_slacks_in_a_terminal(world: Any) -> None:
    page = (await world.say("report --help", place=TERMINAL)).text
    assert "In Slack: /incident report 12 posts it" in page
    assert "\n    tocsin report INC-12 " in page


@pytest.mark.parametrize(
    ("place", "instead"),
    [
        (TERMINAL, "In Slack: /playbook start NAME"),  # a terminal of another host
        (SLACK, "Here: /playbook start NAME"),
        (THREAD, "Here: @tocsin playbook start NAME"),
    ],
)
async def test_where_a_playbook_is_walked_without_a_terminal(world: Any, place: str, instead: str) -> None:
    reply = await world.say("playbook run hft feed", place=place)
    assert (reply.exit_code, reply.text) == (USAGE, f"This is run in a terminal of the bot's own host. {instead}")
