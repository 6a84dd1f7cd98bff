"""The Home tab: what is read for it, of whoever looks at it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.core.escalation import HELD
from bot.core.incident import Incident
from bot.core.item import Item
from bot.engine import oncall, review
from bot.store.transaction import Tx
from bot.views.home import Home, home
from bot.views.menus import Standing
from commands._incident_answer import my_pages
from commands._incident_look import open_ones
from commands._which import actor
from commands._zones import zone_of
from commands.base import Context


async def home_view(asked: Context) -> dict[str, Any]:
    """The Home tab of whoever asks."""
    engine, now = asked.engine, asked.engine.clock.now()
    opened = await open_ones(asked)

    def look(tx: Tx) -> tuple[Sequence[Item], Sequence[Incident], dict[str, list[tuple[str, list[str]]]]]:
        duties = {name: oncall.duties(tx, engine.desk, name) for name in engine.desk.systems}
        answering = {
            name: [(duty.role, [contact.name for contact in duty.contacts]) for duty in found]
            for name, found in duties.items()
        }
        return tx.items.open_of(*_ids(asked)), review.owed(tx, _ids(asked)), answering

    items, owed, answering = await engine.look(look)
    shown = Home(
        waiting=await my_pages(asked),
        held=[standing for standing in opened if _has(asked, standing)],
        owed=owed,
        items=items,
        open=opened,
        on_call=answering,
        board=asked.board,
        today=now.astimezone(zone_of(asked)).date(),
        at=now,
    )
    return home(shown)


def _ids(asked: Context) -> list[str]:
    """All that they are known by: a contact of each system, or by Slack."""
    known = (actor(asked, system).id for system in asked.engine.desk.systems)
    return list(dict.fromkeys([*known, asked.who.slack or asked.who.id]))


def _has(asked: Context, standing: Standing) -> bool:
    incident, ladders = standing
    me = {actor(asked, incident.system).id, asked.who.slack or asked.who.id}
    return any(ladder.state == HELD and ladder.holder in me for ladder in ladders.values())
