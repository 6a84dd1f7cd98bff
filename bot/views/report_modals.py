"""The forms of a report: an update, what fixed it, the five points of a postmortem, an action item."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from bot.core.incident import Incident
from bot.core.report import STATUSES
from bot.views.blocks import Block, plain, section
from bot.views.fields import about, input_block, modal, text_field

UPDATE, FIXED_BY, POSTMORTEM, ITEM = "incident.update", "incident.fixed_by", "incident.postmortem", "incident.item"
"""The callback ids."""

WHY, TEXT, OWNER, DUE = "why", "text", "owner", "due"

_UPDATE: Mapping[str, tuple[str, str]] = {
    "summary": ("What is known", "Stands in every channel and mail until the next update."),
    "services": ("Affected services", "One a line, or with commas."),
    "users": ("Impact on users", ""),
    "business": ("Impact on business", "Left empty, the report says what is at risk, as checks have read it."),
    "actions": ("Done since the last update", "One thing a line; it joins the list of the report."),
    "next": ("Next steps", ""),
}

_REVIEW: Mapping[str, tuple[str, str]] = {
    "symptoms": ("Issue description and symptoms", ""),
    "cause": ("Root cause", "If nobody knows it, say so."),
    "resolution": ("Resolution steps taken", ""),
    "prevention": ("Prevention measures", "What is left to do is an action item: /incident item"),
    "lessons": ("Lessons learned", ""),
}

_MOST = 3000


def update_modal(incident: Incident, known: Mapping[str, str], *, metadata: str) -> Block:
    """An update, with what is known already."""
    status = section(f"Status: {STATUSES.get(incident.phase, incident.phase)}")
    blocks = [about(incident), status, *_fields(_UPDATE, known, needed="summary")]
    return modal(UPDATE, f"Update {incident.label}", "Send Update", metadata, blocks)


def fixed_modal(incident: Incident, *, metadata: str) -> Block:
    """What fixed it, once it is over."""
    field = text_field(WHY, incident.fixed_by, lines=True)
    blocks = [about(incident), input_block(WHY, "What fixed it?", field, hint="For the report, and the next time.")]
    return modal(FIXED_BY, f"Cause {incident.label}", "Save", metadata, blocks)


def postmortem_modal(incident: Incident, known: Mapping[str, str], *, metadata: str) -> Block:
    """The five points, with what is known already."""
    blocks = [about(incident), *_fields(_REVIEW, known, needed="cause")]
    return modal(POSTMORTEM, f"Postmortem {incident.label}", "Save", metadata, blocks)


def item_modal(incident: Incident, owner: str, due: date, *, metadata: str) -> Block:
    """An action item; `owner` is the Slack user it is offered to."""
    picker: Block = {"type": "users_select", "action_id": OWNER, "placeholder": plain("Choose a person", 150)}
    day: Block = {"type": "datepicker", "action_id": DUE, "initial_date": due.isoformat()}
    hint = "They are reminded the day before, on the day, and daily after it."
    blocks = [
        about(incident),
        input_block(TEXT, "What is to be done?", text_field(TEXT, "", limit=500)),
        input_block(OWNER, "Who does it?", picker | ({"initial_user": owner} if owner else {})),
        input_block(DUE, "By when?", day, hint=hint),
    ]
    return modal(ITEM, f"Action Item {incident.label}", "Add", metadata, blocks)


def prefilled(view: Block) -> dict[str, str]:
    """What the fields of a form held when it was shown."""
    fields = [block for block in view["blocks"] if block["type"] == "input"]
    return {block["block_id"]: block["element"].get("initial_value", "") for block in fields}


def _fields(asked: Mapping[str, tuple[str, str]], known: Mapping[str, str], *, needed: str) -> list[Block]:
    """A field for each; what is known already is cut, visibly, where the form has no room for it."""
    return [
        input_block(
            name, label, text_field(name, _short(known.get(name, "")), lines=True), optional=name != needed, hint=hint
        )
        for name, (label, hint) in asked.items()
    ]


def _short(text: str) -> str:
    if len(text) <= _MOST:
        return text
    mark = f"\n[… {len(text):,} characters in all: the whole is in the report]"
    return text[: _MOST - len(mark)] + mark
