"""Explaining: what the error messages in an alert mean is told in its incident's thread, once, when it opens."""

from __future__ import annotations

from bot.core.error_entry import ErrorEntry, explained
from bot.engine.change import Change

_MOST = 3
_READ = 8_000
"""Characters of an alert that are read: what is wrong stands in its beginning."""


def tell(change: Change) -> None:
    """Tell what is known of the messages that stand in the incident's title and text; nothing where none is known."""
    incident, desk = change.incident, change.desk
    contents = desk.packs.get(incident.system)
    if contents is None or not contents.errors:
        return
    text = f"{incident.title}\n{incident.text}"[:_READ]
    for entry in explained(contents.errors, text)[:_MOST]:
        playbook = contents.playbooks.by_name.get(entry.playbook)
        data = {"error": entry.name, "playbook": entry.playbook, "title": playbook.title} if playbook else {}
        change.tell("explained", _said(entry, text), data=data or {"error": entry.name})


def _said(entry: ErrorEntry, text: str) -> str:
    return f"“{entry.said_in(text)}”: {entry.means} {entry.do}"
