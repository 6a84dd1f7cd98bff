"""Timelines as they are read. `Tx.tell` writes them."""

from __future__ import annotations

from sqlalchemy import Connection, select

from bot.core.pin import as_read
from bot.core.timeline import Entry
from bot.store.rows import read_entry
from bot.store.tables import merges, timeline


class Timeline:
    """The repository of timelines."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, incident: int, limit: int = 1000) -> list[Entry]:
        """The timeline of an incident as people read it, oldest first: made of the `limit` newest entries, those of
        incidents that were merged into it included."""
        return as_read(self.recorded(incident, limit))

    def recorded(self, incident: int, limit: int = 1000) -> list[Entry]:
        """The same as it was written: with what pinned messages said before, and those that were taken off."""
        mine = timeline.c.incident.in_(self._with_merged(incident))
        query = select(timeline).where(mine).order_by(timeline.c.at.desc(), timeline.c.id.desc()).limit(limit)
        return [read_entry(row) for row in self._connection.execute(query).mappings()][::-1]

    def of_kind(self, incident: int, kind: str) -> list[Entry]:
        """All entries of one kind, as `recorded` has them."""
        mine = timeline.c.incident.in_(self._with_merged(incident))
        query = select(timeline).where(mine, timeline.c.kind == kind).order_by(timeline.c.at, timeline.c.id)
        return [read_entry(row) for row in self._connection.execute(query).mappings()]

    def _with_merged(self, incident: int) -> list[int]:
        """The incident, those merged into it, those merged into these, and so on."""
        found, into = {incident}, [incident]
        while into:
            merged = select(merges.c.source).where(merges.c.target.in_(into), merges.c.undone_at.is_(None))
            into = [number for number in self._connection.execute(merged).scalars() if number not in found]
            found.update(into)
        return sorted(found)
