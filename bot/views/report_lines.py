"""Lines of the thread about the report: updates and what asks for them, the cause, the postmortem, action items."""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.incident import Incident
from bot.core.timeline import Entry
from bot.views.blocks import Block, plain
from bot.views.items import done_button
from bot.views.mrkdwn import fit, mention

REPORT_EMOJI: Mapping[str, str] = {
    "update": "📣",
    "update_due": "⏰",
    "update_missed": "⚠️",
    "fix_asked": "❓",
    "fixed": "🔧",
    "postmortem": "📘",
    "review_due": "⏰",
    "item": "📌",
    "item_moved": "📌",
    "item_due": "📌",
    "item_done": "☑️",
}

_BUTTONS: Mapping[str, tuple[str, str]] = {
    "update_due": ("update", "Give Update"),
    "update_missed": ("update", "Give Update"),
    "fix_asked": ("fixed_by", "Say What Fixed It"),
    "review_due": ("postmortem", "Write Postmortem"),
}
"""By kind: the action of the button, and what it says."""

_SAID: Mapping[str, tuple[str, int]] = {
    "summary": ("", 1000),
    "services": ("Affected services", 250),
    "users": ("Users", 250),
    "business": ("Business", 250),
    "actions": ("Done", 500),
    "next": ("Next", 300),
}
"""The fields of an update in the order in which they are shown, with their names and the room they have."""


def told(entry: Entry) -> str | None:
    """What a line says of these kinds where its text alone would not do; None: its text does."""
    if entry.kind == "update":
        by = f"*Update by {fit(entry.who.name, 80)}*"
        lines = [_field(entry, name, label, room) for name, (label, room) in _SAID.items()]
        return "\n".join([by, *(line for line in lines if line)])
    asked = entry.data.get("asked")
    if entry.kind in ("update_due", "update_missed", "review_due") and isinstance(asked, list | tuple) and asked:
        text = fit(entry.text, 1000)
        for one in asked:
            name = fit(str(one.get("name") or ""), 80)
            text = text.replace(name, mention(str(one.get("slack") or ""), name), 1) if name else text
        return text
    return None


def _field(entry: Entry, name: str, label: str, room: int) -> str:
    text = str(entry.data.get(name) or "")
    if not text:
        return ""
    said = fit(text, room, lines=True)
    return f"{label}: {said}" if label else said


def to_press(entry: Entry, incident: Incident) -> list[Block]:
    """The buttons of such a line; none of other kinds."""
    if entry.kind in ("item", "item_due") and isinstance(id_ := entry.data.get("item"), int):
        return [done_button(id_)]
    if entry.kind not in _BUTTONS:
        return []
    action, label = _BUTTONS[entry.kind]
    return [report_button(action, label, incident.number)]


def report_button(action: str, label: str, number: int) -> Block:
    """A button whose value is the incident's number."""
    return {
        "type": "button",
        "action_id": f"incident.{action}",
        "text": plain(label),
        "value": str(number),
        "accessibility_label": plain(f"{label}: INC-{number}")["text"],
    }
