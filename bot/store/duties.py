"""Duties: who has which duty of an incident."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select

from bot.core.duty import DUTIES, OnDuty
from bot.store.dialects import upsert_rows
from bot.store.life_tables import duties

_ORDER = list(DUTIES)


class Duties:
    """The repository of duties. Whoever changes one has locked its incident."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, incident: int) -> list[OnDuty]:
        """Those that somebody has, the lead first."""
        rows = self._connection.execute(select(duties).where(duties.c.incident == incident)).all()
        found = [OnDuty(duty=r.duty, person=r.person, name=r.name, slack=r.slack, since=r.since) for r in rows]
        return sorted(found, key=lambda one: _ORDER.index(one.duty))

    def put(self, incident: int, one: OnDuty) -> None:
        """Somebody has it from now on, instead of whoever had."""
        row = {"incident": incident, "duty": one.duty, "person": one.person, "name": one.name,
               "slack": one.slack, "since": one.since}  # fmt: skip
        upsert_rows(self._connection, duties, [row], ("person", "name", "slack", "since"))

    def drop(self, incident: int, duty: str) -> None:
        """Nobody has it any more."""
        self._connection.execute(delete(duties).where(duties.c.incident == incident, duties.c.duty == duty))
