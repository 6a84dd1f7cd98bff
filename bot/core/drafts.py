"""Drafts: what the forms of updates and postmortems hold already, and what of a form that was sent is new."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.oncall import Actor
from bot.core.report import REVIEW_FIELDS, Report
from bot.core.timeline import Entry


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What somebody had before them when they opened a form."""

    told: int
    """How many updates, or postmortems, had been written by then."""
    marks: Mapping[str, str]
    """Of each field the mark of what it held already."""


def mark(text: str) -> str:
    """Names a text, however its lines are broken, in the few signs that a form can carry along."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:12]


def changed(said: Mapping[str, str], seen: Seen) -> dict[str, str]:
    """The fields that the person wrote; what the form held already is nobody's word."""
    return {name: text for name, text in said.items() if mark(text) != seen.marks.get(name, mark(""))}


def united(
    said: Mapping[str, str], who: Actor, since: Sequence[Entry], adding: Collection[str] = ()
) -> tuple[dict[str, str], list[str]]:
    """The fields, and below each what somebody else wrote there `since` the form was opened, so that neither undoes the
    other; and whose words those are. Fields that are `adding` to a list undo nothing."""
    found, others = dict(said), []
    for name in [name for name in said if name not in adding]:
        newest = next((e for e in reversed(since) if str(e.data.get(name) or "").strip()), None)
        if newest is None or newest.who.id == who.id:
            continue
        text = str(newest.data[name]).strip()
        if " ".join(text.split()) not in " ".join(said[name].split()):
            found[name] = f"{said[name].strip()}\n{newest.who.name} wrote meanwhile: {text}".strip()
            others.append(newest.who.name)
    return found, list(dict.fromkeys(others))


def update_draft(written: Report, since: datetime | None) -> dict[str, str]:
    """What the form of an update holds already; `since` is when the last one was given, and what was done until then it
    has told. What is at risk is left to the report, which tells it as it is when it is read."""
    new = [deed.text for deed in written.deeds if not deed.note and (since is None or deed.at > since)]
    summary = written.summary
    if not written.updates and written.verdict:
        summary = f"{written.title}. Checks found: {written.verdict}"
    return {
        "summary": summary,
        "services": "\n".join(written.services),
        "users": written.users,
        "business": written.business,
        "actions": "\n".join(new),
        "next": written.recovery,
    }


def review_draft(written: Report) -> dict[str, str]:
    """What the form of a postmortem holds already: what was written of it, else what the timeline knows."""
    if written.review is not None:
        return {name: getattr(written.review, name) for name in REVIEW_FIELDS}
    done = [f"- {'Note: ' if deed.note else ''}{deed.text}" for deed in written.deeds]
    fixed = [f"Fixed by: {written.fixed_by}"] if written.fixed_by else []
    return {
        "symptoms": "\n".join([*_symptoms(written), *_impact(written)]),
        "cause": "\n".join(written.causes),
        "resolution": "\n".join([*fixed, *done]),
        "prevention": "",  # what is to be done stands below it, as the action items
        "lessons": "",
    }


def _symptoms(written: Report) -> list[str]:
    """Title, summary and verdict, each unless the summary says it: the form of an update offers it title and
    verdict."""
    said = written.summary
    title = [] if written.title in said else [written.title]
    found = [] if not written.verdict or written.verdict in said else [f"Checks found: {written.verdict}"]
    return [*title, said, *found]


def _impact(written: Report) -> list[str]:
    return [
        line
        for line, said in (
            (f"Affected services: {', '.join(written.services)}", written.services),
            (f"Users: {written.users}", written.users),
            (f"Business: {written.business}", written.business),
        )
        if said
    ]
