"""Pages and notices in their four lengths."""

import re
from datetime import timedelta
from typing import Any

import pytest

from bot.core.alert import Severity
from bot.views.pages import PageText, notice_text, page_text, speech_for
from bot.views.speech import number_words, spoken, spoken_span
from tests.views.kit import HOSTILE, NOW, hostile, incident, minutes, states

WHATS = (
    "acknowledged", "confirmed", "resolved", "monitoring", "reopened", "verdict", "merged", "joined", "taken",
    "handover", "declined", "superseded", "something new",
)  # fmt: skip
WHY = "level 2 (Engineering on call) paged: no acknowledgement for 5 min"


def paged(one: Any = None, **values: Any) -> PageText:
    fields: dict[str, Any] = {
        "number_of_level": 2,
        "level_name": "Engineering on call",
        "why": WHY,
        "now": NOW + minutes(5),
    }
    return page_text(one or incident(), **(fields | values))


def bounded(text: PageText) -> None:
    assert 0 < len(text.subject) <= 120
    assert 0 < len(text.short) <= 300
    assert 0 < len(text.body) < 7000
    assert 0 < len(text.speech) <= 1400
    assert "\n" not in text.subject + text.short + text.speech
    assert not re.search("[\x00-\x09\x0b-\x1f\u202e]", text.body)
    assert not re.search(r"[<>&*_#`|/\\{}$%]|https?:", text.speech)
    assert "!" not in text.speech


@pytest.mark.parametrize("purpose", ["page", "confirm", "direct"])
@pytest.mark.parametrize("evil", [False, True])
def test_lengths_hold_in_every_state(purpose: str, evil: bool) -> None:
    for _, one, ladders in states():
        shown = hostile(one, ladders)[0] if evil else one
        bounded(paged(shown, purpose=purpose, already_on=range(40), why=HOSTILE if evil else WHY))
        bounded(paged(shown, purpose=purpose, number_of_level=None, level_name=""))
        for what in WHATS:
            bounded(notice_text(shown, what, HOSTILE if evil else "Ann"))


def test_where_there_is_no_slack_it_is_answered_in_a_terminal() -> None:
    answer = paged(incident(), in_slack=False).body.split("\n")[-1]
    assert answer == "Answer in a terminal. You have it: tocsin incident ack 12. You can't: tocsin incident pass 12"


def test_a_page_carries_what_sentence_9_wants() -> None:
    text = paged(incident(verdict="Feed A silent", text="lag 40 s\nsince the restart"), already_on=[9])
    assert text.subject == "INC-12 critical hft: Market data feed is stale"
    assert text.body == (
        "INC-12 · critical · hft\n"
        "Market data feed is stale\n"
        "\n"
        "lag 40 s\n"
        "since the restart\n"
        "\n"
        "Since: 2026-11-20 03:03 UTC, 7 min ago\n"
        "Component: md-feed\n"
        "Found: Feed A silent\n"
        "First step: Open the thread and look at the feed's lag.\n"
        "Why you: level 2 (Engineering on call) paged: no acknowledgement for 5 min\n"
        "You are already on: INC-9\n"
        "Monitor: https://mon.example/alert/7?a=1&b=2\n"
        "\n"
        "Answer in Slack. You have it: /incident ack 12. You can't: /incident pass 12"
    )
    assert text.short == (
        "INC-12 CRITICAL hft: Market data feed is stale. Since 03:03 UTC. Found: Feed A silent. "
        "First: Open the thread and look at the feed's lag. You are on INC-9"
    )
    assert text.speech == (
        "This is Tocsin. Incident twelve, critical, on H F T: Market data feed is stale. It began seven minutes ago. "
        "The checks found: Feed A silent. First step: Open the thread and look at the feed's lag. "
        "You are already on incident nine."
    )


def test_confirm_asks() -> None:
    text = paged(purpose="confirm", number_of_level=None, level_name="", why="Ann is asked: the severity rose")
    assert text.subject == "Still yours? INC-12 critical hft: Market data feed is stale"
    assert text.body.startswith("Do you still have INC-12?\nINC-12 · critical · hft\n")
    assert text.body.endswith("Still yours: /incident confirm 12. Not yours: /incident unack 12")
    assert text.short.startswith("Still yours? INC-12 CRITICAL hft: ")
    assert "Do you still have incident twelve, critical, on H F T: Market data feed is stale?" in text.speech


def test_the_level_is_named_once() -> None:
    assert paged(why="Ann can't").body.count("level 2 (Engineering on call)") == 1
    assert paged().body.count("level 2 (Engineering on call)") == 1


def test_short_text_of_our_own_is_ascii() -> None:
    assert paged(incident(title="x" * 400, verdict="y" * 100), already_on=range(20)).short.isascii()


def test_short_says_the_day_where_the_time_alone_would_mislead() -> None:
    assert ". Since 2026-11-20 03:03 UTC" in paged(now=NOW + timedelta(hours=13)).short


def test_long_titles_give_way_first() -> None:
    text = paged(incident(title="Market data " * 60, verdict="Feed A silent"))
    assert "Since 03:03 UTC. Found: Feed A silent" in text.short
    assert text.subject.endswith("…")


