"""Spans of time as people write and read them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.spans import read_span, say_ago, say_span

# What a person writes, and the seconds it means.
READ = [
    ("90s", 90),
    ("7m", 420),
    ("1h30m", 5400),
    ("2d", 172_800),
    # A bare number is minutes.
    ("15", 900),
    ("0.5", 30),
    ("0m", 0),
    # Blanks and capitals are nobody's mistake.
    (" 1 H 30 M ", 5400),
    ("1.5h", 5400),
]


@pytest.mark.parametrize(("text", "seconds"), READ)
def test_reading(text, seconds):
    assert read_span(text) == timedelta(seconds=seconds)


# No number, no unit, a unit nobody knows, a sign, half of it right, other digits.
@pytest.mark.parametrize("text", ["", " ", "m", "soon", "5 years", "-5m", "5m!", "m5", "1e3", "1,5h", "nan", "inf"])
def test_what_is_no_span_says_what_to_write(text):
    with pytest.raises(ValueError, match="write for example 90s, 7m or 1h30m"):
        read_span(text)


@pytest.mark.parametrize("text", ["36501d", "999999999999999", "9" * 400 + "d", "1e3d".replace("e3", "000000")])
def test_what_is_too_long_says_so(text):
    with pytest.raises(ValueError, match="longer than a hundred years"):
        read_span(text)


def test_digits_are_ours():
    with pytest.raises(ValueError, match="write for example"):
        read_span("\N{ARABIC-INDIC DIGIT THREE}m")


# Seconds, and how people say it.
SAID = [
    (0, "0 s"),
    # Nothing is said of the future.
    (-5, "0 s"),
    (59.4, "59 s"),
    (59.6, "1 min"),
    (300, "5 min"),
    (359, "5 min"),
    (3599, "59 min"),
    (3600, "1 h"),
    (5400, "1 h 30 min"),
    (47 * 3600 + 60, "47 h 1 min"),
    (48 * 3600, "2 d"),
    (71 * 3600, "2 d"),
]


@pytest.mark.parametrize(("seconds", "words"), SAID)
def test_saying(seconds, words):
    assert say_span(timedelta(seconds=seconds)) == words


# Seconds, and how long ago that is.
AGO = [(-5, "just now"), (0, "just now"), (9.4, "just now"), (10, "10 s ago"), (300, "5 min ago")]


@pytest.mark.parametrize(("seconds", "words"), AGO)
def test_saying_how_long_ago(seconds, words):
    assert say_ago(timedelta(seconds=seconds)) == words


@given(st.integers(min_value=0, max_value=47 * 60))
def test_whole_minutes_below_two_days_survive_being_said(minutes):
    words = say_span(timedelta(minutes=minutes))
    assert read_span(words.replace("min", "m")) == timedelta(minutes=minutes)
