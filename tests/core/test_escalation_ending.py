"""The end, reopening and merging (ESCALATION 22, 23, 27)."""

import pytest

from bot.core import escalation as ladder
from bot.core.alert import Severity
from bot.core.escalation import ENDED, HELD, RUNNING
from tests.core.kit import ANNA, CRITICAL, HIGH, LOW, T, at, climb, held, levels, minute, opened, reasons, waiting


@pytest.mark.parametrize("escalation", [opened(), held(1), ladder.advance(held(1), CRITICAL, at(31), T).escalation])
def test_the_ladder_stops(escalation):
    """ESCALATION 22: whatever state it was in, nothing is due any more, and pages that wait are unwanted."""
    stopped = ladder.stop(escalation, at(40))
    assert stopped.state == ENDED
    assert stopped.due_at is None
    assert stopped.epoch > escalation.epoch
    assert climb(stopped, [41, 400])[1] == []


def test_stopping_twice_remembers_the_first():
    """ESCALATION 22: stopped by the monitor, then by a person."""
    once = ladder.stop(opened(), at(3))
    assert ladder.stop(once, at(9)) == once


def test_reopened_the_ladder_goes_on_where_it_stood():
    """ESCALATION 23: stopped at 3, two minutes before level 2; reopened at 20, level 2 comes at 22, 3 at 32."""
    move = ladder.resume(ladder.stop(opened(), at(3)), at(20), T)
    assert move.calls == ()
    assert waiting(move.escalation) == {2: 22, 3: 32, 4: 47}
    assert minute(move.escalation.repeat_at) == 62


def test_flapping_still_reaches_level_two():
    """ESCALATION 23: a minute firing, nine minutes quiet, again and again: level 2 after five firing minutes."""
    escalation, called = opened(), []
    for cycle in range(8):
        begins = cycle * 10
        if cycle:
            escalation = ladder.resume(escalation, at(begins), T).escalation
        escalation, more = climb(escalation, [begins, begins + 0.5, begins + 0.99])
        called += more
        escalation = ladder.stop(escalation, at(begins + 1))
    assert called == [(50, 2)]


def test_what_was_overdue_when_it_stopped_is_due_when_it_reopens():
    """ESCALATION 3, 23: level 2 was due at 5, the bot slept, it stopped at 7."""
    move = ladder.resume(ladder.stop(opened(), at(7)), at(20), T)
    assert levels(ladder.advance(move.escalation, CRITICAL, at(20), T)) == [2]


def test_the_words_after_a_reopening_do_not_count_the_quiet_time():
    """ESCALATION 23: level 2 is paged after 5 minutes of the ladder, not after 22."""
    resumed = ladder.resume(ladder.stop(opened(), at(3)), at(20), T).escalation
    assert reasons(ladder.advance(resumed, CRITICAL, at(22), T).calls) == [
        "level 2 (L2) paged: no acknowledgement for 5 min"
    ]


def test_reopened_the_former_holder_is_called():
    """ESCALATION 23: and has 5 minutes; silence is an un-acknowledgement."""
    move = ladder.resume(ladder.stop(held(1), at(3)), at(20), T)
    assert reasons(move.calls) == ["Anna is asked: the incident reopened"]
    assert move.escalation.state == HELD
    assert minute(move.escalation.due_at) == 25
    silent = ladder.advance(move.escalation, CRITICAL, at(25), T)
    assert silent.released
    assert levels(silent) == [1]


def test_the_former_holder_confirms():
    """ESCALATION 23, 12."""
    asked = ladder.resume(ladder.stop(held(1), at(3)), at(20), T).escalation
    yes = ladder.confirm(asked, Severity.CRITICAL, at(22), T)
    assert minute(yes.due_at) == 52


def test_a_holder_who_reopens_it_is_not_asked():
    """ESCALATION 23: there is nothing to ask; from now on it lasts as usual (12)."""
    move = ladder.resume(ladder.stop(held(1), at(3)), at(20), T, by="anna")
    assert (move.calls, move.escalation.state, move.escalation.holder) == ((), HELD, "anna")
    assert minute(move.escalation.due_at) == 50
    assert levels(ladder.resume(ladder.stop(held(1), at(3)), at(20), T, by="boris")) == [None]


