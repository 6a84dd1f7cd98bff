"""Said: what a verb answers to a person: what was done, who is paged now, and what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.escalation import HELD, HELP, MAIN
from bot.core.incident import Incident
from bot.core.spans import say_span
from bot.engine.change import Change


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What to answer the person, and the incident as it now is."""

    text: str
    incident: Incident


def say(change: Change, *sentences: str) -> Said:
    """The answer of these sentences; empty ones are left out."""
    return Said(text=" ".join(sentence for sentence in sentences if sentence), incident=change.incident)


def paged_now(levels: Sequence[str]) -> str:
    """`Level 2 (Engineering) paged now.`, of levels as `paging.apply` names them; empty where there are none."""
    named = ", ".join(levels)
    return f"{named[:1].upper()}{named[1:]} paged now." if named else ""


def comes_next(change: Change, part: str = MAIN) -> str:
    """What a ladder does by itself from here on, and when."""
    escalation, now = change.ladders[part], change.now
    if escalation.state == HELD and escalation.answer_by is not None:
        left = say_span(escalation.answer_by - now)
        return (
            f"{escalation.holder_name} is asked whether they still have it; "
            f"after {left} of silence the ladder pages again."
        )
    if escalation.state == HELD:
        return f"{escalation.holder_name} has it."
    rung = escalation.next_rung
    if rung is not None:
        due = f"in {say_span(rung.due_at - now)}" if rung.due_at > now else "now"
        unless = ", unless somebody comes" if part == HELP else ""
        return f"Next: {level_named(change, part, rung.level)} {due}{unless}."
    if part == HELP:
        return "It is the last level: nobody is above."
    if escalation.repeat_at is not None:
        return f"Everybody has been called; the ladder begins again in {say_span(escalation.repeat_at - now)}."
    # By "escalate" people call the incident's own ladder, not that of a further type.
    again = f"To call the last level again: /incident escalate {change.incident.number}" if part == MAIN else ""
    return f"Everybody has been called, and nobody is called again by itself. {again}".rstrip()


def level_named(change: Change, part: str, level: int) -> str:
    """`level 2 (Engineering)`."""
    return f"level {level + 1} ({change.policy(part).levels[level].name})"
