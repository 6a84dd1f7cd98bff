"""Incidents, their frozen plans and their escalations.

What was locked, read or saved is remembered until the transaction ends. Changes are written together: at its end, or
before the database is asked anything that they could answer differently."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    Executable,
    Result,
    Select,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    tuple_,
    update,
)

from bot.core.escalation import Escalation
from bot.core.incident import Incident
from bot.store.dialects import insert_row, rows_given, update_rows, upsert_rows
from bot.store.groups import OPEN, lock_latest, still_warning
from bot.store.people import held_by
from bot.store.plans import Plans
from bot.store.rows import changes, escalation_row, incident_row, plan_row, read_escalation, read_incident
from bot.store.tables import escalations, incidents
from bot.store.wire import ask

_MOST_GROUPS = 4096
# Which incident was the latest of a group when it was last asked for: a guess, which says nothing about what is so.
_latest: dict[tuple[str, str], int] = {}

# Statements are put together once each, since that takes longer than to run them.
_ADD = insert(incidents).returning(incidents.c.number, sort_by_parameter_order=True)
_SOME = select(incidents).where(incidents.c.number.in_(bindparam("numbers", expanding=True))).order_by("number")
# NO KEY UPDATE: what refers to an incident may be written meanwhile. A plain FOR UPDATE deadlocks with the delivery,
# which holds the key of a card that a verb wants to ask for, and then has its reference to the incident checked.
_LOCK = _SOME.with_for_update(key_share=True)
_OPEN_OF_GROUP = select(incidents.c.number).where(
    incidents.c.system == bindparam("system"), incidents.c.group_key == bindparam("group"), *OPEN
)
_LADDERS = select(escalations.c.incident, escalations.c.part, escalations.c.body).where(
    escalations.c.incident.in_(bindparam("numbers", expanding=True))
)
_DROP = delete(escalations).where(
    escalations.c.incident == bindparam("number"), escalations.c.part == bindparam("named")
)
_MOVES = ("state", "epoch", "holder", "due_at", "lease_until", "body")
_NOW = bindparam("now", type_=escalations.c.due_at.type)
_FREE = or_(escalations.c.lease_until.is_(None), escalations.c.lease_until <= _NOW)
_DUE = (
    select(escalations.c.incident, escalations.c.part)
    .where(escalations.c.due_at <= _NOW, _FREE)
    .order_by(escalations.c.due_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_LEASE = (
    update(escalations)
    .where(tuple_(escalations.c.incident, escalations.c.part).in_(bindparam("keys", expanding=True)))
    .values(lease_until=bindparam("until"))
)
_NEXT_FREE = select(func.min(escalations.c.due_at)).where(_FREE)
_NEXT_LEASE = select(func.min(escalations.c.lease_until)).where(
    escalations.c.lease_until > _NOW, escalations.c.due_at.is_not(None)
)
_NEXT_OTHER = select(func.min(incidents.c.due_at))
_OTHERS = select(incidents.c.number).where(incidents.c.due_at <= _NOW).order_by("due_at").limit(bindparam("most"))


class Incidents:
    """The repository of incidents."""

    def __init__(self, connection: Connection, on_lock: Callable[[Collection[int]], None]) -> None:
        """`on_lock` is told of incidents that were locked: what was read of them before may have been changed by
        somebody else in the meantime."""
        self._connection, self._on_lock = connection, on_lock
        self._dialect = connection.dialect.name
        self._plans = Plans(connection)
        self.forget()

    def forget(self) -> None:
        """A part of the transaction was rolled back: what is remembered, and not yet written, no longer holds."""
        self._read: dict[int, Incident] = {}
        self._locked: set[int] = set()
        self._ladders: dict[int, dict[str, Escalation]] = {}
        self._held: dict[tuple[str, str], list[int]] = {}
        self._stored: dict[int, Incident] = {}
        self._changed: dict[int, Incident] = {}
        self._moved: dict[tuple[int, str], Escalation] = {}

    def write(self) -> None:
        """Write what was saved."""
        alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for number, incident in self._changed.items():
            values = changes(self._stored.get(number), incident)
            alike.setdefault(tuple(values), []).append({"number": number, **values})
        for columns, rows in alike.items():
            if columns:
                update_rows(self._connection, incidents, rows)
        self._stored |= self._changed
        self._changed = {}
        if self._moved:
            rows = [escalation_row(number, escalation) for (number, _), escalation in self._moved.items()]
            upsert_rows(self._connection, escalations, rows, _MOVES)
            self._moved = {}

    def _ask(self, query: Executable, **values: Any) -> Result[Any]:
        self.write()
        return self._connection.execute(query, values)

    def add(self, new: Sequence[Incident]) -> list[int]:
        """Store new incidents (their number is not looked at); the numbers they got, in order."""
        self.write()
        self._plans.store([incident.plan for incident in new])
        rows = [{**incident_row(incident), "plan": plan_row(incident.plan)["id"]} for incident in new]
        if len(rows) == 1:
            return [insert_row(self._connection, incidents, rows[0], "number")]
        return [row[0] for row in self._connection.execute(_ADD, rows)]

    def lock(self, number: int) -> Incident | None:
        """One incident, locked until the transaction ends; None where there is none."""
        found = self.lock_all([number])
        return found[0] if found else None

    def lock_all(self, numbers: Iterable[int]) -> list[Incident]:
        """Several, locked in the order of their numbers, so that two verbs cannot wait for each other."""
        wanted = set(numbers)
        if unlocked := wanted - self._locked:
            self._remember_locked(self._ask(_LOCK, numbers=list(unlocked)).mappings().all())
        return [self._read[number] for number in sorted(wanted & self._locked)]

    def _remember_locked(self, rows: Sequence[Mapping[Any, Any]]) -> list[Incident]:
        found = self._values(rows)
        for incident in found:
            self._read[incident.number] = self._stored[incident.number] = incident
            self._ladders.pop(incident.number, None)
            self._locked.add(incident.number)
        self._on_lock([incident.number for incident in found])
        return found

    def look_up(self, numbers: Iterable[int]) -> None:
        """Read several incidents and their escalations at once, for `get` and `escalations`."""
        wanted = set(numbers)
        if unread := wanted - self._read.keys():
            self._read_some(unread)
        self.escalations_of(wanted)

    def get(self, number: int) -> Incident | None:
        """One incident as it was when this transaction first read it, or as it was saved since; unlocked."""
        if number not in self._read:
            self._read_some([number])
        return self._read.get(number)

    def _read_some(self, numbers: Iterable[int]) -> None:
        rows = self._ask(_SOME, numbers=list(numbers)).mappings().all()
        self._read |= {found.number: found for found in self._values(rows)}

    def list_open(self, system: str = "") -> list[Incident]:
        """The open incidents, newest first."""
        query = select(incidents).where(*OPEN)
        if system:
            query = query.where(incidents.c.system == system)
        return self._values(self._ask(query.order_by(incidents.c.number.desc())).mappings().all())

    def still_warning(self, groups: Collection[tuple[str, str]]) -> dict[tuple[str, str], list[int]]:
        """Numbers of the incidents of each (system, group) that a person resolved while alerts fired; unlocked."""
        found: dict[tuple[str, str], list[int]] = {}
        if groups:
            for row in self._ask(still_warning(self._dialect), groups=rows_given(groups)):
                found.setdefault((row.system, row.group_key), []).append(row.number)
        return found

    def latest(self, groups: Collection[tuple[str, str]], also: Iterable[int] = ()) -> dict[tuple[str, str], Incident]:
        """The latest incident of each (system, group), locked: the open one, for an earlier one may have been opened
        again, else the newest. A merged one stands for the one it went into. With them others are locked, in one
        order."""
        return self.locked(groups, ask(self._connection, *self.question(groups, also))) if groups else {}

    def guess(self, groups: Collection[tuple[str, str]]) -> int | None:
        """The number of the incident that is probably the latest of a single group."""
        return next((_latest.get(group) for group in groups), None) if len(groups) == 1 else None

    def question(
        self, groups: Collection[tuple[str, str]], also: Iterable[int]
    ) -> tuple[Select[Any], Mapping[str, Any]]:
        """What `latest` asks, to be asked along with other questions; `locked` takes the answer."""
        self.write()
        values = {"groups": rows_given(groups), "also": rows_given([str(number)] for number in also)}
        return lock_latest(self._dialect), values

    def locked(
        self, groups: Collection[tuple[str, str]], rows: Sequence[Mapping[Any, Any]]
    ) -> dict[tuple[str, str], Incident]:
        """See `latest`."""
        found = {incident.number: incident for incident in self._remember_locked(rows)}
        answer: dict[tuple[str, str], Incident] = {}
        wanted = set(groups)
        for incident in sorted(found.values(), key=lambda one: (one.is_open and not one.merged_into, one.number)):
            if (incident.system, incident.group) not in wanted:
                continue
            current: Incident | None = incident
            while current is not None and current.merged_into:
                current = found.get(current.merged_into) or self.lock(current.merged_into)
            answer[incident.system, incident.group] = current or incident
        if len(_latest) > _MOST_GROUPS:
            _latest.clear()
        _latest.update((group, incident.number) for group, incident in answer.items())
        return answer

    def open_of_group(self, system: str, group: str) -> int | None:
        """The number of the open incident of a group, if there is one."""
        found: int | None = self._ask(_OPEN_OF_GROUP, system=system, group=group).scalar()
        return found

    def _values(self, found: Sequence[Mapping[Any, Any]]) -> list[Incident]:
        known = self._plans.of({row["plan"] for row in found})
        return [read_incident(row, known[row["plan"]]) for row in found]

    def save(self, incident: Incident) -> None:
        """Write an incident that was locked before."""
        self._read[incident.number] = self._changed[incident.number] = incident

    def due(self, now: datetime, limit: int) -> list[int]:
        """Numbers of the incidents with a warning or digest due."""
        return [row[0] for row in self._ask(_OTHERS, now=now, most=limit)]

    # Escalations

    def escalations(self, number: int) -> dict[str, Escalation]:
        """The escalations of an incident by part, with the same promise as `get`."""
        return self.escalations_of([number])[number]

    def escalations_of(self, numbers: Iterable[int]) -> dict[int, dict[str, Escalation]]:
        """The same for several incidents at once."""
        wanted = list(dict.fromkeys(numbers))
        if unread := [number for number in wanted if number not in self._ladders]:
            rows = self._ask(_LADDERS, numbers=unread)
            self._ladders |= {number: {} for number in unread}
            for row in rows:
                self._ladders[row.incident][row.part] = read_escalation(row.body)
        return {number: dict(self._ladders[number]) for number in wanted}

    def save_escalations(self, changed: Sequence[tuple[int, Escalation]]) -> None:
        """Write escalations, new or changed, of incidents that are locked."""
        for number, escalation in changed:
            self._moved[number, escalation.part] = escalation
            if number in self._ladders:
                self._ladders[number][escalation.part] = escalation
            if escalation.epoch > 1:  # with the first one it was never held
                self._held.clear()

    def drop_escalation(self, number: int, part: str) -> None:
        """An incident that is locked no longer has this part."""
        self.write()
        self._connection.execute(_DROP, {"number": number, "named": part})
        self._ladders.get(number, {}).pop(part, None)
        self._held.clear()

    def claim_due(self, now: datetime, lease: timedelta, limit: int) -> list[tuple[int, str]]:
        """Claim escalations that are due: (incident, part), earliest first. The claim is a lease, so that a replica
        that dies with it does not keep it, and any number of replicas may ask at once."""
        keys = [(row.incident, row.part) for row in self._ask(_DUE, now=now, most=limit)]
        if keys:
            self._connection.execute(_LEASE, {"keys": keys, "until": now + lease})
        return keys

    def next_due(self, now: datetime) -> datetime | None:
        """The earliest instant at which an escalation or an incident wants something; of an escalation that is
        claimed, when the claim ends, should whoever has it have died with it."""
        found = [self._ask(_NEXT_FREE, now=now), self._ask(_NEXT_LEASE, now=now), self._ask(_NEXT_OTHER)]
        return min((at for row in found if (at := row.scalar()) is not None), default=None)

    def late(self, before: datetime) -> int:
        """How many escalations were due before then and have not been worked."""
        query = select(func.count()).select_from(escalations).where(escalations.c.due_at < before)
        return int(self._ask(query).scalar_one())

    def held_by_each(self, system: str, persons: Iterable[str]) -> dict[str, list[int]]:
        """Numbers of the incidents that each of these contacts of a system holds; another system's contact of the same
        id may be somebody else."""
        wanted = set(persons)
        if any(escalation.epoch > 1 for escalation in self._moved.values()):
            self.write()
        if unasked := {person for person in wanted if (system, person) not in self._held}:
            self._held |= {(system, person): [] for person in unasked}
            values = {"system": system, "persons": rows_given((person,) for person in unasked)}
            for row in ask(self._connection, held_by(self._dialect), values):
                self._held[system, row["holder"]].append(row["incident"])
        return {person: numbers for person in wanted if (numbers := self._held[system, person])}
