"""The card: in every state acceptable, inert, and with the next step."""

from dataclasses import replace
from typing import Any

import pytest

from bot.core.alert import Severity
from bot.core.escalation import MAIN
from bot.views.card import card, likely_verbs, notification, small_card
from tests.views.kit import (
    HOSTILE,
    HOSTILE_URL,
    HUGE,
    NOW,
    PLAN,
    accepted,
    buttons,
    elements,
    held,
    hostile,
    incident,
    inert,
    minutes,
    mrkdwn_texts,
    running,
    shown,
    states,
)

STATES = list(states())
NAMES = [name for name, _, _ in STATES]
VERBS = {
    "ack", "pass", "escalate", "unack", "take", "handover", "confirm", "monitor", "resolve", "reopen", "close",
    "unmerge", "severity",
    "note", "why", "more",
}  # fmt: skip


def by_name(name: str) -> tuple[Any, Any]:
    return next((one, ladders) for known, one, ladders in STATES if known == name)


@pytest.mark.parametrize("severity", list(Severity))
@pytest.mark.parametrize("name", NAMES)
def test_every_state_is_accepted(name: str, severity: Severity) -> None:
    one, ladders = by_name(name)
    one = replace(one, severity=severity)
    for drawn in (
        card(one, ladders, alerts=[("Feed A", True), ("Feed B", False)], board="https://board.example", now=NOW),
        card(one, ladders),
        small_card(one, ladders, thread="https://desk.slack.com/archives/C1/p1"),
        small_card(one, ladders),
    ):
        accepted(drawn)
        for text in [drawn.text, *mrkdwn_texts(drawn.blocks)]:
            inert(text)
            assert "!" not in text.replace("<!date", "")
        assert sum(label.endswith("*") for label in buttons(drawn)) <= 1
        assert "*Next:* " in shown(drawn)
        assert severity.word in drawn.text


@pytest.mark.parametrize("name", NAMES)
def test_every_state_with_hostile_text(name: str) -> None:
    one, ladders = hostile(*by_name(name))
    alerts = [(HOSTILE, True)] * 50
    full = card(replace(one, alerts=50), ladders, alerts=alerts, board=HOSTILE_URL, links={9: HOSTILE_URL})
    for drawn in (full, small_card(one, ladders, thread=HOSTILE_URL)):
        accepted(drawn)
        for text in [drawn.text, *mrkdwn_texts(drawn.blocks)]:
            inert(text)


def test_a_hundred_thousand_characters() -> None:
    one, ladders = hostile(*by_name("asked, help running"), evil_text=HUGE)
    drawn = card(one, ladders, alerts=[(HUGE, True)] * 3)
    accepted(drawn)
    assert "characters in all)" in shown(drawn)


@pytest.mark.parametrize("name", NAMES)
def test_actions_say_their_verb_and_number(name: str) -> None:
    for element in elements(card(*by_name(name))):
        kind, _, verb = element["action_id"].partition(".")
        assert kind == "incident"
        assert verb in VERBS
        if element["type"] == "button":
            assert element["value"] == "12"
            assert element["text"]["type"] == "plain_text"
            assert element["text"]["text"].isascii()
        else:
            values = [option["value"].split(" ") for option in element["options"]]
            assert len(values) <= 5
            assert all(said in VERBS and number == "12" for said, number in values)


BUTTONS = [
    ("level 1 paged", ["Acknowledge*", "I Can't", "Resolve"]),
    ("held", ["Escalate Now", "Release", "Monitor", "Resolve"]),
    ("asked: quiet", ["Yes, Still Mine*", "Release", "Resolve"]),
    ("held, help running", ["Acknowledge*", "Escalate Now", "Resolve"]),  # whoever comes to help says so here
    ("held, help held", ["Escalate Now", "Release", "Monitor", "Resolve"]),
    ("held, security called", ["Acknowledge*", "Escalate Now", "Resolve"]),
    ("monitoring", ["Confirm Positions*", "Reopen"]),
    ("monitored by a person", ["Resolve*", "Active Again", "Escalate Now"]),
    ("monitored, and asked", ["Yes, Still Mine*", "Release", "Resolve"]),
    ("monitored, help running", ["Acknowledge", "Resolve*", "Active Again", "Escalate Now"]),
    ("resolved by a person", ["Close", "Reopen"]),
    ("closed", ["Reopen"]),
    ("merged", ["Undo Merge"]),
]


@pytest.mark.parametrize(("name", "expected"), BUTTONS)
def test_buttons_follow_the_state(name: str, expected: list[str]) -> None:
    assert buttons(card(*by_name(name))) == expected
    assert buttons(small_card(*by_name(name))) == expected


