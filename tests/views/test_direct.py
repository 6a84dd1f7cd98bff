"""Direct messages: the page, its quiet edits, and the question of a handover."""

import itertools
from collections.abc import Mapping
from dataclasses import replace

import pytest

from bot.core.alert import Severity
from bot.core.escalation import Escalation
from bot.views.blocks import Drawn
from bot.views.direct import News, direct, edited, handover_request, notice
from bot.views.pages import PageText, page_text
from tests.views.kit import (
    BOB,
    HOSTILE,
    NOW,
    accepted,
    asked,
    buttons,
    held,
    helped,
    hostile,
    incident,
    inert,
    minutes,
    mrkdwn_texts,
    part,
    running,
    shown,
    states,
)

WHATS = (
    "acknowledged", "confirmed", "resolved", "monitoring", "reopened", "verdict", "merged", "joined", "taken",
    "handover", "declined", "superseded", "unacknowledged", "something new",
)  # fmt: skip
PURPOSES = ("page", "confirm", "direct")


def paged(purpose: str = "page", **values: object) -> PageText:
    why = "level 2 paged: no answer for 5 min"
    return page_text(
        incident(**values), number_of_level=2, level_name="Engineering on call", why=why, purpose=purpose,
        already_on=[9, 10], now=NOW + minutes(5),
    )  # fmt: skip


def sound(drawn: Drawn) -> None:
    accepted(drawn)
    for text in [drawn.text, *mrkdwn_texts(drawn.blocks)]:
        inert(text)
    assert sum(label.endswith("*") for label in buttons(drawn)) <= 1


@pytest.mark.parametrize("purpose", PURPOSES)
@pytest.mark.parametrize("severity", list(Severity))
@pytest.mark.parametrize("evil", [False, True])
def test_every_page_is_accepted(purpose: str, severity: Severity, evil: bool) -> None:
    for _, one, ladders in states():
        shown_one = replace(hostile(one, ladders)[0] if evil else one, severity=severity)
        text = page_text(
            shown_one,
            number_of_level=1,
            level_name=HOSTILE,
            why=HOSTILE,
            purpose=purpose,
            already_on=range(50),
            now=NOW,
        )
        sound(direct(text, shown_one, purpose=purpose, link_to="https://desk.slack.com/p1"))
        sound(direct(None, shown_one, purpose=purpose, holder=HOSTILE if evil else "Ann"))


@pytest.mark.parametrize("what", WHATS)
@pytest.mark.parametrize("evil", [False, True])
def test_every_edit_and_notice_is_accepted(what: str, evil: bool) -> None:
    drawings: dict[str, Drawn] = {}  # most of them are alike
    for _, one, standing in states():
        shown_one, ladders = hostile(one, standing) if evil else (one, standing)
        who = HOSTILE if evil else "Ann Dealer"
        said = News(what=what, who=who, who_id="ann", who_slack="" if evil else "U0ANN")
        for reader, purpose, of in itertools.product(("ann", "bob"), PURPOSES, ("main", "help", "security")):
            drawn = edited(shown_one, ladders, said, reader=reader, purpose=purpose, part=of)
            drawings[repr(drawn)] = drawn
        sound(notice(shown_one, what, who=who))
    for drawn in drawings.values():
        sound(drawn)


def news(
    what: str, main: Escalation, *, reader: str = "bob", purpose: str = "page", by: str = "ann", phase: str = "active",
    more: Mapping[str, Escalation] | None = None,
) -> Drawn:  # fmt: skip
    """What Bob, or another reader, finds in the place of the page."""
    said = {
        "ann": News(what=what, who="Ann Dealer", who_id="ann", who_slack="U0ANN"),
        "bob": News(what=what, who="Bob Engineer", who_id="bob", who_slack="U0BOB"),
    }.get(by, News(what=what))
    one = incident(phase=phase, verdict="Feed A silent" if what == "verdict" else "")
    return edited(one, {"main": main, **(more or {})}, said, reader=reader, purpose=purpose)


BUTTONS = [
    (direct(None, incident()), ["Acknowledge*", "I Can't", "Escalate Now"]),
    (direct(None, incident(), purpose="direct"), ["Acknowledge*", "I Can't", "Escalate Now"]),
    (direct(None, incident(), holder="Ann"), ["Acknowledge*", "Escalate Now"]),  # called to help
    (direct(None, incident(), purpose="confirm"), ["Yes, Still Mine*", "Release", "Escalate Now"]),
    (news("acknowledged", held()), []),
    (news("acknowledged", held(), reader="ann"), ["Add Note", "Resolve", "Hand Over", "Release"]),  # it is theirs
    (news("confirmed", held(), reader="ann"), ["Add Note", "Resolve", "Hand Over", "Release"]),
    (news("acknowledged", running()), ["Acknowledge*", "I Can't", "Escalate Now"]),  # a part only: nobody has the rest
    (news("unacknowledged", running(), reader="ann"), ["Acknowledge*", "I Can't", "Escalate Now"]),
    (news("superseded", running()), []),
    (news("verdict", running()), ["Acknowledge*", "I Can't", "Escalate Now"]),
    (news("verdict", held()), []),  # somebody has it: nothing to answer
    (news("verdict", held(), reader="ann"), ["Add Note", "Resolve", "Hand Over", "Release"]),
    (news("verdict", asked("quiet"), purpose="confirm"), ["Yes, Still Mine*", "Release", "Escalate Now"]),
    (news("verdict", asked("quiet"), reader="ann"), ["Yes, Still Mine*", "Add Note", "Resolve", "Release"]),
    (news("verdict", held(), phase="resolved", reader="ann"), []),
    (news("monitoring", held(), phase="monitoring"), ["Confirm Positions*"]),
    (notice(incident(), "joined"), []),
    (notice(incident(), "reopened"), []),
    (notice(incident(), "handover", who="Ann"), ["Accept*", "Decline"]),
    (handover_request(incident(), "Ann"), ["Accept*", "Decline"]),
]


