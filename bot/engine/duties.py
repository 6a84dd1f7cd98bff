"""Duties: somebody leads, tells others, writes it down: taken, given and given up; and asked for while nobody does."""

from __future__ import annotations

from datetime import datetime

from bot.core.alert import Severity
from bot.core.duty import COMMUNICATIONS, DUTIES, LEAD, SCRIBE, DutyRules, OnDuty, unclaimed
from bot.core.errors import Refused
from bot.core.incident import must_be_unfinished
from bot.core.oncall import Actor, Contact
from bot.core.spans import say_span
from bot.engine import keeping, reporting
from bot.engine.change import Change
from bot.engine.desk import Desk
from bot.engine.notices import notify_contact
from bot.engine.said import Said, say
from bot.store.transaction import Tx


def ask_at(desk: Desk, system: str, severity: Severity, now: datetime) -> datetime | None:
    """When the duties of an incident that opens now are asked for; None: never."""
    known = desk.systems.get(system)
    return (known.duties if known is not None else DutyRules()).ask_at(severity, now)


def plan(change: Change) -> None:
    """They are asked for some minutes from now, unless they were already or will be: it has become graver, or is open
    again."""
    incident = change.incident
    if incident.duties_at is None and change.tx.kept.ts(incident.number, keeping.DUTIES) is None:
        change.set(duties_at=ask_at(change.desk, incident.system, incident.severity, change.now))


def ask(change: Change) -> None:
    """The thread is asked once for the duties that nobody has, while the trouble lasts."""
    incident = change.incident
    change.set(duties_at=None)
    free = unclaimed(change.tx.duties.of(incident.number)) if incident.lasts else []
    if not free:
        return
    asked_there = change.tx.kept.ts(incident.number, keeping.DUTIES) is None
    lasted = say_span(change.now - incident.opened_at)
    take = f"/incident {free[0]} {incident.number} takes one"
    # Where the message stands already an edit of it would go unnoticed.
    change.tell("duty", f"Nobody has {' or '.join(free)}", why=f"open for {lasted}; {take}", thread=not asked_there)
    change.keep(keeping.DUTIES)


def leads(change: Change, who: Actor) -> None:
    """Whoever has it leads, unless somebody does already. Said on the card: that they have it was told."""
    if all(one.duty != LEAD for one in change.tx.duties.of(change.incident.number)):
        _put(change, LEAD, who.id, who.name, who.slack)
        change.tell("duty", f"{who.name} leads", who=who, why="acknowledged it", thread=False, data={"duty": LEAD})


def follows(change: Change, former: str, who: Actor | None) -> None:
    """The incident went from one person, by id, to another, or to nobody: if that one led, so does the lead."""
    lead = next((one for one in change.tx.duties.of(change.incident.number) if one.duty == LEAD), None)
    if lead is None or lead.person != former:
        return
    if who is None:
        _drop(change, LEAD)
        change.tell("duty", f"{lead.name} leads no longer", why="nobody has it", thread=False, data={"duty": LEAD})
    elif who.id != former:
        _put(change, LEAD, who.id, who.name, who.slack)
        why = f"instead of {lead.name}"
        change.tell("duty", f"{who.name} leads", who=who, why=why, thread=False, data={"duty": LEAD})


def take(tx: Tx, desk: Desk, number: int, who: Actor, now: datetime, duty: str, why: str = "") -> Said:
    """`who` has this duty from now on; whoever had it is told."""
    change, former = _load(tx, desk, number, now, duty)
    label = change.incident.label
    if former is not None and former.person == who.id:
        return say(change, f"You have {duty} of {label} already.")
    _put(change, duty, who.id, who.name, who.slack)
    said = _told(change, who, duty, former, f"{who.name} takes {duty}", why, f"You have {duty} of {label} now")
    return say(change, said.text, _asks(change, duty))


def _asks(change: Change, duty: str) -> str:
    """What whoever takes a duty does first."""
    number, due = change.incident.number, change.incident.update_at
    in_time = f" within {say_span(due - change.now)}" if due is not None and due > change.now else ""
    return {
        LEAD: f"Next: see who does what: /incident duties {number}",
        COMMUNICATIONS: f"Next: give an update{in_time}: /incident update {number}",
        SCRIBE: f"Next: write down what is seen and decided: /incident note {number}",
    }[duty]


def give(tx: Tx, desk: Desk, number: int, who: Actor, now: datetime, duty: str, to: Contact, why: str = "") -> Said:
    """Somebody else has it from now on, and is told, as is whoever had it."""
    if to.id == who.id:
        return take(tx, desk, number, who, now, duty, why)
    change, former = _load(tx, desk, number, now, duty)
    label = change.incident.label
    if former is not None and former.person == to.id:
        return say(change, f"{to.name} has {duty} of {label} already.")
    _put(change, duty, to.id, to.name, to.slack)
    notify_contact(change, to, f"duty:{duty}", who)
    return _told(change, who, duty, former, f"{who.name} gives {duty} to {to.name}", why, f"{to.name} has {duty} now")


def give_up(tx: Tx, desk: Desk, number: int, who: Actor, now: datetime, duty: str, why: str = "") -> Said:
    """Nobody has it from now on; the thread's message offers it."""
    change, former = _load(tx, desk, number, now, duty)
    if former is None:
        return say(change, f"Nobody has {duty} of {change.incident.label}.")
    _drop(change, duty)
    own = former.person == who.id
    text = f"{who.name} gives {duty} up" if own else f"{who.name} takes {duty} from {former.name}"
    return _told(change, who, duty, former, text, why, f"Nobody has {duty} of {change.incident.label} now")


def _load(tx: Tx, desk: Desk, number: int, now: datetime, duty: str) -> tuple[Change, OnDuty | None]:
    if duty not in DUTIES:
        raise Refused(f"There is no duty {duty!r}. There are: {', '.join(DUTIES)}.")
    change = Change.load(tx, desk, number, now)
    must_be_unfinished(change.incident)
    return change, next((one for one in tx.duties.of(number) if one.duty == duty), None)


def _told(change: Change, who: Actor, duty: str, former: OnDuty | None, text: str, why: str, answer: str) -> Said:
    """Said on the timeline and in the thread, shown on card and message, and to whoever had it before."""
    told = ""
    if former is not None and former.person != who.id:
        had = change.roster.somebody(former.person, former.name, former.slack)
        notify_contact(change, had, f"duty_taken:{duty}", who)
        told = f"; {former.name} is told"
    change.tell("duty", text, who=who, why=why, data={"duty": duty})
    change.touch(who)
    change.keep(keeping.DUTIES)
    change.save()
    return say(change, f"{answer}{told}.")


def _put(change: Change, duty: str, person: str, name: str, slack: str) -> None:
    one = OnDuty(duty=duty, person=person, name=name, slack=slack, since=change.now)
    change.tx.duties.put(change.incident.number, one)
    _redraw(change)


def _drop(change: Change, duty: str) -> None:
    change.tx.duties.drop(change.incident.number, duty)
    _redraw(change)


def _redraw(change: Change) -> None:
    """The card shows who has which; the message does where it stands already."""
    number = change.incident.number
    change.tx.cards.redraw(number, change.now)
    reporting.publish(change)
    if change.tx.kept.ts(number, keeping.DUTIES) is not None:
        change.keep(keeping.DUTIES)
