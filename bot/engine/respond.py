"""Respond: who has it: acknowledging, confirming, taking over, giving back; and notes, which show that somebody has."""

from __future__ import annotations

from datetime import datetime

from bot.core import escalation as ladder
from bot.core.errors import Refused
from bot.core.escalation import HELD, HELP, MAIN, RUNNING
from bot.core.incident import ACTIVE, Incident, must_be_active, must_be_open
from bot.core.oncall import Actor
from bot.core.page import CONFIRM
from bot.core.spans import say_ago, say_span
from bot.engine import checklists, duties, paging, reporting, updates
from bot.engine.change import Change
from bot.engine.desk import Desk
from bot.engine.notices import edit_paged, notify_contact, notify_paged, tell_paging_systems
from bot.engine.replan import may_stop
from bot.engine.resolve import end, words_of
from bot.engine.said import Said, comes_next, paged_now, say
from bot.store.transaction import Tx


def acknowledge(tx: Tx, desk: Desk, number: int, who: Actor, now: datetime, why: str = "") -> Said:
    """`who` has it. Of two at once the first holds it and the second is told who does (ESCALATION 11, 14, 15, 20)."""
    change = Change.load(tx, desk, number, now)
    incident = change.incident
    if incident.awaits_confirmation and not incident.merged_into:
        return _take_over_when_over(change, who, why)
    must_be_active(incident)
    taken = [part for part, e in change.ladders.items() if e.state == RUNNING and may_stop(change, part, who)]
    if HELP in taken and change.main.holder == who.id:
        taken.remove(HELP)
    if not taken:
        return _already(change, who, why)
    for part in taken:
        change.stop_paging(ladder.acknowledge(change.ladders[part], who, incident.severity, now, change.timings))
    for part in change.parts:
        # What is still called for may have left its calls to a ladder that has just been stopped.
        if any(change.ladders[part].policy == change.ladders[one].policy for one in taken):
            paging.page_what_is_due(change, part)
    if MAIN in taken:
        change.set(handover_to="", acknowledged_at=incident.acknowledged_at or now)
        waited = say_span(now - incident.opened_at)
        change.tell("acknowledged", f"{who.name} has it, {waited} after it opened", who=who, why=why)
        duties.leads(change, who)
        checklists.begin_fitting(change)
        updates.begin(change)
        reporting.publish(change)
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


def _take_over_when_over(change: Change, who: Actor, why: str) -> Said:
    """The monitor says that it is over: who acknowledges now has it all the same, and is the one who is asked should it
    fire again."""
    main, label = change.main, change.incident.label
    if main.stopped_from == HELD and main.holder != who.id:
        said = f"{main.holder_name} has {label}."
    elif main.stopped_from == HELD:
        said = f"You have {label} already."
    else:
        change.put(ladder.take_stopped(main, who, change.now))
        change.set(acknowledged_at=change.incident.acknowledged_at or change.now, missed=False)
        change.tell("acknowledged", f"{who.name} has it; the monitor says it is over", who=who, why=why)
        duties.leads(change, who)
        notify_paged(change, "acknowledged", who)
        change.save()
        said = f"You have {label} now."
    number = change.incident.number
    todo = f"The monitor says it is over: check positions and orders, then: /incident confirm {number}"
    return say(change, said, todo)


def _already(change: Change, who: Actor, why: str) -> Said:
    main, label = change.main, change.incident.label
    if _is_asked(change, who):
        return _confirmed(change, who, why)
    if (part := _asked_instead(change, who)) is not None:
        return _takes(change, who, why, part)
    if main.state == RUNNING or main.holder != who.id:
        closed = [part for part, e in change.ladders.items() if e.state == RUNNING]
        if main.state == HELD and not closed:
            held = f"{main.holder_name} has {label} since {say_ago(change.now - (main.held_at or change.now))}."
            return Said(
                text=f"{held} To take it over: /incident take {change.incident.number}", incident=change.incident
            )
        raise Refused(f"{label} is still calling the people of type {', '.join(closed)}: only they can stop that part.")
    if main.answer_by is None:
        change.touch(who)
        change.save()
        return Said(text=f"You have {label} already.", incident=change.incident)
    return _confirmed(change, who, why)


