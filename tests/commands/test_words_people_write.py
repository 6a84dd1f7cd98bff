"""What people write in a hurry: never taken for something else, never lost, always answered with what to write."""

from __future__ import annotations

from typing import Any

import pytest

from commands import base
from commands._grammar import numbers, split


@pytest.mark.parametrize(
    "line",
    [
        *("got it", "I got it", "I've got it", "i have it", "Have it", "on it", "I'm on it", "im on it", "on it!"),
        *("ack'd", "ack’d", "acked", "mine", "it's mine", "ok got it", "looking at it", "got 1", "1 got it"),
    ],
)
async def test_i_have_it_in_the_words_of_people(world: Any, line: str) -> None:
    await world.declare()
    for place in ("slack", "thread"):
        reply = await world.say(f"incident {line}", place=place, incident=1 if place == "thread" else None)
        assert reply.text.startswith("You have INC-1"), reply.text


@pytest.mark.parametrize(
    "line",
    [
        "I have no idea what this is",
        "got any news?",
        "have you seen that",
        "mine is not loading",
        "not on it",
        "on hold",
    ],
)
async def test_what_only_sounds_like_it_takes_nothing(world: Any, line: str) -> None:
    await world.declare()
    assert (await world.say(f"incident {line}", place="thread", incident=1)).exit_code == base.USAGE
    assert not await world.holder(1)


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("akc", "Did you mean ack?"),
        ("resovle 12", "Did you mean resolve?"),
        ("quittieren", "Did you mean ack?"),
        ("ich übernehme", "Did you mean ack?"),
        ("erledigt", "Did you mean resolve?"),
        ("warum", "Did you mean why?"),
        ("hilfe", "Did you mean help?"),
        ("pgae bob come", "Did you mean /page?"),
        ("oncal", "Did you mean /oncall?"),
    ],
)
async def test_near_words_are_asked_back_about(world: Any, line: str, meant: str) -> None:
    await world.declare()
    reply = await world.say(f"incident {line}")
    assert meant in reply.text
    assert reply.exit_code == base.USAGE
    assert not await world.holder(1)


# --- several numbers


@pytest.mark.parametrize(
    ("words", "wanted", "rest"),
    [
        ("12", [12], ""),
        ("1,2", [1, 2], ""),
        ("1,2 the gateway", [1, 2], "the gateway"),
        ("#1, #2 the gateway", [1, 2], "the gateway"),
        ("12, 3 orders stuck", [12], "3 orders stuck"),
        ("12 and 3 orders stuck", [12], "and 3 orders stuck"),
        ("1 ,2", [1, 2], ""),
        ("INC-1 INC-2", [1, 2], ""),
        ("INC-1 inc-2 restarted", [1, 2], "restarted"),
        ("#1 #2", [1, 2], ""),
        ("1 and 2", [1, 2], ""),
        ("1, 2 and 3", [1, 2, 3], ""),
        ("1 2 3", [1, 2, 3], ""),
        ("1 1", [1], ""),
        ("12 3 orders stuck", [12], "3 orders stuck"),  # how many, not which
        ("12 and counting", [12], "and counting"),
        ("1,5 percent", [1, 5], "percent"),
        ("gateway 12", [], "gateway 12"),
        ("", [], ""),
    ],
)
def test_numbers_are_read(words: str, wanted: list[int], rest: str) -> None:
    found, left = numbers(split(words))
    assert (found, " ".join(left)) == (wanted, rest)


@pytest.mark.parametrize("line", ["ack 1,2", "ack 1, 2", "ack INC-1 INC-2", "ack #1 and #2", "ack 1 2", "got 1 2"])
async def test_several_numbers_are_worked_one_by_one_with_a_line_each(world: Any, line: str) -> None:
    await world.declare("one")
    await world.declare("two")
    lines = (await world.say(f"incident {line}")).text.splitlines()
    assert [text[:14] for text in lines] == ["You have INC-1", "You have INC-2"]
    assert [await world.holder(n) for n in (1, 2)] == ["alice", "alice"]


async def test_one_of_several_that_does_not_exist_stops_none_of_the_others(world: Any) -> None:
    await world.declare("one")
    reply = await world.say("incident resolve 9999,1 restarted")
    assert reply.text.splitlines() == [
        "There is no INC-9999. /incident list shows the open ones.",
        "INC-1 is resolved. Next: /incident postmortem 1",
    ]
    assert reply.exit_code == base.REFUSED
    assert any(why == "restarted" for _, _, why in await world.timeline(1))


@pytest.mark.parametrize("number", ["9999", "#9999", "INC-9999", "999999999999999"])
async def test_a_number_that_does_not_exist(world: Any, number: str) -> None:
    await world.declare()
    reply = await world.say(f"incident ack {number}")
    assert reply.text.startswith("There is no INC-9999")
    assert not await world.holder(1)


# --- declare for a system that is not there


