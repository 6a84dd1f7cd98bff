"""Duties in Slack: who has which, and one button for each that nobody has."""

from bot.core.duty import COMMUNICATIONS, LEAD, SCRIBE, OnDuty
from bot.core.escalation import MAIN
from bot.core.slack_limits import problems
from bot.views.card import card
from bot.views.duties import duties_line, duties_message, duties_text, give_duty_modal
from tests.views.kit import HOSTILE, NOW, accepted, elements, held, incident, inert, shown


def on(duty: str, name: str = "Ann") -> OnDuty:
    return OnDuty(duty=duty, person="ann", name=name, slack="U0ANN", since=NOW)


def test_the_card_names_them_once_somebody_has_one() -> None:
    ladders = {MAIN: held()}
    assert "Lead" not in shown(card(incident(), ladders))
    drawn = card(incident(), ladders, duties=[on(LEAD), on(COMMUNICATIONS, "Bob")])
    accepted(drawn)
    assert "Lead Ann · Communications Bob" in shown(drawn)


def test_what_nobody_has_is_asked_for() -> None:
    drawn = duties_message(incident(), [on(LEAD)])
    accepted(drawn)
    assert "Nobody has communications and scribe yet" in drawn.text
    assert [element["value"] for element in elements(drawn)[2:]] == ["12 communications", "12 scribe"]
    assert elements(drawn)[0]["action_id"] == "incident.update", "whoever has communications need not wait to be asked"


def test_closed_nothing_is_offered_any_more() -> None:
    drawn = duties_message(incident(phase="closed", resolved_at=NOW), [on(LEAD)])
    assert elements(drawn) == []
    assert "Closed" in drawn.text
    assert "Ann" in shown(drawn)


def test_what_somebody_has_can_be_taken_given_and_given_up() -> None:
    drawn = duties_message(incident(), [on(LEAD), on(COMMUNICATIONS), on(SCRIBE)])
    assert "Every duty is taken" in drawn.text
    values = [option["value"] for option in elements(drawn)[1]["options"]]
    assert values == ["take_duty 12 lead", "give_duty 12 lead", "drop_duty 12 lead"]


def test_names_are_inert_and_nobody_is_mentioned() -> None:
    """A card is drawn often: a mention in it would notify everybody who is new to the thread."""
    drawn = duties_message(incident(), [on(LEAD, HOSTILE)])
    accepted(drawn)
    for line in shown(drawn).split("\n"):
        inert(line)
    assert "<@" not in duties_line([on(LEAD, HOSTILE)])


def test_in_plain_lines() -> None:
    said = duties_text(incident(), [on(LEAD)])
    assert "lead: Ann" in said
    assert "scribe: nobody" in said
    assert "/incident communications 12" in said


def test_the_form_is_accepted() -> None:
    assert problems(give_duty_modal(incident(), SCRIBE, metadata="12 scribe"), "modal") == []
