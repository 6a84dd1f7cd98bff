"""What people say to the bot in an incident's thread: a line or two back, and nothing done by a slip."""

from __future__ import annotations

from typing import Any

import pytest

from commands import base
from commands.base import Press, SlackUser


@pytest.fixture
async def thread(world: Any) -> Any:
    """Says something in the thread of a critical incident that nobody has."""
    assert (await world.say("incident declare hft critical gateway down")).incident == 1

    async def say(line: str, **where: Any) -> Any:
        return await world.say(f"incident {line}", **{"place": "thread", "incident": 1, **where})

    return say


@pytest.mark.parametrize(
    ("line", "first"),
    [
        ("good morning", "I do not know 'good morning'."),
        ("looking", "I do not know 'looking'. Did you mean ack?"),
        ("is it over?", "I do not know 'is it over?'."),
        ("over my head", "I do not know 'over my head'. Did you mean resolve?"),
        ("akc", "I do not know 'akc'. Did you mean ack?"),
        ("erledigt", "I do not know 'erledigt'. Did you mean resolve?"),
        ("<@UBOB>", "I do not know '@bob'."),
        ("<@UZOE>", "I do not know '<@UZOE>'."),  # as it was written
    ],
)
async def test_what_is_not_known_gets_two_lines_with_the_words_of_the_card(
    world: Any, thread: Any, line: str, first: str
) -> None:
    world.known["UBOB"] = SlackUser(id="UBOB", name="bob")
    reply = await thread(line)
    assert reply.text.splitlines() == [
        first,
        "For INC-1 now: @tocsin incident ack, pass, resolve, escalate or severity; all: @tocsin incident help",
    ]
    assert reply.exit_code == base.USAGE
    assert not await world.holder(1)


async def test_the_words_are_those_of_the_incidents_state(world: Any, thread: Any) -> None:
    await thread("ack")
    assert "now: @tocsin incident escalate, unack, monitor, resolve or take;" in (await thread("hmm")).text
    await world.say("incident resolve 1")
    assert "now: @tocsin incident postmortem, close, reopen, note or why;" in (await thread("hmm")).text
    await world.say("incident declare hft high one")
    assert "For INC-2 now: /incident ack" in (await thread("hmm", place="slack", incident=None)).text
    await world.say("incident declare hft high two")
    assert "\nTry declare, list, ack" in (await thread("hmm", place="slack", incident=None)).text


@pytest.mark.parametrize("line", ["ok", "okay", "yes", "Yes!", "sure"])
async def test_ok_is_one_line_and_takes_nothing(world: Any, thread: Any, line: str) -> None:
    assert (await thread(line)).text == "Nobody has INC-1 yet. If you take it: @tocsin incident ack"
    assert not await world.holder(1)
    await thread("ack")
    assert (await thread(line)).text == "Alice Ng has INC-1."


@pytest.mark.parametrize("line", ["thanks", "Thank you!", "ok thanks", "thx"])
async def test_thanks_is_one_line(thread: Any, line: str) -> None:
    await thread("ack")
    assert (await thread(line)).text == "You are welcome. Alice Ng has INC-1."


@pytest.mark.parametrize("line", ["hand over to bob", "hand it over to bob", "hand over bob", "over to bob"])
async def test_hand_over_in_two_words(world: Any, thread: Any, line: str) -> None:
    """ESCALATION 17."""
    await thread("ack")
    assert (await thread(line)).text.startswith("Bob Ito is asked.")
    assert await world.holder(1) == "alice"


# --- it is over


@pytest.mark.parametrize("line", ["done", "over", "fixed", "it is over", "It's over.", "resolved", "done 1", "1 done"])
async def test_done_alone_of_a_critical_incident_is_asked_once_more(world: Any, thread: Any, line: str) -> None:
    asked = await thread(line)
    assert asked.text.startswith("Is INC-1 (critical) over? Nobody is paged for it then. To resolve it: @tocsin")
    assert (await world.incident(1)).phase == "active"
    (button,) = asked.blocks[-1]["elements"]
    assert (button["text"]["text"], button["action_id"]) == ("Resolve INC-1", "incident.over")
    pressed = Press(action=button["action_id"], value=button["value"])
    assert (await base.press(world.commands["incident"], pressed, world.context())).text.startswith(
        "INC-1 is resolved. "
    )


async def test_with_a_reason_or_by_its_verb_it_is_done_at_once(world: Any, thread: Any) -> None:
    assert (await thread("done restarted the gateway")).text.startswith("INC-1 is resolved. ")
    assert any(why == "restarted the gateway" for _, _, why in await world.timeline(1))
    await world.say("incident declare hft critical again")
    assert (await thread("resolve", incident=2)).text.startswith("INC-2 is resolved. ")


@pytest.mark.parametrize("line", ["done", "fixed", "it is over"])
async def test_what_is_not_critical_is_over_at_once(world: Any, line: str) -> None:
    await world.declare()
    assert (await world.say(f"incident {line}", place="thread", incident=1)).text.startswith("INC-1 is resolved. ")


@pytest.mark.parametrize("line", ["false alarm", "False alarm!", "false alarm 1", "a false alarm"])
async def test_a_false_alarm_is_asked_and_then_the_reason(world: Any, line: str) -> None:
    await world.declare()
    asked = await world.say(f"incident {line}", place="thread", incident=1)
    assert asked.text.startswith("Is INC-1 (high) over as a false alarm?")
    (button,) = asked.blocks[-1]["elements"]
    await base.press(world.commands["incident"], Press(action="incident.over", value=button["value"]), world.context())
    assert (await world.incident(1)).phase == "resolved"
    assert any(why == "false alarm" for _, _, why in await world.timeline(1))


async def test_help_lists_none_of_these_twice(thread: Any) -> None:
    listed = (await thread("help")).text
    assert "resolve" in listed
    assert "false-alarm" not in listed
    assert "  done" not in listed
