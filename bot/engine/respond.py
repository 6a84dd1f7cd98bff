"""Respond: what people say to an incident: I have it, I can't, help, over to you, it is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.core import escalation as ladder
from bot.core.errors import Refused
from bot.core.escalation import HELD, HELP, MAIN, RUNNING
from bot.core.incident import MONITORING, RESOLVED, Incident, must_be_active, must_be_open
from bot.core.oncall import Actor, Contact
from bot.core.page import CONFIRM
from bot.core.spans import say_span
from bot.engine import intake, paging
from bot.engine.change import Change
from bot.engine.desk import Desk
from bot.engine.notices import notify_contact, notify_paged, tell_paging_systems, tell_verdict
from bot.engine.replan import may_stop
from bot.store.transaction import Tx


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What to answer the person, and the incident as it now is."""

    text: str
    incident: Incident


def acknowledge(tx: Tx, desk: Desk, number: int, who: Actor, now: datetime, why: str = "") -> Said:
    """`who` has it. Of two at once the first holds it and the second is told who does (ESCALATION 11, 14, 15, 20)."""
    change = Change.load(tx, desk, number, now)
    incident = change.incident
    must_be_active(incident)
    taken = [part for part, e in change.ladders.items() if e.state == RUNNING and may_stop(change, part, who)]
    if HELP in taken and change.main.holder == who.id:
        taken.remove(HELP)
    if not taken:
        return _already(change, who, why)
    for part in taken:
        change.stop_paging(ladder.acknowledge(change.ladders[part], who, incident.severity, now, change.timings))
    if MAIN in taken:
        change.set(handover_to="")
        waited = say_span(now - incident.opened_at)
        change.tell("acknowledged", f"{who.name} has it, {waited} after it opened", who=who, why=why)
    else:
        change.tell(
            "acknowledged",
            f"{who.name} came to help" if taken == [HELP] else f"{who.name} has the part {', '.join(taken)}",
            who=who,
            why=why,
        )
    change.touch(who)
    tx.pages.answered(number, who.id, f"acknowledged by {who.via}", now)
    notify_paged(change, "acknowledged", who)
    tell_paging_systems(change, "acknowledge", who)
    change.save()
    left = [part for part, e in change.ladders.items() if e.state == RUNNING]
    still = f" Still calling {', '.join(left)}: only that type's people can stop it." if left else ""
    if MAIN in taken:
        text = f"You have {incident.label} now; nobody further is paged for it.{still}"
    elif taken == [HELP]:
        text = f"Thank you for helping with {incident.label}; {change.main.holder_name} keeps it."
    else:
        text = f"You have the part {', '.join(taken)} of {incident.label} now.{still}"
    return Said(text=text, incident=change.incident)


def _already(change: Change, who: Actor, why: str) -> Said:
    main, label = change.main, change.incident.label
    if _is_asked(change, who):
        return _confirmed(change, who, why)
    if _was_asked(change, who):
        return _taken(change, who, why, f"{who.name} took it over from {main.holder_name}")
    if main.state == RUNNING or main.holder != who.id:
        closed = [part for part, e in change.ladders.items() if e.state == RUNNING]
        if main.state == HELD and not closed:
            held = f"{main.holder_name} has {label} since {say_span(change.now - (main.held_at or change.now))} ago."
            return Said(
                text=f"{held} To take it over: /incident take {change.incident.number}", incident=change.incident
            )
        raise Refused(f"{label} is still calling the people of type {', '.join(closed)}: only they can stop that part.")
    if main.answer_by is None:
        change.touch(who)
        change.save()
        return Said(text=f"You have {label} already.", incident=change.incident)
    return _confirmed(change, who, why)


def confirm(tx: Tx, desk: Desk, number: int, who: Actor, now: datetime, why: str = "") -> Said:
    """The holder still has it; or, once the monitor says it is over, positions and orders are right (ESCALATION
    12, 22)."""
    change = Change.load(tx, desk, number, now)
    if change.incident.phase == MONITORING:
        return _resolved(change, who, why or "positions and orders confirmed")
    must_be_open(change.incident)
    if _is_asked(change, who):
        return _confirmed(change, who, why)
    if change.main.state != HELD:
        raise Refused(f"Nobody has {change.incident.label}. To take it: /incident ack {number}")
    if _was_asked(change, who):
        return _taken(change, who, why, f"{who.name} took it over from {change.main.holder_name}")
    if change.main.holder != who.id:
        raise Refused(
            f"{change.main.holder_name} has {change.incident.label}. To take it over: /incident take {number}"
        )
    return _confirmed(change, who, why)


