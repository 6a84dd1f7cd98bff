"""Digests: the alerts that join an open incident are listed in its thread, in a storm at most once a minute."""

from __future__ import annotations

from bot.core.escalation import HELD, MAIN
from bot.engine.change import Change
from bot.engine.notices import notify_contact


def plan(change: Change) -> None:
    """List the alerts that joined: at once when the last list is old enough, else when it is (ESCALATION 26)."""
    incident = change.incident
    if incident.digest_at is not None:
        return
    if incident.digested_at is None or change.now - incident.digested_at >= change.timings.digest_every:
        post(change)
    else:
        change.set(digest_at=incident.digested_at + change.timings.digest_every)


def post(change: Change) -> None:
    """List what joined since the last list, and tell whoever has the incident, quietly (ESCALATION 21)."""
    since = change.incident.digested_at
    change.post("digest", {"since": since.isoformat() if since else None})
    change.set(digest_at=None, digested_at=change.now)
    main = change.ladders.get(MAIN)
    if main is not None and main.state == HELD:
        notify_contact(change, change.roster.contacts.get(main.holder), "joined", None)


def left_out(change: Change, count: int) -> None:
    """Say how many alerts the monitor left out of its message; again only when it leaves out more."""
    incident = change.incident
    told = (e.data.get("left_out", 0) for e in change.tx.timeline.of(incident.number) if e.kind == "alert")
    if incident.is_open and count > max(told, default=0):
        alerts = f"{count:,} further alert{'' if count == 1 else 's'}"
        text = f"The monitor left out {alerts} of this group: its message was too large. They are to be seen there"
        change.tell("alert", text, data={"left_out": count})
