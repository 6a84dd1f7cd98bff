"""What was found by words, as Slack takes it: whatever stands in it, it formats and mentions nothing."""

from __future__ import annotations

import pytest

from bot.core.error_entry import ErrorEntry
from bot.core.finding import Explained, Found
from bot.views.finding import SHOWN, explained_message, explained_text, found_message, found_text
from tests.views.kit import HOSTILE, accepted, inert, mrkdwn_texts


def found(text: str, number: int = 0) -> Found:
    return Found(
        system="desk", playbook=f"book{number}", step="look", title=text, covers=(), score=0.9 - number / 100, why=text
    )


def entry(text: str) -> ErrorEntry:
    return ErrorEntry(name="one", system="desk", says=(text,), means=text, do=text, playbook="book0", step="look")


@pytest.mark.parametrize("incident", [None, 12])
@pytest.mark.parametrize("text", ["Prices are old", HOSTILE, "x" * 5000])
def test_slack_takes_it_and_nothing_of_it_works(text: str, incident: int | None) -> None:
    known = Explained(entries=(entry(text), entry("other")), exact=incident is None)
    for drawn in (
        found_message(text, [found(text, n) for n in range(9)], incident),
        explained_message(known, text, [("book0", text)], incident),
    ):
        accepted(drawn)
        for shown in (drawn.text, *mrkdwn_texts(drawn.blocks)):
            inert(shown)


def test_the_first_few_with_a_button_each_that_starts_it() -> None:
    drawn = found_message("old", [found(f"Title {n}", n) for n in range(9)], 12)
    (row,) = [block for block in drawn.blocks if block["type"] == "actions"]
    assert [one["value"] for one in row["elements"]] == [f"12 book{n}" for n in range(SHOWN)]
    assert {one["action_id"] for one in row["elements"]} == {f"playbook.start.{n}" for n in range(SHOWN)}


def test_in_a_terminal_no_escape_sequence_comes_through() -> None:
    bad = "\x1b[31mred\x1b[0m\nnext"
    for text in (found_text([found(bad)]), explained_text(Explained(entries=(entry(bad),), exact=True), "x")):
        assert "\x1b" not in text