def _is_asked(change: Change, who: Actor) -> bool:
    """Whether this person holds a part of it and is asked whether they still do."""
    held = [e for e in change.ladders.values() if e.state == HELD and e.holder == who.id]
    return any(e.answer_by is not None for e in held)


def _was_asked(change: Change, who: Actor) -> bool:
    """Whether somebody else than the holder is asked, whose shift has ended, and this is them (ESCALATION 12)."""
    main = change.main
    if main.answer_by is None or main.holder == who.id:
        return False
    pages = change.tx.pages.of(change.incident.number)
    mine = (p for p in pages if p.purpose == CONFIRM and p.part == MAIN and p.epoch == main.epoch)
    return any(p.person == who.id for p in mine)


def _confirmed(change: Change, who: Actor, why: str) -> Said:
    for escalation in list(change.ladders.values()):
        if escalation.state == HELD and escalation.holder == who.id:
            change.stop_paging(ladder.confirm(escalation, change.incident.severity, change.now, change.timings))
    change.tx.pages.answered(change.incident.number, who.id, f"confirmed by {who.via}", change.now)
    change.tell("confirmed", f"{who.name} still has it, at severity {change.incident.severity.word}", who=who, why=why)
    notify_paged(change, "confirmed", who)
    change.save()
    return Said(text=f"Thank you. {change.incident.label} stays yours.", incident=change.incident)


def unacknowledge(tx: Tx, desk: Desk, number: int, who: Actor, now: datetime, why: str = "") -> Said:
    """Nobody has it any more: the highest level already paged is paged again, now (ESCALATION 13)."""
    change = Change.load(tx, desk, number, now)
    must_be_active(change.incident)
    if change.main.state != HELD:
        raise Refused(f"Nobody has {change.incident.label}: its pages go on as they are.")
    had = change.main.holder_name
    change.tell("unacknowledged", f"{had} no longer has it", who=who, why=why, broadcast=True)
    release(change)
    change.save()
    return Said(text=f"{change.incident.label} is nobody's now; {_next(change)}", incident=change.incident)


def release(change: Change, *, above: bool = False, part: str = MAIN, move: ladder.Move | None = None) -> None:
    """Take a ladder from its holder and let it climb again; help that was called joins it."""
    if part == MAIN and HELP in change.ladders:
        called = change.ladders[HELP]
        change.put(ladder.raise_highest(change.main, called.highest))
        change.stop_paging(ladder.stop(called, change.now))
        move = None
    change.set(handover_to="")
    escalation = change.ladders[part]
    move = move or ladder.release(escalation, change.policy(part), change.now, change.timings, above=above)
    change.stop_paging(move.escalation)
    paging.apply(change, move)


def take_over(tx: Tx, desk: Desk, number: int, who: Actor, now: datetime, why: str = "") -> Said:
    """`who` has it from now on, whoever had it before."""
    change = Change.load(tx, desk, number, now)
    must_be_active(change.incident)
    if change.main.state != HELD or change.main.holder == who.id:
        return acknowledge(tx, desk, number, who, now, why)
    return _taken(change, who, why, f"{who.name} took it over from {change.main.holder_name}")


def _taken(change: Change, who: Actor, why: str, text: str) -> Said:
    former = change.main
    change.stop_paging(ladder.acknowledge(former, who, change.incident.severity, change.now, change.timings))
    change.set(handover_to="")
    change.tx.pages.answered(change.incident.number, who.id, f"taken over by {who.via}", change.now)
    change.tell("acknowledged", text, who=who, why=why)
    notify_contact(change, _contact(change, former.holder, former.holder_name, former.holder_slack), "taken", who)
    change.save()
    return Said(text=f"You have {change.incident.label} now; {former.holder_name} is told.", incident=change.incident)


