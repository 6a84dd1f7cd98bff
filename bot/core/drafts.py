"""Drafts: what the forms of updates and postmortems hold already, from what the report knows."""

from __future__ import annotations

from datetime import datetime

from bot.core.report import REVIEW_FIELDS, Report


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
    to_do = [f"- {item.text} ({item.owner_name})" for item in written.items]
    return {
        "symptoms": "\n".join([*_symptoms(written), *_impact(written)]),
        "cause": "\n".join(written.causes),
        "resolution": "\n".join([*fixed, *done]),
        "prevention": "\n".join(to_do),
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
