"""Direct messages: the page, its quiet edits, and the question of a handover."""

from dataclasses import replace

import pytest

from bot.core.alert import Severity
from bot.views.blocks import Drawn
from bot.views.direct import direct, handover_request, notice
from bot.views.pages import PageText, page_text
from tests.views.kit import (
    HOSTILE,
    NOW,
    accepted,
    buttons,
    hostile,
    incident,
    inert,
    minutes,
    mrkdwn_texts,
    shown,
    states,
)

WHATS = (
    "acknowledged", "confirmed", "resolved", "monitoring", "reopened", "verdict", "merged", "joined", "taken",
    "handover", "declined", "superseded", "something new",
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
    for _, one, ladders in states():
        shown_one = hostile(one, ladders)[0] if evil else one
        who = HOSTILE if evil else "Ann Dealer"
        sound(direct(None, shown_one, what=what, who=who, who_slack="" if evil else "U0ANN"))
        sound(direct(paged(), shown_one, what=what, holder="Ann", link_to="https://desk.slack.com/p1"))
        sound(notice(shown_one, what, who=who))


BUTTONS = [
    (direct(None, incident()), ["Acknowledge*", "I Can't", "Escalate Now"]),
    (direct(None, incident(), purpose="direct"), ["Acknowledge*", "I Can't", "Escalate Now"]),
    (direct(None, incident(), holder="Ann"), ["Acknowledge*", "Escalate Now"]),  # called to help
    (direct(None, incident(), purpose="confirm"), ["Yes, Still Mine*", "Release", "Escalate Now"]),
    (direct(None, incident(), what="acknowledged", who="Ann"), []),
    (direct(None, incident(), what="superseded"), []),
    (direct(None, incident(verdict="x"), what="verdict"), ["Acknowledge*", "I Can't", "Escalate Now"]),
    (direct(None, incident(verdict="x"), what="verdict", holder="Ann"), []),  # somebody has it: nothing to answer
    (direct(None, incident(phase="resolved"), what="verdict"), []),
    (direct(None, incident(phase="monitoring"), what="monitoring"), ["Confirm Positions*"]),
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
    drawn = direct(None, incident(), what="acknowledged", who="Ann Dealer", who_slack="U0ANN")
    assert shown(drawn).startswith("<@U0ANN> acknowledged INC-12. You need not do anything.")
    assert drawn.text == "Ann Dealer acknowledged INC-12. You need not do anything."


def test_handover_says_that_nothing_changes_yet() -> None:
    drawn = handover_request(incident(), "Ann Dealer")
    assert drawn.text == "Ann Dealer asks you to take INC-12. INC-12 critical hft: Market data feed is stale"
    assert "Nothing changes until you accept." in shown(drawn)
