"""Merges: which incident became part of which, and what it takes to undo it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from bot.store.tables import merges


class Merges:
    """The repository of merges."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, source: int, target: int, now: datetime, before: Mapping[str, Any]) -> None:
        """Remember a merge, and by `before` what it takes to undo it."""
        row = {"source": source, "target": target, "at": now, "before": dict(before)}
        self._connection.execute(insert(merges), [row])

    def last_of(self, source: int) -> tuple[int, int, datetime, Mapping[str, Any]] | None:
        """The last merge of an incident that was not undone: its id, target, time, and what it takes to undo it."""
        query = (
            select(merges).where(merges.c.source == source, merges.c.undone_at.is_(None)).order_by(merges.c.id.desc())
        )
        row = self._connection.execute(query).first()
        return (row.id, row.target, row.at, row.before) if row else None

    def brought(self, target: int) -> set[str]:
        """The parts of an incident that only what was merged into it has brought, and is still part of it."""
        return {part for _, before in self._standing(target) for part in before.get("parts", ())}

    def has_itself(self, target: int, part: str) -> None:
        """From now on this part is the incident's own as well: undoing a merge does not take it away."""
        for id_, before in self._standing(target):
            if part in before.get("parts", ()):
                kept = {**before, "parts": [one for one in before["parts"] if one != part]}
                self._connection.execute(update(merges).where(merges.c.id == id_).values(before=kept))

    def _standing(self, target: int) -> list[tuple[int, Mapping[str, Any]]]:
        query = select(merges.c.id, merges.c.before).where(merges.c.target == target, merges.c.undone_at.is_(None))
        return [(row.id, row.before) for row in self._connection.execute(query)]

    def undo(self, id_: int, now: datetime) -> None:
        """The merge is undone."""
        self._connection.execute(update(merges).where(merges.c.id == id_).values(undone_at=now))
