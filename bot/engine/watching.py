"""The verbs of watching: which watched checks are due, and the alert that comes of what they saw."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.core.evidence import Evidence
from bot.core.watch import Watch, Watched, seen
from bot.engine import intake
from bot.engine.desk import Desk
from bot.engine.intake import Post, Taken
from bot.store.transaction import Tx


def watches_of(desk: Desk) -> dict[tuple[str, str], Watch]:
    """All of the systems that are served, by system and name."""
    return {
        (system, name): watch
        for system in desk.systems
        for name, watch in desk.checks(system).watches.items()
    }  # fmt: skip


def claim(tx: Tx, desk: Desk, lease: timedelta, now: datetime) -> list[tuple[Watch, Watched]]:
    """Take those that are due, each with where it stands."""
    known = watches_of(desk)
    tx.watches.know(known, now)
    return [(known[key], stands) for key, stands in tx.watches.claim(known, now, now + lease).items()]


def looked(tx: Tx, desk: Desk, watch: Watch, before: Watched, evidence: Evidence, now: datetime) -> Sequence[Taken]:
    """After a look: its alert goes the way of every alert."""
    after, alert = seen(watch, before, evidence, now)
    tx.watches.put((watch.system, watch.name), after, now + watch.every)
    if alert is None:
        return []
    return intake.take(tx, desk, [Post(alerts=[alert], systems=[desk.systems[watch.system]])], now)


def next_due(tx: Tx, desk: Desk) -> datetime | None:
    """When the next one is."""
    return tx.watches.next_due(watches_of(desk))