def confirm(
    tx: Tx, desk: Desk, number: int, who: Actor, now: datetime, why: str = "", *, fixed_by: str | None = None
) -> Said:
    """The holder still has it; or, once the monitor says it is over, positions and orders are right (ESCALATION
    12, 22)."""
    change = Change.load(tx, desk, number, now)
    if change.incident.awaits_confirmation:
        said = words_of(who, why) if fixed_by is None else fixed_by
        return end(change, who, why or "positions and orders confirmed", fixed_by=said)
    must_be_open(change.incident)
    if _is_asked(change, who):
        return _confirmed(change, who, why)
    if change.main.state != HELD:
        raise Refused(f"Nobody has {change.incident.label}. To take it: /incident ack {number}")
    if (part := _asked_instead(change, who)) is not None:
        return _takes(change, who, why, part)
    if change.main.holder != who.id:
        raise Refused(
            f"{change.main.holder_name} has {change.incident.label}. To take it over: /incident take {number}"
        )
    return _confirmed(change, who, why)


def _is_asked(change: Change, who: Actor) -> bool:
    """Whether this person holds a part of it and is asked whether they still do."""
    held = [e for e in change.ladders.values() if e.state == HELD and e.holder == who.id]
    return any(e.answer_by is not None for e in held)


def _asked_instead(change: Change, who: Actor) -> str | None:
    """The part about which this person is asked instead of its holder, whose shift has ended (ESCALATION 12)."""
    open_ = {part: e for part, e in change.ladders.items() if e.answer_by is not None and e.holder != who.id}
    for page in change.tx.pages.of(change.incident.number) if open_ else ():
        asked = open_.get(page.part)
        if asked and page.purpose == CONFIRM and page.epoch == asked.epoch and page.person == who.id:
            return page.part
    return None


def _takes(change: Change, who: Actor, why: str, part: str) -> Said:
    what = "it" if part == MAIN else f"the part {part}"
    return taken_over(change, who, why, f"{who.name} took {what} over from {change.ladders[part].holder_name}", part)


def _confirmed(change: Change, who: Actor, why: str) -> Said:
    for escalation in list(change.ladders.values()):
        if escalation.state == HELD and escalation.holder == who.id:
            change.stop_paging(ladder.confirm(escalation, change.incident.severity, change.now, change.timings))
    change.tx.pages.answered(change.incident.number, who.id, f"confirmed by {who.via}", change.now)
    change.tell("confirmed", f"{who.name} still has it, at severity {change.incident.severity.word}", who=who, why=why)
    notify_paged(change, "confirmed", who)
    change.save()
    asks = [e.ask_at for e in change.ladders.values() if e.holder == who.id and e.ask_at is not None]
    again = f"Without a sign of you that is asked again in {say_span(min(asks) - change.now)}." if asks else ""
    return say(change, f"Thank you. {change.incident.label} stays yours.", again)


def unacknowledge(tx: Tx, desk: Desk, number: int, who: Actor, now: datetime, why: str = "") -> Said:
    """Nobody has it any more: the highest level already paged is paged again, now (ESCALATION 13)."""
    change = Change.load(tx, desk, number, now)
    must_be_active(change.incident)
    part = part_of(change, who)
    held = change.ladders[part]
    if held.state != HELD:
        raise Refused(f"Nobody has {change.incident.label}: its pages go on as they are.")
    whole = part == MAIN
    what = change.incident.label if whole else f"the part {part} of {change.incident.label}"
    lost = "it" if whole else what
    change.tell("unacknowledged", f"{held.holder_name} no longer has {lost}", who=who, why=why, broadcast=True)
    paged = release(change, part=part)
    change.save()
    return say(change, f"{what[0].upper()}{what[1:]} is nobody's now.", paged_now(paged), comes_next(change, part))


