"""Comparing: what a new plan changes about who is paged when, in words for people."""

from __future__ import annotations

from datetime import datetime

from bot.core.escalation.value import RUNNING, Escalation
from bot.core.policy import Policy
from bot.core.spans import say_span

_TOLD = 4


def say_change(before: Escalation, old: Policy, after: Escalation, new: Policy, now: datetime) -> str:
    """`level 2 (Engineering) in 3 min instead of 12 min, level 4 (Emergency) in 28 min`: the levels that come at
    another time than they would have, those that come again since they want other ways, and those that no longer come.
    Empty for a ladder that does not climb; `the ladder stays as it is` where nothing changes."""
    if RUNNING not in (before.state, after.state) or before.state != after.state:
        return ""
    due = {rung.level: rung.due_at for rung in before.rungs if rung.paged_at is None}
    comes = {rung.level: rung.due_at for rung in after.rungs if rung.paged_at is None}
    parts = []
    for level, at in sorted(comes.items()):
        if due.get(level) == at:
            continue
        was = f" instead of {_in(due[level], now, bare=True)}" if level in due else ""
        parts.append(f"{_named(new, level)} {_in(at, now)}{was}")
    parts += [f"{_named(old, level)} no longer" for level in sorted(due.keys() - comes.keys())]
    if not parts:
        return "the ladder stays as it is"
    more = f", and {len(parts) - _TOLD} more" if len(parts) > _TOLD else ""
    return ", ".join(parts[:_TOLD]) + more


def _in(at: datetime, now: datetime, *, bare: bool = False) -> str:
    if at <= now:
        return "now"
    return say_span(at - now) if bare else f"in {say_span(at - now)}"


def _named(policy: Policy, level: int) -> str:
    return f"level {level + 1} ({policy.levels[level].name})" if level < len(policy.levels) else f"level {level + 1}"
