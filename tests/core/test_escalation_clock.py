"""The ladder's clock: delays, downtime, rounds, levels that fail (ESCALATION 1, 2, 3, 6, 8)."""

from datetime import timedelta

import pytest

from bot.core import escalation as ladder
from bot.core.alert import Severity
from bot.core.policy import Timings
from tests.core.kit import ANNA, CRITICAL, LOW, NOW, T, at, climb, levels, minute, opened, policy, reasons, waiting


def test_delays_count_from_the_start_of_the_round():
    """ESCALATION 1: round one is 0, 5, 15, 30 minutes after the opening."""
    escalation, called = climb(ladder.start(CRITICAL, Severity.CRITICAL, NOW, T), range(45))
    assert called == [(0, 1), (5, 2), (15, 3), (30, 4)]
    assert minute(escalation.due_at) == 45


def test_a_late_level_does_not_delay_the_next():
    """ESCALATION 1: not from the level before. Level 2 is paged at 9 instead of 5; level 3 still comes at 15."""
    _, called = climb(opened(), [9, 14.99, 15])
    assert called == [(9, 2), (15, 3)]


def test_nothing_is_due_before_its_time():
    """ESCALATION 1: a microsecond before level 2 nobody is called."""
    escalation = opened()
    move = ladder.advance(escalation, CRITICAL, at(5) - timedelta(microseconds=1), T)
    assert move.calls == ()
    assert move.escalation == escalation


def test_the_first_level_is_due_at_once():
    """ESCALATION 1: the opening starts round one."""
    escalation = ladder.start(CRITICAL, Severity.CRITICAL, NOW, T)
    assert escalation.due_at == NOW
    move = ladder.advance(escalation, CRITICAL, NOW, T)
    assert reasons(move.calls) == ["level 1 (L1) paged: the incident opened"]
    assert move.calls[0].due_at == NOW


def test_every_call_says_for_how_long_nobody_answered():
    """ESCALATION 1: the reason names the minutes since the round began."""
    escalation = opened()
    assert reasons(ladder.advance(escalation, CRITICAL, at(5), T).calls) == [
        "level 2 (L2) paged: no acknowledgement for 5 min"
    ]


def test_at_equal_times_the_acknowledgement_wins():
    """ESCALATION 2: acknowledged in the very instant level 2 is due, level 2 is not paged."""
    escalation = ladder.acknowledge(opened(), ANNA, Severity.CRITICAL, at(5), T)
    assert ladder.advance(escalation, CRITICAL, at(5), T).calls == ()


def test_after_downtime_every_overdue_level_is_paged_once_in_order():
    """ESCALATION 3: down from minute 1 to minute 16, so levels 2 and 3 are overdue; level 4 keeps its time."""
    move = ladder.advance(opened(), CRITICAL, at(16), T)
    assert levels(move) == [2, 3]
    assert waiting(move.escalation) == {4: 30}
    assert reasons(move.calls) == [
        "level 2 (L2) paged: no acknowledgement for 5 min, 11 min late",
        "level 3 (L3) paged: no acknowledgement for 15 min, 1 min late",
    ]


def test_after_downtime_a_resolved_incident_pages_nobody():
    """ESCALATION 3."""
    stopped = ladder.stop(opened(), at(1))
    assert stopped.due_at is None
    assert ladder.advance(stopped, CRITICAL, at(600), T).calls == ()


def test_an_incident_that_was_never_worked_pages_all_overdue_levels():
    """ESCALATION 3: committed at 0, the bot died at once and comes back at minute 31."""
    move = ladder.advance(ladder.start(CRITICAL, Severity.CRITICAL, NOW, T), CRITICAL, at(31), T)
    assert levels(move) == [1, 2, 3, 4]
    assert minute(move.escalation.due_at) == 45


# How long the bot slept after level 1 was paged; who is called then, in the order they became due; the next due minute.
SLEPT = [
    (5, [2], 15),
    (44, [2, 3, 4], 45),
    # Round two begins at 45: level 1 is due a second time, after the levels of round one.
    (45, [2, 3, 4, 1], 50),
    # Level 2 is due in both rounds and is paged once.
    (50, [2, 3, 4, 1], 60),
    # Rounds began at 45 and 90; whoever is overdue in several is paged once.
    (92, [2, 3, 4, 1], 95),
    # Ten hours: rounds at 45, 90 ... 585. Nobody is called thirteen times.
    (600, [2, 3, 4, 1], 615),
    # In the minute a round begins, the levels of the round before were all overdue.
    (585, [2, 3, 4, 1], 590),
    # A month.
    (43_200, [2, 3, 4, 1], 43_205),
]


@pytest.mark.parametrize(("until", "called", "due"), SLEPT)
def test_rounds_slept_through_are_not_made_up_for(until, called, due):
    """ESCALATION 3, 8: however long it slept, each level is called at most once, and the rounds keep their rhythm."""
    move = ladder.advance(opened(), CRITICAL, at(until), T)
    assert levels(move) == called
    assert minute(move.escalation.due_at) == due
    assert (minute(move.escalation.due_at) - 45) % 45 in {0, 5, 15, 30}
    assert move.escalation.round <= 3
    assert ladder.advance(move.escalation, CRITICAL, at(until), T).calls == ()


