"""Looks: what was looked at and what it came to, for the thread, the report and whoever asks for details."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime

from sqlalchemy import Connection, RowMapping, delete, func, insert, or_, select, update

from bot.core.evidence import Evidence, Seen, State, Table, Trouble
from bot.core.look import Look
from bot.store.dialects import insert_rows
from bot.store.looking_tables import evidence, looks

_COLUMNS = [f.name for f in fields(Look) if f.name != "id"]
_SHOWN = 200_000
"""Characters of a check's whole output that are kept."""


class Looks:
    """The repository of looks and their evidence."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.planned = False
        """Whether a look was planned that is to be done at once."""
        self.forget()

    def forget(self) -> None:
        """A part of the transaction was rolled back: what was not yet written never was."""
        self._planned: dict[int, Look] = {}

    def write(self) -> None:
        """Write what was planned."""
        if self._planned:
            insert_rows(self._connection, looks, [_look_row(look) for look in self._planned.values()])
            self._planned = {}

    def plan(self, incident: int, look: Look, *, new: bool) -> None:
        """Have an incident looked at, unless a look at it waits already; of a `new` one that need not be asked."""
        if incident not in self._planned and (new or not self.waiting(incident)):
            self._planned[incident] = look
            self.planned = True

    def add(self, look: Look) -> int:
        """Remember a look that is being done; its number."""
        return int(self._connection.execute(insert(looks).values(_look_row(look)).returning(looks.c.id)).scalar_one())

    def get(self, id_: int) -> Look | None:
        """The look of that number."""
        row = self._connection.execute(select(looks).where(looks.c.id == id_)).mappings().first()
        return _look(row) if row else None

    def waiting(self, incident: int) -> bool:
        """Whether a look at this incident is still to be done."""
        query = select(looks.c.id).where(looks.c.incident == incident, looks.c.due_at.is_not(None)).limit(1)
        return self._connection.execute(query).first() is not None

    def claim(self, now: datetime, until: datetime, most: int) -> list[Look]:
        """Take looks that are due and that nobody else is at; until then they are this process's."""
        free = or_(looks.c.lease_until.is_(None), looks.c.lease_until <= now)
        query = (
            select(looks).where(looks.c.due_at <= now, free).order_by(looks.c.due_at, looks.c.id).limit(most)
            .with_for_update(skip_locked=True)
        )  # fmt: skip
        found = [_look(row) for row in self._connection.execute(query).mappings()]
        if found:
            mine = update(looks).where(looks.c.id.in_([look.id for look in found])).values(lease_until=until)
            self._connection.execute(mine)
        return found

    def next_due(self) -> datetime | None:
        """When a look is due or may be taken over from a process that has died; None: never."""
        later = select(func.min(looks.c.due_at)).where(looks.c.due_at.is_not(None), looks.c.lease_until.is_(None))
        leased = select(func.min(looks.c.lease_until)).where(looks.c.due_at.is_not(None))
        found = [self._connection.execute(query).scalar() for query in (later, leased)]
        return min((at for at in found if at is not None), default=None)

    def finish(self, id_: int, found: Sequence[Evidence], verdict: str, now: datetime) -> list[int] | None:
        """Keep what a look came to; the numbers of its evidence. None where another process was faster."""
        mine = (
            update(looks).where(looks.c.id == id_, looks.c.done_at.is_(None))
            .values(done_at=now, due_at=None, lease_until=None, verdict=verdict)
        )  # fmt: skip
        if not self._connection.execute(mine).rowcount:
            return None
        if not found:
            return []
        rows = [_evidence_row(id_, position, one) for position, one in enumerate(found)]
        ids = self._connection.execute(insert(evidence).returning(evidence.c.id, sort_by_parameter_order=True), rows)
        return [int(number) for number in ids.scalars()]

    def evidence(self, id_: int) -> Evidence | None:
        """One piece of evidence, whole."""
        row = self._connection.execute(select(evidence).where(evidence.c.id == id_)).mappings().first()
        return read_evidence(row) if row else None

    def evidence_of(self, look: int) -> list[Evidence]:
        """What a look came to, in the order of its checks."""
        query = select(evidence).where(evidence.c.look == look).order_by(evidence.c.position)
        return [read_evidence(row) for row in self._connection.execute(query).mappings()]

    def of_incident(self, incident: int, *, done: bool = True) -> list[Look]:
        """The looks at an incident, oldest first."""
        query = select(looks).where(looks.c.incident == incident).order_by(looks.c.id)
        query = query.where(looks.c.done_at.is_not(None)) if done else query
        return [_look(row) for row in self._connection.execute(query).mappings()]

    def look_of(self, evidence_id: int) -> Look | None:
        """The look that a piece of evidence came of."""
        query = select(looks).join(evidence, evidence.c.look == looks.c.id).where(evidence.c.id == evidence_id)
        row = self._connection.execute(query).mappings().first()
        return _look(row) if row else None

    def drop_old(self, before: datetime) -> None:
        """Drop what belongs to no incident and is older than this."""
        old = select(looks.c.id).where(looks.c.incident.is_(None), looks.c.made_at < before)
        self._connection.execute(delete(evidence).where(evidence.c.look.in_(old)))
        self._connection.execute(delete(looks).where(looks.c.incident.is_(None), looks.c.made_at < before))


def _look_row(look: Look) -> dict[str, object]:
    return {name: getattr(look, name) for name in _COLUMNS} | {"arguments": dict(look.arguments)}


def _look(row: RowMapping) -> Look:
    return Look(id=row["id"], **{name: row[name] for name in _COLUMNS})


def _evidence_row(look: int, position: int, one: Evidence) -> dict[str, object]:
    table = one.seen.table
    return {
        "look": look,
        "position": position,
        "check": one.check,
        "title": one.title,
        "system": one.system,
        "state": one.state.value,
        "verdict": one.verdict,
        "trouble": one.trouble.value if one.trouble else "",
        "why": one.why,
        "rules": dict(one.rules),
        "units": dict(one.units),
        "help": one.help,
        "facts": dict(one.seen.facts),
        "shown": None if table is None else {"columns": list(table.columns), "rows": [list(r) for r in table.rows]},
        "excerpt": list(one.seen.excerpt),
        "output": one.seen.output[:_SHOWN],
        "started": one.started,
        "took_ms": round(one.took * 1000),
    }


def read_evidence(row: RowMapping) -> Evidence:
    """The evidence of a row."""
    shown = row["shown"]
    table = Table(columns=tuple(shown["columns"]), rows=tuple(map(tuple, shown["rows"]))) if shown else None
    return Evidence(
        id=row["id"],
        check=row["check"],
        title=row["title"],
        system=row["system"],
        state=State(row["state"]),
        verdict=row["verdict"],
        trouble=Trouble(row["trouble"]) if row["trouble"] else None,
        why=row["why"],
        rules=row["rules"],
        units=row["units"],
        help=row["help"],
        seen=Seen(facts=row["facts"], table=table, excerpt=row["excerpt"], output=row["output"]),
        started=row["started"],
        took=row["took_ms"] / 1000,
    )
