"""The value: where one ladder of an incident stands, what a decision changes about it, and whom it calls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.alert import Severity

RUNNING, HELD, ENDED = "running", "held", "ended"
MAIN, HELP = "main", "help"

QUIET, RAISED, REOPENED = "quiet", "raised", "reopened"
"""Why a holder is asked to confirm."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rung:
    """One level of the policy in the current round."""

    level: int
    due_at: datetime
    paged_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Escalation:
    """One ladder of one incident."""

    part: str = MAIN
    policy: str
    severity: Severity
    """The severity it is planned for."""
    state: str = RUNNING
    epoch: int = 1
    """Rises whenever earlier pages are no longer wanted; a page of an older epoch is dropped."""
    round: int = 1
    began_at: datetime
    """When this round began: delays count from here (1)."""
    rungs: tuple[Rung, ...] = ()
    repeat_at: datetime | None = None
    """When the next round begins (8); None: never."""
    highest: int = -1
    """The highest level ever paged; -1: none yet."""
    holder: str = ""
    """Id of the person who has it, while `held`; for an ended `help`, of the one who came."""
    holder_name: str = ""
    holder_slack: str = ""
    held_at: datetime | None = None
    covers: Severity = Severity.LOW
    """The severity the holder's acknowledgement was given for (20)."""
    ask_at: datetime | None = None
    """When to ask the holder whether they still have it."""
    asked_for: str = ""
    """`quiet`, `raised` or `reopened` while an answer is awaited."""
    answer_by: datetime | None = None
    """Silence until then is an un-acknowledgement."""
    stopped_at: datetime | None = None
    stopped_from: str = ""
    """The state it was stopped in, for the reopening."""
    left_to_answer: timedelta | None = None
    """What was left of the time to answer when it was stopped while its holder was asked because it had reopened."""

    @property
    def due_at(self) -> datetime | None:
        """When it next wants `advance`; None: never by itself."""
        if self.state == RUNNING:
            waiting = [rung.due_at for rung in self.rungs if rung.paged_at is None]
            return min([*waiting, *([self.repeat_at] if self.repeat_at else [])], default=None)
        if self.state == HELD:
            return self.answer_by or self.ask_at
        return None

    @property
    def next_rung(self) -> Rung | None:
        """The next level to be paged in this round."""
        return min((r for r in self.rungs if r.paged_at is None), key=lambda r: (r.due_at, r.level), default=None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """Somebody is to be paged now."""

    level: int | None
    """A level of the policy; None: the holder is asked to confirm."""
    why: str
    loud: bool = False
    """A repeated round is announced loudly in the channel (8)."""
    due_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """What a decision changes."""

    escalation: Escalation
    calls: tuple[Call, ...] = ()
    why: str = ""
    """The named reason, for the timeline; empty where the calls say it all."""
    released: bool = False
    """The holder lost it by this move."""
