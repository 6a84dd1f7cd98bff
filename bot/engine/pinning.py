"""Pinning: messages of Slack are put on an incident's timeline, followed there when they change, and taken off."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.core.errors import Refused
from bot.core.oncall import Actor
from bot.core.pin import Attached, Pin, Quote
from bot.core.text import TEXT, bounded
from bot.core.timeline import PIN_CHANGED, PINNED, UNPINNED
from bot.engine.change import Change
from bot.engine.desk import Desk
from bot.engine.said import Said, say
from bot.store.transaction import Tx


def pin(tx: Tx, desk: Desk, number: int, who: Actor, quote: Quote, now: datetime) -> Said:
    """Put a message on the timeline, at the time it was said. It also shows that somebody is at the incident
    (ESCALATION 12). Refused for the card, and for a message that is on another incident's timeline."""
    change = Change.load(tx, desk, number, now)
    if tx.cards.at(quote.place, quote.ts) is not None:
        raise Refused(f"That is the card of {change.incident.label}: what it shows is on its timeline already.")
    before = tx.pins.get(quote.place, quote.ts)
    if before is not None and before.removed_at is None:
        if before.incident != number:
            raise Refused(f"That message is on the timeline of INC-{before.incident}. Take it off there first.")
        return say(change, f"That message is on the timeline of {change.incident.label} already.")
    new = Pin(incident=number, quote=_without_secrets(desk, quote), pinned_by=who.name, pinned_at=now)
    tx.pins.put(new)
    change.touch(who)
    elsewhere = tx.cards.at(quote.place, quote.thread or quote.ts) != number
    change.tell(PINNED, new.quote.text, who=who, thread=elsewhere, data=new.data)
    change.save()
    return say(change, f"On the timeline of {change.incident.label} now: what {new.quote.name} said.")


def edited(tx: Tx, desk: Desk, quote: Quote, now: datetime) -> bool:
    """A message was edited: where it is on a timeline it says there what it says now. Whether anything changed."""
    change, known = _pinned(tx, desk, quote.place, quote.ts, now)
    new = _without_secrets(desk, quote)
    if change is None or known is None or (known.quote.text, known.quote.files) == (new.text, new.files):
        return False
    changed = replace(known, quote=replace(known.quote, text=new.text, files=new.files))
    tx.pins.put(changed)
    author = Actor(id=new.person or new.name, name=new.name, via="slack", slack=new.person)
    change.tell(PIN_CHANGED, new.text, who=author, thread=False, data=changed.data)
    change.save()
    return True


def unpin(tx: Tx, desk: Desk, place: str, ts: str, who: Actor, now: datetime, why: str = "") -> Said | None:
    """Take a message off its timeline; what it said stays on record. None where it is on none."""
    change, known = _pinned(tx, desk, place, ts, now)
    if change is None or known is None:
        return None
    tx.pins.put(replace(known, removed_at=now))
    change.touch(who)
    change.tell(UNPINNED, known.quote.text, who=who, why=why, thread=False, data=known.data)
    change.save()
    return say(change, f"Taken off the timeline of {change.incident.label}.")


def _pinned(tx: Tx, desk: Desk, place: str, ts: str, now: datetime) -> tuple[Change | None, Pin | None]:
    """A message that is on a timeline, with its incident locked."""
    found = tx.pins.get(place, ts)
    if found is None or found.removed_at is not None:
        return None, None
    change = Change.load(tx, desk, found.incident, now)
    again = tx.pins.get(place, ts)  # until the lock was had, another replica may have taken it off
    return (change, again) if again is not None and again.removed_at is None else (None, None)


def _without_secrets(desk: Desk, quote: Quote) -> Quote:
    clean = desk.redactor.text
    files = tuple(Attached(name=clean(file.name), link=clean(file.link)) for file in quote.files)
    return replace(quote, text=bounded(clean(quote.text), TEXT), name=clean(quote.name), files=files)
