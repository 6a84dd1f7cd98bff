"""Declare: a person opens an incident, or pages somebody by name."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from bot.core.alert import Severity
from bot.core.errors import Refused
from bot.core.incident import Incident, must_be_open
from bot.core.oncall import BOT, Actor, Contact
from bot.core.page import DIRECT, FAILED, Page, lost
from bot.core.text import TEXT, TITLE, bounded, cut
from bot.engine.change import Change
from bot.engine.desk import Desk
from bot.engine.intake import open_change
from bot.engine.paging import page_people
from bot.engine.said import Said
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
    whole = desk.redactor.text(text.strip())
    first_line, _, rest = whole.partition("\n")
    incident = Incident(
        number=0,
        system=system.name,
        title=cut(first_line, TITLE),
        text=bounded(whole if len(first_line) > TITLE else rest, TEXT),
        severity=severity,
        type=type_ or system.default_type,
        component=component,
        first_step=system.first_step,
        plan=system.plan,
        group=f"declared:{secrets.token_hex(8)}",
        opened_at=now,
        since=now,
        duties_at=system.duties.ask_at(severity, now),
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
    text = f"Paging {names} ({ways}) for {change.incident.label}."
    return Said(text=" ".join([text, *_doubts(change, contacts, pages)]), incident=change.incident)


def _doubts(change: Change, contacts: Sequence[Contact], pages: Sequence[Page]) -> list[str]:
    """What whoever pages should know: who is known by name only, what cannot be tried, and whom nothing wakes."""
    told = []
    for contact in contacts:
        mine = [p for p in pages if p.person == contact.id]
        if contact.id not in change.roster.contacts:
            told.append(f"{contact.name} is no contact of {change.incident.system}.")
        told += [f"Not by {p.way}: {p.outcome}." for p in mine if p.state == FAILED]
        if not any(change.desk.ways[p.way].wakes for p in mine if p.state != FAILED):
            told.append(f"No way is known that wakes {contact.name}: page a role as well if it cannot wait.")
    return told


def not_reached(change: Change, page: Page) -> None:
    """One way to somebody paged by name has failed. Was it the last, whoever asked for them is told, by name."""
    made = [p for p in change.tx.pages.of(change.incident.number) if p.purpose == DIRECT and p.made_at == page.made_at]
    tried = [page if p.key == page.key else p for p in made if p.person == page.person]
    if not lost(p.state for p in tried):
        return
    paged = (e for e in change.tx.timeline.of(change.incident.number) if e.kind == "paged" and e.at == page.made_at)
    asked = next((e.who for e in paged if e.who.person), BOT)
    ways = ", ".join(dict.fromkeys(p.way for p in tried))
    change.tell("unreached", f"{page.name} was not reached ({ways}); {asked.name} asked for them", who=asked)
