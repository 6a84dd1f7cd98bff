"""Rows become values and values become rows; nowhere else."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import orjson
from pydantic import TypeAdapter
from sqlalchemy import RowMapping

from bot.core.alert import Severity
from bot.core.escalation import Escalation
from bot.core.incident import Incident
from bot.core.oncall import Actor
from bot.core.page import Outgoing, Page
from bot.core.policy import Plan
from bot.core.timeline import Entry

_PLAN = TypeAdapter(Plan)
_ESCALATION = TypeAdapter(Escalation)
_INCIDENT_COLUMNS = [f.name for f in fields(Incident) if f.name not in ("plan", "group", "severity")]
_PAGE_COLUMNS = [f.name for f in fields(Page)]
_OUTGOING_COLUMNS = [f.name for f in fields(Outgoing)]


_MOST_PLANS = 64
_written: dict[int, tuple[Plan, dict[str, Any]]] = {}


def plan_row(plan: Plan) -> dict[str, Any]:
    """A plan as a row of `plans`; equal plans have equal ids. Each plan object is written out once: there are few of
    them, and every alert of a system brings the same one."""
    known = _written.get(id(plan))
    if known is not None and known[0] is plan:
        return known[1]
    body = _PLAN.dump_python(plan, mode="json")
    row = {"id": hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest(), "body": body}
    if len(_written) >= _MOST_PLANS:
        _written.clear()
    _written[id(plan)] = (plan, row)
    return row


def read_plan(body: Any) -> Plan:
    """The plan again."""
    return _PLAN.validate_python(body)


def incident_row(incident: Incident) -> dict[str, Any]:
    """All columns of `incidents` but the number and the plan."""
    row = {name: getattr(incident, name) for name in _INCIDENT_COLUMNS if name != "number"}
    return {
        **row,
        "severity": int(incident.severity),
        "group_key": incident.group,
        "due_at": min((at for at in incident.reminders if at), default=None),
    }


def changes(stored: Incident | None, incident: Incident) -> dict[str, Any]:
    """The columns that differ from what is stored; all, where that is not known."""
    row = incident_row(incident)
    if stored is None:
        return row
    before = incident_row(stored)
    return {name: value for name, value in row.items() if value != before[name]}


def read_incident(row: Mapping[Any, Any], plan: Plan) -> Incident:
    """The incident of a row."""
    values = {name: row[name] for name in _INCIDENT_COLUMNS}
    return Incident(**values, severity=Severity(row["severity"]), group=row["group_key"], plan=plan)


def escalation_row(incident: int, escalation: Escalation) -> dict[str, Any]:
    """All columns of `escalations`; whoever changes it gives up the lease on it."""
    return {
        "incident": incident,
        "part": escalation.part,
        "state": escalation.state,
        "epoch": escalation.epoch,
        "holder": escalation.holder,
        "due_at": escalation.due_at,
        "lease_until": None,
        "body": _ESCALATION.dump_python(escalation, mode="json"),
    }


def read_escalation(body: Any) -> Escalation:
    """The escalation again."""
    return _ESCALATION.validate_python(body)


def page_row(page: Page) -> dict[str, Any]:
    """All columns of `pages`."""
    return {name: getattr(page, name) for name in _PAGE_COLUMNS}


def read_page(row: RowMapping) -> Page:
    """The page of a row."""
    return Page(**{name: row[name] for name in _PAGE_COLUMNS})


def outgoing_row(message: Outgoing) -> dict[str, Any]:
    """All columns of `outbox` for a new message."""
    row = {name: getattr(message, name) for name in _OUTGOING_COLUMNS if name != "id"}
    return {**row, "payload": dict(message.payload), "state": "waiting", "error": ""}


def read_outgoing(row: RowMapping) -> Outgoing:
    """The message of a row."""
    return Outgoing(**{name: row[name] for name in _OUTGOING_COLUMNS})


def entry_row(incident: int, entry: Entry) -> dict[str, Any]:
    """All columns of `timeline`."""
    return {
        "incident": incident,
        "at": entry.at,
        "kind": entry.kind,
        "text": entry.text,
        "why": entry.why,
        "who": entry.who.id,
        "name": entry.who.name,
        "via": entry.who.via,
        "slack": entry.who.slack,
        "person": entry.who.person,
        "level": entry.level,
        "page": entry.page,
        "data": dict(entry.data),
    }


def read_entry(row: RowMapping) -> Entry:
    """The entry of a row."""
    who = Actor(id=row["who"], name=row["name"], via=row["via"], slack=row["slack"], person=row["person"])
    return Entry(
        at=row["at"],
        kind=row["kind"],
        text=row["text"],
        why=row["why"],
        who=who,
        level=row["level"],
        page=row["page"],
        data=row["data"],
    )
