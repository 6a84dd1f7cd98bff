"""The timeline as it is read, and the record of merges."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from bot.core.timeline import Entry
from bot.store.rows import read_entry
from bot.store.tables import merges, timeline


class Story:
    """The repository of timelines."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, incident: int, limit: int = 1000) -> list[Entry]:
        """The timeline of an incident, oldest first: the `limit` newest entries, those of incidents that were merged
        into it included."""
        mine = timeline.c.incident.in_(self._with_merged(incident))
        query = select(timeline).where(mine).order_by(timeline.c.at.desc(), timeline.c.id.desc()).limit(limit)
        return [read_entry(row) for row in self._connection.execute(query).mappings()][::-1]

    def _with_merged(self, incident: int) -> list[int]:
        """The incident, those merged into it, those merged into these, and so on."""
        found, into = {incident}, [incident]
        while into:
            merged = select(merges.c.source).where(merges.c.target.in_(into), merges.c.undone_at.is_(None))
            into = [number for number in self._connection.execute(merged).scalars() if number not in found]
            found.update(into)
        return sorted(found)

    def add_merge(self, source: int, target: int, now: datetime, before: Mapping[str, Any]) -> None:
        """Remember what it takes to undo a merge."""
        row = {"source": source, "target": target, "at": now, "before": dict(before)}
        self._connection.execute(insert(merges), [row])

    def merge_of(self, source: int) -> tuple[int, int, datetime, Mapping[str, Any]] | None:
        """The last merge of an incident that was not undone: its id, target, time, and what it takes to undo it."""
        query = (
            select(merges).where(merges.c.source == source, merges.c.undone_at.is_(None)).order_by(merges.c.id.desc())
        )
        row = self._connection.execute(query).first()
        return (row.id, row.target, row.at, row.before) if row else None

    def undo_merge(self, id_: int, now: datetime) -> None:
        """The merge is undone."""
        self._connection.execute(update(merges).where(merges.c.id == id_).values(undone_at=now))
