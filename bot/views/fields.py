"""Fields: what every form is made of. A field's name is its block id, for errors, and its action id, for its value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.core.incident import Incident
from bot.views.blocks import Block, plain, section
from bot.views.mrkdwn import fit, strong

_TEXT_LIMIT = 3000


def modal(callback_id: str, title: str, submit: str | None, metadata: str, blocks: Sequence[Block]) -> Block:
    """A modal; without `submit` it only shows something."""
    view: Block = {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title, 24),
        "close": plain("Cancel" if submit else "Close", 24),
        "private_metadata": metadata,
        "blocks": list(blocks),
    }
    return view | ({"submit": plain(submit, 24)} if submit else {})


def about(incident: Incident) -> Block:
    """Which incident a form is about."""
    head = f"{incident.label} · {incident.severity.word} · {fit(incident.system, 60)}"
    return section(head, strong(fit(incident.title, 300))) | {"block_id": "about"}


def input_block(name: str, label: str, element: Block, *, optional: bool = False, hint: str = "") -> Block:
    """One question, with its field."""
    block: Block = {"type": "input", "block_id": name, "label": plain(label, 150), "element": element}
    return block | ({"optional": True} if optional else {}) | ({"hint": plain(hint, 300)} if hint else {})


def text_field(name: str, initial: str, *, lines: bool = False, limit: int = _TEXT_LIMIT, hint: str = "") -> Block:
    """A text of a line or of several."""
    field: Block = {"type": "plain_text_input", "action_id": name, "multiline": lines, "max_length": limit}
    if initial.strip():
        field["initial_value"] = initial.strip()[:limit]
    return field | ({"placeholder": plain(hint, 150)} if hint else {})


def select(name: str, options: Sequence[Block], chosen: Block | None) -> Block:
    """One of these options."""
    field: Block = {"type": "static_select", "action_id": name, "options": list(options)}
    return field | ({"initial_option": chosen} if chosen else {})


def radios(name: str, options: Sequence[Block], chosen: Block | None) -> Block:
    """One of these few options, all in sight with what they mean."""
    return select(name, options, chosen) | {"type": "radio_buttons"}


def grouped(name: str, groups: Mapping[str, Sequence[Block]], chosen: Block | None) -> Block:
    """One of the options of these groups, by their labels; groups without any are left out."""
    shown = [{"label": plain(label), "options": list(options)} for label, options in groups.items() if options]
    field: Block = {"type": "static_select", "action_id": name, "option_groups": shown}
    return field | ({"initial_option": chosen} if chosen else {})


def option(value: str, shown: str, meaning: str = "") -> Block:
    """An option, with what it means below it."""
    return {"text": plain(shown), "value": value} | ({"description": plain(meaning)} if meaning else {})
