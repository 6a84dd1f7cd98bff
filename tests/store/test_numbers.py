"""The facts that numbers are made of, on both databases; and pins and weekly digests, as they are written and read."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.alert import Severity
from bot.core.numbers import Called
from bot.core.page import DROPPED, SENT
from bot.core.pin import Attached, Pin, Quote
from bot.store.store import open_store
from tests.core.kit import NOW, alert, at
from tests.store.kit import add_pages, after, page, put_incident

DAY = timedelta(days=1)


def facts(store, system=""):
    return store.run_now(lambda tx: tx.figures.facts(NOW - DAY, NOW + DAY, system))


def test_lives_are_those_that_opened_in_the_span(store):
    whole = {
        "acknowledged_at": at(2), "diagnosed_at": at(1), "mitigated_at": at(20), "resolved_at": at(60),
        "severity": Severity.MEDIUM, "missed": True,
    }  # fmt: skip
    first = put_incident(store, "a", **whole)
    other = put_incident(store, "b", system="tmt")
    put_incident(store, "c", opened_at=NOW - DAY - timedelta(microseconds=1))
    put_incident(store, "d", opened_at=NOW + DAY)
    edge = put_incident(store, "e", opened_at=NOW - DAY)
    put_incident(store, "f", merged_into=first, phase="closed")
    found = facts(store).lives
    assert [life.number for life in found] == [edge, other, first]
    assert {name: getattr(found[-1], name) for name in whole} == whole
    assert found[-1].opened_at == NOW
    newest = store.run_now(lambda tx: tx.figures.lives(NOW - DAY, NOW + DAY, most=2))
    assert [life.number for life in newest] == [edge, other]
    assert [life.number for life in facts(store, "tmt").lives] == [other]


def test_ways_side_by_side_are_one_call_and_what_never_left_is_none(store):
    number = put_incident(store)
    add_pages(
        store,
        page(number, "1", state=SENT),
        page(number, "2", state=SENT, way="mail", made_at=after(1)),
        page(number, "3", state=SENT, level=1, made_at=after(300)),
        page(number, "4", state=SENT, level=None, purpose="direct", made_at=after(400)),
        page(number, "5", state=DROPPED, level=2),
        page(number, "6", state=SENT, person="bob", name="Bob"),
        page(number, "7", state=SENT, round=2, made_at=NOW + DAY),
    )
    found = sorted(facts(store).calls, key=lambda call: (call.person, call.at))
    assert found == [
        Called(person="anna", name="Anna", at=NOW),
        Called(person="anna", name="Anna", at=after(300)),
        Called(person="anna", name="Anna", at=after(400)),
        Called(person="bob", name="Bob", at=NOW),
    ]
    assert facts(store, "tmt").calls == []


def test_alerts_are_counted_by_their_rules_name_else_by_title(store):
    one, two = put_incident(store, "a"), put_incident(store, "b", system="tmt")

    named = [alert(f"f{n}", title=f"feed {n}", labels={"alertname": "FeedStale", "n": str(n)}) for n in range(3)]
    elsewhere = [alert("f1", labels={"alertname": "FeedStale"}), alert("t", title="no name", labels={"alertname": ""})]
    rows = [(one, it, Severity.HIGH) for it in named] + [(two, it, Severity.HIGH) for it in elsewhere]
    store.run_now(lambda tx: tx.alerts.put(rows, NOW))
    assert facts(store).alerts == [("FeedStale", 4), ("no name", 1)]
    assert facts(store, "tmt").alerts == [("FeedStale", 1), ("no name", 1)]


def test_how_many_there_ever_were(store):
    first = put_incident(store, "a")
    put_incident(store, "b", opened_at=NOW - 900 * DAY)
    put_incident(store, "c", severity=Severity.LOW)
    put_incident(store, "d", merged_into=first, phase="closed")
    severity = store.run_now(lambda tx: tx.incidents.get(first)).severity
    system = store.run_now(lambda tx: tx.incidents.get(first)).system
    assert sorted(store.run_now(lambda tx: tx.figures.counts())) == sorted(
        [(system, severity, 2), (system, Severity.LOW, 1)]
    )


# Pins


def test_a_pin_comes_back_as_it_was(store):
    number = put_incident(store)
    quote = Quote(
        place="C1", ts="1.2", thread="1.1", said_at=at(1), person="U1", name="Ann ☠", text="it's <back>\nnow",
        link="https://x/1", files=(Attached(name="a.png", link="https://x/2"), Attached(name="b")),
    )  # fmt: skip
    pin = Pin(incident=number, quote=quote, pinned_by="Bob", pinned_at=at(2))
    store.run_now(lambda tx: tx.pins.put(pin))
    assert store.run_now(lambda tx: tx.pins.get("C1", "1.2")) == pin
    off = replace(pin, quote=replace(quote, text="gone", files=()), removed_at=at(3))
    store.run_now(lambda tx: tx.pins.put(off))
    assert store.run_now(lambda tx: tx.pins.get("C1", "1.2")) == off
    assert store.run_now(lambda tx: tx.pins.get("C1", "1.3")) is None


# Weekly digests


def claim(store, system="hft", minute=0.0):
    return store.run_now(lambda tx: tx.weekly.claim(system, NOW, at(minute), at(minute + 1)))


def test_one_claims_a_digest_and_others_wait(store):
    first = claim(store)
    assert (first.mine, first.attempts, first.maybe_sent) == (True, 1, False)
    second = claim(store, minute=0.5)
    assert (second.mine, second.until) == (False, at(1))
    assert claim(store, "tmt").mine, "another system's is another's"


def test_who_takes_over_knows_that_it_may_have_left(store):
    claim(store)
    again = claim(store, minute=1)
    assert (again.mine, again.attempts, again.maybe_sent) == (True, 2, True)


def test_what_was_posted_is_done(store):
    claim(store)
    store.run_now(lambda tx: tx.weekly.posted("hft", NOW, at(0.5)))
    assert claim(store, minute=5) is None


def test_what_did_not_work_is_put_off(store):
    claim(store)
    store.run_now(lambda tx: tx.weekly.put_off("hft", NOW, at(3), maybe_sent=False))
    assert (claim(store, minute=2).mine, claim(store, minute=2).until) == (False, at(3))
    again = claim(store, minute=3)
    assert (again.mine, again.maybe_sent) == (True, False)


@pytest.fixture
def second(store):
    """Another replica."""
    opened = open_store(str(store.engine.url.render_as_string(hide_password=False)))
    yield opened
    opened.close()


def test_another_replica_sees_the_claim(store, second):
    assert claim(store).mine
    assert not claim(second).mine
