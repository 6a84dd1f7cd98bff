"""Pages, alerts, cards, the timeline, merges, people: what is written is what is read."""

from dataclasses import replace

import pytest

from bot.core.alert import Severity
from bot.core.grouping import Known
from bot.core.oncall import BOT
from bot.core.page import ANSWERED, DROPPED, SENT, WENT_OUT
from bot.core.timeline import Entry
from bot.store.cards import Card
from tests.core.kit import ANNA, NOW, alert, at
from tests.store.kit import LEASE, add_pages, after, message, page, put_incident, send


@pytest.fixture
def number(store) -> int:
    return put_incident(store)


# Pages


def test_a_page_comes_back_as_it_was(store, number):
    full = page(
        number,
        "k",
        part="security",
        epoch=3,
        round=2,
        level=None,
        purpose="confirm",
        state=SENT,
        why="level 1",
        outcome="ringing",
        tries=2,
        bundle="other",
        ref="CA1",
        place="D1/1.2",
        sent_at=after(1),
        ended_at=after(2),
    )
    add_pages(store, full, page(number, "plain"))
    assert store.run_now(lambda tx: tx.pages.get("k")) == full
    assert store.run_now(lambda tx: tx.pages.get("plain")) == page(number, "plain")
    assert store.run_now(lambda tx: tx.pages.get("none")) is None


def test_the_pages_of_an_incident_oldest_first(store, number):
    other = put_incident(store, group="other")
    add_pages(store, page(number, "b", made_at=after(2)), page(number, "a", made_at=after(1)), page(other, "c"))
    assert [p.key for p in store.run_now(lambda tx: tx.pages.of(number))] == ["a", "b"]


def test_the_pages_of_a_level_side_by_side(store, number):
    """ESCALATION 6: same ladder, epoch, round, level and purpose; a level of none is a level of its own."""
    first = page(number, "1")
    others = [
        replace(first, key="2", part="security"),
        replace(first, key="3", epoch=2),
        replace(first, key="4", round=2),
        replace(first, key="5", level=1),
        replace(first, key="6", purpose="direct"),
        replace(first, key="7", level=None),
    ]
    add_pages(store, first, replace(first, key="beside", way="mail"), *others)
    beside = lambda p: {q.key for q in store.run_now(lambda tx: tx.pages.of_level(p))}  # noqa: E731
    assert beside(first) == {"1", "beside"}
    assert beside(others[-1]) == {"7"}


def test_a_call_and_those_it_stands_for(store, number):
    """ESCALATION 7."""
    other = put_incident(store, group="other")
    add_pages(store, page(number, "call", bundle="call"), page(other, "also", bundle="call"), page(number, "not"))
    assert [p.key for p in store.run_now(lambda tx: tx.pages.with_bundle("call"))] == ["call", "also"]
    store.run_now(lambda tx: tx.pages.change(["call", "also"], state=ANSWERED, ended_at=after(9)))
    changed = store.run_now(lambda tx: tx.pages.with_bundle("call"))
    assert {(p.state, p.ended_at) for p in changed} == {(ANSWERED, after(9))}
    assert store.run_now(lambda tx: tx.pages.get("not")).state == "waiting"


def test_when_a_number_was_last_called(store, number):
    """ESCALATION 7: by that way, for whatever incident."""
    other = put_incident(store, group="other")
    add_pages(
        store,
        page(number, "1", sent_at=after(1)),
        page(other, "2", sent_at=after(5)),
        page(other, "3", sent_at=after(9), way="sms"),
        page(other, "4", sent_at=after(9), address="+492"),
        page(other, "5"),
    )
    assert store.run_now(lambda tx: tx.pages.last_call("phone", "+491")) == after(5)
    assert store.run_now(lambda tx: tx.pages.last_call("phone", "+499")) is None


def test_whether_a_number_is_being_called(store, number):
    """ESCALATION 7: from the claim until the message is done with, whatever the page says then: one that could not be
    recorded must not keep others waiting for ever."""
    add_pages(
        store, page(number, "a", state="sending"), page(number, "b", address="+492"), page(number, "c", way="sms")
    )
    send(store, *(message(number, key, kind="page", page=key) for key in "abc"))
    send(store, message(number, "notice", kind="notice", page="a"))
    calling = lambda way, address: store.run_now(lambda tx: tx.pages.calling(way, address))  # noqa: E731
    assert calling("phone", "+491")
    assert not calling("phone", "+492"), "it has not been claimed"
    assert not calling("sms", "+491")
    (first, *_) = store.run_now(lambda tx: tx.outbox.claim(NOW, LEASE, 1, urgent=False))
    assert calling("phone", "+491")
    store.run_now(lambda tx: tx.outbox.finish([first.id], "sent", after(1), "sent, but not recorded"))
    assert not calling("phone", "+491"), "though the page still says so, and a notice about it waits"


