"""Numbers: how long incidents took, whom they woke, what rang most, and what helped. Facts in, figures out."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo

from bot.core.alert import Severity
from bot.core.zones import night_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Life:
    """One incident, as far as figures are made of it. Incidents that were merged into others are none."""

    number: int
    system: str
    severity: Severity
    opened_at: datetime
    acknowledged_at: datetime | None = None
    diagnosed_at: datetime | None = None
    mitigated_at: datetime | None = None
    resolved_at: datetime | None = None
    missed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Called:
    """A person was paged for a level, by however many ways side by side: that is once."""

    person: str
    name: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Walked:
    """A playbook was walked to an end."""

    playbook: str
    outcome: str
    """fixed, cause, not_this, handed_over, stopped."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What happened in a span of time, as the database has it."""

    since: datetime
    until: datetime
    lives: Sequence[Life] = ()
    """Incidents that opened in it."""
    calls: Sequence[Called] = ()
    alerts: Sequence[tuple[str, int]] = ()
    """Names of alerts with how often each came."""
    walks: Sequence[Walked] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Spread:
    """How long something took."""

    count: int
    median: timedelta
    p90: timedelta
    """Nine of ten took no longer."""
    worst: timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Times:
    """The four times of an incident, each from its opening; None where no incident has come so far."""

    acknowledge: Spread | None
    diagnose: Spread | None
    mitigate: Spread | None
    resolve: Spread | None


STAGES: Mapping[str, Callable[[Life], datetime | None]] = {
    "acknowledge": lambda life: life.acknowledged_at,
    "diagnose": lambda life: life.diagnosed_at,
    "mitigate": lambda life: life.mitigated_at,
    "resolve": lambda life: life.resolved_at,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Load:
    """How often one person was paged."""

    person: str
    name: str
    pages: int
    at_night: int
    nights: int
    """Nights in which they were."""
    worst_night: int
    """Pages of the worst of them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Helped:
    """How a playbook did."""

    playbook: str
    walked: int
    fixed: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Numbers:
    """The figures of a span of time."""

    since: datetime
    until: datetime
    incidents: int = 0
    missed: int = 0
    """Over before anybody had acknowledged."""
    times: Times
    by_severity: Mapping[Severity, tuple[int, Times]] = field(default_factory=dict)
    """How many, and how long; the worst first."""
    by_system: Mapping[str, tuple[int, Times]] = field(default_factory=dict)
    loads: Sequence[Load] = ()
    """Whoever was paged, most first."""
    alerts: Sequence[tuple[str, int]] = ()
    """The noisiest, most first."""
    playbooks: Sequence[Helped] = ()
    """Those that were walked; the most helpful first."""
    days: Sequence[tuple[date, int]] = ()
    """Incidents by the day they opened on, every day of the span."""


def spread(spans: Iterable[timedelta]) -> Spread | None:
    """Of at least one span; None of nothing."""
    found = sorted(spans)
    if not found:
        return None
    nearest = found[math.ceil(0.9 * len(found)) - 1]
    return Spread(count=len(found), median=statistics.median(found), p90=nearest, worst=found[-1])  # type: ignore[type-var]


def times_of(lives: Iterable[Life]) -> Times:
    """How long these took. A clock that was set back makes a time of nothing, never less."""
    all_ = list(lives)
    found = {
        name: spread(max(at - life.opened_at, timedelta(0)) for life in all_ if (at := reached(life)) is not None)
        for name, reached in STAGES.items()
    }
    return Times(**found)


def numbers(facts: Facts, zone: tzinfo) -> Numbers:
    """The figures; days and nights are those of `zone`."""
    lives = facts.lives
    severities = sorted({life.severity for life in lives}, reverse=True)
    systems = sorted({life.system for life in lives})
    return Numbers(
        since=facts.since,
        until=facts.until,
        incidents=len(lives),
        missed=sum(life.missed for life in lives),
        times=times_of(lives),
        by_severity={one: _group(life for life in lives if life.severity == one) for one in severities},
        by_system={one: _group(life for life in lives if life.system == one) for one in systems},
        loads=_loads(facts.calls, zone),
        alerts=sorted(facts.alerts, key=lambda alert: (-alert[1], alert[0])),
        playbooks=_helped(facts.walks),
        days=_days(facts, zone),
    )


def _group(lives: Iterable[Life]) -> tuple[int, Times]:
    found = list(lives)
    return len(found), times_of(found)


def _loads(calls: Sequence[Called], zone: tzinfo) -> list[Load]:
    of: dict[str, list[Called]] = {}
    for call in calls:
        of.setdefault(call.person, []).append(call)
    found = []
    for person, theirs in of.items():
        nights = Counter(night for call in theirs if (night := night_of(call.at, zone)) is not None)
        found.append(
            Load(
                person=person,
                name=max(theirs, key=lambda call: call.at).name,
                pages=len(theirs),
                at_night=nights.total(),
                nights=len(nights),
                worst_night=max(nights.values(), default=0),
            )
        )
    return sorted(found, key=lambda load: (-load.pages, -load.at_night, load.name))


def _helped(walks: Sequence[Walked]) -> list[Helped]:
    walked, fixed = Counter(w.playbook for w in walks), Counter(w.playbook for w in walks if w.outcome == "fixed")
    found = [Helped(playbook=name, walked=count, fixed=fixed[name]) for name, count in walked.items()]
    return sorted(found, key=lambda one: (-one.fixed, -one.walked, one.playbook))


def _days(facts: Facts, zone: tzinfo) -> list[tuple[date, int]]:
    opened = Counter(life.opened_at.astimezone(zone).date() for life in facts.lives)
    first = facts.since.astimezone(zone).date()
    last = (facts.until - timedelta(microseconds=1)).astimezone(zone).date()
    return [(day, opened[day]) for day in (first + timedelta(days=n) for n in range((last - first).days + 1))]
