"""Drafts: what the forms of updates and postmortems hold already, from what the report knows."""

from __future__ import annotations

from datetime import datetime

from bot.core.report import REVIEW_FIELDS, Report


def update_draft(written: Report, since: datetime | None) -> dict[str, str]:
    """What the form of an update holds already; `since` is when the last one was given, and what was done until then it
    has told."""
    new = [deed.text for deed in written.deeds if since is None or deed.at > since]
    summary = written.summary
    if not written.updates and written.verdict:
        summary = f"{written.title}. Checks found: {written.verdict}"
    return {
        "summary": summary,
        "services": "\n".join(written.services),
        "users": written.users,
        "business": written.business or "\n".join(written.exposure),
        "actions": "\n".join(new),
        "next": written.recovery,
    }


def review_draft(written: Report) -> dict[str, str]:
    """What the form of a postmortem holds already: what was written of it, else what the timeline knows."""
    if written.review is not None:
        return {name: getattr(written.review, name) for name in REVIEW_FIELDS}
    found = [f"Checks found: {written.verdict}"] if written.verdict else []
    done = [f"- {deed.text}" for deed in written.deeds]
    fixed = [f"Fixed by: {written.fixed_by}"] if written.fixed_by else []
    to_do = [f"- {item.text} ({item.owner_name})" for item in written.items]
    summary = [written.summary] if written.summary != written.title else []
    return {
        "symptoms": "\n".join([written.title, *summary, *found, *_impact(written)]),
        "cause": "\n".join(written.causes),
        "resolution": "\n".join([*fixed, *done]),
        "prevention": "\n".join(to_do),
        "lessons": "",
    }


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
