"""Attaching: what is too long for a message goes into the incident's thread as a file."""

from __future__ import annotations

from datetime import datetime

from bot.engine.change import Change
from bot.engine.desk import Desk
from bot.engine.said import Said, say
from bot.store.transaction import Tx
from bot.views import timeline

_ALL = 100_000


def attach_timeline(tx: Tx, desk: Desk, number: int, now: datetime) -> Said:
    """Put the whole timeline into the thread as a file."""
    change = Change.load(tx, desk, number, now)
    incident = change.incident
    text = timeline.whole(incident, tx.timeline.of(number, _ALL), desk.zone(incident.system), now)
    change.attach(timeline.file_name(incident), text)
    return say(change, f"The whole timeline of {incident.label} comes into its thread as a file.")
