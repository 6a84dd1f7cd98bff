"""Keeping: draws the messages of an incident's thread that are kept current, from the newest state."""

from __future__ import annotations

from bot.core.incident import Incident
from bot.core.page import CONFIRM, DIRECT, Page
from bot.store.transaction import Tx
from bot.views.blocks import Drawn
from bot.views.checklist import checklist_message
from bot.views.duties import duties_message
from bot.views.reach import reach_message

DUTIES, LIST, REACH = "duties", "list.", "reach."
"""Their names; that of a checklist's is its own after `list.`, that of ways which failed tells after `reach.` which
pages it is about."""

_PART = 40
"""Characters of a part's name in that of a message, which is no longer than a column."""


def kept_message(tx: Tx, incident: Incident, name: str) -> Drawn | None:
    """The message of that name as it is now; None: there is none any more."""
    if name == DUTIES:
        return duties_message(incident, tx.duties.of(incident.number))
    if name.startswith(REACH):
        return _reach(tx, incident, name)
    shown = tx.checklists.get(incident.number, name.removeprefix(LIST))
    return checklist_message(incident, shown) if shown is not None else None


def reach_name(page: Page) -> str:
    """The name of the message about a page and those that went out side by side with it."""
    # Outside the ladder nothing but its time tells one call of people from the next.
    level = f"l{page.level}" if page.level is not None else f"{page.purpose}.{int(page.made_at.timestamp())}"
    return f"{REACH}{page.part[:_PART]}.e{page.epoch}.r{page.round}.{level}"


def _reach(tx: Tx, incident: Incident, name: str) -> Drawn | None:
    pages = [page for page in tx.pages.of(incident.number) if reach_name(page) == name]
    if not pages:
        return None
    first, escalation = pages[0], tx.incidents.escalations(incident.number).get(pages[0].part)
    if first.level is None:
        return reach_message(incident, _NAMELESS[first.purpose], pages)
    levels = incident.plan.policies[escalation.policy].levels if escalation is not None else ()
    named = f" ({levels[first.level].name})" if first.level < len(levels) else ""
    return reach_message(incident, f"level {first.level + 1}{named}", pages)


_NAMELESS = {CONFIRM: "whoever is asked", DIRECT: "whoever was called by name"}
