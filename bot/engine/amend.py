"""Amend: a person corrects what an incident is: its severity, and of which further type it is."""

from __future__ import annotations

from datetime import datetime

from bot.core.alert import Severity
from bot.core.errors import Refused
from bot.core.incident import must_be_open
from bot.core.oncall import Actor
from bot.engine import replan
from bot.engine.change import Change
from bot.engine.desk import Desk
from bot.engine.said import Said
from bot.store.transaction import Tx


def set_severity(tx: Tx, desk: Desk, number: int, severity: Severity, who: Actor, now: datetime, why: str = "") -> Said:
    """Raise or lower the severity (ESCALATION 19, 20, 29)."""
    change = Change.load(tx, desk, number, now)
    text = replan.set_severity(change, severity, who, why)
    change.save()
    return Said(text=text, incident=change.incident)


def add_type(tx: Tx, desk: Desk, number: int, type_: str, who: Actor, now: datetime, why: str = "") -> Said:
    """It is of this type too: that type's people are paged at once (ESCALATION 20)."""
    change = Change.load(tx, desk, number, now)
    must_be_open(change.incident)
    system = desk.systems.get(change.incident.system)
    types = {name.lower(): name for name in (system.types if system else ())}
    if type_.lower() not in types:
        raise Refused(f"{change.incident.system} has no type {type_!r}. It has: {', '.join(types.values()) or 'none'}.")
    type_ = types[type_.lower()]
    if type_ == change.incident.type or type_ in change.ladders:
        raise Refused(f"{change.incident.label} is of type {type_} already.")
    replan.add_type(change, type_, who, why)
    change.touch(who)
    change.save()
    paged = f"; its people are paged now ({change.policy(type_).name})" if type_ in change.ladders else ""
    return Said(text=f"{change.incident.label} is of type {type_} too{paged}.", incident=change.incident)
