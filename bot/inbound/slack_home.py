"""The Home tab: what waits for the reader, and what is open."""

from __future__ import annotations

from typing import Any

from bot.views.blocks import Block, button, context, section
from bot.views.menus import menu
from bot.views.mrkdwn import date, fit
from commands._incident_answer import my_pages
from commands._incident_look import open_ones
from commands.base import Context

_SHOWN = 10


async def home_view(asked: Context) -> dict[str, Any]:
    """The Home tab of whoever asks."""
    mine = await my_pages(asked)
    blocks: list[Block] = []
    if mine:
        blocks.append(section("*These wait for your answer*"))
        for incident in mine[:_SHOWN]:
            line = f"{incident.label} {incident.severity.word} {fit(incident.system, 60)}: {fit(incident.title, 200)}"
            blocks.append(section(line, accessory=button("ack", incident.number, primary=True)))
        blocks.append({"type": "divider"})
    blocks += menu(await open_ones(asked)).blocks
    blocks.append(context(f"As of {date(asked.engine.clock.now())}"))
    return {"type": "home", "blocks": blocks}
