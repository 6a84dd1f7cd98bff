"""The stream of one browser: everything at first, afterwards what has changed, as server-sent events."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from bot.playground.page.drawing import Drawing, Drawn

if TYPE_CHECKING:
    from bot.playground.page.frame import Page
    from bot.playground.page.sight import Sight

_TOGETHER_S = 0.03
"""What happens within this time is drawn once."""
_SILENCE_S = 15.0
"""After so long something is sent, by which a browser that is gone is noticed, and clocks are set."""


async def stream(page: Page, sight: Sight) -> AsyncIterator[str]:
    """Events named `draw`, whose data is `{"put", "lists", "frame", "clock", "whole"}`; ends with the page."""
    changed, drawing, sent = asyncio.Event(), Drawing(page, sight), Drawn()
    with page.watched(changed):
        made, whole, is_silent = drawing.draw(), True, False
        while not page.over:
            if news := _news(sent, made, whole=whole):
                yield _event({**news, "clock": page.clock(), "whole": whole})
            elif is_silent:
                yield _event({"clock": page.clock()})
            sent, whole = made, False
            try:
                async with asyncio.timeout(_SILENCE_S):
                    await changed.wait()
            except TimeoutError:
                is_silent = True
                continue
            await asyncio.sleep(_TOGETHER_S)
            changed.clear()
            made, is_silent = drawing.draw(), False


def _news(sent: Drawn, made: Drawn, *, whole: bool) -> dict[str, Any]:
    put = {name: html for name, html in made.put.items() if whole or sent.put.get(name) != html}
    lists = {name: ids for name, ids in made.lists.items() if whole or sent.lists.get(name) != ids}
    frame = made.frame if whole or made.frame != sent.frame else {}
    news = {"put": put, "lists": lists, "frame": frame}
    return {name: part for name, part in news.items() if part}


def _event(data: dict[str, Any]) -> str:
    return f"event: draw\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