SAYS = [
    ("monitored by a person", "*Monitoring: mitigated, says Ann Dealer; <@U0BOB> watches it*"),
    ("monitored by a person", "*Next:* resolve it once it stays quiet. If it fires anew it is active again."),
    ("monitored, and asked", "Monitoring: mitigated, says Ann Dealer."),
    ("closed", "*Closed; resolved by Ann Dealer after"),
    ("level 1 paged", "*Firing – nobody has it*"),
    ("level 1 paged", "*Next:* level 2 (Engineering on call) is paged at <!date^1795144200^{time}|03:10 UTC>."),
    ("all levels paged", "*Next:* all levels were paged; the ladder begins again at <!date"),
    ("second round", "nobody has it (round 2)"),
    ("never repeats", "*Next:* acknowledge it; nobody further is paged by itself."),
    ("declared", "*Open – nobody has it*"),
    ("declared", "no alert"),
    ("held", "*Acknowledged by <@U0ANN> since <!date^1795144080^{date_short_pretty} {time}|2026-11-20 03:08 UTC>*"),
    ("held", "*Next:* resolve it once it is over. <@U0ANN> is asked again at <!date"),
    ("held, never asked", "*Next:* resolve it once it is over."),
    ("held by nobody known", "*Acknowledged by somebody since"),
    ("asked: quiet", "<@U0ANN> is asked until <!date^1795146180^{time}|03:43 UTC> whether they still have it; nothing"),
    ("asked: raised", "whether they still have it; the severity rose"),
    ("asked: reopened", "whether they still have it; it reopened"),
    ("held, help running", "Help: level 2 (Engineering on call) is called; level 3 (Architecture) is paged at <!date"),
    ("held, help top", "Help: level 4 (Emergency) is called; there is no level above."),
    ("held, help held", "Help: <@U0BOB> came."),
    ("held, help ended", "Help: <@U0BOB> came."),
    ("held, security called", "Type security: nobody has it; level 1 (Security) is paged at <!date"),
    ("security held", "Type security: acknowledged by <@U0BOB>"),
    ("many types", "And 6 further types."),
    ("handover", "Handover: <@U0BOB> is asked to take it; nothing changes until they accept."),
    ("unrouted storm", "Unrouted: no route matched"),
    ("unrouted storm", "4,321 alerts, 1,234 firing"),
    ("known verdict", "*Found:* Feed A silent for 40 s; B is fine"),
    ("known verdict", "type data"),
    ("known verdict", "Follows INC-9"),
    (
        "monitoring",
        "*Monitoring: over, says the monitor; nobody had acknowledged; positions and orders to be confirmed*",
    ),
    ("monitoring", "*Next:* confirm that positions and orders are right."),
    ("resolved by a person", "*Resolved by Ann Dealer after 12 min*"),
    ("resolved, still firing", "Mind: 2 alerts still fire."),
    ("resolved by the monitor", "*Resolved by the monitor after 12 min; nobody had acknowledged*"),
    ("merged", "*Merged into INC-9*"),
    ("level 1 paged", "*First step:* Open the thread"),
    ("level 1 paged", "<https://mon.example/alert/7?a=1&amp;b=2|Monitor>"),
]


@pytest.mark.parametrize(("name", "expected"), SAYS)
def test_the_card_says(name: str, expected: str) -> None:
    assert expected in shown(card(*by_name(name)))


NOTIFICATIONS = [
    ("level 1 paged", "INC-12 critical hft: Market data feed is stale – nobody has it"),
    ("held", "INC-12 critical hft: Market data feed is stale – Ann Dealer has it"),
    ("monitoring", "INC-12 critical hft: Market data feed is stale – over, positions and orders to be confirmed"),
    ("resolved by a person", "INC-12 critical hft: Market data feed is stale – resolved by Ann Dealer after 12 min"),
    ("merged", "INC-12 critical hft: Market data feed is stale – merged into INC-9"),
]


@pytest.mark.parametrize(("name", "expected"), NOTIFICATIONS)
def test_the_notification_is_one_plain_line(name: str, expected: str) -> None:
    one, ladders = by_name(name)
    assert card(one, ladders).text == small_card(one, ladders).text == expected
    assert expected.startswith(notification(one))


def test_same_state_same_ids_other_state_other_ids() -> None:
    first, again, later = (card(incident(), {MAIN: at}) for at in (running(), running(), held()))
    ids = [[block["block_id"] for block in drawn.blocks] for drawn in (first, again, later)]
    assert ids[0] == ids[1]
    assert not set(ids[0]) & set(ids[2])
    assert all(name.startswith("inc.12.") for name in ids[0])


def test_resolve_is_no_dialog_since_its_form_asks_already() -> None:
    drawn = card(incident(severity=Severity.CRITICAL), {MAIN: running()})
    button = next(e for e in elements(drawn) if e["action_id"] == "incident.resolve")
    assert "confirm" not in button


def test_a_merge_can_be_undone_for_an_hour_only() -> None:
    one, ladders = by_name("merged")
    until = one.resolved_at + PLAN.timings.undo_merge
    assert buttons(card(one, ladders, now=until)) == ["Undo Merge"]
    assert buttons(card(one, ladders, now=until + minutes(1))) == []
    assert [likely_verbs(one, ladders, at)[0] for at in (until, until + minutes(1))] == ["unmerge", "why"]


def test_links_lead_to_other_threads_and_the_board() -> None:
    one, ladders = by_name("merged")
    drawn = card(one, ladders, links={9: "https://desk.slack.com/archives/C1/p9"}, board="https://board.example/")
    assert "*Next:* go on in <https://desk.slack.com/archives/C1/p9|INC-9>." in shown(drawn)
    assert "<https://board.example/incidents/12|INC-12>" in shown(drawn)


def test_several_alerts_are_listed_with_their_state_in_words() -> None:
    alerts = [(f"Feed {n}", n % 2 == 0) for n in range(8)]
    drawn = shown(card(incident(alerts=30, firing=15), {MAIN: running()}, alerts=alerts))
    assert "• firing: Feed 0\n• over: Feed 1\n" in drawn
    assert "• and 25 more: see the thread" in drawn
    assert "Feed 5" not in drawn


def test_small_card_is_short() -> None:
    drawn = small_card(incident(verdict="x", text="y"), {MAIN: running()}, thread="https://desk.slack.com/p1")
    assert [block["type"] for block in drawn.blocks] == ["section", "actions", "context"]
    assert "<https://desk.slack.com/p1|Thread of INC-12>" in shown(drawn)
