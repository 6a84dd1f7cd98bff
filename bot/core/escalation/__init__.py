"""Escalation: where one incident stands on its policy, and when it is next due. The ladder's every decision.

An incident has one escalation per *part*: `main`; `help`, while an acknowledged incident calls for more people; and one
per issue type that arrived later, which only that type's people can stop. Every function answers with a new value and
the calls to make; nothing here knows the time, a database or a person's number. The numbers in brackets are the
sentences of docs/escalation.md.
"""

from bot.core.escalation.asking import ask, confirm, touch
from bot.core.escalation.calling import call_help, next_level_now, raise_highest
from bot.core.escalation.climbing import Called, Caller, Whom, after_failure, climb, level_failed, reaches_nobody
from bot.core.escalation.comparing import say_change
from bot.core.escalation.due import advance
from bot.core.escalation.ending import begin_again, bring_forward, page_again, resume, stop, take_stopped
from bot.core.escalation.holding import acknowledge, release
from bot.core.escalation.replanning import change_severity
from bot.core.escalation.rounds import lasts, start
from bot.core.escalation.value import (
    ENDED,
    HELD,
    HELP,
    MAIN,
    QUIET,
    RAISED,
    REOPENED,
    RUNNING,
    Call,
    Escalation,
    Move,
    Rung,
)

__all__ = [
    "ENDED",
    "HELD",
    "HELP",
    "MAIN",
    "QUIET",
    "RAISED",
    "REOPENED",
    "RUNNING",
    "Call",
    "Called",
    "Caller",
    "Escalation",
    "Move",
    "Rung",
    "Whom",
    "acknowledge",
    "advance",
    "after_failure",
    "ask",
    "begin_again",
    "bring_forward",
    "call_help",
    "change_severity",
    "climb",
    "confirm",
    "lasts",
    "level_failed",
    "next_level_now",
    "page_again",
    "raise_highest",
    "reaches_nobody",
    "release",
    "resume",
    "say_change",
    "start",
    "stop",
    "take_stopped",
    "touch",
]
