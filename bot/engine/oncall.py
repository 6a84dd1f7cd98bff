"""On call: who answers for each role now, and who stands in for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.core.errors import Refused
from bot.core.oncall import Actor, Contact, Roster
from bot.engine.desk import Desk
from bot.store.transaction import Tx


@dataclass(frozen=True, kw_only=True, slots=True)
class Duty:
    """One role, and who answers for it now."""

    role: str
    contacts: tuple[Contact, ...]
    instead_of: tuple[Contact, ...] = ()
    """Whom the pack names, where somebody stands in for them."""
    missing: Mapping[str, str] = field(default_factory=dict)
    """Address that is not set, as `name by way`, to the variable that should hold it."""


def duties(tx: Tx, desk: Desk, system_name: str) -> list[Duty]:
    """Every role of a system, in the order of its pack."""
    desk.system(system_name)
    roster = desk.roster(tx, system_name)
    return [_duty(roster, role) for role in dict.fromkeys((*roster.roles, *roster.overrides))]


def _duty(roster: Roster, role: str) -> Duty:
    contacts = roster.on_call(role)
    own = tuple(roster.contacts[i] for i in roster.roles.get(role, ()) if i in roster.contacts)
    missing = {f"{c.name} by {way}": variable for c in contacts for way, variable in c.unset.items()}
    return Duty(role=role, contacts=contacts, instead_of=own if role in roster.overrides else (), missing=missing)


def stand_in(tx: Tx, desk: Desk, system_name: str, role: str, persons: Sequence[str], who: Actor, now: datetime) -> str:
    """From the next page on these contacts (by id, in this order) answer for the role; what to answer. Pages that have
    left stay with those they reached."""
    desk.system(system_name)
    roster = desk.roster(tx, system_name)
    role = _role(roster, system_name, role)
    unknown = [person for person in persons if person not in roster.contacts]
    if unknown:
        raise Refused(
            f"{', '.join(unknown)}: no contact of {system_name}, so there is no number to call. "
            "Add them to the pack's contacts first."
        )
    if not persons:
        raise Refused(f"Say who: /oncall set {role} PERSON. To go back to the pack's own: /oncall clear {role}")
    tx.people.set_override(system_name, role, tuple(dict.fromkeys(persons)), who.id, now)
    names = ", ".join(roster.contacts[person].name for person in dict.fromkeys(persons))
    return f"{who.name} set {role} of {system_name} to {names}, for every page from now on. Until: /oncall clear {role}"


def own_again(tx: Tx, desk: Desk, system_name: str, role: str, who: Actor, now: datetime) -> str:
    """The role is answered for by those the pack names again; what to answer."""
    desk.system(system_name)
    roster = desk.roster(tx, system_name)
    role = _role(roster, system_name, role)
    if role not in roster.overrides:
        raise Refused(f"Nobody stands in for {role} of {system_name}: it is {_names(roster, role)} as the pack says.")
    tx.people.set_override(system_name, role, (), who.id, now)
    own = desk.roster(tx, system_name)
    return f"{who.name} cleared {role} of {system_name}: from now on it is {_names(own, role)} again, as the pack says."


def _role(roster: Roster, system_name: str, role: str) -> str:
    known = {name.lower(): name for name in (*roster.roles, *roster.overrides)}
    if role.lower() not in known:
        raise Refused(f"{system_name} has no role {role!r}. It has: {', '.join(roster.roles) or 'none'}.")
    return known[role.lower()]


def _names(roster: Roster, role: str) -> str:
    return ", ".join(contact.name for contact in roster.on_call(role)) or "nobody"
