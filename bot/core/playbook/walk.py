"""The walk through a playbook as a value: where it stands, and what was taken on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.core.evidence import State
from bot.core.playbook.value import Playbook


class Stand(StrEnum):
    """What a walk waits for."""

    LOOKING = "looking"
    """For the bot's checks."""
    WAITING = "waiting"
    """For a person."""
    CALLING = "calling"
    """For the next level to be called, which the bot does at once."""
    MOVING = "moving"
    """For the other playbook, which the bot takes up at once."""
    DONE = "done"
    STOPPED = "stopped"

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes."""
        return self in (Stand.DONE, Stand.STOPPED)


class Turn(StrEnum):
    """Whether a step led to another playbook."""

    NONE = ""
    ON = "on"
    """To one that takes over."""
    BACK = "back"
    """Back to the one before."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """One step that was taken, and what it came to."""

    playbook: str
    step: str
    said: str
    """The branch or answer that was taken."""
    by: str = ""
    """Who decided; empty: the bot, by its checks."""
    why: str = ""
    """What the checks saw; why it was skipped."""
    skipped: bool = False
    turn: Turn = Turn.NONE
    arguments: Mapping[str, str] = field(default_factory=dict)
    """Of a turn to another playbook: what was known before it."""
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Walk:
    """Where one walk stands."""

    playbook: str
    step: str
    stand: Stand
    arguments: Mapping[str, str] = field(default_factory=dict)
    trail: tuple[Visit, ...] = ()
    asks: str = ""
    """Why a person is asked what a check should have told; empty: it is a person's question anyhow."""
    circling: bool = False
    """The checks have led here again and again, and nobody was asked in between: a person is, now."""
    ended: str = ""
    """How it was stopped."""
    revision: int = 1
    """Rises with every change: what is pressed on an older picture of it counts no longer."""

    def changed(self, **values: Any) -> Walk:
        """The walk as it stands after a change."""
        return replace(self, revision=self.revision + 1, **values)


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What one check of a step came to."""

    state: State
    facts: Mapping[str, Any] = field(default_factory=dict)
    verdict: str = ""


def outcome_of(playbook: Playbook, walk: Walk) -> str:
    """How it ended: fixed, cause, not_this, handed_over, stopped; empty while it goes on."""
    if walk.stand is Stand.STOPPED:
        return "stopped"
    return playbook.steps[walk.step].outcome if walk.stand is Stand.DONE else ""
