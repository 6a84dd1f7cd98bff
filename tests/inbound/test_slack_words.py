"""Reading what people write in Slack."""

from __future__ import annotations

from typing import Any

import pytest

from bot.inbound.slack_words import spoken_words, user_of
from commands._grammar import joined, number, split, tidy

GRANT: dict[str, Any] = {"authorizations": [{"user_id": "UBOT"}]}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<@UBOT> ack 12", ["ack", "12"]),
        ("<@UBOT|tocsin>, ack", ["ack"]),
        ("hey <@UBOT> ack", ["ack"]),  # what comes after the mention counts
        ("ack 12 <@UBOT>", ["ack", "12"]),  # nothing comes after it
        ("<@UBOT>", []),
        ("<@UBOT> handover <@UBOB>", ["handover", "<@UBOB>"]),
        ("<@UBOB> please ask <@UBOT> why", ["why"]),  # another's mention is not the bot's
    ],
)
def test_words_after_the_mention(text: str, words: list[str]) -> None:
    assert spoken_words({"text": text}, GRANT) == words


def test_a_direct_message_needs_no_mention() -> None:
    assert spoken_words({"text": "/incident list", "channel_type": "im"}, GRANT) == ["incident", "list"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ack  12", ["ack", "12"]),
        ("can't 12 I'm \"busy\"", ["can't", "12", "I'm", '"busy"']),  # quotes are ordinary signs
        ("handover <@U1|bob smith> now", ["handover", "<@U1>", "now"]),  # a name with a space in it
        ("note see <https://x.example/a?b=1&amp;c=2|x.example>", ["note", "see", "https://x.example/a?b=1&c=2"]),
        ("note mail <mailto:a@b.example|a@b.example>", ["note", "mail", "a@b.example"]),
        ("note <#C1|ops> &lt;b&gt; &amp; <!here>", ["note", "#ops", "<b>", "&", "@here"]),
        ("declare down —type security", ["declare", "down", "--type", "security"]),  # macOS joins two dashes
        ("", []),
        ("  \n ", []),
    ],
)
def test_split(text: str, words: list[str]) -> None:
    assert split(text) == words


def test_lines_survive() -> None:
    assert joined(split("note 12 one\n  two\n\nthree four")[2:]) == "one\ntwo\n\nthree four"


@pytest.mark.parametrize(
    ("word", "meant"),
    [("12", 12), ("#12", 12), ("INC-12", 12), ("inc12", 12), ("12:", 12), ("12x", None), ("-12", None), ("x", None)],
)
def test_number(word: str, meant: int | None) -> None:
    assert number(word) == meant


@pytest.mark.parametrize(("word", "same"), [("Can’t", "can't"), ("ACK:", "ack"), ("“high”", "high"), ("`ack`", "ack")])
def test_tidy(word: str, same: str) -> None:
    assert tidy(word) == same


def test_in_a_shared_channel_the_users_own_team_counts() -> None:
    body = {"user": {"id": "U1", "name": "eve", "team_id": "TELSE"}, "team": {"id": "TOURS"}}
    assert user_of(body) == ("U1", "TELSE", "eve")
