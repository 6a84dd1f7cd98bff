"""Drawn: a page that many look at is drawn once for all of them, each time that something has changed."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.engine.engine import Engine
from bot.store.transaction import Tx

_LASTS_S = 1.0
"""After so long a page is drawn anew in any case: it says what time it is."""
_MOST = 64
"""Pages that are kept."""

Draw = Callable[[Tx], tuple[str, str]]
"""The page, and the mark of the state that it shows."""


@dataclass(slots=True)
class _Place:
    """One page as it was last drawn."""

    drawing: asyncio.Lock = field(default_factory=asyncio.Lock)
    page: str = ""
    mark: str = ""
    at: float = float("-inf")


class Drawn:
    """When something changes, everybody who listens asks at the same moment. The first one has the page drawn."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._places: OrderedDict[str, _Place] = OrderedDict()

    async def page(self, address: str, known: str, draw: Draw) -> str:
        """The page of that address, no older than `known`, the mark that was told last; drawn by a thread that reads.
        Without a mark it is drawn anew."""
        place = self._places.setdefault(address, _Place())
        self._places.move_to_end(address)
        while len(self._places) > _MOST:
            self._places.popitem(last=False)
        async with place.drawing:
            now = asyncio.get_running_loop().time()
            if not known or place.mark != known or now - place.at > _LASTS_S:
                place.page, place.mark = await self._engine.look_on(draw)
                place.at = asyncio.get_running_loop().time()
            return place.page
