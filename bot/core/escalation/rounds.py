"""Rounds: a ladder begins, and begins again; the levels that are overdue are called, each with its reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.alert import Severity
from bot.core.escalation.value import HELP, MAIN, RUNNING, Call, Escalation, Rung
from bot.core.policy import Policy, Timings
from bot.core.spans import say_span


def start(
    policy: Policy, severity: Severity, now: datetime, timings: Timings, part: str = MAIN, *, epoch: int = 1
) -> Escalation:
    """Round one, beginning now; its first level is due at once by `advance`. `epoch` is later than that of any page of
    a part of that name which was there before."""
    fresh = Escalation(part=part, policy=policy.name, severity=severity, epoch=epoch, began_at=now)
    return begin_round(fresh, policy, now, timings, number=1)


def begin_round(
    escalation: Escalation, policy: Policy, begins: datetime, timings: Timings, *, number: int, first: int = 0
) -> Escalation:
    """A round from level `first`, which is due when the round begins; later levels keep the policy's gaps."""
    offset = policy.levels[first].after if first else timedelta(0)
    rungs = tuple(
        Rung(level=i, due_at=begins + level.after - offset) for i, level in enumerate(policy.levels) if i >= first
    )
    repeat_at = rungs[-1].due_at + rest(timings) if policy.repeats else None
    return replace(
        escalation,
        state=RUNNING,
        policy=policy.name,
        round=number,
        began_at=begins - offset,
        rungs=rungs,
        repeat_at=repeat_at,
    )


def rest(timings: Timings) -> timedelta:
    """From the last level to the next round: never so short that the ladder would turn on the spot."""
    return max(timings.repeat_after, timedelta(minutes=1))


def lasts(policy: Policy, timings: Timings) -> timedelta:
    """From the begin of a round to that of the next."""
    return policy.levels[-1].after + rest(timings)


def latest_round(begins: datetime, policy: Policy, now: datetime, timings: Timings) -> datetime:
    """The begin of the last round that has begun by now: rounds slept through are not made up for (3). One earlier
    round is kept where the last has not reached every level, so that each overdue level is paged."""
    period = lasts(policy, timings)
    missed = (now - begins) // period
    return begins + period * max(0, missed - 1)


def page_overdue(escalation: Escalation, policy: Policy, now: datetime) -> tuple[Escalation, list[Call]]:
    """The levels of this round that are due and have not been paged, in order, and the ladder after that (3)."""
    overdue = sorted(
        (r for r in escalation.rungs if r.paged_at is None and r.due_at <= now), key=lambda r: (r.due_at, r.level)
    )
    if not overdue:
        return escalation, []
    calls = [
        Call(level=r.level, why=_why_paged(escalation, policy, r, now), loud=_again(escalation, r), due_at=r.due_at)
        for r in overdue
    ]
    rungs = tuple(replace(r, paged_at=now) if r in overdue else r for r in escalation.rungs)
    return replace(escalation, rungs=rungs, highest=max(escalation.highest, *(r.level for r in overdue))), calls


def _again(escalation: Escalation, rung: Rung) -> bool:
    """Whether a level is paged once more because the ladder began again (8)."""
    return escalation.round > 1 and rung.level <= escalation.highest


def _why_paged(escalation: Escalation, policy: Policy, rung: Rung, now: datetime) -> str:
    name = f"level {rung.level + 1} ({policy.levels[rung.level].name}) paged"
    late = f", {say_span(now - rung.due_at)} late" if now - rung.due_at >= timedelta(seconds=30) else ""
    if escalation.part == HELP:
        alone = "; nobody is above" if rung.level == len(policy.levels) - 1 else ""
        return f"{name} as help{late}{alone}"
    if _again(escalation, rung):
        return f"{name} again, round {escalation.round}: nobody has acknowledged{late}"
    # A round that began with a release has no levels below its first.
    since = escalation.began_at if escalation.round == 1 else escalation.rungs[0].due_at
    if rung.due_at > since:
        return f"{name}: no acknowledgement for {say_span(rung.due_at - since)}{late}"
    if escalation.round > 1:
        return f"{name}: nobody has acknowledged{late}"
    opened = "the incident opened" if escalation.part == MAIN else f"the incident is also of type {escalation.part}"
    return f"{name}: {opened}{late}"


def named(policy: Policy, call: Call, why: str) -> str:
    """The reason of a call by a decision, with the level's name."""
    assert call.level is not None
    return f"level {call.level + 1} ({policy.levels[call.level].name}) paged: {why}"