@pytest.mark.parametrize(
    ("line", "there"),
    [
        ("htf gateway down", "/incident declare hft gateway down"),  # two letters changed places
        ("hfft critical gateway down", "/incident declare hft critical gateway down"),
        ("tmtt P1 feed stale", "/incident declare tmt P1 feed stale"),
        ("HTF: can't trade", "/incident declare hft can't trade"),
        ("sapphire agents are gone", "/incident declare hft sapphire agents are gone"),  # bundled, not active
        ("saphire agents are gone", "/incident declare hft saphire agents are gone"),
        ("htf odd login --type security", "/incident declare hft odd login --type security"),
    ],
)
async def test_a_system_that_is_not_there_opens_nothing_and_gives_the_text_back(
    world: Any, line: str, there: str
) -> None:
    for place in ("slack", "thread"):
        reply = await world.say(f"incident declare {line}", place=place)
        assert reply.personal
        assert reply.exit_code == base.USAGE
        assert "nothing was opened" in reply.text
        assert "hft, tmt" in reply.text
        assert there in reply.text.replace("@tocsin ", "/")
    assert await world.incident(1) is None


@pytest.mark.parametrize(
    ("line", "there"),
    [
        ("nope critical x", "/incident declare hft critical x"),
        ("nope: P1 feed stale", "/incident declare hft P1 feed stale"),
        ("fx SEV2 feed stale", "/incident declare hft SEV2 feed stale"),
        ("nope sev0 everything", "/incident declare hft sev0 everything"),  # a word of the system's own
        ("nope medium x --type data", "/incident declare hft medium x --type data"),
    ],
)
@pytest.mark.parametrize("system", ["hft", ""])
async def test_a_word_before_a_severity_that_is_no_system_is_asked_about(
    world: Any, line: str, there: str, system: str
) -> None:
    """It would be a milder incident than was said."""
    reply = await world.say(f"incident declare {line}", system=system)
    assert reply.personal
    assert reply.text.startswith(f"There is no system '{line.split()[0].rstrip(':')}' here, so nothing was opened.")
    assert there in reply.text
    assert f"/incident declare hft {line}" in reply.text, "it may belong to the text"
    assert await world.incident(1) is None
    assert (await world.say(f"incident declare hft {line}")).incident == 1


async def test_the_store_called_s3_is_no_severity(world: Any) -> None:
    opened = await world.say("incident declare S3 is down")
    assert ((await world.incident(1)).title, opened.text.count("Severity high")) == ("S3 is down", 1)


async def test_the_word_may_belong_to_the_text(world: Any) -> None:
    reply = await world.say("incident declare sapphire agents are gone")
    assert "is not active here" in reply.text
    assert "/incident declare hft sapphire agents are gone" in reply.text
    opened = await world.say("incident declare hft sapphire agents are gone")
    assert (await world.incident(opened.incident)).title == "sapphire agents are gone"


@pytest.mark.parametrize(
    "text",
    [
        *(
            "gateway down",
            "hit by rate limits",
            "port 8080 is closed",
            "the feed is stale",
            "tmp is full",
            "hot standby",
        ),
        *("latency high on gw1", "margin low", "feed error", "the S3 bucket is full"),
        *("part of the book is missing", "left leg not filled", "core dumps everywhere", "party line", "p99 is high"),
    ],
)
async def test_ordinary_sentences_are_declared(world: Any, text: str) -> None:
    reply = await world.say(f"incident declare {text}")
    assert reply.incident, reply.text
    assert (await world.incident(reply.incident)).title == text


async def test_outside_any_channel_the_text_is_given_back_too(world: Any) -> None:
    reply = await world.say("incident declare critical gateway down", system="")
    assert "/incident declare hft critical gateway down" in reply.text
    assert reply.exit_code >= base.USAGE


# --- help, everywhere


@pytest.mark.parametrize(
    ("line", "usage"),
    [
        ("page help", "Usage: /page"),
        ("page ?", "Usage: /page"),
        ("page --help", "Usage: /page"),
        ("oncall help", "Usage: /oncall"),
        ("oncall set help", "Usage: /oncall set"),
        ("incident help", "Usage: /incident"),
        ("incident ack help", "Usage: /incident ack"),
        ("incident help ack", "Usage: /incident ack"),
        ("incident declare help", "Usage: /incident declare"),
        ("incident note help", "Usage: /incident note"),
        ("help page", "Usage: /page"),
        ("manifest help", "Usage: /manifest"),
    ],
)
async def test_help_is_help_everywhere_and_does_nothing(world: Any, line: str, usage: str) -> None:
    await world.declare()
    before = await world.timeline(1)
    reply = await world.say(line, place="terminal" if "manifest" in line else "slack")
    assert reply.text.startswith(usage.replace("/manifest", "tocsin manifest")), reply.text
    assert await world.timeline(1) == before
    assert await world.incident(2) is None


async def test_what_no_database_stores_is_taken_out(world: Any) -> None:
    """Pasted from a terminal: colours, a NUL, half a character."""
    await world.declare()
    reply = await world.say("incident note 1 \x1b[31mred\x1b[0m\x00 half \ud83d done")
    assert reply.exit_code == 0, reply.text
    assert "red half \ufffd done" in str((await world.timeline(1))[-1])
