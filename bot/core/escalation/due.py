"""Due: what the clock makes of a ladder."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.core.escalation.asking import ask
from bot.core.escalation.holding import release
from bot.core.escalation.rounds import begin_round, latest_round, page_overdue
from bot.core.escalation.value import HELD, QUIET, RUNNING, Call, Escalation, Move
from bot.core.policy import Policy, Timings
from bot.core.spans import say_span


def advance(escalation: Escalation, policy: Policy, now: datetime, timings: Timings) -> Move:
    """Everything that is due at `now`: overdue levels once each and in order (3), new rounds (8), holders asked, and
    silence taken as un-acknowledgement (12)."""
    if escalation.state == HELD:
        return _advance_held(escalation, policy, now, timings)
    if escalation.state != RUNNING:
        return Move(escalation=escalation)
    calls: dict[int, Call] = {}
    current = escalation
    while True:
        current, overdue = page_overdue(current, policy, now)
        for call in overdue:
            assert call.level is not None
            calls.setdefault(call.level, call)
        if current.repeat_at is None or current.repeat_at > now:
            break
        begins = latest_round(current.repeat_at, policy, now, timings)
        current = begin_round(current, policy, begins, timings, number=current.round + 1)
    return Move(escalation=current, calls=tuple(calls.values()))


def _advance_held(escalation: Escalation, policy: Policy, now: datetime, timings: Timings) -> Move:
    if escalation.answer_by is not None:
        if escalation.answer_by > now:
            return Move(escalation=escalation)
        silence = f"no confirmation from {escalation.holder_name} within {say_span(timings.confirm_within)}"
        move = release(escalation, policy, now, timings)
        return replace(move, why=silence)
    if escalation.ask_at is None or escalation.ask_at > now:
        return Move(escalation=escalation)
    return ask(
        escalation,
        QUIET,
        now,
        timings,
        why=f"{escalation.holder_name} is asked: no note, step or update for {say_span(timings.ack_lasts)}",
    )
