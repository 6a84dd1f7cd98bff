"""Passing on, and calling for help (ESCALATION 14)."""

import pytest

from bot.core import escalation as ladder
from bot.core.alert import Severity
from bot.core.escalation import ENDED, HELD, HELP
from tests.core.kit import BORIS, CRITICAL, T, at, climb, held, levels, minute, opened, policy, reasons, waiting


def test_i_cant_pages_the_next_level_now_and_the_gaps_stay():
    """ESCALATION 14: at minute 2 level 2; level 3 ten minutes later, level 4 fifteen after that; then the repeats."""
    move = ladder.next_level_now(opened(), CRITICAL, at(2), T, "Anna can't")
    assert levels(move) == [2]
    assert reasons(move.calls) == ["level 2 (L2) paged: Anna can't"]
    assert waiting(move.escalation) == {3: 12, 4: 27}
    assert minute(move.escalation.repeat_at) == 42


def test_i_cant_of_each_level_in_turn_reaches_the_top():
    """ESCALATION 14, 8: three people can't, and everybody has been called; who can't then calls nobody twice, and the
    ladder begins again when it would have."""
    escalation, called = opened(), []
    for m in (1, 2, 3):
        move = ladder.next_level_now(escalation, CRITICAL, at(m), T, "can't")
        escalation = move.escalation
        called += levels(move)
    assert called == [2, 3, 4]
    assert minute(escalation.due_at) == 18
    top = ladder.next_level_now(escalation, CRITICAL, at(4), T, "can't")
    assert (top.calls, top.escalation) == ((), escalation)
    assert top.why == "everybody has been called"


# Level 4 was called at 30. The minute somebody insists on more, and who is called then.
INSISTED = [
    # Its call is under way, and is repeated by itself after two minutes where nobody picks up.
    (30, []),
    (31.9, []),
    (32, [4]),
    (44, [4]),
]


@pytest.mark.parametrize(("minutes", "called"), INSISTED)
def test_escalated_at_the_last_level_it_is_called_again_and_not_twice_at_once(minutes, called):
    """ESCALATION 14, 6: nobody is above; the next round keeps its time."""
    escalation, _ = climb(opened(), [5, 15, 30])
    move = ladder.next_level_now(escalation, CRITICAL, at(minutes), T, "Anna asked for it", insist=True)
    assert levels(move) == called
    assert minute(move.escalation.due_at) == 45
    if called:
        assert reasons(move.calls) == ["level 4 (L4) paged again: Anna asked for it; nobody is above"]
        more = ladder.next_level_now(move.escalation, CRITICAL, at(minutes + 1), T, "more", insist=True)
        assert levels(more) == []


def test_two_levels_at_the_top_that_share_a_time_are_called_again_each():
    """ESCALATION 14: the last level is the highest one; those beside it are called by the next round."""
    both = policy("both", 0, 5, 5)
    escalation, _ = climb(opened(both), [5], both)
    assert levels(ladder.next_level_now(escalation, both, at(8), T, "more", insist=True)) == [3]


def test_i_cant_after_a_late_level_does_not_push_the_others_back():
    """ESCALATION 14, 3: level 2 is overdue since 5; asked for at 7, level 3 stays at 15."""
    move = ladder.next_level_now(opened(), CRITICAL, at(7), T, "can't")
    assert levels(move) == [2]
    assert waiting(move.escalation) == {3: 15, 4: 30}


def test_i_cant_of_the_holder_begins_one_level_higher():
    """ESCALATION 14: Anna holds it since minute 1; she can't go on at 40, so level 2 is called, not level 1 again."""
    move = ladder.release(held(1), CRITICAL, at(40), T, above=True)
    assert levels(move) == [2]
    assert waiting(move.escalation) == {3: 50, 4: 65}


def test_i_cant_of_the_holder_above_whom_nobody_is():
    """ESCALATION 14: the last level is called again, and after 15 minutes everybody."""
    move = ladder.release(held(31), CRITICAL, at(40), T, above=True)
    assert levels(move) == [4]
    assert minute(move.escalation.due_at) == 55


def test_help_keeps_the_holder_and_calls_the_next_level():
    """ESCALATION 14: level 1 has it; level 2 is called now, level 3 after level 2's gap, level 4 after the next."""
    taken = held(1)
    move = ladder.call_help(taken, CRITICAL, at(10), T, None)
    assert move.escalation.part == HELP
    assert reasons(move.calls) == ["level 2 (L2) paged as help"]
    assert waiting(move.escalation) == {3: 20, 4: 35}
    assert taken.state == HELD


def test_unanswered_help_ends_at_the_top():
    """ESCALATION 14: help does not begin again by itself; the holder is there."""
    helping = ladder.call_help(held(1), CRITICAL, at(10), T, None).escalation
    ended, called = climb(helping, range(10, 200))
    assert called == [(20, 3), (35, 4)]
    assert ended.due_at is None


def test_somebody_comes_to_help():
    """ESCALATION 14: the call for help ends, remembering who came."""
    helping = ladder.call_help(held(1), CRITICAL, at(10), T, None).escalation
    came = ladder.acknowledge(helping, BORIS, Severity.CRITICAL, at(12), T)
    assert (came.state, came.holder_name) == (ENDED, "Boris")
    assert came.epoch > helping.epoch
    assert climb(came, [20, 35])[1] == []


def test_help_after_help_goes_on_above():
    """ESCALATION 14: level 2 came to help, and more is needed: level 3."""
    main = held(1)
    first = ladder.call_help(main, CRITICAL, at(10), T, None).escalation
    came = ladder.acknowledge(first, BORIS, Severity.CRITICAL, at(12), T)
    second = ladder.call_help(main, CRITICAL, at(20), T, came)
    assert levels(second) == [3]
    assert waiting(second.escalation) == {4: 35}
    assert second.escalation.epoch > came.epoch


def test_help_above_the_last_level_calls_the_last_level():
    """ESCALATION 14: there is nobody above level 4, which the page says."""
    move = ladder.call_help(held(31), CRITICAL, at(40), T, None)
    assert reasons(move.calls) == ["level 4 (L4) paged as help; nobody is above"]
    assert move.escalation.due_at is None


def test_more_help_while_help_is_being_called():
    """ESCALATION 14, 6: "escalate now" again calls the following level at once; at the last one it calls that again,
    but not while its call is under way."""
    escalation, called = ladder.call_help(held(1), CRITICAL, at(10), T, None).escalation, []
    for m in (11, 12, 13, 13.9, 14, 15):
        move = ladder.next_level_now(escalation, CRITICAL, at(m), T, "more help", insist=True)
        escalation = move.escalation
        called += [(m, level) for level in levels(move)]
    assert called == [(11, 3), (12, 4), (14, 4)]
    assert escalation.due_at is None


def test_a_level_of_help_that_cannot_be_reached_brings_the_next():
    """ESCALATION 6, 14."""
    helping = ladder.call_help(held(1), CRITICAL, at(10), T, None).escalation
    failed = ladder.level_failed(helping, 1, at(11))
    assert waiting(failed) == {3: 11, 4: 35}


def test_un_acknowledging_after_help_begins_at_the_level_that_helped():
    """ESCALATION 13: help paged level 2, which is then the highest level paged."""
    main = ladder.raise_highest(held(1), 1)
    assert levels(ladder.release(main, CRITICAL, at(40), T)) == [2]
    assert ladder.raise_highest(main, 0) == main
