"""Calling: people want the next level now, or help."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.escalation.rounds import begin_round, named, page_overdue
from bot.core.escalation.value import HELP, Call, Escalation, Move
from bot.core.policy import Policy, Timings


def next_level_now(
    escalation: Escalation, policy: Policy, now: datetime, timings: Timings, why: str, *, insist: bool = False
) -> Move:
    """Page the next level now; the later ones keep their gaps (14). Once everybody has been called nobody is called
    twice: the ladder begins again in its time (8). Who insists has the last level called once more, unless its calls
    are still under way: whoever does not pick up is called again after two minutes anyway (6)."""
    rung = escalation.next_rung
    if rung is None:
        return _last_level_again(escalation, policy, now, timings, why) if insist else _everybody_called(escalation)
    shift = max(rung.due_at - now, timedelta(0))
    rungs = tuple(r if r.paged_at else replace(r, due_at=r.due_at - shift) for r in escalation.rungs)
    repeat_at = escalation.repeat_at - shift if escalation.repeat_at else None
    moved, calls = page_overdue(replace(escalation, rungs=rungs, repeat_at=repeat_at), policy, now)
    return Move(escalation=moved, calls=tuple(replace(c, why=named(policy, c, why)) for c in calls), why=why)


def _everybody_called(escalation: Escalation) -> Move:
    return Move(escalation=escalation, why="everybody has been called")


def _last_level_again(escalation: Escalation, policy: Policy, now: datetime, timings: Timings, why: str) -> Move:
    last = escalation.rungs[-1]
    if last.paged_at is not None and now - last.paged_at < timings.call_again:
        return _everybody_called(escalation)
    rungs = (*escalation.rungs[:-1], replace(last, paged_at=now))
    name = f"level {last.level + 1} ({policy.levels[last.level].name})"
    call = Call(level=last.level, why=f"{name} paged again: {why}; nobody is above", due_at=now)
    return Move(escalation=replace(escalation, rungs=rungs), calls=(call,), why=why)


def call_help(main: Escalation, policy: Policy, now: datetime, timings: Timings, earlier: Escalation | None) -> Move:
    """On an acknowledged incident: the holder keeps it, and the level above the highest paged (by this ladder, or by an
    `earlier` call for help) is called; unanswered, the following ones, each after its gap (14)."""
    paged = max(main.highest, earlier.highest if earlier else -1)
    first = min(paged + 1, len(policy.levels) - 1)
    epoch = earlier.epoch + 1 if earlier else 1
    fresh = Escalation(part=HELP, policy=policy.name, severity=main.severity, epoch=epoch, began_at=now)
    ladder = replace(begin_round(fresh, policy, now, timings, number=1, first=first), repeat_at=None)
    moved, calls = page_overdue(ladder, policy, now)
    return Move(escalation=moved, calls=tuple(calls), why=f"help called: level {first + 1}")


def raise_highest(escalation: Escalation, level: int) -> Escalation:
    """Levels up to this one have been paged, be it by another ladder of the incident."""
    return replace(escalation, highest=max(escalation.highest, level))
