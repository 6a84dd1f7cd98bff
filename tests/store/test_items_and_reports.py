"""Action items and posted reports, on both databases."""

from dataclasses import replace
from datetime import date

from bot.core.item import Item
from bot.core.page import Outgoing
from tests.core.kit import NOW
from tests.store.kit import after, claim, message, put_incident, send


def item(number: int, **more: object) -> Item:
    values = {"incident": number, "text": "watch it", "owner": "ann", "owner_name": "Ann", "made_at": NOW}
    return Item(**{**values, **more})


def add(store, made: Item) -> int:
    return store.run_now(lambda tx: tx.items.add(made))


def test_kept_whole(store):
    number = put_incident(store)
    made = item(number, owner_slack="U0ANN", due_on=date(2026, 12, 1), made_by="Ben", remind_at=after(60))
    id_ = add(store, made)
    assert store.run_now(lambda tx: tx.items.get(id_)) == replace(made, id=id_)
    changed = replace(made, id=id_, done_at=after(90), done_by="Cleo", remind_at=None, due_on=date(2026, 12, 3))
    store.run_now(lambda tx: tx.items.put(changed))
    assert store.run_now(lambda tx: tx.items.of_incident(number)) == [changed]
    assert store.run_now(lambda tx: tx.items.get(999)) is None


def test_what_somebody_has_to_do_the_soonest_first(store):
    number = put_incident(store)
    add(store, item(number, text="whenever"))
    add(store, item(number, text="later", due_on=date(2026, 12, 9)))
    add(store, item(number, text="soon", owner="U0ANN", due_on=date(2026, 12, 1)))
    add(store, item(number, text="done", due_on=date(2026, 11, 1), done_at=NOW))
    add(store, item(number, text="not hers", owner="ben"))
    mine = store.run_now(lambda tx: tx.items.open_of("ann", "U0ANN"))
    assert [one.text for one in mine] == ["soon", "later", "whenever"]
    assert [one.text for one in store.run_now(lambda tx: tx.items.all_open(2))] == ["soon", "later"]


def test_when_somebody_is_to_be_reminded_next(store):
    first, second = put_incident(store), put_incident(store, "component:other")
    add(store, item(first, remind_at=after(60)))
    add(store, item(first, remind_at=after(30)))
    add(store, item(first, remind_at=after(10), done_at=NOW))
    assert store.run_now(lambda tx: tx.items.next_reminder(first)) == after(30)
    assert store.run_now(lambda tx: tx.items.next_reminder(second)) is None


def test_its_reminder_wakes_the_clock(store):
    number = put_incident(store)

    def plan(tx):
        tx.incidents.save(replace(tx.incidents.lock(number), items_at=after(30)))

    store.run_now(plan)
    assert store.run_now(lambda tx: tx.incidents.next_due(NOW)) == after(30)
    assert store.run_now(lambda tx: tx.incidents.due(after(31), 10)) == [number]


def test_where_a_report_stands(store):
    number = put_incident(store)
    assert store.run_now(lambda tx: tx.reports.at(number, "#heads")) is None
    store.run_now(lambda tx: tx.reports.posted(number, "#heads", "C1", "1.1"))
    store.run_now(lambda tx: tx.reports.posted(number, "#others", "C2", "2.2"))
    store.run_now(lambda tx: tx.reports.posted(number, "#heads", "C1", "3.3"))
    found = store.run_now(lambda tx: tx.reports.at(number, "#heads"))
    assert (found.place, found.ts) == ("C1", "3.3")


def test_a_report_that_leaves_gives_its_name_up(store):
    """While one is under way the next one can be asked for; while one waits, one is enough."""
    number = put_incident(store)

    def ask() -> Outgoing:
        return message(number, "report.1.mail.x", kind="report", lane="report.1.mail.x", way="mail", target="mail:x")

    send(store, ask())
    send(store, ask())
    assert claim(store, people=True) == ["report.1.mail.x"]
    send(store, ask())
    waiting = store.run_now(lambda tx: tx.outbox.backlog())
    assert sum(one.count for one in waiting) == 2
