"""Several replicas on one PostgreSQL: what one has claimed no other gets, and nobody waits for it."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.core.alert import Severity
from bot.core.escalation import start
from bot.store.store import open_store
from tests.core.kit import ANNA, CRITICAL, NOW, T, alert, at, held, incident
from tests.store.kit import LEASE, after, claim, fill_outbox, message, page, put_incident, send

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


@pytest.fixture
def replicas(postgres_url):
    """Two replicas, each with its own connections."""
    stores = open_store(postgres_url), open_store(postgres_url)
    yield stores
    for store in stores:
        store.close()


def side_by_side(replicas, work):
    """Run `work` in a transaction of each replica such that both are open at once; what each answered."""
    both = threading.Barrier(len(replicas))

    def one(store):
        def transaction(tx):
            answer = work(tx)
            both.wait(timeout=20)
            return answer

        return store.run_now(transaction)

    with ThreadPoolExecutor(len(replicas)) as threads:
        return list(threads.map(one, replicas))


def test_messages_claimed_at_once_are_disjoint(replicas):
    """SKIP LOCKED: the second replica gets the next ones at once, and does not wait for the first to commit."""
    number = put_incident(replicas[0])
    fill_outbox(replicas[0], number, 100)
    found = side_by_side(replicas, lambda tx: [r.key for r in tx.outbox.claim(NOW, LEASE, 60, urgent=False)])
    assert sorted(map(len, found)) == [40, 60]
    assert len({*found[0], *found[1]}) == 100
    assert claim(replicas[0]) == []


def test_nobody_waits_for_who_claims_of_the_same_channel(replicas):
    """SKIP LOCKED: the first that may leave of a channel is one replica's; the other gets the next at once."""
    number = put_incident(replicas[0])
    send(replicas[0], *(message(number, key, lane=key, way="channel", target="channel:#desk") for key in "ab"))
    found = side_by_side(
        replicas, lambda tx: [r.payload["text"] for r in tx.outbox.claim_for(["channel:#desk"], NOW, LEASE)]
    )
    assert sorted(found) == [["a"], ["b"]]


def test_a_lane_is_not_overtaken_by_another_replica(replicas):
    """While one replica has the first of a lane, committed or not, the other gets nothing of it."""
    number = put_incident(replicas[0])
    send(replicas[0], *(message(number, key, lane="thread") for key in "abc"))
    found = side_by_side(replicas, lambda tx: [r.key for r in tx.outbox.claim(NOW, LEASE, 10, urgent=False)])
    assert sorted(found) == [[], ["a"]]
    assert claim(replicas[0]) == claim(replicas[1]) == []


def test_calls_to_one_number_are_not_joined_twice(replicas):
    """ESCALATION 7: of two replicas that call the same number, only one takes the others along."""
    number = put_incident(replicas[0])
    calls = [message(number, key, kind="page", way="phone", target="phone:+491", urgent=True) for key in "abcd"]
    send(replicas[0], *calls)
    first = [store.run_now(lambda tx: tx.outbox.claim(NOW, LEASE, 1, urgent=True))[0] for store in replicas]
    by_store = dict(zip(replicas, first, strict=True))
    with ThreadPoolExecutor(2) as threads:
        joined = list(
            threads.map(lambda s: s.run_now(lambda tx: tx.outbox.claim_calls(by_store[s], NOW, LEASE)), replicas)
        )
    assert sorted(row.key for rows in joined for row in rows) == ["c", "d"]


def test_ladders_claimed_at_once_are_disjoint(replicas):
    """Any number of replicas may ask at once."""
    numbers = replicas[0].run_now(lambda tx: tx.incidents.add([incident(0, group=str(i)) for i in range(30)]))
    ladder = start(CRITICAL, Severity.CRITICAL, NOW, T)
    replicas[0].run_now(lambda tx: tx.incidents.save_escalations([(n, ladder) for n in numbers]))
    found = side_by_side(replicas, lambda tx: tx.incidents.claim_due(NOW, LEASE, 20))
    assert sorted(map(len, found)) == [10, 20]
    assert sorted(n for claimed in found for n, _ in claimed) == numbers


def test_a_group_opened_by_two_replicas_at_once_is_one_incident(replicas):
    """ESCALATION 26: the second one's transaction is run again, and then joins."""
    group = ("hft", "component:feed")
    both_looked = threading.Barrier(2)
    looked = []

    def open_or_join(tx):
        latest = tx.incidents.latest([group]).get(group)
        looked.append(latest)
        if len(looked) <= 2:
            both_looked.wait(timeout=20)
        return latest.number if latest else tx.incidents.add([incident(0)])[0]

    with ThreadPoolExecutor(2) as threads:
        numbers = list(threads.map(lambda store: store.run_now(open_or_join), replicas))
    assert numbers[0] == numbers[1]
    assert [n is None for n in looked] == [True, True, False]


def one_waits_for_the_other(replicas, first, second):
    """Run `first` in a transaction that stays open until `second`, in the other replica's, waits for it, or has ended;
    what each answered."""
    began, ended = threading.Event(), threading.Event()

    def slowly(tx):
        answer = first(tx)
        began.set()
        waits = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        while not tx.connection.execute(waits).scalar_one() and not ended.is_set():
            pass
        return answer

    def then(tx):
        assert began.wait(timeout=20)
        return second(tx)

    with ThreadPoolExecutor(2) as threads:
        one, two = threads.submit(replicas[0].run_now, slowly), threads.submit(replicas[1].run_now, then)
        two.add_done_callback(lambda _: ended.set())
        return one.result(30), two.result(30)


