"""Watch: a check that is run by itself every so often and alerts when it fails for long, for want of a monitor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.core.alert import Alert
from bot.core.check import Check
from bot.core.evidence import Evidence, State

ENDPOINT = "watch"
"""What the timeline names as the monitor."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Watch:
    """One watched check. Content; drawn from a pack."""

    name: str
    system: str
    check: Check
    arguments: Mapping[str, str] = field(default_factory=dict)
    every: timedelta
    lasting: timedelta
    """How long it has to fail."""
    severity: str = ""
    component: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Watched:
    """Where a watch stands."""

    failing_since: datetime | None = None
    firing: bool = False
    """It has alerted, and it is not over."""


def seen(watch: Watch, before: Watched, evidence: Evidence, now: datetime) -> tuple[Watched, Alert | None]:
    """After a look. What is unknown is neither failing nor well: nothing changes, and nothing is alerted or ended."""
    if evidence.state is State.UNKNOWN:
        return before, None
    if evidence.state is not State.FAIL:
        return Watched(), _alert(watch, evidence, before, now, firing=False) if before.firing else None
    since = before.failing_since or now
    if now - since < watch.lasting:
        return Watched(failing_since=since, firing=before.firing), None
    after = Watched(failing_since=since, firing=True)
    # Told each time: an alert that is told again joins its incident, and opens it again where somebody closed it.
    return after, _alert(watch, evidence, after, now, firing=True)


def _alert(watch: Watch, evidence: Evidence, stands: Watched, now: datetime, *, firing: bool) -> Alert:
    return Alert(
        endpoint=ENDPOINT,
        fingerprint=f"watch:{watch.system}:{watch.name}",
        firing=firing,
        title=f"{evidence.title}: {evidence.verdict}",
        text=evidence.help,
        severity=watch.severity,
        labels={
            "alertname": watch.name,
            "system": watch.system,
            "check": watch.check.name,
            **({"component": watch.component} if watch.component else {}),
            **watch.arguments,
        },
        starts_at=stands.failing_since or now,
        ends_at=None if firing else now,
    )