def test_of_two_rounds_the_first_gives_the_reason():
    """ESCALATION 3: level 2 was due in both, and is late since the first."""
    calls = ladder.advance(opened(), CRITICAL, at(50), T).calls
    assert reasons(calls)[0] == "level 2 (L2) paged: no acknowledgement for 5 min, 45 min late"
    assert reasons(calls)[-1] == "level 1 (L1) paged again, round 2: nobody has acknowledged, 5 min late"


def test_the_whole_ladder_begins_again_every_fifteen_minutes():
    """ESCALATION 8: 15 minutes after its last level, loudly, until somebody acknowledges."""
    escalation, called = climb(opened(), range(1, 136))
    again = [(45, 1), (50, 2), (60, 3), (75, 4), (90, 1), (95, 2), (105, 3), (120, 4), (135, 1)]
    assert called == [(5, 2), (15, 3), (30, 4), *again]
    assert escalation.round == 4


def test_a_repeated_round_is_loud_and_says_so():
    """ESCALATION 8."""
    escalation, _ = climb(opened(), range(1, 45))
    call = ladder.advance(escalation, CRITICAL, at(45), T).calls[0]
    assert call.loud
    assert call.why == "level 1 (L1) paged again, round 2: nobody has acknowledged"
    first = ladder.advance(opened(), CRITICAL, at(5), T).calls[0]
    assert not first.loud


def test_an_acknowledgement_ends_the_rounds():
    """ESCALATION 8: until somebody acknowledges."""
    escalation, _ = climb(opened(), range(1, 60))
    taken = ladder.acknowledge(escalation, ANNA, Severity.HIGH, at(60), T)
    assert taken.due_at is None


def test_a_ladder_that_does_not_repeat_ends():
    """ESCALATION 8 is not for severities that wake nobody."""
    escalation, called = climb(opened(LOW, Severity.LOW), [60, 600], LOW)
    assert called == [(60, 2)]
    assert escalation.due_at is None


def test_a_rest_of_no_time_does_not_turn_the_ladder_on_the_spot():
    """A pack that says `repeat_after: 0m` for a ladder of one level gets a round a minute, not all of them at once."""
    one, none = policy("one", 0), Timings(repeat_after=timedelta(0))
    move = ladder.advance(ladder.start(one, Severity.CRITICAL, NOW, none), one, at(90), none)
    assert levels(move) == [1]
    assert move.escalation.due_at == at(91)


def test_two_levels_at_the_same_time_are_called_together_in_order():
    """ESCALATION 1: the security ladder of sapphire calls primary and backup at once."""
    both = policy("security", 0, 0, 30)
    assert levels(ladder.advance(ladder.start(both, Severity.HIGH, NOW, T), both, NOW, T)) == [1, 2]


def test_a_level_that_failed_brings_the_next_at_once():
    """ESCALATION 6: level 2 now, levels 3 and 4 keep their times."""
    failed = ladder.level_failed(opened(), 0, at(1))
    assert waiting(failed) == {2: 1, 3: 15, 4: 30}
    assert levels(ladder.advance(failed, CRITICAL, at(1), T)) == [2]


def test_a_failure_that_is_heard_late_brings_nothing():
    """ESCALATION 6: level 1 fails when level 2 has been paged already; and level 3 was not promised to anybody."""
    escalation, _ = climb(opened(), [5])
    assert ladder.level_failed(escalation, 0, at(6)) == escalation


def test_the_last_level_has_nobody_above():
    """ESCALATION 6, 8: then the next round is all there is."""
    escalation, _ = climb(opened(), [5, 15, 30])
    assert ladder.level_failed(escalation, 3, at(31)) == escalation
    assert minute(escalation.due_at) == 45


def test_a_failure_never_makes_a_level_later():
    """ESCALATION 6: level 2 is overdue already when level 1's failure is heard."""
    assert waiting(ladder.level_failed(opened(), 0, at(7)))[2] == 5


@pytest.mark.parametrize(
    "ended", [lambda e: ladder.acknowledge(e, ANNA, Severity.HIGH, at(1), T), lambda e: ladder.stop(e, at(1))]
)
def test_a_failure_after_the_end_brings_nobody(ended):
    """ESCALATION 6, 11: acknowledged or resolved, a late "voicemail" pages nobody further."""
    escalation = ended(opened())
    assert ladder.level_failed(escalation, 0, at(2)) == escalation


def test_a_part_of_a_type_says_why_it_pages():
    """ESCALATION 20: the ladder of a further type does not say that the incident opened."""
    escalation = ladder.start(CRITICAL, Severity.CRITICAL, at(7), T, part="security")
    assert reasons(ladder.advance(escalation, CRITICAL, at(7), T).calls) == [
        "level 1 (L1) paged: the incident is also of type security"
    ]


def test_after_everybody_was_paged_rounds_are_not_made_up_for_either():
    """ESCALATION 3, 8: round one was complete at 30; back after ten hours, every level is called once, in its order."""
    escalation, _ = climb(opened(), [5, 15, 30])
    move = ladder.advance(escalation, CRITICAL, at(600), T)
    assert levels(move) == [1, 2, 3, 4]
    assert all(call.loud for call in move.calls)
    assert minute(move.escalation.due_at) == 615
