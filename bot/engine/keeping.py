"""Keeping: draws the messages of an incident's thread that are kept current, from the newest state."""

from __future__ import annotations

from bot.core.incident import Incident
from bot.store.transaction import Tx
from bot.views.blocks import Drawn
from bot.views.checklist import checklist_message
from bot.views.duties import duties_message

DUTIES, LIST = "duties", "list."
"""Their names; that of a checklist's is its own after `list.`."""


def kept_message(tx: Tx, incident: Incident, name: str) -> Drawn | None:
    """The message of that name as it is now; None: there is none any more."""
    if name == DUTIES:
        return duties_message(incident, tx.duties.of(incident.number))
    shown = tx.checklists.get(incident.number, name.removeprefix(LIST))
    return checklist_message(incident, shown) if shown is not None else None
