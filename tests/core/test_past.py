"""What the form of the board's search asks for."""

from datetime import UTC, date, datetime

import pytest

from bot.core.alert import Severity
from bot.core.past import Wanted, read_wanted


def test_all_fields():
    wanted, wrong = read_wanted(
        {
            "q": " two  words ",
            "system": "hft",
            "severity": "HIGH",
            "from": "2026-11-01",
            "to": "2026-11-21",
            "before": "7",
        }
    )
    assert wrong == ()
    assert wanted == Wanted(
        words=("two", "words"), system="hft", severity=Severity.HIGH, since=date(2026, 11, 1),
        until=date(2026, 11, 21), before=7,
    )  # fmt: skip
    assert wanted.opened_from == datetime(2026, 11, 1, tzinfo=UTC)
    assert wanted.opened_before == datetime(2026, 11, 22, tzinfo=UTC)  # the last day is included


def test_nothing_is_everything():
    assert read_wanted({}) == (Wanted(), ())
    assert read_wanted({"q": "  ", "system": " ", "severity": " ", "from": " ", "to": "", "before": ""}) == (
        Wanted(),
        (),
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"severity": "awful"}, "There is no severity 'awful'."),
        ({"from": "21.11.2026"}, "'21.11.2026' is no day: write it as 2026-11-21."),
        ({"to": "2026-02-30"}, "'2026-02-30' is no day: write it as 2026-11-21."),
    ],
)
def test_what_is_not_understood_is_left_out_and_said(given, said):
    assert read_wanted(given) == (Wanted(), (said,))


@pytest.mark.parametrize("before", ["x", "-1", "²", "1e3", "9" * 16])
def test_a_place_that_is_no_number_is_the_beginning(before):
    assert read_wanted({"before": before})[0].before is None


def test_nobody_asks_for_more_than_can_be_answered():
    wanted, _ = read_wanted({"q": "word " * 100})
    assert len(wanted.words) == 8
    assert len(read_wanted({"q": "x" * 10_000})[0].words[0]) == 200
    assert read_wanted({"to": "9999-12-31"})[0].opened_before is None
    assert read_wanted({"q": "a\0b", "system": "\0"})[0] == Wanted(words=("a", "b"))


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("12", 12),
        ("INC-12", 12),
        ("inc12", 12),
        ("#12", None),
        ("12 13", None),
        ("gw12", None),
        ("²", None),
        ("", None),
    ],
)
def test_a_number_alone_is_an_incident(words, number):
    assert read_wanted({"q": words})[0].number == number


def test_days_the_wrong_way_round_are_said():
    _, wrong = read_wanted({"from": "2026-11-21", "to": "2026-11-01"})
    assert wrong == ("2026-11-21 is after 2026-11-01, so there is nothing between them.",)
    assert read_wanted({"from": "2026-11-21", "to": "2026-11-21"})[1] == ()