NOTICES = [
    ("acknowledged", "Ann", "Ann acknowledged INC-12. You need not do anything.", "Ann acknowledged INC-12"),
    ("confirmed", "Ann", "Ann still has INC-12.", "Ann still has INC-12"),
    ("resolved", "Ann", "INC-12 is resolved by Ann.", "INC-12 is resolved by Ann"),
    ("resolved", "", "INC-12 is resolved by the monitor.", "INC-12 is resolved by the monitor"),
    (
        "monitoring",
        "",
        "Positions and orders must be confirmed: /incident confirm 12",
        "INC-12 is over, says the monitor",
    ),
    ("reopened", "", "INC-12 is open again.", "INC-12 is open again"),
    ("verdict", "", "INC-12: the checks found: Feed A silent", "INC-12: the checks found: Feed A silent"),
    ("merged", "Ann", "INC-12 is part of INC-9 now. Go on there.", "INC-12 is part of INC-9 now"),
    ("joined", "", "More alerts joined INC-12: 1 alert, 1 firing.", "More alerts joined INC-12: 1 alert, 1 firing"),
    ("taken", "Bob", "Bob took INC-12 over. It is not yours any more.", "Bob took INC-12 over"),
    ("handover", "Bob", "Nothing changes until you accept: /incident accept 12", "Bob asks you to take INC-12"),
    ("declined", "Bob", "Bob declined INC-12. You keep it.", "Bob declined INC-12"),
    ("superseded", "", "a newer one was sent.", "This page for INC-12 is out of date: a newer one was sent"),
    ("something new", "Ann", "INC-12: something new by Ann.", "INC-12: something new by Ann"),
]


@pytest.mark.parametrize(("what", "who", "said", "subject"), NOTICES)
def test_notices(what: str, who: str, said: str, subject: str) -> None:
    text = notice_text(incident(merged_into=9, verdict="Feed A silent"), what, who)
    assert said in text.body
    assert text.body.endswith("INC-12 · critical · hft\nMarket data feed is stale")
    assert text.subject == subject
    assert text.short.startswith(subject[:20])


SPOKEN = [
    ("p99 latency > 250ms on hft_gateway_1", "p99 latency above 250 milliseconds on H F T gateway 1"),
    ("loss=$1,200.50 & rising", "loss is 1,200.50 dollars and rising"),
    ("CPU 93% -5% vs <plan>", "CPU 93 percent minus 5 percent versus below plan above"),
    ("see https://mon.example/x?y=1 or www.x.y", "see or"),
    ("INC-7 again", "incident seven again"),
    ("tmt by sync", "T M T by sync"),  # y is a vowel, but for a system's own name
    ("order-gateway: 40µs", "order-gateway: 40 microseconds"),
    ("🔥 <!channel> {x} | y", "below channel above x y"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "expected"), SPOKEN)
def test_spoken(text: str, expected: str) -> None:
    assert spoken(text) == expected


def test_long_text_is_cut_at_a_word() -> None:
    said = spoken("market data feed " * 200)
    assert len(said) <= 220
    assert said.endswith(("market, and so on", "data, and so on", "feed, and so on"))


NUMBERS = [
    (0, "zero"), (12, "twelve"), (20, "twenty"), (42, "forty-two"), (100, "one hundred"), (119, "one hundred nineteen"),
    (1204, "one thousand two hundred four"), (123456, "one hundred twenty-three thousand four hundred fifty-six"),
    (1_000_000, "1000000"), (-1, "-1"),
]  # fmt: skip


@pytest.mark.parametrize(("number", "expected"), NUMBERS)
def test_number_words(number: int, expected: str) -> None:
    assert number_words(number) == expected


SPANS = [
    (timedelta(seconds=-5), "less than a minute"),
    (timedelta(seconds=59), "less than a minute"),
    (timedelta(minutes=1), "one minute"),
    (timedelta(minutes=90), "one hour thirty minutes"),
    (timedelta(hours=2), "two hours"),
    (timedelta(days=3), "three days"),
]


@pytest.mark.parametrize(("span", "expected"), SPANS)
def test_spoken_span(span: timedelta, expected: str) -> None:
    assert spoken_span(span) == expected


def test_one_call_names_every_incident() -> None:
    second = incident(number=13, system="sapphire", title="Orders rejected", severity=Severity.HIGH)
    assert speech_for([incident(), second]) == (
        "This is Tocsin. Two incidents need you. Incident twelve, critical, on H F T: Market data feed is stale. "
        "Incident thirteen, high, on sapphire: Orders rejected. One answer counts for all of them."
    )
    assert speech_for([incident(system="pyrt")]) == (
        "This is Tocsin. Incident twelve, critical, on P Y R T: Market data feed is stale."
    )


def test_a_call_for_many_names_every_number_and_how_bad_it_is() -> None:
    """ESCALATION 7: shortly, the worst first; all of it fits into what a call can say."""
    high = [incident(number=n, severity=Severity.HIGH, title="word " * 100) for n in (2, 3, *range(5, 9))]
    critical = [incident(number=n, title="Binance is gone") for n in (9, 4, 1)]
    assert speech_for([*high, *critical]) == (
        "This is Tocsin. Nine incidents need you. Critical: 1, 4 and 9. High: 2, 3 and 5 to 8. "
        "The first is incident one, critical, on H F T: Binance is gone. One answer counts for all of them."
    )
    storm = speech_for([incident(number=n, title="word " * 100) for n in range(1, 400, 2)])
    assert "Two hundred incidents need you." in storm
    assert all(f" {n}" in storm for n in range(1, 400, 2))
    assert len(storm) < 1500
