"""Raising and lowering the severity (ESCALATION 19, 20)."""

from dataclasses import replace

import pytest

from bot.core import escalation as ladder
from bot.core.alert import Severity
from bot.core.escalation import Escalation
from bot.core.policy import Policy
from tests.core.kit import (
    ANNA,
    BORIS,
    CRITICAL,
    HIGH,
    LOW,
    MEDIUM,
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

POLICY = {Severity.CRITICAL: CRITICAL, Severity.HIGH: HIGH, Severity.MEDIUM: MEDIUM, Severity.LOW: LOW}


def change(escalation: Escalation, severity: Severity, minutes: float, new: Policy | None = None) -> Escalation:
    old = POLICY[next(s for s, p in POLICY.items() if p.name == escalation.policy)]
    return ladder.change_severity(escalation, old, new or POLICY[severity], severity, at(minutes), T)


# A high ladder (0, 10, 30) raised to critical (0, 5, 15, 30) at minute m; who is due when.
RAISED = [
    # Level 2 was due at 10, the new delay is 1 + 5; level 3 at 30 or 1 + 15; level 4 is new.
    (1, {2: 6, 3: 16, 4: 31}),
    # At 7 the old time of level 2 is the earlier one.
    (7, {2: 10, 3: 22, 4: 37}),
    # Level 2 was paged at 10 and stays paged.
    (20, {3: 30, 4: 50}),
    # Everybody was paged.
    (31, {4: 61}),
]


@pytest.mark.parametrize(("raised", "due"), RAISED)
def test_a_raise_takes_the_earlier_of_the_old_time_and_now_plus_the_new_delay(raised, due):
    """ESCALATION 19."""
    escalation, _ = climb(opened(HIGH, Severity.HIGH), [10, 30][: (raised >= 10) + (raised >= 30)], HIGH)
    assert waiting(change(escalation, Severity.CRITICAL, raised)) == due


def test_a_raise_of_a_ladder_that_only_mailed_calls_everybody():
    """ESCALATION 19: at 65 levels 1 to 3 had a mail; the critical ladder calls, which nobody has been yet."""
    escalation, mailed = climb(opened(MEDIUM, Severity.MEDIUM), [30, 60], MEDIUM)
    assert mailed == [(30, 2), (60, 3)]
    raised, called = climb(change(escalation, Severity.CRITICAL, 65), range(65, 111))
    assert called == [(65, 1), (70, 2), (80, 3), (95, 4), (110, 1)]
    assert raised.round == 2


def test_a_raise_calls_again_only_where_somebody_or_some_way_is_new():
    """ESCALATION 19: the same people by fewer ways are not called again."""
    fewer = policy("critical", 0, 5, 15, 30, ways=("slack",))
    escalation, _ = climb(opened(HIGH, Severity.HIGH), [10], HIGH)
    assert waiting(change(escalation, Severity.CRITICAL, 20, fewer)) == {3: 30, 4: 50}


def test_un_acknowledging_after_a_raise_begins_where_the_new_ladder_stands():
    """ESCALATION 13, 19: three levels were mailed, one has been called since; that one is called again."""
    escalation, _ = climb(opened(MEDIUM, Severity.MEDIUM), [30, 60], MEDIUM)
    raised, _ = climb(change(escalation, Severity.CRITICAL, 65), [65])
    taken = ladder.acknowledge(raised, ANNA, Severity.CRITICAL, at(66), T)
    move = ladder.release(taken, CRITICAL, at(67), T)
    assert levels(move) == [1]
    assert waiting(move.escalation) == {2: 72, 3: 82, 4: 97}


def test_a_raise_in_a_later_round_forgets_nobody_who_was_called():
    """ESCALATION 13, 19: all three were called in round one; in round two, after level 1, it is raised and taken."""
    escalation, _ = climb(opened(HIGH, Severity.HIGH), [10, 30, 45], HIGH)
    raised = change(escalation, Severity.CRITICAL, 46)
    taken = ladder.acknowledge(raised, ANNA, Severity.CRITICAL, at(47), T)
    assert levels(ladder.release(taken, CRITICAL, at(48), T)) == [3]


def test_a_raise_after_a_later_round_began_with_an_un_acknowledgement():
    """ESCALATION 13, 19: level 2 was paged when Anna gave it up at 40. Level 1 has been called by the same ways and is
    not called again; levels 3 and 4 come by the new delays."""
    freed = ladder.release(held(11, severity=Severity.HIGH, of=HIGH), HIGH, at(40), T).escalation
    assert waiting(freed) == {3: 60}
    raised = change(freed, Severity.CRITICAL, 41)
    assert waiting(raised) == {3: 56, 4: 71}
    assert raised.highest == 1


def test_a_raise_after_such_a_round_calls_those_below_who_had_only_a_mail():
    """ESCALATION 19: the round began at level 2, which had a mail like level 1; the critical ladder calls both."""
    freed = ladder.release(held(31, severity=Severity.MEDIUM, of=MEDIUM), MEDIUM, at(40), T).escalation
    raised = change(freed, Severity.CRITICAL, 41)
    assert waiting(raised) == {1: 41, 2: 46, 3: 56, 4: 71}


def test_the_call_after_a_raise_does_not_say_that_the_incident_opened():
    """ESCALATION 19: in a later round the reason is that nobody has acknowledged."""
    freed = ladder.release(held(31, severity=Severity.MEDIUM, of=MEDIUM), MEDIUM, at(40), T).escalation
    calls = ladder.advance(change(freed, Severity.CRITICAL, 41), CRITICAL, at(41), T).calls
    assert reasons(calls) == ["level 1 (L1) paged: nobody has acknowledged"]


def test_a_raise_to_a_shorter_ladder_begins_again_and_is_not_called_late():
    """ESCALATION 8, 19: everybody on the new ladder was called long ago, so its next round begins now."""
    escalation, _ = climb(opened(HIGH, Severity.HIGH), [10, 30], HIGH)
    short = policy("critical", 0, 5)
    raised = change(escalation, Severity.CRITICAL, 40, short)
    assert minute(raised.due_at) == 40
    calls = ladder.advance(raised, short, at(40), T).calls
    assert reasons(calls) == ["level 1 (L1) paged again, round 2: nobody has acknowledged"]


def test_a_raise_does_not_put_off_the_next_round():
    """ESCALATION 8, 19: the high ladder begins again at 45; so does the critical one, with no level in between."""
    escalation, _ = climb(opened(HIGH, Severity.HIGH), [10, 30], HIGH)
    same = policy("critical", 0, 10, 30)
    assert minute(change(escalation, Severity.CRITICAL, 44, same).repeat_at) == 45


def test_a_raise_that_calls_anew_does_not_put_off_the_next_round_either():
    """ESCALATION 8, 19: after mails at 0, 30, 60 the ladder begins again at 75; raised at 70, it still does."""
    escalation, _ = climb(opened(MEDIUM, Severity.MEDIUM), [30, 60], MEDIUM)
    raised = change(escalation, Severity.CRITICAL, 70, policy("critical", 0))
    assert waiting(raised) == {1: 70}
    assert minute(raised.repeat_at) == 75


# A critical ladder lowered at minute m: the levels already paged, then who is due when, and when it begins again.
LOWERED = [
    # To high (0, 10, 30): level 2 was due at 5 and comes at 10, level 3 at 30 instead of 15.
    (1, [], Severity.HIGH, {2: 10, 3: 30}, 45),
    # Level 2 was paged and stays paged.
    (6, [5], Severity.HIGH, {3: 30}, 45),
    # Everybody was paged: nothing more but the next round, at its old time.
    (31, [5, 15, 30], Severity.HIGH, {}, 45),
    # To medium (0, 30, 60).
    (6, [5], Severity.MEDIUM, {3: 60}, 75),
    # To low, which does not begin again.
    (1, [], Severity.LOW, {2: 60}, None),
    (6, [5], Severity.LOW, {}, None),
]


@pytest.mark.parametrize(("lowered", "paged", "to", "due", "again"), LOWERED)
def test_a_lowering_makes_levels_later_and_un_pages_nobody(lowered, paged, to, due, again):
    """ESCALATION 19."""
    escalation, _ = climb(opened(), paged)
    after = change(escalation, to, lowered)
    assert waiting(after) == due
    assert minute(after.repeat_at) == again
    assert after.epoch == escalation.epoch
    assert after.highest == min(escalation.highest, len(POLICY[to].levels) - 1)


def test_a_lowering_does_not_begin_the_ladder_again_at_once():
    """ESCALATION 19: the lower ladder has two levels, the last at 5; its rest of 15 minutes would end at 20. Whoever
    lowers at 20 must not thereby call everybody again: the next round stays at 45."""
    escalation, _ = climb(opened(), [5, 15])
    short = policy("high", 0, 5)
    lowered = change(escalation, Severity.HIGH, 20, short)
    assert minute(lowered.due_at) == 45


def test_a_lowering_after_a_round_that_began_above_the_lower_ladder():
    """ESCALATION 13, 19: level 4 was paged again at 40. The lower ladder has no level 4: nobody is due before 55."""
    freed = ladder.release(held(31), CRITICAL, at(40), T).escalation
    lowered = change(freed, Severity.HIGH, 41, policy("high", 0, 5))
    assert waiting(lowered) == {}
    assert minute(lowered.due_at) == 56


def test_a_lowering_cancels_nothing_overdue():
    """ESCALATION 19: level 2 was due at 5, the bot slept until 7, and then it is lowered: level 2 is still paged."""
    lowered = change(opened(), Severity.HIGH, 7)
    assert levels(ladder.advance(lowered, HIGH, at(7), T)) == [2]


def test_a_lowering_to_a_ladder_that_begins_again_from_one_that_did_not():
    """ESCALATION 8, 19: the rest is counted from now."""
    once = policy("critical", 0, 5, repeats=False)
    escalation = ladder.advance(opened(once), once, at(5), T).escalation
    lowered = ladder.change_severity(escalation, once, policy("high", 0, 5), Severity.HIGH, at(60), T)
    assert minute(lowered.due_at) == 75


def test_raised_again_after_a_lowering_in_between_it_is_as_fast_as_ever():
    """ESCALATION 19: held as critical, lowered to high, given up, raised again: the second raise is a raise too, though
    the acknowledgement in between was for critical."""
    lowered = change(held(1), Severity.HIGH, 10)
    freed = ladder.release(lowered, HIGH, at(20), T).escalation
    assert waiting(freed) == {2: 30, 3: 50}
    assert waiting(change(freed, Severity.CRITICAL, 21)) == {2: 26, 3: 36, 4: 51}


def test_lowered_after_a_raise_that_nobody_confirmed():
    """ESCALATION 19: held as medium, raised to critical, silence, then lowered to high: a lowering, which makes nothing
    earlier, though the acknowledgement had been for less."""
    raised = change(held(1, severity=Severity.MEDIUM, of=MEDIUM), Severity.CRITICAL, 10)
    asked = ladder.ask(raised, ladder.RAISED, at(10), T, why="raised").escalation
    freed = ladder.advance(asked, CRITICAL, at(15), T).escalation
    assert waiting(freed) == {2: 20, 3: 30, 4: 45}
    assert waiting(change(freed, Severity.HIGH, 16)) == {2: 25, 3: 45}


def test_the_holder_is_asked_after_a_raise():
    """ESCALATION 20: called, with 5 minutes to confirm; silence is an un-acknowledgement at the new ladder."""
    raised = change(held(1, severity=Severity.HIGH, of=HIGH), Severity.CRITICAL, 10)
    assert (raised.severity, raised.covers) == (Severity.CRITICAL, Severity.HIGH)
    asked = ladder.ask(raised, ladder.RAISED, at(10), T, why="Anna is asked: it rose")
    assert reasons(asked.calls) == ["Anna is asked: it rose"]
    assert minute(asked.escalation.due_at) == 15
    silent = ladder.advance(asked.escalation, CRITICAL, at(15), T)
    assert silent.released
    assert levels(silent) == [1]
    assert waiting(silent.escalation) == {2: 20, 3: 30, 4: 45}


def test_confirming_covers_the_new_severity_and_expires_when_it_is_critical():
    """ESCALATION 20, 12."""
    raised = change(held(1, severity=Severity.HIGH, of=HIGH), Severity.CRITICAL, 10)
    asked = ladder.ask(raised, ladder.RAISED, at(10), T, why="raised").escalation
    yes = ladder.confirm(asked, Severity.CRITICAL, at(12), T)
    assert yes.covers is Severity.CRITICAL
    assert minute(yes.due_at) == 42


def test_a_question_about_a_raise_is_taken_back_when_the_raise_is():
    """ESCALATION 20: the acknowledgement was for high, and high it is again; Anna keeps it without an answer."""
    raised = change(held(1, severity=Severity.HIGH, of=HIGH), Severity.CRITICAL, 10)
    asked = ladder.ask(raised, ladder.RAISED, at(10), T, why="raised").escalation
    back = change(asked, Severity.HIGH, 12)
    assert (back.asked_for, back.due_at) == ("", None)
    assert back.epoch > asked.epoch


def test_a_question_about_a_raise_stays_when_only_part_of_the_raise_is_taken_back():
    """ESCALATION 20: acknowledged as medium, raised to critical, lowered to high: still more than Anna took."""
    raised = change(held(1, severity=Severity.MEDIUM, of=MEDIUM), Severity.CRITICAL, 10)
    asked = ladder.ask(raised, ladder.RAISED, at(10), T, why="raised").escalation
    back = change(asked, Severity.HIGH, 12)
    assert (back.asked_for, minute(back.due_at)) == (ladder.RAISED, 15)


def test_silence_is_asked_about_only_while_it_is_critical():
    """ESCALATION 12: lowered to high, the acknowledgement lasts until it is resolved; raised, it expires again."""
    lowered = change(held(1), Severity.HIGH, 10)
    assert lowered.due_at is None
    assert ladder.touch(lowered, at(11), T).due_at is None
    again = change(lowered, Severity.CRITICAL, 20)
    assert minute(again.due_at) == 50


def test_a_question_about_silence_is_taken_back_when_it_is_no_longer_critical():
    """ESCALATION 12."""
    asked = ladder.advance(held(1), CRITICAL, at(31), T).escalation
    lowered = change(asked, Severity.MEDIUM, 32)
    assert (lowered.asked_for, lowered.due_at) == ("", None)


def test_a_raise_asks_about_what_the_new_holder_took():
    """ESCALATION 20: Boris took it over as critical: it covers critical, though Anna's was for high."""
    raised = change(held(1, severity=Severity.HIGH, of=HIGH), Severity.CRITICAL, 10)
    taken = ladder.acknowledge(raised, BORIS, Severity.CRITICAL, at(11), T)
    assert taken.covers is Severity.CRITICAL
    freed = ladder.release(taken, CRITICAL, at(12), T).escalation
    assert freed.covers is Severity.LOW


def test_un_acknowledging_after_a_raise_of_a_held_one_begins_at_the_highest_level_paged():
    """ESCALATION 13, 20: levels 1 and 2 had been paged, by whatever way."""
    raised = change(held(31, severity=Severity.MEDIUM, of=MEDIUM), Severity.CRITICAL, 40)
    assert levels(ladder.release(raised, CRITICAL, at(45), T)) == [2]


def test_a_change_while_it_is_stopped_counts_from_the_stop():
    """ESCALATION 19, 23: stopped at 3, raised at 10 while the monitor said it was over, reopened at 20: the new delays
    begin with the reopening."""
    stopped = ladder.stop(opened(HIGH, Severity.HIGH), at(3))
    raised = change(stopped, Severity.CRITICAL, 10)
    assert raised.due_at is None
    assert waiting(ladder.resume(raised, at(20), T).escalation) == {2: 25, 3: 35, 4: 50}


def test_the_same_severity_by_another_policy_un_pages_nobody():
    """ESCALATION 19: neither raised nor lowered."""
    escalation, _ = climb(opened(), [5])
    assert replace(change(escalation, Severity.CRITICAL, 6), epoch=1) == escalation
