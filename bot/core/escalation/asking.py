"""Asking: whether the holder still has it, and what counts as their yes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.core.alert import Severity
from bot.core.escalation.value import HELD, QUIET, REOPENED, Call, Escalation, Move
from bot.core.policy import Timings


def ask(escalation: Escalation, reason: str, now: datetime, timings: Timings, why: str) -> Move:
    """Call the holder, who has a few minutes to confirm (12, 20, 23). Asked already: the earlier deadline stays."""
    deadline = now + timings.confirm_within
    if escalation.answer_by is not None:
        deadline = min(deadline, escalation.answer_by)
    asked = replace(escalation, ask_at=None, asked_for=reason, answer_by=deadline)
    return Move(escalation=asked, calls=(Call(level=None, why=why, due_at=now),), why=why)


def confirm(escalation: Escalation, severity: Severity, now: datetime, timings: Timings) -> Escalation:
    """The holder still has it, at the severity it has now: this answers every question."""
    return answered(replace(escalation, severity=severity, covers=severity), now, timings)


def touch(escalation: Escalation, now: datetime, timings: Timings, by: str = "") -> Escalation:
    """A person did something, such as writing a note: the acknowledgement lasts from now (12). `by` is their id.

    It is also a yes, where the question is whether anybody is at it: after silence anybody's, after a reopening the
    holder's own. It is none after a raise (20): it may have been written before they had heard of that, and does not
    say that they take on more than they took."""
    if escalation.state != HELD:
        return escalation
    theirs = escalation.holder == by and escalation.severity <= escalation.covers
    if escalation.asked_for == QUIET or (escalation.asked_for == REOPENED and theirs):
        return answered(escalation, now, timings)
    if escalation.ask_at is not None:
        return replace(escalation, ask_at=now + timings.ack_lasts)
    return escalation


def answered(escalation: Escalation, now: datetime, timings: Timings) -> Escalation:
    """The question, if there is one, is answered or taken back: pages that ask are no longer wanted."""
    return replace(
        escalation,
        epoch=escalation.epoch + 1,
        asked_for="",
        answer_by=None,
        ask_at=next_question(escalation.severity, now, timings),
    )


def next_question(severity: Severity, now: datetime, timings: Timings) -> datetime | None:
    """When to ask about silence: only a critical acknowledgement expires (12)."""
    return now + timings.ack_lasts if severity is Severity.CRITICAL else None
