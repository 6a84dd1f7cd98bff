"""Kept: messages of an incident's thread that are kept current, by name: `duties`, `list.<checklist>`."""

from __future__ import annotations

from sqlalchemy import Connection, select

from bot.store.dialects import insert_new_rows, upsert_rows
from bot.store.life_tables import kept


class Kept:
    """The repository of messages that are kept current."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def ts(self, incident: int, name: str) -> str | None:
        """The time stamp of that message in Slack; empty: it is on its way; None: nobody has asked for it yet."""
        query = select(kept.c.ts).where(kept.c.incident == incident, kept.c.name == name)
        found = self._connection.execute(query).scalar()
        return None if found is None else str(found)

    def names(self, incident: int) -> list[str]:
        """Of those that were asked for."""
        query = select(kept.c.name).where(kept.c.incident == incident).order_by(kept.c.name)
        return list(self._connection.execute(query).scalars())

    def expect(self, incident: int, name: str) -> None:
        """It is asked for; one that is there already stays where it is."""
        insert_new_rows(self._connection, kept, [{"incident": incident, "name": name, "ts": ""}])

    def posted(self, incident: int, name: str, ts: str) -> None:
        """It is in Slack; with an empty time stamp it is not, or no longer, and is posted anew."""
        upsert_rows(self._connection, kept, [{"incident": incident, "name": name, "ts": ts}], ("ts",))
