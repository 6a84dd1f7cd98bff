"""Acknowledging, expiry and un-acknowledging (ESCALATION 11, 12, 13, 15)."""

from dataclasses import replace

import pytest

from bot.core import escalation as ladder
from bot.core.alert import Severity
from bot.core.escalation import HELD, RUNNING
from tests.core.kit import (
    ANNA,
    BORIS,
    CRITICAL,
    HIGH,
    LOW,
    NOW,
    T,
    at,
    climb,
    held,
    levels,
    minute,
    opened,
    policy,
    reasons,
    waiting,
)


def test_an_acknowledgement_stops_levels_and_repeats():
    """ESCALATION 11: nothing but the question whether they still have it is due."""
    taken = held(1)
    assert taken.state == HELD
    assert minute(taken.due_at) == 31
    assert ladder.advance(taken, CRITICAL, at(30.9), T).calls == ()


def test_an_acknowledgement_makes_earlier_pages_unwanted():
    """ESCALATION 11: calls not yet dialled are cancelled, for their epoch has passed."""
    before = opened()
    assert ladder.acknowledge(before, ANNA, Severity.CRITICAL, at(1), T).epoch > before.epoch


def test_it_lasts_until_resolved_unless_critical():
    """ESCALATION 12: on an incident that is not critical it never expires."""
    taken = ladder.acknowledge(opened(HIGH, Severity.HIGH), ANNA, Severity.HIGH, at(1), T)
    assert taken.due_at is None
    assert climb(taken, [60, 6000], HIGH)[1] == []


def test_a_critical_one_expires_after_thirty_minutes_and_five():
    """ESCALATION 12: the holder is called after 30 minutes; 5 minutes of silence are an un-acknowledgement."""
    taken = held(1)
    asked = ladder.advance(taken, CRITICAL, at(31), T)
    assert levels(asked) == [None]
    assert reasons(asked.calls) == ["Anna is asked: no note, step or update for 30 min"]
    assert minute(asked.escalation.answer_by) == 36
    silent = ladder.advance(asked.escalation, CRITICAL, at(36), T)
    assert silent.released
    assert silent.why == "no confirmation from Anna within 5 min"
    assert levels(silent) == [1]


def test_silence_is_counted_from_the_question():
    """ESCALATION 12, 3: down while both were due, the holder still gets the five minutes."""
    asked = ladder.advance(held(1), CRITICAL, at(300), T)
    assert levels(asked) == [None]
    assert minute(asked.escalation.due_at) == 305


def test_the_question_is_asked_once():
    """ESCALATION 12: between the question and its deadline nothing is due."""
    asked = ladder.advance(held(1), CRITICAL, at(31), T).escalation
    assert climb(asked, [31, 32, 35.9])[1] == []


def test_a_person_at_work_is_not_asked():
    """ESCALATION 12: 30 minutes without a note, step, check or update."""
    taken = ladder.touch(held(1), at(20), T)
    assert minute(taken.due_at) == 50


def test_a_note_answers_the_question_about_silence():
    """ESCALATION 12: and makes the pages that asked unwanted."""
    asked = ladder.advance(held(1), CRITICAL, at(31), T).escalation
    noted = ladder.touch(asked, at(33), T)
    assert (noted.answer_by, noted.asked_for, minute(noted.due_at)) == (None, "", 63)
    assert noted.epoch > asked.epoch


# What a note does to a ladder that nobody holds: nothing.
@pytest.mark.parametrize("escalation", [opened(), ladder.stop(held(1), at(2)), ladder.stop(opened(), at(2))])
def test_a_note_changes_nothing_where_nobody_holds_it(escalation):
    """ESCALATION 12: only an acknowledgement lasts."""
    assert ladder.touch(escalation, at(3), T) == escalation


# Why the holder is asked, who writes a note, and whether that is a yes.
NOTED = [
    # 12: somebody is at it, whoever that is.
    (ladder.QUIET, "anna", True),
    (ladder.QUIET, "boris", True),
    # 23: only the holder's own word says that it is still theirs.
    (ladder.REOPENED, "anna", True),
    (ladder.REOPENED, "boris", False),
    # 20: it may have been written before they heard of the raise, and does not say that they take that on.
    (ladder.RAISED, "anna", False),
    (ladder.RAISED, "boris", False),
]


@pytest.mark.parametrize(("reason", "by", "yes"), NOTED)
def test_whether_a_note_answers_a_question(reason, by, yes):
    """ESCALATION 12, 20, 23."""
    asked = ladder.ask(held(1), reason, at(10), T, why="asked").escalation
    noted = ladder.touch(asked, at(11), T, by=by)
    assert noted == asked if not yes else (noted.answer_by, minute(noted.due_at)) == (None, 41)


def test_a_note_after_a_reopening_does_not_answer_for_a_raise_in_between():
    """ESCALATION 20, 23: acknowledged as high, critical by the time it reopens."""
    taken = ladder.stop(held(1, severity=Severity.HIGH, of=HIGH), at(5))
    raised = ladder.change_severity(taken, HIGH, CRITICAL, Severity.CRITICAL, at(6), T)
    asked = ladder.resume(raised, at(10), T).escalation
    assert asked.asked_for == ladder.REOPENED
    assert ladder.touch(asked, at(11), T, by="anna") == asked


