"""Resolve: it is over, says a person or the monitor; and it is not over after all."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.core import escalation as ladder
from bot.core.alert import Severity
from bot.core.errors import Refused
from bot.core.escalation import HELD, HELP, MAIN, REOPENED
from bot.core.incident import ACTIVE, CLOSED, MONITORING, RESOLVED, must_be_open
from bot.core.oncall import Actor
from bot.core.spans import say_span
from bot.engine import duties, paging, reporting, review, updates
from bot.engine.change import Change
from bot.engine.desk import Desk
from bot.engine.notices import notify_paged, remind_paged, tell_paging_systems
from bot.engine.replan import called_for, may_stop
from bot.engine.said import Said, comes_next, paged_now, say
from bot.store.transaction import Tx

_FLAPPING = timedelta(hours=1)
"""So long after it was begun anew by its monitor, ending and beginning are no news for the channel."""

_SPEAK = ("slack", "slack-thread", "terminal")
"""By these ways people give a reason in their own words; what a provider adds is none."""


def resolve(
    tx: Tx, desk: Desk, number: int, who: Actor, now: datetime, why: str = "", *, fixed_by: str | None = None
) -> Said:
    """It is over, says a person. Warns when its alerts still fire (ESCALATION 24). `fixed_by` is what they say fixed
    it; None: the reason is."""
    change = Change.load(tx, desk, number, now)
    cause = words_of(who, why) if fixed_by is None else fixed_by
    if change.incident.phase == RESOLVED and not change.incident.resolved_by and cause and not change.incident.fixed_by:
        return review.set_cause(change, who, cause)  # the monitor was faster, and nothing that was said is lost
    must_be_open(change.incident)
    for part, escalation in change.ladders.items():
        climbs = part not in (MAIN, HELP) and escalation.state == ladder.RUNNING
        # Where it has reached nobody there is nobody to wait for.
        if climbs and called_for(change, part) and not may_stop(change, part, who):
            raise Refused(
                f"{change.incident.label} is also of type {part}, whose people are still being called: only they can "
                f"stop that part, by acknowledging. /incident who {number} shows them."
            )
    return end(change, who, why, fixed_by=cause)


def words_of(who: Actor, why: str) -> str:
    """A reason, as far as a person has given it in their own words."""
    return why if who.via in _SPEAK else ""


def end(change: Change, who: Actor, why: str, *, fixed_by: str = "") -> Said:
    """A person ends it, and with it all paging. Where they do not say what fixed it the thread asks."""
    fires = change.incident.firing
    warn_at = change.now + change.timings.warn_every if fires else None
    change.set(phase=RESOLVED, resolved_at=change.now, resolved_by=who.name, handover_to="", warn_at=warn_at)
    change.set(monitored_by="", fixed_by=change.desk.redactor.text(fixed_by.strip()))
    _stop(change)
    lasted = say_span(change.now - change.incident.opened_at)
    change.tell("resolved", f"{who.name} resolved it after {lasted}", who=who, why=why, broadcast=True)
    review.ask_cause(change)
    review.plan(change)
    reporting.publish(change, mails=True)
    notify_paged(change, "resolved", who)
    tell_paging_systems(change, "resolve", who)
    change.save()
    still = "1 of its alerts still fires" if fires == 1 else f"{fires} of its alerts still fire"
    warning = f"Mind: {still}; this will be said again every hour." if fires else ""
    return say(change, f"{change.incident.label} is resolved.", warning, review.comes_then(change))


def over(change: Change) -> None:
    """The monitor says it is over (ESCALATION 22). A critical one waits until a person confirms positions and orders,
    and is reminded of."""
    incident = change.incident
    if incident.awaits_confirmation:
        return
    held = any(e.state == ladder.HELD for e in change.ladders.values())
    critical = incident.severity is Severity.CRITICAL
    phase = MONITORING if critical else RESOLVED
    change.set(phase=phase, monitored_by="", resolved_at=change.now, missed=not held)
    if critical:  # what is resolved with it took no other time
        change.set(mitigated_at=incident.mitigated_at or change.now)
    if critical:
        change.set(warn_at=change.now + change.timings.warn_every)
    _stop(change)
    text = "The monitor says it is over" + ("; a person must confirm positions and orders" if critical else "")
    if not held:
        change.tell("missed", "Nobody had acknowledged it: counted as missed", thread=False)
    change.tell("resolved", text, why="all its alerts are resolved", broadcast=not _flaps(change))
    if incident.acknowledged_at is not None and not critical:
        review.ask_cause(change)
    review.plan(change)
    reporting.publish(change, mails=True)
    notify_paged(change, "monitoring" if critical else "resolved", None)
    tell_paging_systems(change, "resolve")


def _flaps(change: Change) -> bool:
    """Whether its monitor ended it and began it anew not long ago: the channel was told then, and its card shows how it
    stands; each further time is told in the thread alone."""
    since = change.now - _FLAPPING
    begun = change.tx.timeline.of_kind(change.incident.number, "reopened")
    return any(entry.at > since and not entry.who.person for entry in begun)


def _stop(change: Change) -> None:
    updates.end(change)
    for escalation in list(change.ladders.values()):
        change.stop_paging(ladder.stop(escalation, change.now))


def warn(change: Change) -> None:
    """What has ended and is not done with is said again every hour: that its alerts still fire (ESCALATION 24), or,
    quietly, that nobody has confirmed positions and orders (22)."""
    incident = change.incident
    fires = incident.phase in (RESOLVED, CLOSED) and incident.firing > 0
    waits = incident.awaits_confirmation
    change.set(warn_at=change.now + change.timings.warn_every if fires or waits else None)
    every = f"said every {int(change.timings.warn_every.total_seconds() // 60)} min"
    if fires:
        alerts = "1 alert still fires" if incident.firing == 1 else f"{incident.firing} alerts still fire"
        text = f"Resolved by {incident.resolved_by}, but {alerts}"
        change.tell("warning", text, broadcast=True, why=f"{every} while it lasts")
    elif waits:
        lasts = say_span(change.now - (incident.resolved_at or change.now))
        confirm = f"positions and orders are still to be confirmed: /incident confirm {incident.number}"
        text = f"Over for {lasts}, says the monitor; {confirm}"
        change.tell("warning", text, why=f"{every} until a person confirms")
        remind_paged(change, "monitoring")


def reopen(tx: Tx, desk: Desk, number: int, who: Actor, now: datetime, why: str = "") -> Said:
    """It is not over after all, says a person. The answer tells who is paged now, and what comes next."""
    change = Change.load(tx, desk, number, now)
    incident = change.incident
    if incident.merged_into:
        raise Refused(f"{incident.label} was merged into INC-{incident.merged_into}: /incident unmerge {number}")
    if incident.phase not in (RESOLVED, MONITORING, CLOSED):
        raise Refused(f"{incident.label} is open already.")
    newer = tx.incidents.open_of_group(incident.system, incident.group)
    if newer and newer != number:
        raise Refused(f"The same trouble is open as INC-{newer}: go on there.")
    paged = open_again(change, who, why)
    change.save()
    again = "active again" if incident.is_monitored else "open again"
    return say(change, f"{incident.label} is {again}.", paged_now(paged), comes_next(change))


def open_again(change: Change, who: Actor, why: str) -> list[str]:
    """The incident is open again; its ladders go on where they stood (ESCALATION 23) or, when that was long ago, begin
    anew. The levels paged at once, as by `paging.apply`."""
    if change.incident.is_monitored:
        return _active_again(change, who, why)
    since, closed = change.now - (change.incident.resolved_at or change.now), change.incident.phase == CLOSED
    change.set(phase=ACTIVE, resolved_at=None, resolved_by="", warn_at=None, missed=False, mitigated_at=None)
    change.set(closed_at=None)
    change.set(review_at=None, fixed_by="")
    duties.plan(change)
    news = who.person or not _flaps(change)
    change.tell("reopened", f"{change.incident.label} reopened", who=who, why=why, broadcast=news)
    if closed:
        change.keep_all()
    notify_paged(change, "reopened", who)
    paged = []
    for part in change.parts:
        stood, by = change.ladders[part], who.id if who.person else ""
        if since > change.timings.reopen_within and not by:
            move = ladder.begin_again(stood, change.policy(part), change.now, change.timings)
        else:
            move = ladder.resume(stood, change.now, change.timings, by=by)
        paged += paging.apply(change, move) + paging.page_what_is_due(change, part)
    updates.begin(change)
    reporting.publish(change, mails=True)
    return paged


def _active_again(change: Change, who: Actor, why: str) -> list[str]:
    """It was monitored and is active again. Whoever has it is told; where a monitor says so, they are called and have
    some minutes to answer, as after a reopening (ESCALATION 23). The levels paged, as by `paging.apply`."""
    change.set(phase=ACTIVE, monitored_by="", mitigated_at=None)
    news = who.person or not _flaps(change)
    change.tell("reopened", f"{change.incident.label} is active again", who=who, why=why, broadcast=news)
    notify_paged(change, "reopened", who)
    reporting.publish(change)
    change.touch(who)
    paged = []
    for part in change.parts:
        stood = change.ladders[part]
        if stood.state == HELD and not who.person:
            asks = f"{stood.holder_name} is asked: it fires anew"
            paged += paging.apply(change, ladder.ask(stood, REOPENED, change.now, change.timings, asks))
        paged += paging.page_what_is_due(change, part)
    return paged