@pytest.mark.parametrize(("drawn", "expected"), BUTTONS)
def test_buttons_only_where_an_answer_is_wanted(drawn: Drawn, expected: list[str]) -> None:
    assert buttons(drawn) == expected


def test_a_page_says_why_and_what_else_is_held() -> None:
    drawn = direct(paged(), incident(verdict="Feed A silent"), link_to="https://desk.slack.com/p1")
    text = shown(drawn)
    assert drawn.text == "INC-12 critical hft: Market data feed is stale"
    assert text.startswith("*INC-12 · critical* · hft\n*Market data feed is stale*")
    assert "*First step:* Open the thread" in text
    assert "*Found:* Feed A silent" in text
    assert "*Since:* <!date^1795143780^" in text
    assert "*Why you:* level 2 paged: no answer for 5 min" in text
    assert "You are already on INC-9, INC-10." in text
    assert "<https://desk.slack.com/p1|Thread of INC-12>" in text


def test_help_names_the_holder_and_confirm_asks() -> None:
    assert "Ann has it and needs help." in shown(direct(None, incident(), holder="Ann"))
    asks = direct(None, incident(), purpose="confirm")
    assert asks.text.startswith("Do you still have INC-12? INC-12 critical hft")
    assert "*Do you still have INC-12?*" in shown(asks)


def test_news_come_first_and_mention_nobody_in_the_notification() -> None:
    drawn = news("acknowledged", held())
    assert shown(drawn).startswith("<@U0ANN> acknowledged INC-12. You need not do anything.")
    assert drawn.text == "Ann Dealer acknowledged INC-12. You need not do anything."


def test_whoever_has_it_reads_that_and_what_is_next_and_until_when_it_lasts() -> None:
    """ESCALATION 11, 12."""
    drawn = news("acknowledged", held(), reader="ann")
    assert drawn.text == "You have INC-12."
    said = shown(drawn)
    assert said.startswith("*You have INC-12.*\n*Next:* note what you find, and resolve it once it is over; or hand it")
    assert "You are asked again at <!date^" in said
    assert "need not do anything" not in said
    assert "You are asked" not in shown(news("acknowledged", replace(held(), ask_at=None), reader="ann"))
    assert "say until <!date^" in shown(news("acknowledged", asked("raised"), reader="ann"))


HELPED = {"help": helped("held")}
PARTLY = {"security": part("security", holder=BOB)}
# What was done by whom; how the ladders stand when it is drawn; who reads it; what they read.
READ = [
    # Bob came to help, and Ann keeps it.
    ("acknowledged", "bob", held(), HELPED, "ann", "You have INC-12. Bob Engineer came to help."),
    ("acknowledged", "bob", held(), HELPED, "bob", "Ann Dealer has INC-12; you are helping."),
    (
        "acknowledged",
        "bob",
        held(),
        HELPED,
        "cid",
        "Ann Dealer has INC-12, and Bob Engineer helps. You need not do any",
    ),
    # Bob took the part of security; nobody has the incident.
    ("acknowledged", "bob", running(), PARTLY, "bob", "You have a part of INC-12; nobody has the rest of it yet."),
    ("acknowledged", "bob", running(), PARTLY, "cid", "Bob Engineer has a part of INC-12; nobody has the rest of it"),
    # It waited for Slack, and stands otherwise by now.
    ("acknowledged", "bob", held(), {}, "bob", "Ann Dealer has INC-12. You need not do anything."),
    ("acknowledged", "bob", held(), {}, "ann", "You have INC-12."),
    ("acknowledged", "ann", running(), {}, "bob", "Nobody has INC-12 now."),
    ("unacknowledged", "", held(), {}, "bob", "Ann Dealer has INC-12. You need not do anything."),
    ("unacknowledged", "", held(), {}, "ann", "You have INC-12."),
    ("unacknowledged", "", running(), {}, "ann", "Nobody has INC-12 now."),
    ("confirmed", "ann", held(), {}, "ann", "You have INC-12."),
    ("confirmed", "ann", held(), {}, "bob", "Ann Dealer still has INC-12. You need not do anything."),
    ("verdict", "", held(), {}, "ann", "INC-12: the checks found: Feed A silent · You have INC-12."),
]


@pytest.mark.parametrize(("what", "by", "main", "more", "reader", "expected"), READ)
def test_everybody_reads_who_has_it(
    what: str, by: str, main: Escalation, more: Mapping[str, Escalation], reader: str, expected: str
) -> None:
    """ESCALATION 11, 14, 20."""
    assert news(what, main, by=by, reader=reader, more=more).text.startswith(expected)


def test_handover_says_that_nothing_changes_yet() -> None:
    drawn = handover_request(incident(), "Ann Dealer")
    assert drawn.text == "Ann Dealer asks you to take INC-12. INC-12 critical hft: Market data feed is stale"
    assert "Nothing changes until you accept." in shown(drawn)
