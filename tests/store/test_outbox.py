"""The outbox: claims are leases, lanes keep their order, nothing is lost."""

from datetime import timedelta

import pytest

from bot.store import tables
from tests.core.kit import NOW
from tests.store.kit import LEASE, add_pages, after, claim, fill_outbox, message, outbox_row, page, put_incident, send


@pytest.fixture
def number(store) -> int:
    return put_incident(store)


def test_a_message_comes_back_as_it_was(store, number):
    """With one attempt more, the one that is about to be made."""
    sent = message(
        number,
        "k",
        kind="page",
        lane="page:k",
        way="phone",
        target="phone:+491",
        urgent=True,
        page="k",
        payload={"text": "k", "blocks": [{"a": None}], "ü": 1.5},
    )
    send(store, sent)
    (row,) = store.run_now(lambda tx: tx.outbox.claim(NOW, LEASE, 10, urgent=True))
    assert row.id > 0
    assert (row.attempts, row.maybe_sent) == (1, False)
    for name in (
        "key",
        "kind",
        "incident",
        "lane",
        "way",
        "target",
        "urgent",
        "page",
        "not_before",
        "made_at",
        "payload",
    ):
        assert getattr(row, name) == getattr(sent, name)


def test_a_key_is_sent_once(store, number):
    """Decided twice, in one transaction or in two: the first one stays."""
    send(store, message(number, "k"), message(number, "k", payload={"text": "again"}))
    send(store, message(number, "k", payload={"text": "later"}))
    assert claim(store) == ["k"]


def test_only_the_first_of_a_lane_is_given(store, number):
    """Messages of one lane leave one after the other, those of other lanes do not wait for them."""
    send(store, *(message(number, k, lane="thread") for k in "abc"), message(number, "x"))
    assert claim(store) == ["a", "x"]
    assert claim(store) == []
    a = outbox_row(store, "a")["id"]
    store.run_now(lambda tx: tx.outbox.finish([a], "sent", NOW))
    assert claim(store) == ["b"]


@pytest.mark.parametrize("state", ["sent", "failed", "dropped"])
def test_whatever_became_of_the_first_the_next_follows(store, number, state):
    send(store, *(message(number, k, lane="thread") for k in "ab"))
    assert claim(store) == ["a"]
    store.run_now(lambda tx: tx.outbox.finish([outbox_row_id(tx, "a")], state, NOW, "why"))
    row = outbox_row(store, "a")
    assert (row["state"], row["done_at"], row["lease_until"], row["error"]) == (state, NOW, None, "why")
    assert claim(store) == ["b"]


def outbox_row_id(tx, key: str) -> int:
    return tx.connection.execute(tables.outbox.select().where(tables.outbox.c.key == key)).one().id


def test_a_message_that_has_to_wait_holds_up_its_lane_and_no_other(store, number):
    """Order is kept even where the first one is late."""
    send(store, message(number, "a", lane="thread", not_before=after(10)), message(number, "b", lane="thread"))
    send(store, message(number, "x"))
    assert claim(store) == ["x"]
    assert claim(store, after(10)) == ["a"]


def test_pages_go_before_the_story(store, number):
    send(store, message(number, "line"), message(number, "page", urgent=True))
    assert claim(store, urgent=True) == ["page"]
    assert claim(store, urgent=False) == ["line"]


def test_a_line_may_hold_up_a_page_of_its_lane_only(store, number):
    """PagerDuty's lane mixes both: the quiet word decided first leaves first."""
    send(store, message(number, "ack", lane="pd"), message(number, "page", lane="pd", urgent=True))
    assert claim(store, urgent=True) == []
    assert claim(store, urgent=False) == ["ack"]


def test_busy_ways_are_left_alone(store, number):
    send(store, message(number, "a", way="phone"), message(number, "b", way="mail"))
    assert claim(store, without=["phone"]) == ["b"]
    assert claim(store, without=[]) == ["a"]


def test_no_more_than_asked_for_oldest_first(store, number):
    fill_outbox(store, number, 5)
    assert claim(store, limit=3) == ["m000", "m001", "m002"]
    assert claim(store, limit=3) == ["m003", "m004"]


def test_a_claim_is_a_lease(store, number):
    """If this process dies it is claimed again when the lease ends, and whoever does so has to find out what became
    of it."""
    send(store, message(number, "a"))
    assert claim(store) == ["a"]
    assert claim(store, NOW + LEASE - timedelta(microseconds=1)) == []
    (row,) = store.run_now(lambda tx: tx.outbox.claim(NOW + LEASE, LEASE, 10, urgent=False))
    assert (row.attempts, row.maybe_sent) == (2, True)


def test_a_claim_that_was_not_committed_is_none(store, number):
    send(store, message(number, "a"))

    def die(tx):
        assert tx.outbox.claim(NOW, LEASE, 10, urgent=False)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        store.run_now(die)
    (row,) = store.run_now(lambda tx: tx.outbox.claim(NOW, LEASE, 10, urgent=False))
    assert (row.attempts, row.maybe_sent) == (1, False)