def test_the_pages_somebody_may_have_noticed(store, number):
    """ESCALATION 11: newest first; those still waiting, failed or dropped are nobody's concern."""
    states = ["waiting", "sending", "sent", "delivered", "answered", "unreached", "failing", "failed", DROPPED]
    add_pages(store, *(page(number, s, state=s, made_at=after(i)) for i, s in enumerate(states)))
    noticed = [p.key for p in store.run_now(lambda tx: tx.pages.went_out(number))]
    assert noticed == [s for s in reversed(states) if s in WENT_OUT]


def test_the_incidents_that_paged_a_person(store, number):
    """ESCALATION 16."""
    second, third = put_incident(store, group="2"), put_incident(store, group="3")
    add_pages(store, page(second, "a", state=SENT), page(number, "b", state=SENT), page(number, "c", state=SENT))
    add_pages(store, page(third, "d"), page(third, "e", state=SENT, person="boris"))
    assert store.run_now(lambda tx: tx.pages.waiting_for("anna")) == [number, second]


# Alerts


def put_alerts(store, *rows, now=NOW):
    store.run_now(lambda tx: tx.alerts.put([(n, a, Severity.HIGH) for n, a in rows], now))


def test_alerts_are_known_by_incident_and_fingerprint(store, number):
    other = put_incident(store, group="other")
    put_alerts(
        store, (number, alert("f1")), (number, alert("f2", firing=False, starts=1)), (other, alert("f1", starts=2))
    )
    asked = [(number, "f1"), (number, "f2"), (number, "f3"), (other, "f1"), (other, "f2")]
    assert store.run_now(lambda tx: tx.alerts.known(asked)) == {
        (number, "f1"): Known(firing=True, starts_at=at(0), severity=Severity.HIGH),
        (number, "f2"): Known(firing=False, starts_at=at(1), severity=Severity.HIGH),
        (other, "f1"): Known(firing=True, starts_at=at(2), severity=Severity.HIGH),
    }
    assert set(store.run_now(lambda tx: tx.alerts.known(asked[:3]))) == {(number, "f1"), (number, "f2")}
    assert store.run_now(lambda tx: tx.alerts.known([])) == {}


def test_an_alert_that_is_known_keeps_when_it_joined(store, number):
    """ESCALATION 26: the list of what joined does not list it again."""
    put_alerts(store, (number, alert("f1", labels={"a": "b"})))
    put_alerts(store, (number, alert("f1", firing=False, starts=1, title="Now over")), now=at(5))
    rows, total = store.run_now(lambda tx: tx.alerts.joined_since(number, None, 10))
    assert total == 1
    assert (rows[0].joined_at, rows[0].title, rows[0].firing, rows[0].starts_at) == (NOW, "Now over", False, at(1))
    assert rows[0].labels == {"a": "b"}
    assert store.run_now(lambda tx: tx.alerts.count(number)) == (1, 0)


def test_of_an_alert_that_comes_twice_in_one_body_the_last_counts(store, number):
    put_alerts(store, (number, alert("f1")), (number, alert("f1", firing=False)))
    assert store.run_now(lambda tx: tx.alerts.count(number)) == (1, 0)
    put_alerts(store)


def test_what_joined_since(store, number):
    """ESCALATION 26: the first of them, and how many there are."""
    for i in range(5):
        put_alerts(store, (number, alert(f"f{i}", firing=i > 0)), now=at(i))
    rows, total = store.run_now(lambda tx: tx.alerts.joined_since(number, at(1), 2))
    assert ([r.fingerprint for r in rows], total) == (["f2", "f3"], 3)
    assert store.run_now(lambda tx: tx.alerts.count(number)) == (5, 4)
    assert store.run_now(lambda tx: tx.alerts.count(number + 1)) == (0, 0)


def test_alerts_move_with_a_merge_and_back(store, number):
    """ESCALATION 27: one that both have stays where it is, so that undoing gives each its own back."""
    into = put_incident(store, group="into")
    put_alerts(store, (number, alert("f1")), (number, alert("both")), (into, alert("both")), (into, alert("f2")))
    moved = store.run_now(lambda tx: tx.alerts.move(number, into))
    assert moved == ["f1"]
    count = lambda n: store.run_now(lambda tx: tx.alerts.count(n))[0]  # noqa: E731
    assert (count(number), count(into)) == (1, 3)
    store.run_now(lambda tx: tx.alerts.move_back(moved, into, number))
    assert (count(number), count(into)) == (2, 2)
    store.run_now(lambda tx: tx.alerts.move_back([], into, number))


# Cards


