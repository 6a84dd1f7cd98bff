"""Outside text in mrkdwn: shown, and inert."""

from datetime import timedelta, timezone

import pytest

from bot.views.mrkdwn import clock, code, cut, date, escape, fit, link, mention, strong
from bot.views.words import clean, one_line
from tests.views.kit import HOSTILE, HOSTILE_URL, NOW, inert

ESCAPED = [
    ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
    ("&lt;!channel&gt;", "&amp;lt;!channel&amp;gt;"),  # what looks escaped already is text too
    ("<!channel> <@U1> <#C1|x> <!here>", "&lt;!channel&gt; &lt;@U1&gt; &lt;#C1|x&gt; &lt;!here&gt;"),
    ("*bold*", "∗bold∗"),
    ("_a_ ~b~", "ˍaˍ ∼b∼"),
    ("`x`", "ˋxˋ"),
    ("```a\nb```", "ˋˋˋa\nbˋˋˋ"),
    ("/var/log/*.log", "/var/log/*.log"),  # a lone mark formats nothing and stays copyable
    ("hft_gateway_1 a*b*c", "hft_gateway_1 a*b*c"),  # nor do marks inside words
    ("one *\ntwo *", "one *\ntwo *"),  # formats end with their line
    ("> said\n  >>> more", "› said\n  › more"),
    ("\u202etxt.exe\u202c\u2066x\u2069\ufeff", "txt.exex"),
    ("\x1b[31mred\x07\x00\x9b", "[31mred"),
    ("\ud800broken", "broken"),
    ("a\r\nb\rc\u2028d\x85e\tf", "a\nb\nc\nd\ne f"),
    ("👩‍💻 naïve 東京", "👩‍💻 naïve 東京"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "expected"), ESCAPED)
def test_escape(text: str, expected: str) -> None:
    assert escape(text) == expected
    inert(expected)


def test_hostile_text_is_inert() -> None:
    inert(escape(HOSTILE))
    inert(fit(HOSTILE, 300))
    assert "`" not in code(HOSTILE)[1:-1]
    assert "<" not in code(HOSTILE)


CUTS = [
    ("short", 10, "short"),
    ("x" * 12_345, 100, "x" * 69 + "… (12,345 characters in all)"),
    ("x" * 100, 20, "x" * 19 + "…"),  # no room to say how many
    ("word " * 100, 13, "word word wo…"),
    ("abc", 0, "…"),
]


@pytest.mark.parametrize(("text", "limit", "expected"), CUTS)
def test_what_is_cut_is_said(text: str, limit: int, expected: str) -> None:
    done = cut(text, limit)
    assert done[:5] == expected[:5]
    assert done[-5:] == expected[-5:]
    assert len(done) <= max(limit, 1)


@pytest.mark.parametrize("limit", [1, 20, 75, 300, 3000])
@pytest.mark.parametrize("text", ["&" * 5000, "<b>" * 2000, "a" * 5000, HOSTILE])
def test_fit_holds_after_escaping(text: str, limit: int) -> None:
    done = fit(text, limit)
    assert 0 < len(done) <= limit
    assert "…" in done
    assert not done.endswith(("&", "&a", "&am", "&amp", "&l", "&lt", "&g", "&gt"))


def test_fit_is_one_line_unless_lines_are_asked_for() -> None:
    assert fit(" a\n\nb ", 50) == "a b"
    assert fit(" a\nb ", 50, lines=True) == "a\nb"


LINKS = [
    ("https://mon.example/a?b=1&c=2", "Monitor", "<https://mon.example/a?b=1&amp;c=2|Monitor>"),
    ("https://x.example/a|b>c<d e", "x", "<https://x.example/a%7Cb%3Ec%3Cd%20e|x>"),
    ("https://x.example", "a\nb > *c*", "<https://x.example|a b &gt; ∗c∗>"),
    ("javascript:alert(1)", "x", "x"),
    ("slack://user", "x", "x"),
    ("https://", "x", "x"),
    ("", "x", "x"),
    ("https://x.example/" + "a" * 4000, "x", "x"),
    ("https://x.example", "", "<https://x.example|link>"),
]


@pytest.mark.parametrize(("url", "label", "expected"), LINKS)
def test_link(url: str, label: str, expected: str) -> None:
    assert link(url, label) == expected


def test_hostile_link_ends_where_it_should() -> None:
    inert(link(HOSTILE_URL, HOSTILE))


MENTIONS = [
    ("U0ANN", "Ann", "<@U0ANN>"),
    ("W0GRID", "Ann", "<@W0GRID>"),
    ("", "Ann <b>", "Ann &lt;b&gt;"),
    ("U1> <!channel", "Ann", "Ann"),
    ("u1", "<@U9>", "&lt;@U9&gt;"),
    ("", "", "somebody"),
]


@pytest.mark.parametrize(("slack_id", "name", "expected"), MENTIONS)
def test_mention(slack_id: str, name: str, expected: str) -> None:
    assert mention(slack_id, name) == expected


def test_dates_fall_back_to_utc() -> None:
    tokyo = NOW.astimezone(timezone(timedelta(hours=9)))
    assert date(tokyo) == "<!date^1795143900^{date_short_pretty} {time}|2026-11-20 03:05 UTC>"
    assert clock(tokyo) == "<!date^1795143900^{time}|03:05 UTC>"


def test_strong_never_ends_early() -> None:
    assert strong("a") == "*a*"
    assert strong("a * b") == "a * b"
    assert strong("") == ""


def test_code_has_no_way_out() -> None:
    assert code("a `b` <c>\nd") == "`a ˋbˋ &lt;c&gt; d`"
    assert code("") == ""


def test_clean_keeps_lines_and_one_line_does_not() -> None:
    assert clean("a\tb\nc") == "a b\nc"
    assert one_line(" a\t\tb\n\nc ") == "a b c"