def pass_on(tx: Tx, desk: Desk, number: int, who: Actor, now: datetime, why: str = "") -> Said:
    """ "I can't": the next level is paged now, the gaps of the later ones stay (ESCALATION 14)."""
    change = Change.load(tx, desk, number, now)
    must_be_active(change.incident)
    main = change.main
    if main.state == HELD and main.holder != who.id:
        raise Refused(
            f"{main.holder_name} has {change.incident.label}: there is nothing to pass on. Nobody further is paged."
        )
    if main.state == HELD:
        change.tell("passed", f"{who.name} cannot go on", who=who, why=why)
        release(change, above=True)
    else:
        if _passed_already(change, who):
            return Said(text=f"You have said so already. {_next(change)}", incident=change.incident)
        change.tell("passed", f"{who.name} can't", who=who, why=why, thread=True)
        move = ladder.next_level_now(main, change.policy(), now, change.timings, f"{who.name} can't")
        paging.apply(change, move)
    change.save()
    return Said(text=f"Understood. {_next(change)}", incident=change.incident)


def _passed_already(change: Change, who: Actor) -> bool:
    """Whether they said so before and were not paged since: a second click does not page one level more."""
    number = change.incident.number
    said = [entry.at for entry in change.tx.story.of(number) if entry.kind == "passed" and entry.who.id == who.id]
    pages = change.tx.pages.of(number) if said else []
    return bool(said) and not any(page.person == who.id and page.made_at >= said[-1] for page in pages)


def escalate_now(tx: Tx, desk: Desk, number: int, who: Actor, now: datetime, why: str = "") -> Said:
    """The next level now. On an acknowledged incident it is called as help and the holder keeps it (ESCALATION 14)."""
    change = Change.load(tx, desk, number, now)
    must_be_active(change.incident)
    called = change.ladders.get(HELP)
    change.tell("escalated", f"{who.name} asks for the next level", who=who, why=why)
    if change.main.state == RUNNING:
        move = ladder.next_level_now(change.main, change.policy(), now, change.timings, f"{who.name} asked for it")
    elif called is not None and called.state == RUNNING and called.next_rung is not None:
        move = ladder.next_level_now(
            called, change.policy(HELP), now, change.timings, f"{who.name} asked for more help"
        )
    else:
        move = ladder.call_help(change.main, change.policy(), now, change.timings, called)
    paging.apply(change, move)
    change.save()
    return Said(text=f"{_levels(move, change)} paged now.", incident=change.incident)


def hand_over(tx: Tx, desk: Desk, number: int, who: Actor, to: Contact, now: datetime, why: str = "") -> Said:
    """Ask somebody to take it; until they say yes the holder keeps it (ESCALATION 17)."""
    change = Change.load(tx, desk, number, now)
    must_be_active(change.incident)
    if change.main.state != HELD:
        raise Refused(f"Nobody has {change.incident.label} yet. To take it: /incident ack {number}")
    if to.id == change.main.holder:
        raise Refused(f"{to.name} has {change.incident.label} already.")
    change.set(handover_to=to.id)
    change.tell(
        "handover",
        f"{who.name} asks {to.name} to take it; {change.main.holder_name} keeps it until then",
        who=who,
        why=why,
    )
    notify_contact(change, to, "handover", who)
    change.touch(who)
    change.save()
    return Said(
        text=f"{to.name} is asked. Until they accept, {change.main.holder_name} keeps {change.incident.label}.",
        incident=change.incident,
    )


def accept(tx: Tx, desk: Desk, number: int, who: Actor, now: datetime) -> Said:
    """Yes to a handover."""
    change = Change.load(tx, desk, number, now)
    must_be_active(change.incident)
    if change.incident.handover_to not in (who.id, who.slack or who.id):
        raise Refused(
            f"Nobody asks you to take {change.incident.label} any more. "
            f"To take it all the same: /incident take {number}"
        )
    if change.main.state != HELD:
        return acknowledge(tx, desk, number, who, now)
    return _taken(change, who, "", f"{who.name} accepted it from {change.main.holder_name}")


