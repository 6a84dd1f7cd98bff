"""Look plan: has an incident looked at, and says at what."""

from __future__ import annotations

from bot.core.check import Check
from bot.core.incident import Incident
from bot.core.look import Look
from bot.engine.change import Change
from bot.engine.desk import Desk

HEALTH = "health"
"""The suite that is run when nothing says another."""

EXPOSURE = "exposure"
"""What a look is called that only reads what is at risk."""


def plan(change: Change, why: str, *, new: bool = False) -> None:
    """Have the incident looked at as soon as this is committed, unless a look at it waits already."""
    incident, now = change.incident, change.now
    beside = EXPOSURE if checks_beside(change.desk, incident.system) else ""
    if suite := suite_of(change.desk, incident) or beside:
        look = Look(system=incident.system, what=suite, incident=incident.number, why=why, made_at=now, due_at=now)
        change.tx.looks.plan(incident.number, look, new=new)


def suite_of(desk: Desk, incident: Incident) -> str:
    """The suite that fits an incident: its route's, else the usual one; empty where the system has neither."""
    checks, system = desk.checks(incident.system), desk.systems.get(incident.system)
    if system is None:
        return ""
    named = next((route.suite for route in system.routes if route.name == incident.route), "")
    return next((suite for suite in (named, HEALTH) if suite and checks.of_suite(suite)), "")


def checks_beside(desk: Desk, system: str) -> tuple[Check, ...]:
    """The checks that every look at an incident of a system runs besides its own: those by which its exposure is read,
    and its severity raised."""
    return desk.packs[system].beside if system in desk.packs else ()
