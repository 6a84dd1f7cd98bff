"""What the tests of core share: one moment, the ladders of a desk, and short words for people and alerts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from bot.core import escalation as ladder
from bot.core.alert import Alert, Severity
from bot.core.escalation import Call, Escalation, Move
from bot.core.incident import Incident
from bot.core.oncall import Actor
from bot.core.policy import Choice, Level, Plan, Policy, Target, Timings

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
T = Timings()

ANNA = Actor(id="anna", name="Anna", via="slack", slack="U1")
BORIS = Actor(id="boris", name="Boris", via="phone")


def at(minutes: float) -> datetime:
    """So many minutes after the incident opened."""
    return NOW + timedelta(minutes=minutes)


def minute(moment: datetime | None) -> float | None:
    """The other way round."""
    return None if moment is None else (moment - NOW).total_seconds() / 60


def policy(name: str, *after: float, ways: tuple[str, ...] = ("phone", "slack"), repeats: bool = True) -> Policy:
    """A ladder with one role per level: `level1`, `level2` ..."""
    levels = tuple(
        Level(name=f"L{i}", after=timedelta(minutes=m), targets=(Target(to=f"level{i}", ways=ways),))
        for i, m in enumerate(after, start=1)
    )
    return Policy(name=name, levels=levels, repeats=repeats)


CRITICAL = policy("critical", 0, 5, 15, 30)
"""The ladder of the guides."""
HIGH = policy("high", 0, 10, 30)
"""The same people by the same ways, more slowly."""
MEDIUM = policy("medium", 0, 30, 60, ways=("mail",))
LOW = policy("low", 0, 60, ways=("mail",), repeats=False)

PLAN = Plan(
    policies={p.name: p for p in (CRITICAL, HIGH, MEDIUM, LOW)},
    choices=[Choice(policy=s.word, severities=frozenset({s})) for s in Severity],
    catch_all="critical",
)


def opened(of: Policy = CRITICAL, severity: Severity = Severity.CRITICAL, part: str = ladder.MAIN) -> Escalation:
    """A ladder that has paged its first level, at minute 0."""
    return ladder.advance(ladder.start(of, severity, NOW, T, part), of, NOW, T).escalation


def climb(
    escalation: Escalation, minutes: Iterable[float], of: Policy = CRITICAL
) -> tuple[Escalation, list[tuple[float, int | None]]]:
    """Advance at each of these minutes; who was called when: (minute, level from 1, or None for the holder)."""
    called: list[tuple[float, int | None]] = []
    for m in minutes:
        move = ladder.advance(escalation, of, at(m), T)
        escalation = move.escalation
        called += [(m, level) for level in levels(move)]
    return escalation, called


def levels(move: Move) -> list[int | None]:
    """The levels a decision calls, from 1; None: the holder."""
    return [None if call.level is None else call.level + 1 for call in move.calls]


def reasons(calls: Iterable[Call]) -> list[str]:
    """Why."""
    return [call.why for call in calls]


def waiting(escalation: Escalation) -> dict[int, float | None]:
    """The levels not yet paged in this round, from 1, and the minute each is due."""
    return {rung.level + 1: minute(rung.due_at) for rung in escalation.rungs if rung.paged_at is None}


def held(
    minutes: float = 1, *, severity: Severity = Severity.CRITICAL, of: Policy = CRITICAL, who: Actor = ANNA
) -> Escalation:
    """A ladder that somebody acknowledged after so many minutes, every level until then having been paged."""
    climbed = ladder.advance(opened(of, severity), of, at(minutes), T).escalation
    return ladder.acknowledge(climbed, who, severity, at(minutes), T)


def alert(fingerprint: str = "f1", *, firing: bool = True, starts: float = 0, **more: object) -> Alert:
    """An alert that began so many minutes after the incident opened."""
    values = {"endpoint": "prod", "title": "Feed is down"} | more
    return Alert(fingerprint=fingerprint, firing=firing, starts_at=at(starts), **values)  # type: ignore[arg-type]


def incident(number: int = 12, **more: object) -> Incident:
    """An open critical incident of the system hft."""
    values: Mapping[str, object] = {
        "system": "hft",
        "title": "Feed is down",
        "severity": Severity.CRITICAL,
        "plan": PLAN,
        "opened_at": NOW,
        "since": NOW,
        "group": "component:feed",
    }
    return Incident(number=number, **{**values, **more})  # type: ignore[arg-type]