# What was recorded of the first attempt, and whether the second one has to look before it repeats.
@pytest.mark.parametrize("maybe_sent", [True, False])
def test_a_failed_attempt_is_repeated_later(store, number, maybe_sent):
    """And says whether its answer was lost."""
    send(store, message(number, "a"))
    claim(store)
    values = {"maybe_sent": maybe_sent, "failing_since": NOW, "error": "503"}
    store.run_now(lambda tx: tx.outbox.postpone([outbox_row_id(tx, "a")], after(2), **values))
    assert claim(store, after(1)) == []
    (row,) = store.run_now(lambda tx: tx.outbox.claim(after(2), LEASE, 10, urgent=False))
    assert (row.attempts, row.maybe_sent, row.failing_since) == (2, maybe_sent, NOW)


def test_put_back_undoes_a_claim(store, number):
    """Not sent, only put off: as if it had never been claimed."""
    send(store, message(number, "a"), message(number, "card", kind="card"))
    before = {key: outbox_row(store, key) for key in ("a", "card")}

    def work(tx):
        for row in tx.outbox.claim(NOW, LEASE, 10, urgent=False):
            tx.outbox.put_back(row, after(1))

    store.run_now(work)
    for key, row in before.items():
        assert outbox_row(store, key) == row | {"not_before": after(1)}
    assert claim(store, after(1)) == ["a", "card"]


def test_put_back_of_a_second_attempt_still_has_to_look(store, number):
    """What may have left before may still have left."""
    send(store, message(number, "a"))
    claim(store)
    store.run_now(
        lambda tx: [tx.outbox.put_back(row, after(90)) for row in tx.outbox.claim(NOW + LEASE, LEASE, 10, urgent=False)]
    )
    row = outbox_row(store, "a")
    assert (row["attempts"], row["maybe_sent"]) == (1, True)


def card(number: int, text: str):
    return message(number, "card.12.#hft", kind="card", lane="thread", payload={"text": text})


def test_a_waiting_card_takes_newer_states_in(store, number):
    """It is drawn when it is sent, so one is enough."""
    send(store, card(number, "old"))
    send(store, card(number, "new"))
    assert claim(store) == ["old"]


def test_a_claimed_card_gives_up_its_key(store, number):
    """It may be on its way already: a newer state needs a message of its own, after it."""
    send(store, card(number, "old"))
    claim(store)
    send(store, card(number, "new"))
    assert claim(store) == []
    assert outbox_row(store, "old")["key"] != outbox_row(store, "new")["key"]
    store.run_now(lambda tx: tx.outbox.finish([outbox_row_id(tx, outbox_key(tx, "old"))], "sent", NOW))
    assert claim(store) == ["new"]


def outbox_key(tx, text: str) -> str:
    rows = tx.connection.execute(tables.outbox.select()).mappings()
    return next(row["key"] for row in rows if row["payload"]["text"] == text)


def test_a_card_that_is_tried_again_keeps_its_key(store, number):
    """The key is what is looked for in Slack when an answer was lost."""
    send(store, card(number, "old"))
    claim(store)
    first = outbox_row(store, "old")["key"]
    assert claim(store, NOW + LEASE) == ["old"]
    assert outbox_row(store, "old")["key"] == first


def test_a_card_that_was_sent_does_not_take_new_states_in(store, number):
    """Its key is free for the next one."""
    for text in ("one", "two", "three"):
        send(store, card(number, text))
        assert claim(store) == [text]
        store.run_now(lambda tx, text=text: tx.outbox.finish([outbox_row_id(tx, outbox_key(tx, text))], "sent", NOW))


def call(number: int, key: str, **more):
    return message(number, key, **{"kind": "page", "way": "phone", "target": "phone:+491", "urgent": True} | more)


def test_one_call_stands_for_all_that_wait_for_the_number(store, number):
    """ESCALATION 7: also for those that would have waited; not for other numbers, notices, or what is under way."""
    send(store, call(number, "under way"))
    assert claim(store, urgent=True) == ["under way"]
    send(store, call(number, "first"), call(number, "second"), call(number, "later", not_before=after(90)))
    send(store, call(number, "other", target="phone:+492"), call(number, "notice", kind="notice"))
    done = call(number, "done")
    send(store, done)
    store.run_now(lambda tx: tx.outbox.finish([outbox_row_id(tx, "done")], "sent", NOW))

    def work(tx):
        (first,) = tx.outbox.claim(NOW, LEASE, 1, urgent=True)
        return first.key, [row.key for row in tx.outbox.claim_calls(first, NOW, LEASE)]

    assert store.run_now(work) == ("first", ["second", "later"])
    assert claim(store, urgent=True) == ["other", "notice"]


