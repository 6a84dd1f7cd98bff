"""Duties, checklists and kept messages: what is written is what is read, on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.alert import Severity
from bot.core.checklist import Checklist, Line, Tick
from bot.core.duty import COMMUNICATIONS, LEAD, OnDuty
from bot.core.incident import CLOSED, RESOLVED
from tests.core.kit import NOW
from tests.store.kit import after, put_incident

LIST = Checklist(
    name="recovery",
    title="Bring it back",
    severities=frozenset({Severity.CRITICAL}),
    types=frozenset({"data"}),
    lines=(
        Line(name="halt", text="Halt – all", stage="Stop", command="curl -X POST http://x", covers=("T16.1",)),
        Line(name="mend", text="Mend"),
    ),
    covers=("T16",),
)


@pytest.fixture
def number(store) -> int:
    return put_incident(store)


def test_a_duty_is_one_persons(store, number):
    ann = OnDuty(duty=LEAD, person="ann", name="Ann Ä.", slack="U1", since=NOW)
    bob = OnDuty(duty=LEAD, person="bob", name="Bob", slack="", since=NOW + timedelta(minutes=1))
    comms = OnDuty(duty=COMMUNICATIONS, person="cid", name="Cid", since=NOW)
    other = put_incident(store, group="other")
    store.run_now(lambda tx: [tx.duties.put(number, one) for one in (comms, ann, bob)])
    assert store.run_now(lambda tx: tx.duties.of(number)) == [bob, comms]  # the lead first, and only the later one
    assert store.run_now(lambda tx: tx.duties.of(other)) == []
    store.run_now(lambda tx: tx.duties.drop(number, LEAD))
    assert store.run_now(lambda tx: tx.duties.of(number)) == [comms]


def test_what_somebody_led_and_is_over(store):
    """Their own, the newest first; not what lasts, is closed, was merged, or is led by somebody else."""

    def led(tx, number, person, **columns):
        tx.incidents.save(replace(tx.incidents.lock(number), **columns))
        tx.duties.put(number, OnDuty(duty=LEAD, person=person, name=person, since=NOW))

    first, second, lasting, closed, merged, bobs = (put_incident(store, group=f"g{n}") for n in range(6))
    over = {"phase": RESOLVED, "resolved_at": NOW}
    store.run_now(lambda tx: [led(tx, number, "ann", **over) for number in (first, second)])
    store.run_now(lambda tx: led(tx, lasting, "ann"))
    store.run_now(lambda tx: led(tx, closed, "ann", phase=CLOSED, resolved_at=NOW))
    store.run_now(lambda tx: led(tx, merged, "ann", **over, merged_into=first))
    store.run_now(lambda tx: led(tx, bobs, "bob", **over))
    assert store.run_now(lambda tx: tx.duties.led(["ann", "U1"], 10)) == [second, first]
    assert store.run_now(lambda tx: tx.duties.led(["ann"], 1)) == [second]
    assert store.run_now(lambda tx: tx.duties.led([], 10)) == []


def test_a_checklist_stays_as_it_was_when_it_began(store, number):
    later = Checklist(name="recovery", title="Edited since", lines=(Line(name="new", text="New"),))
    store.run_now(lambda tx: tx.checklists.begin(number, LIST, NOW))
    store.run_now(lambda tx: tx.checklists.begin(number, later, after(60)))
    (found,) = store.run_now(lambda tx: tx.checklists.of(number))
    assert found.checklist == LIST
    assert found.progress == (0, 2)
    assert store.run_now(lambda tx: tx.checklists.get(number, "gone")) is None


def test_ticks_of_a_line_and_no_other(store, number):
    other = put_incident(store, group="other")
    done = Tick(line="halt", owner="ann", owner_name="Ann", at=after(1), by="Bob")
    store.run_now(lambda tx: [tx.checklists.begin(one, LIST, NOW) for one in (number, other)])
    store.run_now(lambda tx: tx.checklists.put(number, "recovery", Tick(line="halt", owner="ann", owner_name="Ann")))
    store.run_now(lambda tx: tx.checklists.put(number, "recovery", done))
    found = store.run_now(lambda tx: tx.checklists.get(number, "recovery"))
    assert found.tick("halt") == done
    assert found.tick("mend") == Tick(line="mend")
    assert store.run_now(lambda tx: tx.checklists.get(other, "recovery")).ticks == {}


def test_a_kept_message_is_asked_for_then_posted_then_gone(store, number):
    assert store.run_now(lambda tx: tx.kept.ts(number, "duties")) is None
    assert store.run_now(lambda tx: tx.kept.names(number)) == []
    store.run_now(lambda tx: tx.kept.expect(number, "duties"))
    assert store.run_now(lambda tx: tx.kept.ts(number, "duties")) == ""
    assert store.run_now(lambda tx: tx.kept.names(number)) == ["duties"]
    store.run_now(lambda tx: tx.kept.posted(number, "duties", "1.5"))
    store.run_now(lambda tx: tx.kept.expect(number, "duties"))  # drawn anew: it stays where it is
    assert store.run_now(lambda tx: tx.kept.ts(number, "duties")) == "1.5"
    store.run_now(lambda tx: tx.kept.posted(number, "duties", ""))
    assert store.run_now(lambda tx: tx.kept.ts(number, "duties")) == ""
