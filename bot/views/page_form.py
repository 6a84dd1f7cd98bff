"""The form by which somebody is paged by name: whom, for which incident, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.core.incident import Incident
from bot.core.oncall import Roster
from bot.views.blocks import Block, section
from bot.views.fields import grouped, input_block, modal, option, select, text_field

CALL = "page.call"
"""The callback id."""

WHOM, FOR, WHY = "whom", "for", "why"
"""The fields. Whom: `system/role` or `system/contact`."""

NEW = "new"
"""Instead of an incident's number: a new one."""

_OPTIONS = 100


def page_form(rosters: Mapping[str, Roster], incidents: Sequence[Incident]) -> Block:
    """Page somebody of these systems for one of these incidents, which are open, or for a new one."""
    whom = {system: _whom(system, roster)[:_OPTIONS] for system, roster in rosters.items()}
    if not any(whom.values()):
        return modal(
            CALL, "Page Somebody", None, "", [section("Nobody can be paged here: the packs name no contacts.")]
        )
    fits = [option(str(one.number), f"{one.label} {one.title}") for one in incidents[: _OPTIONS - 1]]
    fits.append(option(NEW, "A new incident"))
    blocks = [
        input_block(WHOM, "Whom?", grouped(WHOM, whom, None), hint="By every way they have, at once."),
        input_block(FOR, "For which incident?", select(FOR, fits, fits[0] if len(fits) <= 2 else None)),
        input_block(WHY, "Why?", text_field(WHY, "", limit=500), hint="They hear or read this first."),
    ]
    return modal(CALL, "Page Somebody", "Page", "", blocks)


def _whom(system: str, roster: Roster) -> list[Block]:
    roles = [option(f"{system}/{role}", f"{role} (role)") for role in roster.roles]
    return roles + [option(f"{system}/{id_}", contact.name) for id_, contact in roster.contacts.items()]
