"""Declare: a person opens an incident, or pages somebody by name."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from bot.core.alert import Severity
from bot.core.errors import Refused
from bot.core.incident import Incident, must_be_open
from bot.core.oncall import Actor, Contact
from bot.core.page import FAILED
from bot.engine.change import Change
from bot.engine.desk import Desk
from bot.engine.intake import open_change
from bot.engine.paging import page_people
from bot.engine.respond import Said
from bot.store.transaction import Tx


def declare(
    tx: Tx,
    desk: Desk,
    system_name: str,
    severity: Severity,
    text: str,
    who: Actor,
    now: datetime,
    *,
    type_: str = "",
    component: str = "",
) -> Said:
    """Open an incident in a person's words. Its ladder begins at once; whoever declared it may acknowledge it."""
    system = desk.system(system_name)
    if not text.strip():
        raise Refused("Say in a few words what is wrong: /incident declare [system] [severity] what is wrong")
    if type_ and type_ not in system.types:
        raise Refused(f"{system.name} has no type {type_!r}. It has: {', '.join(system.types) or 'none'}.")
    first_line, _, rest = desk.redactor.text(text.strip()).partition("\n")
    incident = Incident(
        number=0,
        system=system.name,
        title=first_line[:300],
        text=rest or first_line[300:],
        severity=severity,
        type=type_ or system.default_type,
        component=component,
        first_step=system.first_step,
        plan=system.plan,
        group=f"declared:{secrets.token_hex(8)}",
        opened_at=now,
        since=now,
        opener=who.id,
    )
    number = tx.incidents.add([incident])[0]
    change = open_change(tx, desk, incident, number, now, who, f"declared by {who.name}")
    return Said(
        text=f"{change.incident.label} is open in {system.channel}; the ladder is running.", incident=change.incident
    )


def page(
    tx: Tx,
    desk: Desk,
    number: int | None,
    system_name: str,
    contacts: Sequence[Contact],
    who: Actor,
    why: str,
    now: datetime,
) -> Said:
    """Page people by name for an open incident, by every way they have. Without a number an incident is declared first,
    so that the page can be answered and is on a timeline."""
    if not contacts:
        raise Refused("Nobody is behind that name or role right now. /oncall shows who is on call.")
    if number is None:
        said = declare(tx, desk, system_name, Severity.HIGH, why, who, now)
        tx.flush()
        number = said.incident.number
    change = Change.load(tx, desk, number, now)
    must_be_open(change.incident)
    pages = page_people(change, contacts, f"{who.name} asks for you: {why}")
    tried = [p for p in pages if p.state != FAILED]
    names = ", ".join(c.name for c in contacts)
    if not tried:
        raise Refused(f"There is no way to reach {names}: their contact has no address that works here.")
    ways = ", ".join(dict.fromkeys(p.way for p in tried))
    change.tell("paged", f"{who.name} pages {names} ({ways})", who=who, why=why, broadcast=True)
    change.touch(who)
    change.save()
    return Said(text=f"Paging {names} ({ways}) for {change.incident.label}.", incident=change.incident)
