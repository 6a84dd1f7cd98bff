"""Presence: whoever has an incident writes in its thread, and so is there (ESCALATION 12)."""

from __future__ import annotations

from datetime import datetime

from bot.core import escalation as ladder
from bot.core.escalation import HELD
from bot.core.incident import Incident
from bot.core.oncall import Actor
from bot.engine.change import Change
from bot.engine.desk import Desk
from bot.engine.notices import notify_paged
from bot.store.transaction import Tx


def held_by(tx: Tx, desk: Desk, incident: Incident, user: str) -> list[ladder.Escalation]:
    """The ladders of an incident that the Slack user has; of most people none."""
    system = desk.systems.get(incident.system)
    contact = system.roster.identify(slack=user) if system is not None else None
    known = {user, contact.id} if contact is not None else {user}
    return [
        one for one in tx.incidents.escalations(incident.number).values() if one.state == HELD and one.holder in known
    ]


def wrote(tx: Tx, desk: Desk, number: int, user: str, now: datetime) -> bool:
    """The Slack user wrote in the thread: what they have is theirs from now on for as long as a note would keep it, and
    what a note would answer is answered. Whether it was theirs. What they wrote is not kept, and what others have stays
    as it is."""
    change = Change.load(tx, desk, number, now)
    theirs = held_by(tx, desk, change.incident, user)
    for before in theirs:
        after = ladder.touch(before, now, change.timings, by=before.holder)
        change.put(after)
        if before.answer_by is not None and after.answer_by is None:
            _answered(change, after, user)
    change.save()
    return bool(theirs)


def _answered(change: Change, held: ladder.Escalation, user: str) -> None:
    """They were asked whether they still have it; whoever is being called about it need not be."""
    change.stop_paging(held)
    change.tx.pages.answered(change.incident.number, held.holder, "wrote in the thread", change.now)
    who = Actor(id=held.holder, name=held.holder_name, via="slack", slack=user)
    change.tell("confirmed", f"{held.holder_name} still has it", who=who, why="wrote in the thread")
    notify_paged(change, "confirmed", who)
