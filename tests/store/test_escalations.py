"""Escalations in the database: due times are columns, a claim is a lease."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core import escalation as ladder
from bot.core.alert import Severity
from tests.core.kit import ANNA, BORIS, CRITICAL, NOW, T, at, held, opened
from tests.store.kit import put_incident

LEASE = timedelta(seconds=30)


def save(store, *changed):
    store.run_now(lambda tx: tx.incidents.save_escalations(changed))


def claim(store, now, limit=50):
    return store.run_now(lambda tx: tx.incidents.claim_due(now, LEASE, limit))


def next_due(store, now):
    return store.run_now(lambda tx: tx.incidents.next_due(now))


# Every state a ladder can be in.
STATES = [
    ladder.start(CRITICAL, Severity.CRITICAL, NOW, T),
    opened(),
    held(),
    ladder.advance(held(), CRITICAL, at(31), T).escalation,
    ladder.stop(held(), at(2)),
    ladder.call_help(held(), CRITICAL, at(5), T, None).escalation,
    opened(part="security"),
]


@pytest.mark.parametrize("escalation", STATES)
def test_an_escalation_comes_back_as_it_was(store, escalation):
    number = put_incident(store)
    save(store, (number, escalation))
    assert store.run_now(lambda tx: tx.incidents.escalations(number)) == {escalation.part: escalation}


def test_the_escalations_of_several_incidents(store):
    first, second, third = (put_incident(store, group=g) for g in "123")
    save(store, (first, opened()), (first, opened(part="security")), (second, held()))
    found = store.run_now(lambda tx: tx.incidents.escalations_of([first, second, third]))
    assert {n: set(parts) for n, parts in found.items()} == {
        first: {"main", "security"},
        second: {"main"},
        third: set(),
    }
    assert found[second]["main"] == held()


def test_a_change_replaces_the_row(store):
    number = put_incident(store)
    save(store, (number, opened()))
    save(store, (number, held()))
    assert store.run_now(lambda tx: tx.incidents.escalations(number))["main"] == held()
    save(store)


def test_a_ladder_is_claimed_when_it_is_due(store):
    """ESCALATION 1: in the very instant, not a microsecond before."""
    number = put_incident(store)
    save(store, (number, opened()))
    assert claim(store, at(5) - timedelta(microseconds=1)) == []
    assert claim(store, at(5)) == [(number, "main")]


def test_what_is_never_due_is_never_claimed(store):
    number = put_incident(store)
    save(store, (number, ladder.stop(opened(), at(1))))
    assert claim(store, at(10_000)) == []
    assert next_due(store, NOW) is None


def test_a_claim_keeps_others_away_until_its_lease_ends(store):
    """A replica that dies with a claim does not keep it."""
    number = put_incident(store)
    save(store, (number, opened()))
    assert claim(store, at(5)) == [(number, "main")]
    assert claim(store, at(5)) == []
    assert claim(store, at(5) + LEASE - timedelta(microseconds=1)) == []
    assert claim(store, at(5) + LEASE) == [(number, "main")]


def test_whoever_changes_a_ladder_gives_up_the_claim(store):
    number = put_incident(store)
    save(store, (number, opened()))
    claim(store, at(5))
    save(store, (number, opened()))
    assert claim(store, at(5)) == [(number, "main")]


def test_the_earliest_first_and_no_more_than_asked_for(store):
    numbers = [put_incident(store, group=g) for g in "123"]
    for number, minutes in zip(numbers, (3, 1, 2), strict=True):
        save(store, (number, ladder.start(CRITICAL, Severity.CRITICAL, at(minutes), T)))
    assert claim(store, at(10), limit=2) == [(numbers[1], "main"), (numbers[2], "main")]
    assert claim(store, at(10), limit=2) == [(numbers[0], "main")]


def test_the_parts_of_an_incident_are_claimed_one_by_one(store):
    number = put_incident(store)
    save(store, (number, opened()), (number, ladder.start(CRITICAL, Severity.HIGH, at(7), T, part="security")))
    assert claim(store, at(6.9)) == [(number, "main")]
    assert claim(store, at(7)) == [(number, "security")]


def test_a_claim_that_was_not_committed_is_none(store):
    number = put_incident(store)
    save(store, (number, opened()))

    def die(tx):
        assert tx.incidents.claim_due(at(5), LEASE, 10)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        store.run_now(die)
    assert claim(store, at(5)) == [(number, "main")]


def test_when_to_wake_next(store):
    """The earliest due time; of what is claimed, the end of the claim, should its owner have died."""
    first, second = (put_incident(store, group=g) for g in "12")
    assert next_due(store, NOW) is None
    save(store, (first, opened()), (second, ladder.start(CRITICAL, Severity.CRITICAL, at(60), T)))
    assert next_due(store, NOW) == at(5)
    claim(store, at(5))
    assert next_due(store, at(5)) == at(5) + LEASE
    # The lease has ended: it is due since 5.
    assert next_due(store, at(6)) == at(5)


def test_late_work_is_counted(store):
    first, second = (put_incident(store, group=g) for g in "12")
    save(store, (first, opened()), (second, held(2)))
    assert store.run_now(lambda tx: tx.incidents.late(at(5))) == 0
    assert store.run_now(lambda tx: tx.incidents.late(at(6))) == 1
    # A claim that is not worked is late too.
    claim(store, at(6))
    assert store.run_now(lambda tx: tx.incidents.late(at(7))) == 1


def test_who_holds_what(store):
    """ESCALATION 9, 16: "already on INC-12"."""
    first, second, third, fourth = (put_incident(store, group=g) for g in "1234")
    save(store, (first, held()), (second, held()), (third, held(who=BORIS)), (fourth, ladder.stop(held(), at(2))))
    save(store, (second, replace(held(), part="security")))
    found = store.run_now(lambda tx: tx.incidents.held_by_each("hft", [ANNA.id, "carol"]))
    assert found == {"anna": [first, second]}