def test_pages_of_an_older_epoch_are_dropped(store, number):
    """ESCALATION 11: calls not yet dialled are cancelled; those under way, of other ladders or of other incidents
    are not, nor those for whom somebody asked by name."""
    other = put_incident(store, group="other")
    pages = {
        "old": page(number, "old"),
        "under way": page(number, "under way"),
        "new": page(number, "new", epoch=2),
        "part": page(number, "part", part="security"),
        "by name": page(number, "by name", purpose="direct"),
        "other": page(other, "other"),
    }
    add_pages(store, *pages.values())
    send(store, call(number, "under way", page="under way"))
    assert claim(store, urgent=True) == ["under way"]
    send(store, *(call(p.incident, key, page=key) for key, p in pages.items() if key != "under way"))
    send(store, message(number, "notice", kind="notice", page="old"))
    assert store.run_now(lambda tx: tx.outbox.drop_pages(number, "main", 2, after(5))) == ["old"]
    row = outbox_row(store, "old")
    assert (row["state"], row["done_at"]) == ("dropped", after(5))
    assert claim(store, urgent=True) == ["new", "part", "by name", "other"]
    assert claim(store) == ["notice"]
    # Its claim has ended, but it may have left: whoever claims it next has to find out.
    assert store.run_now(lambda tx: tx.outbox.drop_pages(number, "main", 2, NOW + LEASE)) == []
    assert "under way" in claim(store, NOW + LEASE, urgent=True)


def test_a_newer_page_takes_the_place_of_one_that_waits(store, number):
    """ESCALATION 19: of the same level, to the same person, by the same way; and only what has not left."""
    pages = [
        page(number, "waits"),
        page(number, "by mail", way="mail"),
        page(number, "of another", person="boris"),
        page(number, "of level 2", level=1),
        page(number, "asked", level=None, purpose="confirm"),
        page(number, "under way", way="sms"),
    ]
    add_pages(store, *pages)
    send(store, call(number, "under way", page="under way"))
    assert claim(store, urgent=True) == ["under way"]
    send(store, *(call(number, one.key, page=one.key) for one in pages if one.key != "under way"))
    newer = [page(number, "new"), page(number, "new", way="sms"), page(number, "new", level=None, purpose="confirm")]
    assert store.run_now(lambda tx: tx.outbox.drop_twins(newer, after(5))) == ["waits", "asked"]
    assert claim(store, urgent=True) == ["by mail", "of another", "of level 2"]


def test_what_was_sent_for_a_page(store, number):
    """The newest of its messages: a call that is repeated says the same."""
    send(store, call(number, "p", page="p", payload={"text": "first"}))
    send(store, call(number, "p.t2", page="p", payload={"text": "second"}))
    send(store, message(number, "n", kind="notice", page="p", payload={"text": "notice"}))
    assert store.run_now(lambda tx: tx.outbox.payload_of("p")) == {"text": "second"}


TO_A_CHANNEL = {"way": "channel", "target": "channel:#hft"}
TO_SOMEBODY = {"way": "mail", "target": "mail:ann"}


def next_due(store, to):
    """As the delivery asks; long before anything is due, so that no answer is just "now"."""
    if to is TO_SOMEBODY:
        return store.run_now(lambda tx: tx.outbox.next_for_people())
    return store.run_now(lambda tx: tx.outbox.next_for_channels(after(-1000))).get("channel:#hft")


@pytest.mark.parametrize("to", [TO_A_CHANNEL, TO_SOMEBODY])
def test_when_to_wake_next(store, number, to):
    """The earliest that may leave; a claimed one when its lease ends; nothing that others hold up or that is done."""
    assert next_due(store, to) is None
    send(store, message(number, "late", not_before=after(100), **to))
    assert next_due(store, to) == after(100)
    send(store, message(number, "first", lane="thread", not_before=after(50), **to))
    # It could leave at once, but for the one before it.
    send(store, message(number, "blocked", lane="thread", not_before=after(0), **to))
    assert next_due(store, to) == after(50)
    assert claim(store, after(50)) == ["first"]
    assert next_due(store, to) == after(100)
    assert claim(store, after(100)) == ["late"]
    assert next_due(store, to) == after(50) + LEASE
    store.run_now(lambda tx: tx.outbox.finish([outbox_row_id(tx, "first")], "sent", after(51)))
    assert next_due(store, to) == after(0)


@pytest.mark.parametrize("to", [TO_A_CHANNEL, TO_SOMEBODY])
def test_a_message_put_off_beyond_its_lease_is_due_when_it_may_leave(store, number, to):
    send(store, message(number, "a", **to))
    claim(store)
    store.run_now(lambda tx: tx.outbox.postpone([outbox_row_id(tx, "a")], after(600)))
    assert next_due(store, to) == after(600)


def test_the_backlog(store, number):
    """How many wait, by way and urgency, and since when the oldest of each; claimed ones still wait."""

    def backlog():
        return {(w.way, w.urgent): (w.count, w.since) for w in store.run_now(lambda tx: tx.outbox.backlog())}

    assert backlog() == {}
    send(store, message(number, "a", made_at=after(1)), message(number, "b", made_at=after(2)))
    send(store, message(number, "c", way="mail", urgent=True, made_at=after(3)))
    claim(store)
    assert backlog() == {("channel", False): (2, after(1)), ("mail", True): (1, after(3))}
    store.run_now(lambda tx: tx.outbox.finish([outbox_row_id(tx, "a")], "sent", NOW))
    assert backlog() == {("channel", False): (1, after(2)), ("mail", True): (1, after(3))}