def test_a_yes_answers_every_question():
    """ESCALATION 12, 20, 23."""
    asked = ladder.ask(held(1), ladder.RAISED, at(10), T, why="asked").escalation
    yes = ladder.confirm(asked, Severity.CRITICAL, at(12), T)
    assert (yes.state, yes.answer_by, minute(yes.due_at)) == (HELD, None, 42)


def test_a_second_question_keeps_the_earlier_deadline():
    """ESCALATION 12, 20: asked at 31 about the silence and at 34 about a raise, silence until 36 loses it."""
    quiet = ladder.advance(held(1), CRITICAL, at(31), T).escalation
    raised = ladder.ask(quiet, ladder.RAISED, at(34), T, why="asked").escalation
    assert minute(raised.answer_by) == 36
    assert raised.asked_for == ladder.RAISED


# Minutes at which it was acknowledged; who is called on un-acknowledging at 40; the minutes at which the others come.
UNACKNOWLEDGED = [
    # Only level 1 was paged: it is paged again, the others with the policy's gaps.
    (1, [1], {2: 45, 3: 55, 4: 70}),
    # Levels 1 and 2 were paged: from level 2 on, 10 and 25 minutes later.
    (5, [2], {3: 50, 4: 65}),
    (16, [3], {4: 55}),
    # Everybody was paged: the last level, and after that a whole round.
    (31, [4], {}),
]


@pytest.mark.parametrize(("acknowledged", "called", "others"), UNACKNOWLEDGED)
def test_un_acknowledging_starts_a_round_at_the_highest_level_paged(acknowledged, called, others):
    """ESCALATION 13."""
    move = ladder.release(held(acknowledged), CRITICAL, at(40), T)
    assert move.released
    assert levels(move) == called
    assert waiting(move.escalation) == others
    assert move.escalation.state == RUNNING
    assert move.escalation.holder == ""


def test_un_acknowledging_names_who_gave_it_up():
    """ESCALATION 13: the reason of the page, which is no repeat and therefore not loud."""
    call = ladder.release(held(5), CRITICAL, at(40), T).calls[0]
    assert call.why == "level 2 (L2) paged: Anna no longer has it"
    assert not call.loud


def test_levels_of_the_same_time_are_named_each():
    """ESCALATION 13: two levels share a time; both are called again and each is named."""
    both = policy("both", 0, 0, 30)
    move = ladder.release(replace(held(1, of=both), highest=0), both, at(40), T)
    assert reasons(move.calls) == [
        "level 1 (L1) paged: Anna no longer has it",
        "level 2 (L2) paged: Anna no longer has it",
    ]


def test_levels_reached_after_un_acknowledging_are_not_called_again():
    """ESCALATION 13, 8: level 3 was never paged before, so its page is no repetition and not loud."""
    freed = ladder.release(held(5), CRITICAL, at(40), T).escalation
    call = ladder.advance(freed, CRITICAL, at(50), T).calls[0]
    assert call.why == "level 3 (L3) paged: no acknowledgement for 10 min"
    assert not call.loud


def test_after_the_round_of_an_un_acknowledgement_the_whole_ladder_begins_again():
    """ESCALATION 8, 13: from level 2 at 40 to level 4 at 65; at 80 everybody."""
    freed = ladder.release(held(5), CRITICAL, at(40), T).escalation
    _, called = climb(freed, range(40, 96))
    assert called == [(50, 3), (65, 4), (80, 1), (85, 2), (95, 3)]


def test_the_highest_level_of_earlier_rounds_counts():
    """ESCALATION 13: all four were paged in round one; in round two only level 1. Level 4 is paged again."""
    escalation, _ = climb(opened(), range(1, 47))
    taken = ladder.acknowledge(escalation, ANNA, Severity.CRITICAL, at(47), T)
    assert levels(ladder.release(taken, CRITICAL, at(48), T)) == [4]


def test_a_page_of_before_the_un_acknowledgement_is_unwanted():
    """ESCALATION 13."""
    taken = held(1)
    assert ladder.release(taken, CRITICAL, at(2), T).escalation.epoch > taken.epoch


def test_taking_over_moves_it_to_the_new_holder():
    """ESCALATION 11, 15: whoever takes it has it, from now on."""
    taken = ladder.acknowledge(held(1), BORIS, Severity.CRITICAL, at(10), T)
    assert (taken.holder, taken.holder_slack, minute(taken.held_at), minute(taken.due_at)) == ("boris", "", 10, 40)


def test_a_low_one_that_is_un_acknowledged_does_not_begin_again():
    """ESCALATION 8, 13: its highest level once more, and that is all."""
    taken = held(1, severity=Severity.LOW, of=LOW)
    freed, called = climb(ladder.release(taken, LOW, at(40), T).escalation, range(40, 400), LOW)
    assert called == [(100, 2)]
    assert freed.due_at is None


def test_nobody_holds_what_has_just_opened():
    """A new ladder has no holder, no question and no level paged."""
    fresh = ladder.start(CRITICAL, Severity.CRITICAL, NOW, T)
    assert (fresh.holder, fresh.held_at, fresh.answer_by, fresh.highest) == ("", None, None, -1)
