"""Plans: the policies that incidents have frozen. Once stored, a plan never changes."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import Connection, bindparam, select

from bot.core.policy import Plan
from bot.store.dialects import insert_new_rows
from bot.store.rows import plan_row, read_plan
from bot.store.tables import plans

_MOST = 256
# One that was read before need not be read again. It says nothing about what is stored: the transaction that read it
# may have been rolled back, or was another database's.
_read: dict[str, Plan] = {}

_STORED = select(plans.c.id).where(plans.c.id.in_(bindparam("ids", expanding=True)))
_OF = select(plans).where(plans.c.id.in_(bindparam("ids", expanding=True)))


class Plans:
    """The repository of plans."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._own: set[str] = set()

    def store(self, wanted: Iterable[Plan]) -> None:
        """Store those that are not there."""
        rows = {row["id"]: row for row in map(plan_row, wanted)}
        # Of this connection's database, and stored by another transaction, so that they are there to stay.
        stored: set[str] = self._connection.info.setdefault("plans", set())
        if rows.keys() <= stored:
            return
        found = set(self._connection.execute(_STORED, {"ids": list(rows)}).scalars())
        missing = {id_: row for id_, row in rows.items() if id_ not in found}
        self._own |= missing.keys()
        stored |= found - self._own
        if missing:
            insert_new_rows(self._connection, plans, list(missing.values()))

    def of(self, ids: Collection[str]) -> dict[str, Plan]:
        """The plans of these ids."""
        known = {id_: plan for id_ in ids if (plan := _read.get(id_)) is not None}
        missing = [id_ for id_ in ids if id_ not in known]
        if missing:
            rows = self._connection.execute(_OF, {"ids": missing}).mappings()
            read = {row["id"]: read_plan(row["body"]) for row in rows}
            if len(_read) > _MOST:
                _read.clear()
            _read.update(read)
            known |= read
        return known
