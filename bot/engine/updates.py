"""Updates: people say how an incident stands, so that nobody has to ask; and are asked for it when it is due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.core.drafts import Seen, changed, united, update_draft
from bot.core.duty import COMMUNICATIONS, LEAD
from bot.core.errors import Refused
from bot.core.escalation import HELD, MAIN
from bot.core.incident import must_be_unfinished, no_such
from bot.core.oncall import Actor, Contact
from bot.core.report import UPDATE_FIELDS
from bot.core.spans import say_span
from bot.core.text import bounded
from bot.engine import reporting
from bot.engine.change import Change
from bot.engine.desk import Desk
from bot.engine.notices import notify_contact, quiet_way
from bot.engine.said import Said, say
from bot.store.transaction import Tx

FIELD = 12_000
"""Characters of one field of an update or postmortem; a form takes fewer, a terminal more."""

_ADDING = ("actions",)
"""What every update adds to."""

_TOLD_AFTER = 2
"""So many updates missed, and the next level is told."""

_SELDOM = timedelta(hours=1)
"""From then on it is asked for no more often than this."""


def draft(tx: Tx, desk: Desk, number: int) -> dict[str, str]:
    """What the form of an update holds already."""
    incident = tx.incidents.get(number)
    if incident is None:
        raise no_such(number)
    found = reporting.written(tx, desk, incident)
    return update_draft(found, found.spoken)


def give(
    tx: Tx, desk: Desk, number: int, who: Actor, now: datetime, said: Mapping[str, str], seen: Seen | None = None
) -> Said:
    """How it stands, in the fields of a report; those left out stay as they were. The report shows it everywhere, and
    the next one is due a while from now. Of a form, which shows what had been `seen`, only what was written in it
    counts, and what somebody else wrote meanwhile stands below it."""
    change = Change.load(tx, desk, number, now)
    must_be_unfinished(change.incident)
    others: list[str] = []
    if seen is not None:
        said = changed(said, seen)
        if not any(text.strip() for text in said.values()):
            raise Refused("Nothing in it is new. Say how it stands now, also that nothing has changed.")
        said, others = united(said, who, tx.timeline.of_kind(number, "update")[seen.told :], _ADDING)
    fields = told_fields(desk, said, UPDATE_FIELDS)
    if not fields:
        raise Refused(f"Say how it stands: /incident update {number} what is known, and what is being done")
    change.touch(who)
    text = fields.get("summary") or next(iter(fields.values()))
    change.tell("update", text, who=who, data=fields)
    waits = change.incident.acknowledged_at is None and change.incident.is_open
    unheld = f"Nobody has it yet: /incident ack {number}" if waits else ""
    end(change)
    begin(change)
    reporting.publish(change, mails=True, in_any_case=True)
    change.save()
    updated = f"The report of {change.incident.label} is updated{_readers(change)}."
    return say(change, updated, both(others), unheld, next_due(change))


def both(others: Sequence[str]) -> str:
    """Says whose words came in while somebody wrote; empty where nobody's did."""
    return f"{', '.join(others)} wrote there meanwhile: both stand in it." if others else ""


def told_fields(desk: Desk, said: Mapping[str, str], names: tuple[str, ...]) -> dict[str, str]:
    """These fields as the timeline keeps them: without secrets, bounded, and only those that say something."""
    found = {name: bounded(desk.redactor.text(said.get(name, "").strip()), FIELD).strip() for name in names}
    return {name: text for name, text in found.items() if text}


def _readers(change: Change) -> str:
    read = reporting.readers(change.desk, change.incident)
    places = ", ".join([*read.channels, *read.mails])
    return f" and goes to {places}" if places else ""


def next_due(change: Change) -> str:
    """When the next update is due; empty where none is."""
    due = change.incident.update_at
    return f"The next update is due in {say_span(due - change.now)}." if due is not None else ""


# --- when it is due


def begin(change: Change) -> None:
    """Somebody has it: the first update is due a while from now, unless one is already."""
    every = change.timings.update_every(change.incident.severity)
    if change.incident.update_at is None and every and change.incident.lasts and _held(change):
        change.set(update_at=change.now + every, updates_missed=0)


def replan(change: Change) -> None:
    """It has another severity: the next update comes at that one's pace, and never later than it would have."""
    due, every = change.incident.update_at, change.timings.update_every(change.incident.severity)
    if due is None:
        begin(change)
    else:
        change.set(update_at=min(due, change.now + every) if every else None)


def end(change: Change) -> None:
    """No update is due any more."""
    change.set(update_at=None, updates_missed=0)


def _held(change: Change) -> bool:
    main = change.ladders.get(MAIN)
    return main is not None and main.state == HELD


def ask(change: Change) -> None:
    """An update is due and did not come: whoever tells others is asked for it in the thread, with a form. Missed twice,
    the next level is told, quietly and once."""
    every = change.timings.update_every(change.incident.severity)
    if not every or not change.incident.lasts or change.incident.merged_into or not _held(change):
        end(change)
        return
    # Whoever is asked whether they still have it is not there for words: their silence calls the next level anyhow.
    counts = change.main.answer_by is None
    missed = change.incident.updates_missed + counts
    # Who was asked twice knows: what is said every quarter of an hour all night is read by nobody.
    pause = max(every, _SELDOM) if missed >= _TOLD_AFTER else every
    change.set(update_at=change.now + pause, updates_missed=missed)
    names = _asked(change)
    if missed == _TOLD_AFTER and counts:
        _tell_next_level(change, every, names)
        return
    last = f"{missed} missed so far" if missed > 1 else "so that nobody has to ask how it stands"
    people = ", ".join(one.name for one in names)
    change.tell(
        "update_due",
        f"{people}: an update of the report is due",
        why=f"every {say_span(every)} at severity {change.incident.severity.word}; {last}",
        data=_named(names),
    )


def _named(asked: Sequence[Contact]) -> dict[str, Any]:
    return {"asked": [{"name": one.name, "slack": one.slack} for one in asked]}


def _asked(change: Change) -> list[Contact]:
    """Who tells others, else who leads, else who has it."""
    duties = {one.duty: one for one in change.tx.duties.of(change.incident.number)}
    found = duties.get(COMMUNICATIONS) or duties.get(LEAD)
    if found is not None:
        return [change.roster.somebody(found.person, found.name, found.slack)]
    return [change.holder_of(change.main)]


def _tell_next_level(change: Change, every: timedelta, asked: Sequence[Contact]) -> None:
    """Of the levels from the next one on the first in which somebody can be told quietly; else one below."""
    levels = change.policy(MAIN).levels
    first = min(change.main.highest + 1, len(levels) - 1)
    for place in (*range(first, len(levels)), *reversed(range(first))):
        people = {one.id: one for one, _ in change.roster.behind(levels[place]) if one.id != change.main.holder}
        told = [contact for contact in people.values() if quiet_way(change, contact)]
        if told:
            break
    for contact in told:
        notify_contact(change, contact, "updates_missed", None)
    missed = f"{', '.join(one.name for one in asked)}: {_TOLD_AFTER} updates of the report were missed"
    text = f"{missed}; level {place + 1}, {levels[place].name}, is told quietly" if told else missed
    change.tell("update_missed", text, why=f"no update for {say_span(every * _TOLD_AFTER)}", data=_named(asked))
