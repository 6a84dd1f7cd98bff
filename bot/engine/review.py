"""Review: what is written once it is over: what fixed it, and the postmortem, which is asked for until it is there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from bot.core.alert import Severity
from bot.core.drafts import Seen, changed, review_draft, united
from bot.core.duty import LEAD
from bot.core.errors import Refused
from bot.core.escalation import HELD, MAIN
from bot.core.incident import RESOLVED, Incident, no_such
from bot.core.oncall import Actor, Contact
from bot.core.report import REVIEW_FIELDS
from bot.core.spans import say_span
from bot.engine import reporting
from bot.engine.change import Change
from bot.engine.desk import Desk
from bot.engine.notices import notify_contact
from bot.engine.said import Said, say
from bot.engine.updates import both, told_fields
from bot.store.transaction import Tx

_GRAVE = frozenset({Severity.HIGH.word, Severity.CRITICAL.word})
_LED = 50
"""Incidents of one person at most that are looked through for postmortems."""


def ask_cause(change: Change) -> None:
    """It is over and nobody has said what fixed it: the thread asks, with a form."""
    if not change.incident.fixed_by:
        change.tell("fix_asked", f"What fixed {change.incident.label}?", why="for the report, and for the next time")


def fixed(tx: Tx, desk: Desk, number: int, who: Actor, now: datetime, why: str = "") -> Said:
    """What fixed it, said after the end, or corrected."""
    change = Change.load(tx, desk, number, now)
    _must_be_over(change.incident)
    if not why.strip():
        raise Refused(f"Say what fixed it: /incident fixed-by {number} what fixed it")
    return set_cause(change, who, why)


def set_cause(change: Change, who: Actor, why: str) -> Said:
    """Note what fixed it; the answer says what is left to do."""
    change.set(fixed_by=change.desk.redactor.text(why.strip()))
    change.tell("fixed", f"Fixed by: {why.strip()}", who=who)
    reporting.publish(change)
    change.save()
    return say(change, f"{change.incident.label} is over; what fixed it is noted.", comes_then(change))


def comes_then(change: Change) -> str:
    """What is to be done next about what is over."""
    number = change.incident.number
    if not change.incident.fixed_by:
        return f"Next: /incident fixed-by {number} what fixed it"
    wanted = wants_review(change.tx, change.incident) and not is_written(change.tx, change.incident)
    return f"Next: /incident {'postmortem' if wanted else 'close'} {number}"


def _must_be_over(incident: Incident) -> None:
    if incident.merged_into:
        raise Refused(f"{incident.label} was merged into INC-{incident.merged_into}: use that number.")
    if incident.is_open:
        raise Refused(f"{incident.label} is not over. When it is: /incident resolve {incident.number} what fixed it")


# --- the postmortem


def wants_review(tx: Tx, incident: Incident) -> bool:
    """Whether such an incident is to have a postmortem without anybody asking for one: by the gravest severity that it
    ever had, since what was lowered was grave all the same."""
    if incident.severity >= Severity.HIGH:
        return True
    changes = tx.timeline.of_kind(incident.number, "severity")
    return any(str(entry.data.get("before")) in _GRAVE for entry in changes)


def owed(tx: Tx, persons: Collection[str]) -> list[Incident]:
    """The incidents, newest first, whose postmortem is to be written by one person, who may be known by several ids:
    they led, or had it."""
    led = tx.duties.led(persons, _LED)
    tx.incidents.look_up(led)
    found = [incident for number in led if (incident := tx.incidents.get(number)) is not None]
    return [incident for incident in found if wants_review(tx, incident) and not is_written(tx, incident)]


def plan(change: Change) -> None:
    """It is over: its postmortem is asked for a while from now."""
    after = change.timings.review_after
    wanted = change.incident.phase == RESOLVED and bool(after) and wants_review(change.tx, change.incident)
    change.set(review_at=change.now + after if wanted else None)


def draft(tx: Tx, desk: Desk, number: int) -> dict[str, str]:
    """What the form of a postmortem holds already; Refused while the incident lasts."""
    incident = tx.incidents.get(number)
    if incident is None:
        raise no_such(number)
    _must_be_over(incident)
    return review_draft(reporting.written(tx, desk, incident))


def write(
    tx: Tx, desk: Desk, number: int, who: Actor, now: datetime, said: Mapping[str, str], seen: Seen | None = None
) -> Said:
    """The five points of the postmortem, which is posted whole. Written again it replaces what was written before. Of a
    form, which shows what had been `seen`, the points that nobody changed in it are those of now, and what somebody
    else wrote meanwhile stands below what was changed."""
    change = Change.load(tx, desk, number, now)
    _must_be_over(change.incident)
    others: list[str] = []
    if seen is not None:
        new, others = united(changed(said, seen), who, tx.timeline.of_kind(number, "postmortem")[seen.told :])
        said = review_draft(reporting.written(tx, desk, change.incident)) | new
    points = told_fields(desk, said, REVIEW_FIELDS)
    if not points.get("cause"):
        raise Refused("Say at least what the cause was, also that nobody knows it.")
    change.set(review_at=None)
    change.tell("postmortem", f"{who.name} wrote the postmortem", who=who, data=points)
    reporting.attach(change)
    reporting.publish(change, mails=True)
    change.save()
    close = f"Nothing left to do? /incident close {number}" if change.incident.phase == RESOLVED else ""
    items = f"What is left to do, with owner and date: /incident item {number} what @owner by friday"
    return say(change, f"The postmortem of {change.incident.label} is in its thread.", both(others), items, close)


def is_written(tx: Tx, incident: Incident) -> bool:
    """Whether its postmortem was written since it ended."""
    since = incident.resolved_at or incident.opened_at
    return any(entry.at >= since for entry in tx.timeline.of_kind(incident.number, "postmortem"))


def ask(change: Change) -> None:
    """The postmortem is asked for, in the thread and quietly of whoever led; again until it is there, and at some time
    no more."""
    incident, timings = change.incident, change.timings
    if incident.phase != RESOLVED or incident.merged_into or is_written(change.tx, incident):
        change.set(review_at=None)
        return
    over = change.now - (incident.resolved_at or change.now)
    asked = 1 + max(0, (over - timings.review_after) // timings.review_every)
    last = asked >= timings.review_times
    change.set(review_at=None if last else change.now + timings.review_every)
    lead = _lead(change)
    name = f"{lead.name}: " if lead is not None else ""
    again = "asked for the last time" if last else f"asked again in {say_span(timings.review_every)}"
    change.tell(
        "review_due",
        f"{name}the postmortem of {incident.label} is still to be written",
        why=f"over for {say_span(over)}; {again}",
        data={"asked": [{"name": lead.name, "slack": lead.slack}] if lead is not None else []},
    )
    notify_contact(change, lead, "review_due", None)


def _lead(change: Change) -> Contact | None:
    """Who led, else who had it."""
    led = next((one for one in change.tx.duties.of(change.incident.number) if one.duty == LEAD), None)
    if led is not None:
        return change.roster.somebody(led.person, led.name, led.slack)
    main = change.ladders.get(MAIN)
    held = main is not None and bool(main.holder) and HELD in (main.state, main.stopped_from)
    return change.holder_of(main) if held and main is not None else None
