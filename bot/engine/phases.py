"""Phases that a person says: it is mitigated and monitored; nothing is left to do about it and it is closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.core.errors import Refused
from bot.core.escalation import RUNNING
from bot.core.incident import CLOSED, MONITORING, RESOLVED, Incident, must_be_active, must_be_unfinished
from bot.core.oncall import Actor
from bot.core.spans import say_span
from bot.engine import reporting
from bot.engine.change import Change
from bot.engine.desk import Desk
from bot.engine.notices import notify_paged
from bot.engine.respond import acknowledge
from bot.engine.review import is_written, wants_review
from bot.engine.said import Said, comes_next, say
from bot.store.transaction import Tx
from bot.views.words import count


def monitor(tx: Tx, desk: Desk, number: int, who: Actor, now: datetime, why: str = "") -> Said:
    """It is mitigated, and is watched. Whoever has it keeps it; where nobody does, `who` has it from now on, since what
    nobody has is not watched."""
    change = Change.load(tx, desk, number, now)
    must_be_active(change.incident)
    if change.incident.is_monitored:
        return say(change, f"{change.incident.label} is monitored already, says {change.incident.monitored_by}.")
    if change.main.state == RUNNING:
        acknowledge(tx, desk, number, who, now, why)
        change = Change.load(tx, desk, number, now)
    incident = change.incident
    change.set(phase=MONITORING, monitored_by=who.name, mitigated_at=incident.mitigated_at or now)
    after = say_span(now - incident.opened_at)
    change.tell("monitored", f"{who.name} says it is mitigated, {after} after it opened", who=who, why=why)
    change.touch(who)
    notify_paged(change, "monitored", who)
    reporting.publish(change, mails=True)
    change.save()
    left = [part for part in change.parts if change.ladders[part].state == RUNNING]
    still = f"Still calling {', '.join(left)}: only that type's people can stop it." if left else ""
    then = f"When it stays quiet: /incident resolve {number}"
    return say(change, f"{incident.label} is monitored now.", comes_next(change), still, then)


@dataclass(frozen=True, kw_only=True, slots=True)
class Lack:
    """Something that is still missing, and the command by which it is mended or looked at."""

    text: str
    mend: str


def missing(tx: Tx, incident: Incident) -> list[Lack]:
    """What is still to be written or done before it can be closed with a good conscience."""
    number = incident.number
    lacks = []
    if wants_review(tx, incident) and not is_written(tx, incident):
        lacks.append(Lack(text="its postmortem is not written", mend=f"/incident postmortem {number}"))
    items = [item for item in tx.items.of_incident(number) if item.is_open]
    if items:
        lacks.append(Lack(text=f"{count(len(items), 'action item')} open", mend=f"/incident items {number}"))
    if incident.firing:
        lacks.append(Lack(text=f"{count(incident.firing, 'alert')} still firing", mend=f"/incident why {number}"))
    for one in tx.checklists.of(number):
        if one.open_lines:
            text = f"{count(len(one.open_lines), 'line')} of {one.checklist.title!r} not ticked"
            lacks.append(Lack(text=text, mend=f"/incident checklist {number} {one.checklist.name}"))
    return lacks


def must_be_resolved(incident: Incident) -> None:
    """Raise Refused, saying what to do first, unless it is over and not closed yet."""
    must_be_unfinished(incident)
    if incident.phase != RESOLVED:
        raise Refused(
            f"{incident.label} is still {incident.phase}. To resolve it first: /incident resolve {incident.number}"
        )


def close(tx: Tx, desk: Desk, number: int, who: Actor, now: datetime, why: str = "", *, anyway: bool = False) -> Said:
    """Nothing is left to be done about it. Refused, naming what is, unless it is to be closed `anyway`; nobody is
    reminded of a closed one."""
    change = Change.load(tx, desk, number, now)
    must_be_resolved(change.incident)
    lacks = missing(tx, change.incident)
    named = "; ".join(lack.text for lack in lacks)
    if lacks and not anyway:
        raise Refused(f"{change.incident.label} is not closed: {named}. Next: {lacks[0].mend}")
    change.set(phase=CLOSED, closed_at=now, duties_at=None, update_at=None, review_at=None)
    left = f"left open: {named}" if lacks else ""
    reason = "; ".join(part for part in (why, left) if part)
    change.tell("closed", f"{who.name} closed it", who=who, why=reason)
    reporting.publish(change)
    change.keep_all()
    change.save()
    again = f"Should there be more to do about it: /incident reopen {number}"
    return say(change, f"{change.incident.label} is closed.", f"Left open: {named}." if lacks else "", again)
