"""Watches: where each watched check stands, and when it is next due."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, or_, select, tuple_, update

from bot.core.watch import Watched
from bot.store.dialects import insert_new_rows
from bot.store.looking_tables import watches

Key = tuple[str, str]
"""System and name."""


class Watches:
    """The repository of watches."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def know(self, keys: Collection[Key], now: datetime) -> None:
        """Have these watched from now on; those that are already stay as they are."""
        if keys:
            usual = {"due_at": now, "lease_until": None, "failing_since": None, "firing": False}
            insert_new_rows(self._connection, watches, [{"system": s, "name": n, **usual} for s, n in keys])

    def claim(self, keys: Collection[Key], now: datetime, until: datetime) -> dict[Key, Watched]:
        """Take those of these that are due and that nobody else is at, and where they stand."""
        free = or_(watches.c.lease_until.is_(None), watches.c.lease_until <= now)
        mine = tuple_(watches.c.system, watches.c.name)
        query = select(watches).where(watches.c.due_at <= now, free, mine.in_(list(keys)))
        rows = self._connection.execute(query.with_for_update(skip_locked=True)).all() if keys else []
        found = {(r.system, r.name): Watched(failing_since=r.failing_since, firing=r.firing) for r in rows}
        if found:
            self._connection.execute(update(watches).where(mine.in_(list(found))).values(lease_until=until))
        return found

    def put(self, key: Key, stands: Watched, due_at: datetime) -> None:
        """Where it stands now, and when to look again."""
        row = watches.c.system == key[0], watches.c.name == key[1]
        values = {"failing_since": stands.failing_since, "firing": stands.firing, "due_at": due_at, "lease_until": None}
        self._connection.execute(update(watches).where(*row).values(values))

    def next_due(self, keys: Collection[Key]) -> datetime | None:
        """When one of these is due; None: never."""
        if not keys:
            return None
        mine = tuple_(watches.c.system, watches.c.name).in_(list(keys))
        rows = self._connection.execute(select(watches.c.due_at, watches.c.lease_until).where(mine))
        return min((max(row.due_at, row.lease_until or row.due_at) for row in rows), default=None)
