"""Handing over: somebody is asked to take it, and says yes or no."""

from __future__ import annotations

from datetime import datetime

from bot.core.errors import Refused
from bot.core.escalation import HELD
from bot.core.incident import must_be_active
from bot.core.oncall import Actor, Contact
from bot.engine.change import Change
from bot.engine.desk import Desk
from bot.engine.notices import notify_contact
from bot.engine.respond import acknowledge, taken_over
from bot.engine.said import Said, say
from bot.store.transaction import Tx


def hand_over(tx: Tx, desk: Desk, number: int, who: Actor, to: Contact, now: datetime, why: str = "") -> Said:
    """Ask somebody to take it; until they say yes the holder keeps it (ESCALATION 17)."""
    change = Change.load(tx, desk, number, now)
    must_be_active(change.incident)
    label = change.incident.label
    if change.main.state != HELD:
        raise Refused(f"Nobody has {label} yet. To take it: /incident ack {number}")
    if to.id == change.main.holder:
        raise Refused(f"{to.name} has {label} already.")
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
    return say(change, f"{to.name} is asked.", f"Until they accept, {change.main.holder_name} keeps {label}.")


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
    return taken_over(change, who, "", f"{who.name} accepted it from {change.main.holder_name}")


def decline(tx: Tx, desk: Desk, number: int, who: Actor, now: datetime, why: str = "") -> Said:
    """No to a handover."""
    change = Change.load(tx, desk, number, now)
    if change.incident.handover_to not in (who.id, who.slack or who.id):
        raise Refused(f"Nobody asks you to take {change.incident.label} any more.")
    change.set(handover_to="")
    holder = change.main.holder_name
    change.tell("handover", f"{who.name} declined; {holder} keeps it", who=who, why=why)
    notify_contact(change, change.holder_of(change.main), "declined", who)
    change.save()
    return say(change, f"{holder} keeps {change.incident.label}.")
