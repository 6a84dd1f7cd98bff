"""Due: everything that is to be done by the clock. The clock only wakes it; the due times are columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.core import escalation as ladder
from bot.engine import digests, duties, items, paging, resolve, review, updates
from bot.engine.change import Change
from bot.engine.desk import Desk
from bot.engine.respond import release
from bot.store.transaction import Tx

LEASE = timedelta(seconds=30)
"""Real time for which a claim keeps other replicas away; longer than any transaction here can take."""

BATCH = 50

REMINDERS: Mapping[str, Callable[[Change], None]] = {
    "duties_at": duties.ask,
    "update_at": updates.ask,
    "review_at": review.ask,
    "items_at": items.remind,
    "digest_at": digests.post,  # of a storm (26)
    "warn_at": resolve.warn,  # it has ended and is not done with (22, 24)
}
"""What is done when the time in that column of an incident has come. Each sets the column anew, or to None."""


def claim(tx: Tx, now: datetime, lease: timedelta) -> list[tuple[int, str]]:
    """Claim ladders that are due: (incident, part). To be committed before they are worked."""
    return tx.incidents.claim_due(now, lease, BATCH)


def climb(tx: Tx, desk: Desk, due: list[tuple[int, str]], now: datetime) -> None:
    """Work claimed ladders, each from its row as it is now: a claim that came too late finds nothing to do."""
    numbers = sorted({number for number, _ in due})
    locked = tx.incidents.lock_all(numbers)
    # Read only now: until the lock was had, another replica may have been changing them.
    tx.incidents.escalations_of(numbers)
    for incident in locked:
        change = Change(tx, desk, incident, now)
        mine = {part for number, part in due if number == incident.number and incident.is_open}
        for part in (*change.parts, ladder.HELP):
            if part in mine and part in change.ladders:
                _climb(change, part)
        change.save(leases=[part for number, part in due if number == incident.number])


def _climb(change: Change, part: str) -> None:
    before = change.ladders[part]
    move = ladder.advance(before, change.policy(part), change.now, change.timings)
    if move.released:
        change.tell("unacknowledged", f"{before.holder_name} no longer has it", why=move.why, broadcast=True)
        release(change, part=part, move=move)
    elif move.calls or move.escalation != before:
        paging.apply(change, move)


def others_due(tx: Tx, now: datetime) -> list[int]:
    """Incidents of which something is due besides their ladders."""
    return tx.incidents.due(now, BATCH)


def remind(tx: Tx, desk: Desk, number: int, now: datetime) -> None:
    """What is due of an incident besides its ladders, by its own column each."""
    change = Change.load(tx, desk, number, now)
    for column, remind_of in REMINDERS.items():
        due_at = getattr(change.incident, column)
        if due_at and due_at <= now:
            remind_of(change)
    change.save()


def put_off(tx: Tx, number: int, now: datetime) -> None:
    """Try an incident's reminder again later: what is wrong with it must not keep others waiting."""
    incident = tx.incidents.lock(number)
    if incident is not None:
        later: dict[str, Any] = {name: now + timedelta(minutes=1) for name in REMINDERS if getattr(incident, name)}
        tx.incidents.save(replace(incident, **later))


def next_due(tx: Tx, now: datetime) -> datetime | None:
    """When the clock should wake this room next."""
    return tx.incidents.next_due(now)
