"""Text from outside made harmless and bounded."""

import time

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core import text as texts
from bot.core.text import bounded, clean, cut, digest, first_line, identity, link_in, measure_in, number_in, one_line

ANY = st.text(st.characters(exclude_categories=[]), max_size=60)  # surrogates and controls too


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("p99 is 412 µs → 😀 été", "p99 is 412 µs → 😀 été"),  # all that is harmless stays
        ("a\tb\nc", "a\tb\nc"),  # tab and newline stay
        ("a\r\nb\rc\x85d\u2028e\u2029f", "a\nb\nc\nd\ne\nf"),  # every end of line is one
        ("a\x00b\x07c\x7fd\x9be", "abcde"),  # NUL, bell, delete, C1
        ("\x1b[1;31mred\x1b[0m \x1b[2Kx", "red x"),  # colours go whole, not just their first character
        ("\x1b]0;title", "]0;title"),
        ("evil\u202egpj.exe\u2066x\u2069", "evilgpj.exex"),  # reading direction turned
        ("a\u200fb", "a\u200fb"),  # a mark is no override
        ("\ud83d\ude00", "😀"),  # a pair of surrogates is a character
        ("a\ud83db\udc00c", "a\ufffdb\ufffdc"),  # a lone one is none
        ("8=FIX.4.4\x0135=A\x01554=x\x01", "8=FIX.4.4|35=A|554=x|"),  # FIX fields must not grow together
        ("", ""),
    ],
)
def test_clean(text: str, wanted: str):
    assert clean(text) == wanted


@settings(deadline=None)
@given(ANY)
def test_clean_text_is_clean_and_can_be_stored(text: str):
    result = clean(text)
    assert clean(result) == result
    assert not any(c < " " and c not in "\n\t" for c in result)
    assert not set(result) & set("\x7f\x85\u2028\u2029\u202a\u202e\u2066\u2069")
    orjson.dumps(result)  # refuses surrogates


@settings(deadline=None)
@given(ANY, st.integers(1, 80))
def test_sizes_hold(text: str, limit: int):
    assert len(cut(text, limit)) <= limit
    assert cut(text, limit) == text or cut(text, limit).endswith("…")
    assert len(bounded(text, limit)) <= limit
    line = one_line(text, limit)
    assert len(line) <= limit
    assert "\n" not in line
    assert line == line.strip() or len(line) == limit
    assert len(first_line(text, limit)) <= limit


def test_a_long_text_says_how_long_it_was():
    short = cut("x" * 200_000, texts.TEXT)
    assert len(short) == texts.TEXT
    mark = "\n[cut: 200000 characters in all]…"
    assert short == "x" * (texts.TEXT - len(mark)) + mark


@pytest.mark.parametrize(
    ("text", "line", "first"),
    [
        ("a  b\n c ", "a b c", "a b"),
        ("\n \n a", "a", "a"),
        (" ", "", ""),
        ("a\u00a0b", "a\u00a0b", "a\u00a0b"),  # a blank that does not break stays
    ],
)
def test_lines(text: str, line: str, first: str):
    assert one_line(text) == line
    assert first_line(text) == first


@settings(deadline=None)
@given(ANY, ANY)
def test_different_keys_stay_different(one: str, other: str):
    for limit in (20, 200):
        assert len(identity(one, limit)) <= limit
        assert (identity(one, limit) == identity(other, limit)) is (one == other)


def test_a_plain_key_is_itself():
    assert identity("1a30ba71cca2921f") == "1a30ba71cca2921f"
    assert identity("") == ""
    assert identity("x" * 300) != identity("x" * 301)
    assert identity("a\x00") != identity("a")


def test_a_digest_is_the_same_for_ever_and_knows_where_a_part_ends():
    assert digest("a", "bc") == digest("a", "bc") == "d2d40ae3093dd897"
    assert digest("a", "bc") != digest("ab", "c")
    assert digest("\ud800")


@pytest.mark.parametrize(
    ("text", "number", "measure"),
    [
        ("5", 5, 5),
        ("-2.5e3", -2500, -2500),
        (".5", 0.5, 0.5),
        (" 7 ", 7, 7),
        ("+1", 1, 1),
        ("93.4%", None, 93.4),  # only where a monitor says `value`
        ("$1,250.5", None, 1250.5),
        ("-€5", None, -5),
        ("1,250", None, 1250),
        ("1,5", None, None),  # a European comma is not guessed at
        ("1.2.3", None, None),  # a version
        ("1_000", None, None),
        ("NaN", None, None),
        ("+Inf", None, None),
        ("1e999", None, None),  # more than a number holds
        ("１２", None, None),  # digits of another script
        ("0x10", None, None),
        ("12 ms", None, None),
        ("1.5k", None, None),
        ("", None, None),
        ("%", None, None),
        ("-", None, None),
        ("1" * 50, None, None),  # an identifier, not a measure
    ],
)
def test_numbers(text: str, number: float | None, measure: float | None):
    assert number_in(text) == number
    assert measure_in(text) == measure


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (" https://x.example.com/a?b=c#d ", "https://x.example.com/a?b=c#d"),
        ("HTTP://x", "HTTP://x"),
        ("javascript:alert(1)", ""),
        ("//x.example.com", ""),
        ("https://x.example.com/a b", ""),
        ("https://x.example.com/\x00", ""),
        ("https://x.example.com/" + "a" * 3000, ""),  # longer than a button takes; half a link leads nowhere
        ("", ""),
    ],
)
def test_links(text: str, wanted: str):
    assert link_in(text) == wanted


@pytest.mark.parametrize("piece", ["\x00", "\r", "\x1b[", "\x1b[0", "\ud800", " ", "\n", "\x1b[1;", "a\t", "1,"])
def test_a_long_text_takes_linear_time(piece: str):
    text = piece * (200_000 // len(piece))
    start = time.process_time()
    clean(text)
    one_line(text)
    first_line(text)
    identity(text)
    number_in(text)
    measure_in(text)
    link_in(text)
    assert time.process_time() - start < 1


@pytest.mark.parametrize(
    ("line", "whole", "wanted"),
    [
        ("gateway down", "gateway down", ""),  # it says all
        ("gateway down", "  gateway \t down\n", ""),  # but for white space
        ("gateway down", "gateway down\nsince 3:12", "gateway down\nsince 3:12"),  # only the first line
        ("x" * 299 + "…", "x" * 400, "x" * 400),  # cut
        ("", "", ""),
    ],
)
def test_what_goes_beyond_a_line(line: str, whole: str, wanted: str):
    assert texts.beyond(line, whole) == wanted
