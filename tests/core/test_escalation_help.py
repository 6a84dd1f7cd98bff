"""Passing on, and calling for help (ESCALATION 14)."""

from bot.core import escalation as ladder
from bot.core.alert import Severity
from bot.core.escalation import ENDED, HELD, HELP
from tests.core.kit import BORIS, CRITICAL, T, at, climb, held, levels, minute, opened, reasons, waiting


def test_i_cant_pages_the_next_level_now_and_the_gaps_stay():
    """ESCALATION 14: at minute 2 level 2; level 3 ten minutes later, level 4 fifteen after that; then the repeats."""
    move = ladder.next_level_now(opened(), CRITICAL, at(2), T, "Anna can't")
    assert levels(move) == [2]
    assert reasons(move.calls) == ["level 2 (L2) paged: Anna can't"]
    assert waiting(move.escalation) == {3: 12, 4: 27}
    assert minute(move.escalation.repeat_at) == 42


def test_i_cant_of_each_level_in_turn_reaches_the_top():
    """ESCALATION 14: four people can't; the fifth "I can't" begins the ladder again, loudly."""
    escalation, called = opened(), []
    for m in (1, 2, 3):
        move = ladder.next_level_now(escalation, CRITICAL, at(m), T, "can't")
        escalation = move.escalation
        called += levels(move)
    assert called == [2, 3, 4]
    assert minute(escalation.due_at) == 18
    again = ladder.next_level_now(escalation, CRITICAL, at(4), T, "can't")
    assert levels(again) == [1]
    assert again.calls[0].loud
    assert "the ladder begins again" in again.why
    assert waiting(again.escalation) == {2: 9, 3: 19, 4: 34}


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
    """ESCALATION 14: there is nobody above level 4."""
    main = held(31)
    move = ladder.call_help(main, CRITICAL, at(40), T, None)
    assert levels(move) == [4]
    assert move.escalation.due_at is None
    again = ladder.call_help(main, CRITICAL, at(41), T, move.escalation)
    assert levels(again) == [4]


def test_more_help_while_help_is_being_called():
    """ESCALATION 14: "escalate now" again calls the following level at once."""
    helping = ladder.call_help(held(1), CRITICAL, at(10), T, None).escalation
    move = ladder.next_level_now(helping, CRITICAL, at(11), T, "more help")
    assert levels(move) == [3]
    assert waiting(move.escalation) == {4: 26}
    last = ladder.next_level_now(move.escalation, CRITICAL, at(12), T, "more help").escalation
    nobody = ladder.next_level_now(last, CRITICAL, at(13), T, "more help")
    assert nobody.calls == ()
    assert nobody.why == "there is no level above"


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
