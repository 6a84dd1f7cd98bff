"""Holding: somebody has it, and has it no more."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.core.alert import Severity
from bot.core.escalation.asking import next_question
from bot.core.escalation.ending import stop
from bot.core.escalation.rounds import begin_round, named, page_overdue
from bot.core.escalation.value import HELD, HELP, Escalation, Move
from bot.core.oncall import Actor
from bot.core.policy import Policy, Timings


def acknowledge(escalation: Escalation, who: Actor, severity: Severity, now: datetime, timings: Timings) -> Escalation:
    """`who` has it: nothing more is due but, when critical, the question whether they still have it (11, 12).
    A part that was called as help ends, and the incident's holder keeps it (14)."""
    if escalation.part == HELP:
        return replace(stop(escalation, now), holder=who.id, holder_name=who.name, holder_slack=who.slack, held_at=now)
    return replace(
        escalation,
        state=HELD,
        epoch=escalation.epoch + 1,
        severity=severity,
        covers=severity,
        holder=who.id,
        holder_name=who.name,
        holder_slack=who.slack,
        held_at=now,
        asked_for="",
        answer_by=None,
        ask_at=next_question(severity, now, timings),
    )


def release(escalation: Escalation, policy: Policy, now: datetime, timings: Timings, *, above: bool = False) -> Move:
    """Nobody has it any more: a round begins at the highest level already paged, that level now (13). With `above`
    the one who had it cannot go on, so it begins one level higher where there is one (14)."""
    top = len(policy.levels) - 1
    first = min(max(escalation.highest + (1 if above else 0), 0), top)
    freed = replace(
        escalation,
        epoch=escalation.epoch + 1,
        holder="",
        holder_name="",
        holder_slack="",
        held_at=None,
        covers=Severity.LOW,
        ask_at=None,
        asked_for="",
        answer_by=None,
    )
    again = begin_round(freed, policy, now, timings, number=escalation.round + 1, first=first)
    moved, calls = page_overdue(again, policy, now)
    had = escalation.holder_name or "nobody"
    calls = [replace(c, loud=False, why=named(policy, c, f"{had} no longer has it")) for c in calls]
    return Move(escalation=moved, calls=tuple(calls), released=True)