def test_a_holder_who_reopens_it_is_asked_about_a_raise_in_between():
    """ESCALATION 20, 23: reopening does not take on what it was raised to meanwhile."""
    taken = ladder.stop(held(1, severity=Severity.HIGH, of=HIGH), at(5))
    raised = ladder.change_severity(taken, HIGH, CRITICAL, Severity.CRITICAL, at(6), T)
    assert levels(ladder.resume(raised, at(10), T, by="anna")) == [None]


def test_a_question_does_not_survive_the_end():
    """ESCALATION 22, 23: asked at 31, over at 32, reopened at 40: a question with five minutes of its own."""
    asked = ladder.advance(held(1), CRITICAL, at(31), T).escalation
    again = ladder.resume(ladder.stop(asked, at(32)), at(40), T).escalation
    assert (again.asked_for, minute(again.answer_by)) == (ladder.REOPENED, 45)


def test_a_question_after_a_reopening_goes_on_after_the_next():
    """ESCALATION 23: reopened at 40, over at 42, reopened at 50: nobody is called again, and three minutes are left."""
    asked = ladder.resume(ladder.stop(held(1), at(30)), at(40), T).escalation
    move = ladder.resume(ladder.stop(asked, at(42)), at(50), T)
    assert move.calls == ()
    assert (move.escalation.asked_for, minute(move.escalation.answer_by)) == (ladder.REOPENED, 53)
    late = ladder.resume(ladder.stop(asked, at(42)), at(42 + 31), T)
    assert [call.level for call in late.calls] == [None], "after half an hour they are called again"


@pytest.mark.parametrize("escalation", [opened(), held(1)])
def test_what_did_not_stop_does_not_resume(escalation):
    """ESCALATION 23."""
    assert ladder.resume(escalation, at(20), T).escalation == escalation


def test_reopening_twice_pauses_twice():
    """ESCALATION 23: stopped at 3 and 21, reopened at 20 and 30: level 2 had two minutes left, then one."""
    once = ladder.resume(ladder.stop(opened(), at(3)), at(20), T).escalation
    twice = ladder.resume(ladder.stop(once, at(21)), at(30), T).escalation
    assert waiting(twice)[2] == 31


def test_pages_of_before_the_end_are_unwanted_after_it():
    """ESCALATION 23."""
    before = opened()
    assert ladder.resume(ladder.stop(before, at(3)), at(20), T).escalation.epoch > before.epoch


def test_merging_keeps_the_earlier_due_time():
    """ESCALATION 27: 13's next level is due at 5, 12's at 10: 12's level 2 comes at 5, and level 3 at its own time."""
    merged = ladder.bring_forward(opened(HIGH, Severity.HIGH), opened(), at(1))
    assert waiting(merged) == {2: 5, 3: 30}


# The target's ladder, the source's ladder, and when the target is due after merging at minute 1.
MERGED = [
    # The target's own time is the earlier one.
    (opened(), opened(HIGH, Severity.HIGH), 5),
    # The source was acknowledged: that counts for nothing, and brings nothing forward.
    (opened(), held(1), 5),
    # The source is over.
    (opened(), ladder.stop(opened(), at(1)), 5),
    # The target was acknowledged: acknowledged it stays.
    (held(1), opened(), 31),
    # The source's ladder has ended by itself.
    (opened(), climb(opened(LOW, Severity.LOW), [60], LOW)[0], 5),
    # The same times.
    (opened(), opened(), 5),
    # Everybody of the target was paged: it begins again when the source would have paged.
    (climb(opened(), [5, 15, 30])[0], opened(HIGH, Severity.HIGH), 10),
]


@pytest.mark.parametrize(("into", "away", "due"), MERGED)
def test_merging(into, away, due):
    """ESCALATION 27."""
    merged = ladder.bring_forward(into, away, at(1))
    assert minute(merged.due_at) == due
    assert merged.state == into.state
    assert merged.holder == into.holder


def test_an_overdue_level_of_the_merged_one_is_due_now():
    """ESCALATION 27, 3: the source slept through level 2; the target pages its level 2 at once, and not in the past."""
    merged = ladder.bring_forward(opened(HIGH, Severity.HIGH), opened(), at(8))
    assert waiting(merged) == {2: 8, 3: 30}
    assert levels(ladder.advance(merged, HIGH, at(8), T)) == [2]


def test_merging_into_a_running_one_leaves_it_running():
    """ESCALATION 27: acknowledged only if 12 was."""
    assert ladder.bring_forward(opened(), held(1, who=ANNA), at(2)).state == RUNNING
