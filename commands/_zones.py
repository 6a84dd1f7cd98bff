"""In whose time zone an answer is."""

from __future__ import annotations

from datetime import tzinfo

from bot.core.zones import zone_named
from commands.base import Context


def zone_of(context: Context, system: str = "") -> tzinfo:
    """The reader's own, where it is known; else the desk's."""
    try:
        return zone_named(context.zone) if context.zone else context.engine.desk.zone(system)
    except ValueError:  # what another program calls a zone
        return context.engine.desk.zone(system)