def test_cards(store, number):
    """ESCALATION 28: the incident's own first; one that is there already stays as it is."""
    own, small = Card(incident=number, channel="#hft"), Card(incident=number, channel="#desk", small=True)
    store.run_now(lambda tx: tx.cards.add([small, own]))
    store.run_now(lambda tx: tx.cards.posted(number, "#hft", "C1", "1.2"))
    store.run_now(lambda tx: tx.cards.add([own]))
    posted = replace(own, place="C1", ts="1.2")
    assert store.run_now(lambda tx: tx.cards.of(number)) == [posted, small]
    assert store.run_now(lambda tx: tx.cards.main_of([number, 99])) == {number: posted}
    assert store.run_now(lambda tx: tx.cards.at("C1", "1.2")) == number
    assert store.run_now(lambda tx: tx.cards.at("C2", "1.2")) is None


# The timeline


def test_the_timeline_comes_back_in_order(store, number):
    """With who did what and why; entries of the same instant in the order they were told."""
    told = [
        Entry(at=at(1), kind="note", text="second", who=ANNA, data={"a": [1]}, level=2, page="p"),
        Entry(at=at(1), kind="note", text="third", why="because", who=BOT),
        Entry(at=at(0), kind="opened", text="first"),
    ]
    store.run_now(lambda tx: [tx.tell(number, entry) for entry in told])
    assert store.run_now(lambda tx: tx.timeline.of(number)) == [told[2], told[0], told[1]]
    assert [e.text for e in store.run_now(lambda tx: tx.timeline.of(number, limit=2))] == ["second", "third"]


def tell(store, number, minutes, text):
    store.run_now(lambda tx: tx.tell(number, Entry(at=at(minutes), kind="note", text=text)))


def test_both_timelines_stay_after_a_merge(store, number):
    """ESCALATION 27: also of what was merged into the one that was merged; undone, each has its own again."""
    second, third = put_incident(store, group="2"), put_incident(store, group="3")
    for minutes, (n, text) in enumerate([(number, "a"), (second, "b"), (third, "c"), (number, "d")]):
        tell(store, n, minutes, text)
    store.run_now(lambda tx: tx.merges.add(third, second, at(9), {"alerts": ["f1"], "severity": 3}))
    store.run_now(lambda tx: tx.merges.add(second, number, at(10), {}))
    texts = lambda n: "".join(e.text for e in store.run_now(lambda tx: tx.timeline.of(n)))  # noqa: E731
    assert (texts(number), texts(second), texts(third)) == ("abcd", "bc", "c")
    id_, target, when, before = store.run_now(lambda tx: tx.merges.last_of(third))
    assert (target, when, before) == (second, at(9), {"alerts": ["f1"], "severity": 3})
    store.run_now(lambda tx: tx.merges.undo(id_, at(11)))
    assert store.run_now(lambda tx: tx.merges.last_of(third)) is None
    assert (texts(number), texts(second), texts(third)) == ("abd", "b", "c")


# People


def test_who_stands_in(store):
    """ESCALATION 32: per system and role, replaced or cleared."""
    people = lambda system: store.run_now(lambda tx: tx.people.overrides(system))  # noqa: E731

    def set_(system, role, *contacts):
        store.run_now(lambda tx: tx.people.set_override(system, role, contacts, "anna", NOW))

    set_("hft", "primary", "boris", "carol")
    set_("hft", "backup", "anna")
    set_("fx", "primary", "dora")
    assert people("hft") == {"primary": ("boris", "carol"), "backup": ("anna",)}
    set_("hft", "primary", "dora")
    set_("hft", "backup")
    assert people("hft") == {"primary": ("dora",)}
    assert people("eq") == {}


def test_tokens(store):
    """ESCALATION 18: only their hash is kept; a revoked one is nobody's."""
    store.run_now(lambda tx: tx.people.add_token("s3cret", "anna", "Anna", NOW))
    store.run_now(lambda tx: tx.people.add_token("other", "anna", "Anna", NOW))
    owner = lambda token: store.run_now(lambda tx: tx.people.token_owner(token))  # noqa: E731
    assert owner("s3cret") == ("anna", "Anna")
    assert owner("guess") is None
    assert owner("") is None
    assert store.run_now(lambda tx: tx.people.revoke_tokens("anna", at(1))) == 2
    assert store.run_now(lambda tx: tx.people.revoke_tokens("anna", at(1))) == 0
    assert owner("s3cret") is None


def test_an_event_is_taken_once(store):
    """Slack and providers tell things twice; very long keys are cut, not refused."""
    first = lambda key, now=NOW: store.run_now(lambda tx: tx.people.mark_seen(key, now))  # noqa: E731
    assert [first("Ev1"), first("Ev1"), first("Ev2"), first("x" * 999), first("x" * 999)] == [
        True,
        False,
        True,
        True,
        False,
    ]
    assert first("Ev3", at(10))
    store.run_now(lambda tx: tx.people.forget_seen(at(10)))
    assert first("Ev1")
    assert not first("Ev3")
