"""Duties: who has which duty of an incident."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, and_, delete, or_, select

from bot.core.duty import DUTIES, LEAD, OnDuty
from bot.core.escalation import ENDED, MAIN
from bot.core.incident import RESOLVED
from bot.store.dialects import upsert_rows
from bot.store.life_tables import duties
from bot.store.tables import escalations, incidents

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

    def led(self, persons: Collection[str], limit: int) -> list[int]:
        """The newest incidents that are over and not closed, and that one of these led, or had where nobody led."""
        lead = and_(duties.c.incident == incidents.c.number, duties.c.duty == LEAD)
        main = and_(
            escalations.c.incident == incidents.c.number, escalations.c.part == MAIN, escalations.c.state == ENDED
        )
        theirs = or_(duties.c.person.in_(persons), and_(duties.c.person.is_(None), escalations.c.holder.in_(persons)))
        query = (
            select(incidents.c.number)
            .select_from(incidents.outerjoin(duties, lead).outerjoin(escalations, main))
            .where(incidents.c.phase == RESOLVED, incidents.c.merged_into.is_(None), theirs)
            .order_by(incidents.c.number.desc())
            .limit(limit)
        )
        return list(self._connection.execute(query).scalars())

    def put(self, incident: int, one: OnDuty) -> None:
        """Somebody has it from now on, instead of whoever had."""
        row = {"incident": incident, "duty": one.duty, "person": one.person, "name": one.name,
               "slack": one.slack, "since": one.since}  # fmt: skip
        upsert_rows(self._connection, duties, [row], ("person", "name", "slack", "since"))

    def drop(self, incident: int, duty: str) -> None:
        """Nobody has it any more."""
        self._connection.execute(delete(duties).where(duties.c.incident == incident, duties.c.duty == duty))
