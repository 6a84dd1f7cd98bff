"""Presence in Slack: of what is said in threads only that whoever has an incident said something in its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog

from bot.core.errors import StoreAway
from bot.engine import presence
from bot.engine.engine import Engine
from bot.store.transaction import Tx

log = structlog.get_logger("slack")

_OWN_WORDS = (None, "file_share", "thread_broadcast")
"""Kinds of messages that somebody wrote just now; the others tell of joins, edits and what apps do."""


def is_reply(event: Mapping[str, Any]) -> bool:
    """Whether an event is a person's own words in a thread."""
    thread = event.get("thread_ts")
    by_person = bool(event.get("user")) and not event.get("bot_id")
    return by_person and event.get("subtype") in _OWN_WORDS and bool(thread) and thread != event.get("ts")


class Presence:
    """Listens to replies. Nearly all of them are nobody's who has an incident, and cost a look."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def reply(self, event: Mapping[str, Any]) -> None:
        """Somebody wrote in a thread. While the database is away nothing comes of it: they are asked as if they had
        written nothing, which loses no page."""
        place, thread, user = (str(event.get(name) or "") for name in ("channel", "thread_ts", "user"))
        try:
            number = await self._engine.look(lambda tx: self._theirs(tx, place, thread, user))
            if number is not None:
                await self._engine.do(presence.wrote, number, user)
        except StoreAway as problem:
            log.warning("presence_not_noted", reason=str(problem))

    def _theirs(self, tx: Tx, place: str, thread: str, user: str) -> int | None:
        """The incident of that thread, where that user has it or a part of it."""
        number = tx.cards.at(place, thread)
        incident = tx.incidents.get(number) if number is not None else None
        if incident is None or not incident.lasts:
            return None
        return number if presence.held_by(tx, self._engine.desk, incident, user) else None
