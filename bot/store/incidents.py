"""Incidents, their frozen plans and their escalations.

What was read or saved is remembered until the transaction ends, and changes are written together at its end, or before
anything is asked of the database that they could answer differently."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Executable, bindparam, func, insert, literal_column, or_, select, tuple_, update

from bot.core.escalation import HELD, Escalation
from bot.core.incident import OPEN_PHASES, Incident
from bot.core.policy import Plan
from bot.store.dialects import insert_ignoring, upsert
from bot.store.rows import escalation_row, incident_row, plan_row, read_escalation, read_incident, read_plan
from bot.store.tables import escalations, incidents, plans

_MOST_PLANS = 256
# Plans never change once stored, so one that was read before need not be read again. It says nothing about what is
# stored: the transaction that read it may have been rolled back, or was another database's.
_plans: dict[str, Plan] = {}

# Statements are put together once: that takes longer than running them.
_ADD = insert(incidents).returning(incidents.c.number, sort_by_parameter_order=True)
_SAVE = (
    update(incidents)
    .where(incidents.c.number == bindparam("this"))
    .values({c.name: bindparam(c.name) for c in incidents.c if c.name not in ("number", "plan")})  # the plan is frozen
)
_STORED_PLANS = select(plans.c.id).where(plans.c.id.in_(bindparam("ids", expanding=True)))
_SOME = (
    select(incidents)
    .where(incidents.c.number.in_(bindparam("numbers", expanding=True)))
    .order_by(incidents.c.number)
)
_SOME_LOCKED = _SOME.with_for_update()
_NEWEST = (
    select(func.max(incidents.c.number))
    .where(
        incidents.c.system == bindparam("system"), incidents.c.group_key.in_(bindparam("groups", expanding=True))
    )
    .group_by(incidents.c.system, incidents.c.group_key)
)
_LATEST_LOCKED = select(incidents).where(incidents.c.number.in_(_NEWEST)).order_by(incidents.c.number).with_for_update()
_OPEN = (incidents.c.phase.in_(OPEN_PHASES), incidents.c.merged_into.is_(None))
_LADDERS = select(escalations.c.incident, escalations.c.part, escalations.c.body).where(
    escalations.c.incident.in_(bindparam("numbers", expanding=True))
)
_HELD = (
    select(escalations.c.holder, escalations.c.incident)
    .where(
        escalations.c.holder.in_(bindparam("persons", expanding=True)), escalations.c.state == literal_column(f"'{HELD}'")
    )
    .distinct()
    .order_by(escalations.c.incident)
)
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


class Incidents:
    """The repository of incidents."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.forget()

    def forget(self) -> None:
        """What was remembered and not yet written never was: a part of the transaction was rolled back."""
        self._known: dict[int, Incident] = {}
        self._locked: set[int] = set()
        self._ladders: dict[int, dict[str, Escalation]] = {}
        self._held: dict[str, list[int]] = {}
        self._changed: dict[int, Incident] = {}
        self._moved: dict[tuple[int, str], Escalation] = {}

    def write(self) -> None:
        """Write what was saved so far."""
        if self._changed:
            rows = [{**incident_row(incident), "this": number} for number, incident in self._changed.items()]
            self._changed = {}
            self._connection.execute(_SAVE, rows)
        if self._moved:
            rows = [escalation_row(number, escalation) for (number, _), escalation in self._moved.items()]
            self._moved = {}
            statement = upsert(
                self._connection.dialect.name, escalations, "state", "epoch", "holder", "due_at", "lease_until", "body"
            )
            self._connection.execute(statement, rows)

    def _ask(self, query: Executable, **values: Any) -> Any:
        """Ask the database, which must know of every change."""
        self.write()
        return self._connection.execute(query, values)

    def add(self, new: Sequence[Incident]) -> list[int]:
        """Store new incidents (their number is not looked at); the numbers they got, in order."""
        self.write()
        self._store_plans({incident.plan.id: incident.plan for incident in new} if False else _by_id(new))
        rows = [{**incident_row(incident), "plan": plan_row(incident.plan)["id"]} for incident in new]
        return [row[0] for row in self._connection.execute(_ADD, rows)]
