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
        """The timeline of an incident, oldest first. The `limit` newest entries; those of merged incidents are included."""
        merged = select(merges.c.source).where(merges.c.target == incident, merges.c.undone_at.is_(None))
        mine = timeline.c.incident.in_([incident, *(row[0] for row in self._connection.execute(merged))])
        query = select(timeline).where(mine).order_by(timeline.c.at.desc(), timeline.c.id.desc()).limit(limit)
        return [read_entry(row) for row in self._connection.execute(query).mappings()][::-1]

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
