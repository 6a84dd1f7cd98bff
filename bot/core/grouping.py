"""Grouping: what an alert does to the incidents there are. A pure decision with a named reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from bot.core.alert import Alert, Severity
from bot.core.incident import Incident


class Fate(Enum):
    """What becomes of an alert."""

    OPEN = "open"
    """A new incident."""
    JOIN = "join"
    """One more alert of an open incident."""
    REPEAT = "repeat"
    """The same firing told again. It changes nothing, unless the monitor now calls it worse than it did."""
    REOPEN = "reopen"
    """A new firing soon after the resolve."""
    CLEAR = "clear"
    """The monitor says this alert is over."""
    IGNORE = "ignore"
    """Nothing to do: over before it was known, or still firing after a person resolved."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What the store knows of an alert's fingerprint within one incident."""

    firing: bool
    starts_at: datetime
    severity: Severity
    """What its route made of it then."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Grouped:
    """The decision for one alert."""

    fate: Fate
    why: str
    follows: int | None = None
    """For a new incident: the earlier one of the same cause to link (ESCALATION 25)."""


def group(alert: Alert, latest: Incident | None, known: Known | None, now: datetime) -> Grouped:
    """Decide for one alert, given the `latest` incident of its group (if any) and what is `known` of it there.

    ESCALATION 23 to 26. The latest incident may be open or resolved."""
    if not alert.firing:
        return _over(alert, latest, known)
    if latest is None:
        return Grouped(fate=Fate.OPEN, why="first alert of its group")
    if latest.is_open:
        if _same_firing(alert, known):
            return Grouped(fate=Fate.REPEAT, why="still firing")
        if latest.is_monitored:
            return Grouped(fate=Fate.REOPEN, why="fires anew while it was monitored")
        if latest.awaits_confirmation:
            return Grouped(fate=Fate.REOPEN, why="fires again before anybody confirmed that it was over")
        if known is not None and not known.firing and alert.starts_at <= known.starts_at:
            return Grouped(fate=Fate.JOIN, why="fires again")
        return Grouped(fate=Fate.JOIN, why="same group as the open incident")
    return _after_resolve(alert, latest, known, now)


def _over(alert: Alert, latest: Incident | None, known: Known | None) -> Grouped:
    if latest is None or known is None:
        return Grouped(fate=Fate.IGNORE, why="over before it was known here")
    if not known.firing:
        return Grouped(fate=Fate.IGNORE, why="was over already")
    # Not by the start alone: the two Prometheus of a pair begin an alert some seconds apart.
    if alert.starts_at < known.starts_at and alert.ends_at is not None and alert.ends_at < known.starts_at:
        return Grouped(fate=Fate.IGNORE, why="told late: it has begun to fire again since")
    return Grouped(fate=Fate.CLEAR, why="the monitor says it is over")


def _after_resolve(alert: Alert, latest: Incident, known: Known | None, now: datetime) -> Grouped:
    if _same_firing(alert, known):
        return Grouped(fate=Fate.IGNORE, why=f"the same firing that {latest.resolved_by or 'the monitor'} resolved")
    resolved_at = latest.resolved_at or latest.opened_at
    if now - resolved_at <= latest.plan.timings.reopen_within:
        return Grouped(fate=Fate.REOPEN, why="fires anew soon after it was resolved")
    return Grouped(fate=Fate.OPEN, why=f"fires anew long after {latest.label} was resolved", follows=latest.number)


def _same_firing(alert: Alert, known: Known | None) -> bool:
    """Whether this firing is known already. Where the monitor gives no start, it is until the alert was over once."""
    return known is not None and known.firing and (not alert.dated or alert.starts_at <= known.starts_at)
