"""Checklists: those that incidents have come to, each as it was then, and where every line stands."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, select

from bot.core.checklist import Checklist, Tick, Ticked
from bot.store.dialects import insert_new_rows, upsert_rows
from bot.store.life_tables import checklists, ticks

_BODY = TypeAdapter(Checklist)
_CHANGES = ("owner", "owner_name", "ticked_at", "ticked_by")


class Checklists:
    """The repository of checklists. Whoever changes one has locked its incident."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(self, incident: int, one: Checklist, now: datetime) -> None:
        """The incident has this checklist from now on; one that it has already stays as it is."""
        body = _BODY.dump_python(one, mode="json")
        row = {"incident": incident, "list": one.name, "body": body, "made_at": now}
        insert_new_rows(self._connection, checklists, [row])

    def of(self, incident: int) -> list[Ticked]:
        """The checklists of an incident as they stand, oldest first."""
        query = select(checklists).where(checklists.c.incident == incident)
        rows = self._connection.execute(query.order_by(checklists.c.made_at, checklists.c.list)).all()
        stands: dict[str, dict[str, Tick]] = {}
        if rows:
            for row in self._connection.execute(select(ticks).where(ticks.c.incident == incident)):
                stands.setdefault(row.list, {})[row.line] = _tick(row)
        return [Ticked(checklist=_BODY.validate_python(row.body), ticks=stands.get(row.list, {})) for row in rows]

    def get(self, incident: int, name: str) -> Ticked | None:
        """One of them; None: the incident has none of that name."""
        return next((one for one in self.of(incident) if one.checklist.name == name), None)

    def put(self, incident: int, name: str, tick: Tick) -> None:
        """Where a line stands from now on."""
        row = {"incident": incident, "list": name, "line": tick.line, "owner": tick.owner,
               "owner_name": tick.owner_name, "ticked_at": tick.at, "ticked_by": tick.by}  # fmt: skip
        upsert_rows(self._connection, ticks, [row], _CHANGES)


def _tick(row: Any) -> Tick:
    return Tick(
        line=row.line, owner=row.owner, owner_name=row.owner_name, at=row.ticked_at, by=row.ticked_by
    )  # fmt: skip
