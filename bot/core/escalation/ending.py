"""Ending: the ladder stops, and goes on where it stood; and what becomes of it when incidents are merged."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from bot.core.escalation.asking import answered, ask
from bot.core.escalation.rounds import begin_round, named, page_overdue
from bot.core.escalation.value import ENDED, HELD, REOPENED, RUNNING, Escalation, Move
from bot.core.oncall import Actor
from bot.core.policy import Policy, Timings
from bot.core.spans import say_span


def stop(escalation: Escalation, now: datetime) -> Escalation:
    """Nothing more is due: resolved, merged away, or help arrived. Remembers where it stood."""
    if escalation.state == ENDED:
        return escalation
    asked = escalation.answer_by if escalation.asked_for == REOPENED else None
    return replace(
        escalation,
        state=ENDED,
        epoch=escalation.epoch + 1,
        stopped_at=now,
        stopped_from=escalation.state,
        ask_at=None,
        asked_for="",
        answer_by=None,
        left_to_answer=asked - now if asked is not None else None,
    )


def take_stopped(escalation: Escalation, who: Actor, now: datetime) -> Escalation:
    """`who` has it although it is over, says the monitor: should it fire again, it is theirs and calls nobody else at
    once (23)."""
    return replace(
        escalation,
        stopped_from=HELD,
        holder=who.id,
        holder_name=who.name,
        holder_slack=who.slack,
        held_at=now,
        covers=escalation.severity,
        left_to_answer=None,
    )


def resume(escalation: Escalation, now: datetime, timings: Timings, by: str = "") -> Move:
    """Reopened: the ladder goes on where it stood, so that flapping still reaches the next level; a former holder is
    called and has a few minutes (23). One who was being asked when it was stopped is not called once more: their time
    goes on where it stood, so that flapping does not call a sleeper for ever. It is no question where the holder
    reopens it: `by` is the id of the person who does, if one does."""
    if escalation.state != ENDED:
        return Move(escalation=escalation)
    paused = now - (escalation.stopped_at or now)
    risen = replace(
        escalation,
        state=escalation.stopped_from or RUNNING,
        epoch=escalation.epoch + 1,
        stopped_at=None,
        stopped_from="",
        left_to_answer=None,
    )
    if risen.state == HELD and risen.holder == by and risen.severity <= risen.covers:
        return Move(escalation=answered(risen, now, timings))
    if risen.state == HELD and escalation.left_to_answer is not None and paused <= timings.reopen_within:
        return Move(escalation=replace(risen, asked_for=REOPENED, answer_by=now + escalation.left_to_answer))
    if risen.state == HELD:
        return ask(risen, REOPENED, now, timings, why=f"{risen.holder_name} is asked: the incident reopened")
    rungs = tuple(r if r.paged_at else replace(r, due_at=r.due_at + paused) for r in risen.rungs)
    repeat_at = risen.repeat_at + paused if risen.repeat_at else None
    return Move(escalation=replace(risen, rungs=rungs, began_at=risen.began_at + paused, repeat_at=repeat_at))


def begin_again(escalation: Escalation, policy: Policy, now: datetime, timings: Timings) -> Move:
    """Reopened so late that whoever was paged has long gone back to sleep: a new round begins with the first level.
    A holder is asked all the same, as by `resume`."""
    if escalation.state != ENDED or escalation.stopped_from == HELD:
        return resume(escalation, now, timings)
    lasted = say_span(now - (escalation.stopped_at or now))
    risen = replace(escalation, epoch=escalation.epoch + 1, stopped_at=None, stopped_from="")
    again = begin_round(risen, policy, now, timings, number=escalation.round + 1)
    moved, calls = page_overdue(again, policy, now)
    why = f"it is back after {lasted}"
    return Move(
        escalation=moved, calls=tuple(replace(c, loud=False, why=named(policy, c, why)) for c in calls), why=why
    )


def page_again(escalation: Escalation, levels: Collection[int], now: datetime) -> Escalation:
    """These levels are due now, whatever was decided of them: their pages never left."""
    rungs = tuple(replace(r, paged_at=None, due_at=now) if r.level in levels else r for r in escalation.rungs)
    return replace(escalation, rungs=rungs)


def bring_forward(escalation: Escalation, other: Escalation, now: datetime) -> Escalation:
    """Merging: the earlier due time of the two ladders stays (27); where all levels are paged, of the next round."""
    theirs, mine = other.due_at, escalation.due_at
    if escalation.state != RUNNING or other.state != RUNNING or theirs is None or mine is None or theirs >= mine:
        return escalation
    first, at = escalation.next_rung, max(theirs, now)
    if first is None:
        return replace(escalation, repeat_at=at)
    return replace(escalation, rungs=tuple(replace(r, due_at=at) if r is first else r for r in escalation.rungs))
