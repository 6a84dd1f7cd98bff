"""Runs: walks through playbooks, each with the playbooks as they were when it came to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, or_, select, update

from bot.core.playbook import Playbook
from bot.core.playbook.frozen import playbook_json, read_playbook, read_walk, walk_json
from bot.core.playbook.walk import Stand, Walk
from bot.store.looking_tables import runs


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """One walk of one incident."""

    id: int = 0
    incident: int
    system: str
    walk: Walk
    books: Mapping[str, Playbook] = field(default_factory=dict)
    """By name: those it has come to."""
    holder: str = ""
    """Who walks it; empty: whoever is there."""
    made_at: datetime
    ended_at: datetime | None = None
    ts: str = ""
    """Time stamp of its message in Slack."""

    @property
    def playbook(self) -> Playbook:
        """The one it is in."""
        return self.books[self.walk.playbook]


class Runs:
    """The repository of runs. Whoever changes one has locked its incident."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._books: dict[int, Mapping[str, Playbook]] = {}
        self.looking = False
        """Whether a step's check is to be run at once."""

    def add(self, run: Run, now: datetime) -> int:
        """Remember a new one; its number."""
        self._note(run)
        row = _row(run, now) | {"made_at": run.made_at, "incident": run.incident, "system": run.system, "ts": ""}
        return int(self._connection.execute(insert(runs).values(row).returning(runs.c.id)).scalar_one())

    def put(self, run: Run, now: datetime) -> None:
        """Remember a change. The playbooks, which are most of it, are written when it has come to another one."""
        self._note(run)
        row = _row(run, now)
        if self._books.get(run.id) == run.books:
            del row["books"]
        self._connection.execute(update(runs).where(runs.c.id == run.id).values(row))

    def _note(self, run: Run) -> None:
        self.looking = self.looking or run.walk.stand is Stand.LOOKING

    def get(self, id_: int) -> Run | None:
        """The run of that number."""
        row = self._connection.execute(select(runs).where(runs.c.id == id_)).mappings().first()
        if row is None:
            return None
        run = _run(row)
        self._books[id_] = run.books
        return run

    def incident_of(self, id_: int) -> int | None:
        """The incident of that run: what is to be locked before the run is read."""
        return self._connection.execute(select(runs.c.incident).where(runs.c.id == id_)).scalar_one_or_none()

    def of_incident(self, incident: int) -> list[Run]:
        """The runs of an incident, oldest first."""
        query = select(runs).where(runs.c.incident == incident).order_by(runs.c.id)
        return [_run(row) for row in self._connection.execute(query).mappings()]

    def posted(self, id_: int, ts: str) -> None:
        """Its message is in Slack."""
        self._connection.execute(update(runs).where(runs.c.id == id_).values(ts=ts))

    def claim(self, now: datetime, until: datetime, most: int) -> list[Run]:
        """Take runs whose checks are due and that nobody else is at; until then they are this process's."""
        free = or_(runs.c.lease_until.is_(None), runs.c.lease_until <= now)
        query = (
            select(runs).where(runs.c.due_at <= now, free).order_by(runs.c.due_at, runs.c.id).limit(most)
            .with_for_update(skip_locked=True)
        )  # fmt: skip
        found = [_run(row) for row in self._connection.execute(query).mappings()]
        if found:
            mine = update(runs).where(runs.c.id.in_([run.id for run in found])).values(lease_until=until)
            self._connection.execute(mine)
        return found

    def next_due(self) -> datetime | None:
        """When a run is due or may be taken over from a process that has died; None: never."""
        later = select(func.min(runs.c.due_at)).where(runs.c.due_at.is_not(None), runs.c.lease_until.is_(None))
        leased = select(func.min(runs.c.lease_until)).where(runs.c.due_at.is_not(None))
        found = [self._connection.execute(query).scalar() for query in (later, leased)]
        return min((at for at in found if at is not None), default=None)


def _row(run: Run, now: datetime) -> dict[str, Any]:
    looking = run.walk.stand is Stand.LOOKING
    return {
        "playbook": run.walk.playbook,
        "stand": run.walk.stand.value,
        "holder": run.holder,
        "walk": walk_json(run.walk),
        "books": {name: playbook_json(book) for name, book in run.books.items()},
        "due_at": now if looking else None,
        "lease_until": None,
        "ended_at": run.ended_at,
    }


def _run(row: RowMapping) -> Run:
    return Run(
        id=row["id"],
        incident=row["incident"],
        system=row["system"],
        walk=read_walk(row["walk"]),
        books={name: read_playbook(body) for name, body in row["books"].items()},
        holder=row["holder"],
        made_at=row["made_at"],
        ended_at=row["ended_at"],
        ts=row["ts"],
    )