def test_two_people_acknowledge_at_once(replicas):
    """ESCALATION 15: the incident's row is locked first, so the second one sees who has it."""
    store = replicas[0]
    number = put_incident(store)
    store.run_now(lambda tx: tx.incidents.save_escalations([(number, start(CRITICAL, Severity.CRITICAL, NOW, T))]))

    def acknowledge(tx, who):
        tx.incidents.lock(number)
        main = tx.incidents.escalations(number)["main"]
        if not main.holder:
            tx.incidents.save_escalations([(number, replace(held(), holder=who))])
        return main.holder or who

    both = one_waits_for_the_other(replicas, lambda tx: acknowledge(tx, "anna"), lambda tx: acknowledge(tx, "boris"))
    assert both == ("anna", "anna")


def test_two_posts_tell_the_same_alert_at_once(replicas):
    """ESCALATION 26: the second replica waits for the first, and then knows what the first has stored."""
    store, other = replicas
    number = put_incident(store)
    group, known = ("hft", "component:feed"), alert("f1")
    assert other.run_now(lambda tx: tx.latest([group], ["f1"])[group].number) == number  # from now on it is guessed

    def first(tx):
        tx.latest([group], ["f1"])
        tx.alerts.put([(number, known, Severity.HIGH)], NOW)
        tx.flush()

    def second(tx):
        tx.latest([group], ["f1", "f2"])
        return tx.alerts.known([(number, "f1"), (number, "f2")])

    _, found = one_waits_for_the_other(replicas, first, second)
    assert list(found) == [(number, "f1")]
    assert found[number, "f1"].starts_at == known.starts_at


def test_a_claim_does_not_undo_an_acknowledgement(replicas):
    """A replica claims a due ladder while a person acknowledges: the acknowledgement stays, and ends the claim."""
    store, other = replicas
    number = put_incident(store)
    store.run_now(lambda tx: tx.incidents.save_escalations([(number, start(CRITICAL, Severity.CRITICAL, NOW, T))]))
    assert other.run_now(lambda tx: tx.incidents.claim_due(at(5), LEASE, 10)) == [(number, "main")]
    store.run_now(lambda tx: tx.incidents.save_escalations([(number, held(6))]))
    assert other.run_now(lambda tx: tx.incidents.escalations(number))["main"].holder == ANNA.id
    assert other.run_now(lambda tx: tx.incidents.claim_due(at(7), LEASE, 10)) == []


def test_what_another_replica_is_claiming_is_not_dropped(replicas):
    """ESCALATION 11: a page that is just being sent is not said to be cancelled."""
    store = replicas[0]
    number = put_incident(store)
    store.run_now(lambda tx: tx.page(page(number, "p")))
    send(store, message(number, "p", kind="page", page="p", urgent=True))
    claimed, dropped = one_waits_for_the_other(
        replicas,
        lambda tx: [row.key for row in tx.outbox.claim(NOW, LEASE, 10, urgent=True)],
        lambda tx: tx.outbox.drop_pages(number, "main", 2, after(1)),
    )
    assert (claimed, dropped) == (["p"], [])


def test_a_lease_is_compared_with_the_callers_clock(replicas):
    """Time is an argument: no replica's statement asks the database what time it is."""
    number = put_incident(replicas[0])
    send(replicas[0], message(number, "a", not_before=NOW - timedelta(days=400)))
    assert claim(replicas[0], NOW - timedelta(days=300)) == ["a"]
    assert claim(replicas[1], NOW - timedelta(days=300)) == []
    assert claim(replicas[1], NOW - timedelta(days=299)) == ["a"]


def test_a_card_put_back_does_not_deadlock_with_a_verb_that_asks_for_it(replicas):
    """One replica has claimed the card and puts it back; another has the incident locked and asks for the same card.
    The second waits for the first, and the first for nobody."""
    number = put_incident(replicas[0])
    card = message(number, "card.1", kind="card")
    send(replicas[0], card)
    claimed, blocked, attempts = threading.Event(), threading.Event(), []

    def deliver(tx):
        attempts.append("deliver")
        (row,) = tx.outbox.claim(NOW, LEASE, 10, urgent=False)
        claimed.set()
        assert blocked.wait(timeout=20)
        tx.outbox.put_back(row, after(1))

    def ask(tx):
        attempts.append("ask")
        tx.incidents.lock(number)
        tx.send(card)

    def until_somebody_waits():
        assert claimed.wait(timeout=20)
        with replicas[0].engine.connect() as connection:
            while not asking.done() and not connection.execute(text(WAITING)).scalar_one():
                connection.rollback()
        blocked.set()

    with ThreadPoolExecutor(3) as threads:
        delivering = threads.submit(replicas[0].run_now, deliver)
        assert claimed.wait(timeout=20)
        asking = threads.submit(replicas[1].run_now, ask)
        threads.submit(until_somebody_waits).result(timeout=20)
        delivering.result(timeout=20)
        asking.result(timeout=20)
    assert sorted(attempts) == ["ask", "deliver"], "neither had to be run again"
