"""Weekly digests: of which system's weeks the channel has been told, and who is at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, select, update

from bot.store.dialects import insert_new_rows
from bot.store.life_tables import weekly_digests


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """A digest that has not been posted yet."""

    system: str
    week: datetime
    mine: bool
    """It was claimed; else somebody else is at it, or it is put off."""
    until: datetime
    """When the claim ends, or what it was put off to."""
    attempts: int = 1
    maybe_sent: bool = False
    """An earlier attempt may have posted it."""


class WeeklyDigests:
    """The repository of weekly digests."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def claim(self, system: str, week: datetime, now: datetime, until: datetime) -> Due | None:
        """Take the digest of the week that ended then; None where it was posted. To be committed before it is sent."""
        usual = {"attempts": 0, "lease_until": None, "maybe_sent": False, "posted_at": None}
        insert_new_rows(self._connection, weekly_digests, [{"system": system, "week": week, **usual}])
        mine = and_(weekly_digests.c.system == system, weekly_digests.c.week == week)
        row = self._connection.execute(select(weekly_digests).where(mine).with_for_update()).one()
        if row.posted_at is not None:
            return None
        if row.lease_until is not None and row.lease_until > now:
            return Due(system=system, week=week, mine=False, until=row.lease_until)
        taken = {"attempts": row.attempts + 1, "lease_until": until, "maybe_sent": True}
        self._connection.execute(update(weekly_digests).where(mine).values(taken))
        return Due(
            system=system, week=week, mine=True, until=until, attempts=row.attempts + 1, maybe_sent=row.maybe_sent
        )

    def put_off(self, system: str, week: datetime, until: datetime, *, maybe_sent: bool) -> None:
        """It did not work: not before `until`."""
        self._change(system, week, {"lease_until": until, "maybe_sent": maybe_sent})

    def posted(self, system: str, week: datetime, now: datetime) -> None:
        """There is nothing left to do about it."""
        self._change(system, week, {"lease_until": None, "posted_at": now})

    def _change(self, system: str, week: datetime, values: dict[str, object]) -> None:
        where = weekly_digests.c.system == system, weekly_digests.c.week == week
        self._connection.execute(update(weekly_digests).where(*where).values(values))
