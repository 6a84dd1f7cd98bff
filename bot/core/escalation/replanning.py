"""Replanning: the severity was raised or lowered, and with it the policy that the ladder climbs."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.core.alert import Severity
from bot.core.escalation.asking import answered, next_question
from bot.core.escalation.rounds import rest
from bot.core.escalation.value import HELD, QUIET, RAISED, Escalation, Rung
from bot.core.policy import Policy, Timings


def change_severity(
    escalation: Escalation, old: Policy, new: Policy, severity: Severity, now: datetime, timings: Timings
) -> Escalation:
    """Re-plan for another severity's policy (19). Raised: each level not yet paged is due at the earlier of its old
    time and now plus its new delay. Lowered: nobody is un-paged, nothing overdue cancelled, and nothing comes earlier.

    After a raise a level counts as paged only if the new policy wants nobody there, and no way, not used already. The
    clock of a stopped ladder stands still, so there it counts from the stop."""
    raised = severity > escalation.severity
    held = HELD in (escalation.state, escalation.stopped_from)
    at = escalation.stopped_at or now
    rungs = tuple(_replanned(escalation, i, old, new, at, raised=raised) for i in range(len(new.levels)))
    paged = range(min(escalation.highest + 1, len(new.levels)))
    planned = replace(
        escalation,
        policy=new.name,
        severity=severity,
        rungs=rungs,
        repeat_at=_repeat_at(escalation, rungs, new, at, timings, raised=raised),
        highest=max((i for i in paged if held or not raised or _covered(old, new, i)), default=-1),
    )
    return _question_after_change(planned, now, timings) if escalation.state == HELD else planned


def _replanned(escalation: Escalation, level: int, old: Policy, new: Policy, at: datetime, *, raised: bool) -> Rung:
    fresh = (at if raised else escalation.began_at) + new.levels[level].after
    rung = next((r for r in escalation.rungs if r.level == level), None)
    if rung is not None and rung.paged_at is None:
        if raised:
            return replace(rung, due_at=min(rung.due_at, fresh))
        return rung if rung.due_at <= at else replace(rung, due_at=max(rung.due_at, fresh))
    below = rung is None and bool(escalation.rungs) and level < escalation.rungs[0].level
    if (rung is None and not below) or (raised and not _covered(old, new, level)):
        return Rung(level=level, due_at=fresh)
    return rung or Rung(level=level, due_at=at, paged_at=at)


def _repeat_at(
    escalation: Escalation, rungs: tuple[Rung, ...], new: Policy, at: datetime, timings: Timings, *, raised: bool
) -> datetime | None:
    """When the re-planned ladder begins again: after a raise no later than it would have, unless a level comes after
    that; after a lowering no earlier."""
    if not new.repeats:
        return None
    last, before = max(rung.due_at for rung in rungs), escalation.repeat_at
    repeat_at = last + rest(timings)
    if not raised:
        return max(repeat_at, before or at + rest(timings))
    return max(min(repeat_at, before) if before and before > last else repeat_at, at)


def _question_after_change(held: Escalation, now: datetime, timings: Timings) -> Escalation:
    """A question that the new severity has made needless is taken back; silence is asked about only while critical."""
    needless = {RAISED: held.severity <= held.covers, QUIET: held.severity is not Severity.CRITICAL}
    if needless.get(held.asked_for, False):
        return answered(held, now, timings)
    if held.asked_for:
        return held
    kept = held.ask_at if held.severity is Severity.CRITICAL else None
    return replace(held, ask_at=kept or next_question(held.severity, now, timings))


def _covered(old: Policy, new: Policy, level: int) -> bool:
    if level >= len(old.levels):
        return False
    had = {(t.to, way) for t in old.levels[level].targets for way in (t.ways or ("",))}
    wants = {(t.to, way) for t in new.levels[level].targets for way in (t.ways or ("",))}
    return wants <= had
