"""Climbing: the calls of a decision are made, one after the other; a level that reaches nobody brings the next.

The bot and its simulation climb by the same function, so that what is shown is what happens."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from bot.core.escalation.rounds import named, page_overdue
from bot.core.escalation.value import RUNNING, Call, Escalation, Move
from bot.core.oncall import Contact, Roster
from bot.core.page import DROPPED, lost
from bot.core.policy import Level, Policy


@dataclass(frozen=True, kw_only=True, slots=True)
class Whom:
    """Who is behind a level now."""

    level: Level
    people: tuple[tuple[Contact, str], ...]
    """Whom to page by which way. Whoever was paged so by a level before, in the same move, is not among them (3), nor
    whoever another ladder has called so."""
    channels: tuple[str, ...]
    """Channels that get a card (28)."""
    paged_before: bool
    """Somebody of this level was paged with a level before, or by another ladder."""

    @property
    def nobody(self) -> bool:
        """True when there is nobody, and no channel, behind this level."""
        return not (self.people or self.channels or self.paged_before)


Called = Mapping[int, Collection[tuple[str, str]]]
"""By level: whom other ladders have called, as (contact's id, way)."""

_NOBODY: Called = {}


class Caller(Protocol):
    """Makes calls. The escalation is the ladder as it stands when the call is made."""

    def page(self, escalation: Escalation, call: Call, whom: Whom) -> bool:
        """Page everybody of a level by all their ways side by side (6); False when none of these can even be tried."""

    def ask(self, escalation: Escalation, call: Call) -> None:
        """Ask the holder whether they still have it."""


def climb(
    move: Move, policy: Policy, roster: Roster, now: datetime, caller: Caller, called: Called = _NOBODY
) -> Escalation:
    """Make the calls of a decision. A level on which nobody can be reached brings the next one at once, and later ones
    keep their times (6), so these may be more calls than the decision named. Whom another ladder has `called` for a
    level is not called for it once more."""
    escalation, waiting = move.escalation, list(move.calls)
    highest = max((call.level for call in waiting if call.level is not None), default=-1)
    paged: set[tuple[str, str]] = set()
    while waiting:
        call = waiting.pop(0)
        if call.level is None:
            caller.ask(escalation, call)
            continue
        whom = _whom(policy.levels[call.level], roster, paged, called.get(call.level, ()))
        reached = caller.page(escalation, call, whom)
        # A card in a channel wakes nobody: it is no reason to wait when all ways to people have failed.
        reached = reached or whom.paged_before or (bool(whom.channels) and not whom.people)
        if reached or call.level < highest:
            continue
        follows = after_failure(escalation, call.level, policy, now)
        escalation = follows.escalation
        waiting.extend(follows.calls)
    return escalation


def _whom(level: Level, roster: Roster, paged: set[tuple[str, str]], elsewhere: Collection[tuple[str, str]]) -> Whom:
    wanted = {(contact.id, way): (contact, way) for contact, way in roster.behind(level)}
    fresh = {key: one for key, one in wanted.items() if key not in paged and key not in elsewhere}
    paged.update(fresh)
    return Whom(
        level=level,
        people=tuple(fresh.values()),
        channels=tuple(target.to for target in level.targets if target.is_channel),
        paged_before=len(fresh) < len(wanted),
    )


def after_failure(escalation: Escalation, level: int, policy: Policy, now: datetime) -> Move:
    """All ways of a level have failed, or it has nobody: what follows at once, and says so (6)."""
    failed = level_failed(escalation, level, now)
    if failed == escalation:
        return Move(escalation=escalation)
    moved, calls = page_overdue(failed, policy, now)
    why = f"nobody could be reached on level {level + 1}"
    return Move(escalation=moved, calls=tuple(replace(c, why=named(policy, c, why)) for c in calls), why=why)


def level_failed(escalation: Escalation, level: int, now: datetime) -> Escalation:
    """All ways of a level have failed, or it has nobody: the next is due at once; later ones keep their times (6).
    Where that is the last one, the ladder's end is reached now, and the next round counts from here (8)."""
    above = [r for r in escalation.rungs if r.level > level and r.paged_at is None]
    if escalation.state != RUNNING or not above or any(r.level > level and r.paged_at for r in escalation.rungs):
        return escalation
    nearest, repeat_at = min(above, key=lambda r: r.level), escalation.repeat_at
    due_at = min(nearest.due_at, now)
    if repeat_at is not None and nearest is escalation.rungs[-1]:
        repeat_at -= nearest.due_at - due_at
    rungs = tuple(replace(r, due_at=due_at) if r is nearest else r for r in escalation.rungs)
    return replace(escalation, rungs=rungs, repeat_at=repeat_at)


def reaches_nobody(escalation: Escalation, policy: Policy, pages: Iterable[tuple[int, str]]) -> bool:
    """Whether nobody has it, and of all pages of this round, given as (level, state), none has reached anybody or still
    can. A level that pages nobody but has a channel counts as reached by its card."""
    called = {rung.level for rung in escalation.rungs if rung.paged_at is not None}
    if escalation.state != RUNNING or not called:
        return False
    tried = [(level, state) for level, state in pages if level in called and state != DROPPED]
    silent = called - {level for level, _ in tried}
    cards = any(target.is_channel for level in silent for target in policy.levels[level].targets)
    return not cards and lost(state for _, state in tried)