def part_of(change: Change, who: Actor) -> str:
    """The part that a person means by "it": what they hold; else the incident itself, where somebody holds it; else a
    part of it that somebody does."""
    held = [part for part, e in change.ladders.items() if e.state == HELD]
    meant = [part for part in held if change.ladders[part].holder == who.id] or held
    return meant[0] if meant and MAIN not in meant else MAIN


def release(change: Change, *, above: bool = False, part: str = MAIN, move: ladder.Move | None = None) -> list[str]:
    """Take a ladder from its holder and let it climb again; help that was called joins it. The levels paged, as by
    `paging.apply`."""
    if part == MAIN and HELP in change.ladders:
        called = change.ladders[HELP]
        change.put(ladder.raise_highest(change.main, called.highest))
        change.stop_paging(ladder.stop(called, change.now))
        move = None
    escalation = change.ladders[part]
    if part == MAIN:
        # What nobody has is not watched either.
        change.set(handover_to="", phase=ACTIVE, monitored_by="")
        duties.follows(change, escalation.holder, None)
    move = move or ladder.release(escalation, change.policy(part), change.now, change.timings, above=above)
    change.stop_paging(move.escalation)
    if part == MAIN:
        edit_paged(change, "unacknowledged", None)
    return paging.apply(change, move)


def take_over(tx: Tx, desk: Desk, number: int, who: Actor, now: datetime, why: str = "") -> Said:
    """`who` has it from now on, whoever had it before."""
    change = Change.load(tx, desk, number, now)
    must_be_active(change.incident)
    if change.main.state != HELD or change.main.holder == who.id:
        return acknowledge(tx, desk, number, who, now, why)
    return taken_over(change, who, why, f"{who.name} took it over from {change.main.holder_name}")


def taken_over(change: Change, who: Actor, why: str, text: str, part: str = MAIN) -> Said:
    """`who` has it, or a part of it, instead of its holder, who is told; `text` says so on the timeline."""
    former = change.ladders[part]
    change.stop_paging(ladder.acknowledge(former, who, change.incident.severity, change.now, change.timings))
    change.set(handover_to="")
    if part == MAIN:
        duties.follows(change, former.holder, who)
    change.tx.pages.answered(change.incident.number, who.id, f"taken over by {who.via}", change.now)
    change.tell("acknowledged", text, who=who, why=why)
    notify_contact(change, change.holder_of(former), "taken", who)
    edit_paged(change, "acknowledged", who)
    change.save()
    what = change.incident.label if part == MAIN else f"the part {part} of {change.incident.label}"
    return Said(text=f"You have {what} now; {former.holder_name} is told.", incident=change.incident)


def note(tx: Tx, desk: Desk, number: int, who: Actor, now: datetime, text: str) -> Said:
    """A note on the timeline; it also shows that somebody is at it (ESCALATION 12). Where it answers a question, or
    where one stays open all the same, the answer says so (20, 23)."""
    change = Change.load(tx, desk, number, now)
    asked = _is_asked(change, who)
    change.touch(who)
    change.tell("note", text, who=who, thread=who.via != "slack-thread")
    change.save()
    return say(change, noted(change.incident), _after_note(change, who) if asked else "")


def noted(incident: Incident) -> str:
    """The answer to a note where there is nothing else to say."""
    return f"Noted on {incident.label}."


def _after_note(change: Change, who: Actor) -> str:
    limits = [e.answer_by for e in change.ladders.values() if e.holder == who.id and e.answer_by is not None]
    if not limits:
        return "It stays yours."
    return (
        f"You are still asked whether you have it at severity {change.incident.severity.word}, "
        f"for another {say_span(min(limits) - change.now)}: /incident confirm {change.incident.number}"
    )