def decline(tx: Tx, desk: Desk, number: int, who: Actor, now: datetime, why: str = "") -> Said:
    """No to a handover."""
    change = Change.load(tx, desk, number, now)
    if change.incident.handover_to not in (who.id, who.slack or who.id):
        raise Refused(f"Nobody asks you to take {change.incident.label} any more.")
    change.set(handover_to="")
    holder = change.main
    change.tell("handover", f"{who.name} declined; {holder.holder_name} keeps it", who=who, why=why)
    notify_contact(change, _contact(change, holder.holder, holder.holder_name, holder.holder_slack), "declined", who)
    change.save()
    return Said(text=f"{holder.holder_name} keeps {change.incident.label}.", incident=change.incident)


def resolve(tx: Tx, desk: Desk, number: int, who: Actor, now: datetime, why: str = "") -> Said:
    """It is over, says a person. Warns when its alerts still fire (ESCALATION 24)."""
    change = Change.load(tx, desk, number, now)
    must_be_open(change.incident)
    return _resolved(change, who, why)


def _resolved(change: Change, who: Actor, why: str) -> Said:
    fires = change.incident.firing
    change.set(
        phase=RESOLVED,
        resolved_at=change.now,
        resolved_by=who.name,
        handover_to="",
        warn_at=change.now + change.timings.warn_every if fires else None,
    )
    for escalation in list(change.ladders.values()):
        change.stop_paging(ladder.stop(escalation, change.now))
    lasted = say_span(change.now - change.incident.opened_at)
    change.tell("resolved", f"{who.name} resolved it after {lasted}", who=who, why=why, broadcast=True)
    notify_paged(change, "resolved", who)
    tell_paging_systems(change, "resolve", who)
    change.save()
    warning = f" Mind: {fires} of its alerts still fire; this will be said again every hour." if fires else ""
    return Said(text=f"{change.incident.label} is resolved.{warning}", incident=change.incident)


def reopen(tx: Tx, desk: Desk, number: int, who: Actor, now: datetime, why: str = "") -> Said:
    """It is not over after all."""
    change = Change.load(tx, desk, number, now)
    incident = change.incident
    if incident.merged_into:
        raise Refused(f"{incident.label} was merged into INC-{incident.merged_into}: /incident unmerge {number}")
    if incident.phase not in (RESOLVED, MONITORING):
        raise Refused(f"{incident.label} is open already.")
    newer = tx.incidents.open_of_group(incident.system, incident.group)
    if newer:
        raise Refused(f"The same trouble is open as INC-{newer}: go on there.")
    intake.reopen(change, who, why)
    change.save()
    return Said(text=f"{incident.label} is open again. {_next(change)}", incident=change.incident)


def note(tx: Tx, desk: Desk, number: int, who: Actor, now: datetime, text: str) -> Said:
    """A note on the timeline; it also shows that somebody is at it (ESCALATION 12)."""
    change = Change.load(tx, desk, number, now)
    change.touch(who)
    change.tell("note", text, who=who, thread=who.via != "slack-thread")
    change.save()
    return Said(text=f"Noted on {change.incident.label}.", incident=change.incident)


def record_verdict(tx: Tx, desk: Desk, number: int, verdict: str, now: datetime) -> Said:
    """What the checks found: edits the card and the direct messages, follows once by mail or SMS, and stands in every
    later page (ESCALATION 10)."""
    change = Change.load(tx, desk, number, now)
    first = not change.incident.verdict
    change.set(verdict=desk.redactor.text(verdict))
    change.tell("verdict", change.incident.verdict)
    tell_verdict(change, first=first)
    change.save()
    return Said(text=verdict, incident=change.incident)


def _contact(change: Change, id_: str, name: str, slack: str) -> Contact:
    return change.roster.contacts.get(id_) or Contact(id=id_, name=name, addresses={"slack": slack} if slack else {})


def _levels(move: ladder.Move, change: Change) -> str:
    policy = change.policy(move.escalation.part)
    return (
        ", ".join(f"Level {c.level + 1} ({policy.levels[c.level].name})" for c in move.calls if c.level is not None)
        or "Nobody"
    )


def _next(change: Change) -> str:
    rung = change.main.next_rung
    if rung is None:
        return "the ladder begins again soon."
    name = change.policy().levels[rung.level].name
    return f"Next: level {rung.level + 1} ({name}) in {say_span(rung.due_at - change.now)}."
