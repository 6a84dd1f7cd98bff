"""What the tests of the store share: an incident in the database, pages and messages of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import insert, select

from bot.core.page import Outgoing, Page
from bot.store import tables
from bot.store.rows import outgoing_row
from bot.store.store import Store
from bot.store.transaction import Tx
from tests.core.kit import NOW, incident

LEASE = timedelta(seconds=60)


def after(seconds: float) -> datetime:
    """So many seconds after the moment of the tests."""
    return NOW + timedelta(seconds=seconds)


def put_incident(store: Store, group: str = "component:feed", **more: object) -> int:
    """Store an incident; its number."""
    return store.run_now(lambda tx: tx.incidents.add([incident(0, group=group, **more)]))[0]


def message(number: int, key: str, **more: Any) -> Outgoing:
    """A line of the thread, due now, in a lane of its own unless it is given one."""
    values = {
        "key": key,
        "kind": "line",
        "incident": number,
        "lane": f"lane:{key}",
        "way": "channel",
        "target": "channel:#hft",
        "not_before": NOW,
        "made_at": NOW,
        "payload": {"text": key},
    }
    return Outgoing(**{**values, **more})


def send(store: Store, *messages: Outgoing) -> None:
    """Commit messages into the outbox, in this order."""
    store.run_now(lambda tx: [tx.send(m) for m in messages])


def page(number: int, key: str, **more: Any) -> Page:
    """A call to Anna for level 1."""
    values = {
        "key": key,
        "incident": number,
        "part": "main",
        "epoch": 1,
        "round": 1,
        "level": 0,
        "person": "anna",
        "name": "Anna",
        "way": "phone",
        "address": "+491",
        "made_at": NOW,
    }
    return Page(**{**values, **more})


def add_pages(store: Store, *pages: Page) -> None:
    """Commit pages, each decided in a transaction of its own."""
    for one in pages:
        store.run_now(partial(Tx.page, page=one))


def claim(store: Store, now: datetime = NOW, *, urgent: bool = False, limit: int = 50, **more: Any) -> list[str]:
    """Claim and commit; the texts of the messages claimed (their keys as they were sent)."""
    rows = store.run_now(lambda tx: tx.outbox.claim(now, LEASE, limit, urgent=urgent, **more))
    return [str(row.payload["text"]) for row in rows]


def outbox_row(store: Store, text: str) -> Any:
    """The row of a message as it stands, found by its text."""

    def work(tx: Tx) -> Any:
        rows = tx.connection.execute(select(tables.outbox)).mappings()
        return next(dict(row) for row in rows if row["payload"]["text"] == text)

    return store.run_now(work)


def fill_outbox(store: Store, number: int, count: int) -> None:
    """Many messages at once, each in its lane."""
    rows = [outgoing_row(message(number, f"m{i:03}")) for i in range(count)]
    store.run_now(lambda tx: tx.connection.execute(insert(tables.outbox), rows))
