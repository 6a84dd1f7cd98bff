"""Action items as people see them: the list, one in the thread, and the message that reminds of one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.core.incident import Incident
from bot.core.item import Item, say_due
from bot.views.blocks import Block, Drawn, actions, context, plain, sealed, section
from bot.views.mrkdwn import fit, link
from bot.views.pages import PageText
from bot.views.words import brief, count, one_line

_LISTED = 20
_TEXT = 300
_SUBJECT, _SHORT = 120, 300


def item_text(incident: Incident, item: Item, why: str) -> PageText:
    """The message that reminds of an item, for every quiet way."""
    said = f"{incident.label}, action item {item.id}: {one_line(item.text)}"
    done = f"When it is done: /incident item done {item.id}"
    return PageText(
        subject=brief(f"{why}: {said}", _SUBJECT),
        body=f"{why}.\n\n{said}\n\nFrom: {one_line(incident.title)}\nGiven by: {one_line(item.made_by)}\n\n{done}",
        short=brief(f"{why}: {said}", _SHORT),
        speech="",
    )


def item_notice(incident: Incident, item: Item, why: str, *, link_to: str = "") -> Drawn:
    """The same as a direct message, with a button."""
    about = f"{incident.label} · {fit(incident.title, 150)}"
    blocks = [
        ("head", section(f"📌 *{fit(why, 80)}*", fit(item.text, 600))),
        ("act", actions(done_button(item.id))),
        ("foot", context(about, link(link_to, f"Thread of {incident.label}") if link_to else "")),
    ]
    return Drawn(text=f"{fit(why, 80)}: {fit(item.text, _TEXT)}", blocks=sealed(f"item.{item.id}", blocks))


def done_button(id_: int) -> Block:
    """Ticks an item."""
    return {
        "type": "button",
        "action_id": "incident.item_done",
        "text": plain("Done"),
        "value": str(id_),
        "accessibility_label": f"Action item {id_} is done",
    }


def item_list(items: Sequence[Item], today: date, about: str) -> Drawn:
    """Action items, each with its button while it is to be done."""
    left = sum(item.is_open for item in items)
    point = f"{about}: {count(len(items), 'action item')}, {left:,} to do" if items else f"{about}: no action items"
    blocks = [("head", section(f"*{fit(point, 200)}*"))]
    for item in items[:_LISTED]:
        mark = "⬜" if item.is_open else "✅"
        when = say_due(item.due_on, today) if item.is_open else f"done by {fit(item.done_by, 80)}"
        said = f"{mark} *{item.id}* {fit(item.text, _TEXT)}\n{fit(item.owner_name, 80)} · {when} · INC-{item.incident}"
        blocks.append((f"i{item.id}", section(said, accessory=done_button(item.id) if item.is_open else None)))
    if len(items) > _LISTED:
        blocks.append(("left", context(f"And {len(items) - _LISTED:,} more.")))
    return Drawn(text=fit(point, 200), blocks=sealed("items", blocks))
