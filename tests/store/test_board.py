"""What the board asks is answered alike by both databases, and holds nobody up."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from bot.core.alert import Severity
from bot.core.escalation import HELD, MAIN, RUNNING, Escalation
from bot.core.oncall import Actor
from bot.core.past import Wanted, read_wanted
from bot.core.pin import Pin, Quote
from bot.core.timeline import Entry
from bot.store.store import Store, open_store
from tests.core.kit import NOW
from tests.store.kit import message, put_incident, send

ANN = Actor(id="ann", name="Ann", via="slack")


def put(store: Store, group: str, *, held: bool = False, **more: object) -> int:
    number = put_incident(store, group, **more)
    ladder = Escalation(
        part=MAIN, policy="critical", severity=Severity.HIGH, state=HELD if held else RUNNING, began_at=NOW
    )
    store.run_now(lambda tx: tx.incidents.save_escalations([(number, ladder)]))
    return number


def tell(store: Store, number: int, said: str, kind: str = "note", who: Actor = ANN) -> None:
    store.run_now(lambda tx: tx.tell(number, Entry(at=NOW, kind=kind, text=said, who=who)))


def find(store: Store, words: str = "", **more: Any) -> list[int]:
    wanted = replace(Wanted(words=tuple(words.split())), **more)
    return [found.number for found in store.read_now(lambda tx: tx.board.find(wanted, 50))]


def test_reading_waits_for_nobody_who_writes(store: Store) -> None:
    """A verb that takes long holds its lock; who looks on sees what was there before."""
    put(store, "g1")
    written, read = threading.Event(), threading.Event()

    def verb(tx: Any) -> None:
        incident = tx.incidents.lock(1)
        tx.incidents.save(replace(incident, title="changed"))
        tx.flush()
        written.set()
        assert read.wait(20)

    writer = threading.Thread(target=store.run_now, args=(verb,))
    writer.start()
    assert written.wait(20)
    seen = store.read_now(lambda tx: tx.incidents.get(1))
    read.set()
    writer.join(20)
    assert seen is not None
    assert seen.title != "changed"
    now = store.read_now(lambda tx: tx.incidents.get(1))
    assert now is not None
    assert now.title == "changed"


def test_one_reading_sees_one_state(store: Store) -> None:
    put(store, "g1")

    def look(tx: Any) -> tuple[int, int]:
        _, before = tx.board.open(10)
        other = threading.Thread(target=put, args=(store, "g2"))
        other.start()
        other.join(20)
        return before, tx.board.open(10)[1]

    assert store.read_now(look) == (1, 1)
    assert store.read_now(lambda tx: tx.board.open(10)[1]) == 2


def test_reading_leaves_the_connection_as_it_was(store: Store) -> None:
    """Readers and writers take their connections from one pool."""
    for _ in range(3):
        store.read_now(lambda tx: tx.board.mark())
    put(store, "g1")
    assert store.read_now(lambda tx: tx.board.open(10)) == ([1], 1)


def test_postgresql_itself_refuses_to_write_for_those_who_look_on(postgres_url: str) -> None:
    store = open_store(postgres_url)
    with pytest.raises(Exception, match="read-only transaction"):
        store.read_now(lambda tx: tx.connection.execute(text("DELETE FROM incidents")))
    store.close()


def test_first_what_nobody_has_then_the_gravest_then_the_newest(store: Store) -> None:
    high = put(store, "g1", severity=Severity.HIGH)
    held = put(store, "g2", severity=Severity.CRITICAL, held=True)
    worst = put(store, "g3", severity=Severity.CRITICAL)
    over = put(store, "g4", severity=Severity.CRITICAL, phase="monitoring")
    newer = put(store, "g5", severity=Severity.HIGH)
    put(store, "g6", phase="resolved")
    assert store.read_now(lambda tx: tx.board.open(10)) == ([worst, newer, high, over, held], 5)
    assert store.read_now(lambda tx: tx.board.open(2)) == ([worst, newer], 5)


def test_what_ended_last(store: Store) -> None:
    numbers = [put(store, f"g{n}", phase="resolved", resolved_at=NOW) for n in range(3)]
    put(store, "open")
    assert [one.number for one in store.read_now(lambda tx: tx.board.lately(2))] == [numbers[2], numbers[1]]


def test_words_are_looked_for_everywhere_people_would_look(store: Store) -> None:
    titled = put(store, "g1", title="The Gateway stumbles")
    told = put(store, "g2", title="x", text="seen by gateway-7")
    part = put(store, "g3", title="x", component="gateway")
    found = put(store, "g4", title="x", verdict="gateway refuses")
    fixed = put(store, "g5", title="x", fixed_by="restarting the gateway")
    noted = put(store, "g6", title="x")
    tell(store, noted, "it was the GATEWAY again")
    pinned, taken_off = put(store, "g7", title="x"), put(store, "g8", title="x")
    for number, removed in ((pinned, None), (taken_off, NOW)):
        quote = Quote(place="C1", ts=f"{number}.1", said_at=NOW, person="U1", name="Ann", text="gateway, look")
        pin = Pin(incident=number, quote=quote, pinned_by="Ann", pinned_at=NOW, removed_at=removed)
        store.run_now(lambda tx, pin=pin: tx.pins.put(pin))
    told_by_the_bot = put(store, "g9", title="x")
    tell(store, told_by_the_bot, "gateway", kind="alert")
    assert find(store, "gateway") == [pinned, noted, fixed, found, part, told, titled]
    assert find(store, "gateway again") == [noted]


@pytest.mark.parametrize("sign", ["%", "_", "!", "'", '"', "\\", "!%", "%_!"])
def test_signs_of_patterns_are_signs(store: Store, sign: str) -> None:
    put(store, "g1", title="plain words")
    mine = put(store, "g2", title=f"5{sign}x of orders")
    assert find(store, f"5{sign}x") == [mine]
    assert find(store, f"5{sign}{sign}x") == []


def test_days_system_and_severity(store: Store) -> None:
    old = put(store, "g1", system="hft", severity=Severity.LOW, opened_at=NOW - timedelta(days=2))
    new = put(store, "g2", system="tmt", severity=Severity.HIGH, opened_at=NOW)
    today = NOW.date()
    assert find(store, since=today) == [new]
    assert find(store, until=today - timedelta(days=1)) == [old]
    assert find(store, since=today, until=today) == [new]
    assert find(store, until=date.max) == [new, old]
    assert find(store, system="hft") == [old]
    assert find(store, severity=Severity.HIGH) == [new]
    assert find(store, before=new) == [old]
    assert store.read_now(lambda tx: tx.board.systems()) == ["hft", "tmt"]


def test_notes_are_found_by_their_index(store: Store) -> None:
    """Without it every entry of every timeline would be gone through."""
    wanted, _ = read_wanted({"q": "gateway"})
    put(store, "g1")
    if store.is_sqlite:
        plan = _plan(store, "EXPLAIN QUERY PLAN SELECT 1 FROM timeline WHERE incident = 1 AND kind = 'note'")
    else:
        plan = _plan(store, "EXPLAIN SELECT 1 FROM timeline WHERE incident = 1 AND kind = 'note'", "enable_seqscan")
    assert "ix_timeline_notes" in plan
    assert store.read_now(lambda tx: tx.board.find(wanted, 5)) == []


def _plan(store: Store, query: str, *off: str) -> str:
    def ask(tx: Any) -> str:
        for name in off:
            tx.connection.execute(text(f"SET LOCAL {name} = off"))
        return "\n".join(str(tuple(row)) for row in tx.connection.execute(text(query)))

    return store.run_now(ask)


def test_the_mark_changes_with_whatever_happens(store: Store) -> None:
    def mark() -> tuple[int, ...]:
        return store.read_now(lambda tx: tx.board.mark())

    seen = [mark()]
    number = put(store, "g1")
    tell(store, number, "something")
    seen.append(mark())
    send(store, message(number, "m1"))
    seen.append(mark())
    assert len(set(seen)) == 3
    assert mark() == seen[-1]


def test_the_mark_sees_what_is_committed_late(postgres_url: str) -> None:
    """A transaction that took its number first and commits last: the greatest number does not change by it."""
    store = open_store(postgres_url)
    number = put(store, "g1")
    with store.engine.connect() as slow:
        slow.execute(text("SELECT nextval(pg_get_serial_sequence('timeline', 'id'))"))
        tell(store, number, "faster")
        before = store.read_now(lambda tx: tx.board.mark())
        slow.execute(
            text(
                "INSERT INTO timeline (id, incident, at, kind, text, why, who, name, via, slack, person, page, data) "
                "SELECT id - 1, incident, at, kind, text, why, who, name, via, slack, person, page, data FROM timeline"
            )
        )
        slow.commit()
    assert store.read_now(lambda tx: tx.board.mark()) != before
    store.close()
