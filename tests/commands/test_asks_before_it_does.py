"""A slip does nothing: who asks for help gets it, whatever stands before it, and a mistyped number is nobody's."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.plugs import discover
from commands import base
from commands._grammar import Verb, Verbs, numbers, split, with_whole_numbers
from commands.base import Command

COMMANDS: Mapping[str, Command] = discover("commands", "COMMAND", Command)


def _every_verb() -> list[tuple[str, Verb]]:
    """Each command and subcommand, as it is written."""
    found: list[tuple[str, Verb]] = []
    for name, command in COMMANDS.items():
        if isinstance(command.grammar, Verbs):
            verbs = command.grammar.commands.values()
            found += [(f"{name} {verb.name}", verb) for verb in verbs if isinstance(verb, Verb)]
        elif isinstance(command.grammar, Verb):
            found.append((name, command.grammar))
    return [(line, verb) for line, verb in found if verb.name != "help"]


VERBS = _every_verb()
_NUMBERED = [line for line, verb in VERBS if any("[NUMBER" in str(one.metavar) for one in verb.params)]


async def _stands(world: Any) -> Any:
    """All that could have changed."""
    return [(await world.incident(n), await world.holder(n), await world.timeline(n)) for n in (1, 2)]


async def _asks(world: Any, line: str) -> None:
    await world.declare()
    await world.declare("prices stand still", system="tmt")
    await world.say("incident ack 2", who="UBOB")
    before = await _stands(world)
    command = COMMANDS[line.split()[0]]
    place = "slack" if "slack" in command.lives else "terminal"
    reply = await world.say(line, place=place)
    assert reply.text.startswith("Usage: "), reply.text
    assert reply.exit_code == 0
    assert await _stands(world) == before


@pytest.mark.parametrize("asks", ["--help", "-h", "help"])
@pytest.mark.parametrize("line", [line for line, _ in VERBS])
async def test_help_alone(world: Any, line: str, asks: str) -> None:
    await _asks(world, f"{line} {asks}")


@pytest.mark.parametrize("asks", ["--help", "-h", "help", "HELP", "?"])
@pytest.mark.parametrize("line", _NUMBERED)
async def test_help_behind_the_number(world: Any, line: str, asks: str) -> None:
    await _asks(world, f"{line} 1 {asks}")


@pytest.mark.parametrize(
    "line",
    [
        *("incident severity 1 low help", "incident severity low 1 --help", "incident type 1 security help"),
        *("incident merge 1 into 2 help", "incident merge 1 2 --help", "incident ack mine help"),
        *("incident close 1 --anyway help", "incident declare hft help", "incident declare hft critical --help"),
        *("incident resolve 1 restarted it --help", "incident escalate --help 1", "incident 1 resolve --help"),
        *("incident handover 1 <@UBOB> --help", "incident tick 1 stop help", "incident token revoke --help"),
        *("page bob --help", "page 1 help", "oncall set hft operations bob --help", "diag hft --help"),
        *("playbook start latency help", "playbook hand bob help", "incident ack INC 1 help"),
    ],
)
async def test_help_behind_what_is_chosen(world: Any, line: str) -> None:
    await _asks(world, line)


@pytest.mark.parametrize(
    ("line", "kind", "said"),
    [
        ("incident note 1 it prints --help and ends", "note", "it prints --help and ends"),
        ("incident note please help", "note", "please help"),
        ("incident update 1 we run it with -h now", "update", "we run it with -h now"),
        ("incident item 1 document --help", "item", "document --help"),
        ("incident escalate 1 we need help", "escalated", "we need help"),
    ],
)
async def test_a_text_may_speak_of_help(world: Any, line: str, kind: str, said: str) -> None:
    await world.declare()
    await world.say(line)
    assert any(said in f"{text} {why}" for _, text, why in await world.timeline(1)), await world.timeline(1)


@pytest.mark.parametrize("line", ["declare hft need help", "declare hft critical please help"])
async def test_who_calls_for_help_gets_people_and_no_page_of_usage(world: Any, line: str) -> None:
    assert (await world.say(f"incident {line}")).incident == 1


# --- numbers that are none


@pytest.mark.parametrize(
    "wrong",
    [
        *("INC-22x", "INC-", "INC", "inc_7", "#22x", "INC-1.5", "INC--1", "1,INC-2x"),
        *("1.5", "-1", "+1", "1234567890123456", "99999999999999999999"),
    ],
)
@pytest.mark.parametrize(
    "verb", ["resolve", "monitor", "escalate", "ack", "note", "severity", "handover", "lead", "item"]
)
async def test_a_mistyped_number_is_nobodys(world: Any, verb: str, wrong: str) -> None:
    await world.declare()
    before = (await world.incident(1), await world.holder(1), await world.timeline(1))
    reply = await world.say(f"incident {verb} {wrong} low")
    assert (reply.exit_code, "so nothing was done. Write it as 7 or INC-7" in reply.text) == (base.USAGE, True)
    assert (await world.incident(1), await world.holder(1), await world.timeline(1)) == before


@pytest.mark.parametrize("line", ["severity low INC-22x", "lead <@UBOB> INC-22x", "handover <@UBOB> #22x"])
async def test_nor_behind_the_other_words(world: Any, line: str) -> None:
    await world.declare()
    assert "so nothing was done" in (await world.say(f"incident {line}")).text


@pytest.mark.parametrize("verb", ["resolve", "ack", "note", "severity"])
async def test_a_number_written_apart_is_that_number(world: Any, verb: str) -> None:
    await world.declare()
    reply = await world.say(f"incident {verb} INC 7 low")
    assert reply.text.startswith("There is no INC-7"), reply.text


async def test_the_only_open_one_written_apart(world: Any) -> None:
    await world.declare()
    assert (await world.say("incident INC 1 ack")).text.startswith("You have INC-1")
    assert (await world.say("incident resolve INC 1 restarted")).text.startswith("INC-1 is resolved")
    assert (await world.incident(1)).fixed_by == "restarted"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("5xx are gone", "5xx are gone"),
        ("10.0.0.1 answers again", "10.0.0.1 answers again"),
        ("12:30 restarted", "12:30 restarted"),
        ("increased the limit", "increased the limit"),
        ("99% of orders go", "99% of orders go"),
        ("#hft-chat says so", "#hft-chat says so"),
    ],
)
async def test_what_only_begins_like_a_number_is_a_reason(world: Any, text: str, why: str) -> None:
    await world.declare()
    await world.say(f"incident resolve {text}")
    assert (await world.incident(1)).fixed_by == why


async def test_a_note_in_a_thread_may_begin_with_a_number(world: Any) -> None:
    await world.declare()
    await world.say("incident note 1.5 s of delay", place="thread", incident=1)
    assert any("1.5 s of delay" in text for _, text, _ in await world.timeline(1))


def test_several_written_apart() -> None:
    assert numbers(with_whole_numbers(split("INC 1, INC 2 and # 3 the gateway"))) == ([1, 2, 3], ["the", "gateway"])
    assert with_whole_numbers(split("seen since INC 12:30")) == ["seen", "since", "INC", "12:30"]


def test_there_are_verbs_to_ask() -> None:
    assert len(VERBS) > len(list(Path(base.__file__).parent.glob("[!_]*.py")))
    assert len(_NUMBERED) > 20


@pytest.mark.parametrize("count", ["0", "-3", "all", "1.5"])
async def test_a_count_that_is_none_is_said(world: Any, count: str) -> None:
    await world.declare()
    reply = await world.say(f"incident timeline 1 {count}")
    assert (reply.exit_code, f"{count!r} is not how many entries" in reply.text) == (base.USAGE, True)
    assert (await world.say("incident timeline 1 last 3")).exit_code == 0
