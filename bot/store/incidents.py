"""Incidents, their frozen plans and their escalations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, func, insert, or_, select, tuple_, update

from bot.core.escalation import Escalation
from bot.core.incident import OPEN_PHASES, Incident
from bot.core.policy import Plan
from bot.store.dialects import insert_into
from bot.store.rows import escalation_row, incident_row, plan_row, read_escalation, read_incident, read_plan
from bot.store.tables import escalations, incidents, plans

_MOST_PLANS = 256
# Plans never change once stored, so one that was read before need not be read again. It says nothing about what is
# stored: the transaction that read it may have been rolled back, or was another database's.
_plans: dict[str, Plan] = {}


class Incidents:
    """The repository of incidents."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, new: Sequence[Incident]) -> list[int]:
        """Store new incidents (their number is not looked at); the numbers they got, in order."""
        self._store_plans([incident.plan for incident in new])
        rows = [incident_row(incident, plan_row(incident.plan)["id"]) for incident in new]
        statement = insert(incidents).returning(incidents.c.number, sort_by_parameter_order=True)
        return [row[0] for row in self._connection.execute(statement, rows)]

    def _store_plans(self, wanted: Iterable[Plan]) -> None:
        rows = {row["id"]: row for row in map(plan_row, wanted)}
        stored = set(self._connection.execute(select(plans.c.id).where(plans.c.id.in_(list(rows)))).scalars())
        missing = {id_: row for id_, row in rows.items() if id_ not in stored}
        if missing:
            self._connection.execute(
                insert_into(self._connection, plans).on_conflict_do_nothing(), list(missing.values())
            )

    def lock(self, number: int) -> Incident | None:
        """One incident, locked until the transaction ends; None where there is none."""
        found = self.lock_all([number])
        return found[0] if found else None

    def lock_all(self, numbers: Iterable[int]) -> list[Incident]:
        """Several, locked in the order of their numbers, so that two verbs cannot wait for each other."""
        query = select(incidents).where(incidents.c.number.in_(list(numbers))).order_by(incidents.c.number)
        return self._read(query.with_for_update())

    def get(self, number: int) -> Incident | None:
        """One incident as it is now, unlocked."""
        found = self._read(select(incidents).where(incidents.c.number == number))
        return found[0] if found else None

    def list_open(self, system: str = "") -> list[Incident]:
        """The open incidents, newest first."""
        query = select(incidents).where(incidents.c.phase.in_(OPEN_PHASES), incidents.c.merged_into.is_(None))
        if system:
            query = query.where(incidents.c.system == system)
        return self._read(query.order_by(incidents.c.number.desc()))

    def latest(self, groups: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Incident]:
        """The latest incident of each (system, group), locked; a merged one stands for the one it went into."""
        if not groups:
            return {}
        newest = (
            select(func.max(incidents.c.number))
            .where(tuple_(incidents.c.system, incidents.c.group_key).in_(groups))
            .group_by(incidents.c.system, incidents.c.group_key)
        )
        numbers = [row[0] for row in self._connection.execute(newest)]
        if not numbers:
            return {}
        found = {incident.number: incident for incident in self.lock_all(numbers)}
        answer: dict[tuple[str, str], Incident] = {}
        for incident in found.values():
            current: Incident | None = incident
            while current is not None and current.merged_into:
                current = found.get(current.merged_into) or self.lock(current.merged_into)
            answer[incident.system, incident.group] = current or incident
        return answer

    def open_of_group(self, system: str, group: str) -> int | None:
        """The number of the open incident of a group, if there is one."""
        query = select(incidents.c.number).where(
            incidents.c.system == system,
            incidents.c.group_key == group,
            incidents.c.phase.in_(OPEN_PHASES),
            incidents.c.merged_into.is_(None),
        )
        return self._connection.execute(query).scalar()

    def _read(self, query: Select[Any]) -> list[Incident]:
        rows = self._connection.execute(query).mappings().all()
        known = self._plans_of({row["plan"] for row in rows})
        return [read_incident(row, known[row["plan"]]) for row in rows]

    def _plans_of(self, ids: set[str]) -> dict[str, Plan]:
        known = {id_: plan for id_ in ids if (plan := _plans.get(id_)) is not None}
        missing = ids - known.keys()
        if missing:
            query = select(plans).where(plans.c.id.in_(missing))
            read = {row["id"]: read_plan(row["body"]) for row in self._connection.execute(query).mappings()}
            if len(_plans) > _MOST_PLANS:
                _plans.clear()
            _plans.update(read)
            known |= read
        return known

    def save(self, incident: Incident) -> None:
        """Write an incident that was locked before."""
        row = incident_row(incident, plan_row(incident.plan)["id"])
        del row["plan"]  # frozen
        self._connection.execute(update(incidents).where(incidents.c.number == incident.number).values(row))

    def due(self, now: datetime, limit: int) -> list[int]:
        """Numbers of the incidents with a warning or digest due."""
        query = select(incidents.c.number).where(incidents.c.due_at <= now).order_by(incidents.c.due_at).limit(limit)
        return [row[0] for row in self._connection.execute(query)]

    # Escalations

    def escalations(self, number: int) -> dict[str, Escalation]:
        """The escalations of an incident by part."""
        query = select(escalations.c.part, escalations.c.body).where(escalations.c.incident == number)
        return {row.part: read_escalation(row.body) for row in self._connection.execute(query)}

    def escalations_of(self, numbers: Sequence[int]) -> dict[int, dict[str, Escalation]]:
        """The same for several incidents at once."""
        answer: dict[int, dict[str, Escalation]] = {number: {} for number in numbers}
        query = select(escalations.c.incident, escalations.c.part, escalations.c.body)
        for row in self._connection.execute(query.where(escalations.c.incident.in_(list(numbers)))):
            answer[row.incident][row.part] = read_escalation(row.body)
        return answer

    def save_escalations(self, changed: Sequence[tuple[int, Escalation]]) -> None:
        """Write escalations, new or changed, of incidents that are locked."""
        if not changed:
            return
        statement = insert_into(self._connection, escalations)
        names = ("state", "epoch", "holder", "due_at", "lease_until", "body")
        statement = statement.on_conflict_do_update(
            index_elements=["incident", "part"], set_={name: statement.excluded[name] for name in names}
        )
        self._connection.execute(statement, [escalation_row(number, escalation) for number, escalation in changed])

    def claim_due(self, now: datetime, lease: timedelta, limit: int) -> list[tuple[int, str]]:
        """Claim escalations that are due: (incident, part), earliest first. The claim is a lease, so that a replica
        that dies with it does not keep it, and any number of replicas may ask at once."""
        free = or_(escalations.c.lease_until.is_(None), escalations.c.lease_until <= now)
        chosen = (
            select(escalations.c.incident, escalations.c.part, escalations.c.due_at)
            .where(escalations.c.due_at <= now, free)
            .order_by(escalations.c.due_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        rows = list(self._connection.execute(chosen))
        if rows:
            keys = [(row.incident, row.part) for row in rows]
            mine = tuple_(escalations.c.incident, escalations.c.part).in_(keys)
            self._connection.execute(update(escalations).where(mine).values(lease_until=now + lease))
        return [(row.incident, row.part) for row in rows]

    def next_due(self, now: datetime) -> datetime | None:
        """The earliest instant at which an escalation or an incident wants something; of an escalation that is
        claimed, when the claim ends, should whoever has it have died with it."""
        claimed = escalations.c.lease_until > now
        free = select(func.min(escalations.c.due_at)).where(or_(escalations.c.lease_until.is_(None), ~claimed))
        leases = select(func.min(escalations.c.lease_until)).where(claimed, escalations.c.due_at.is_not(None))
        others = select(func.min(incidents.c.due_at))
        found = [self._connection.execute(query).scalar() for query in (free, leases, others)]
        return min((at for at in found if at is not None), default=None)

    def late(self, before: datetime) -> int:
        """How many escalations were due before then and have not been worked."""
        query = select(func.count()).select_from(escalations).where(escalations.c.due_at < before)
        return int(self._connection.execute(query).scalar_one())

    def held_by_each(self, persons: Iterable[str]) -> dict[str, list[int]]:
        """Numbers of the incidents that each of these people holds."""
        query = select(escalations.c.holder, escalations.c.incident).distinct().order_by(escalations.c.incident)
        query = query.where(escalations.c.holder.in_(list(persons)), escalations.c.state == "held")
        answer: dict[str, list[int]] = {}
        for row in self._connection.execute(query):
            answer.setdefault(row.holder, []).append(row.incident)
        return answer
