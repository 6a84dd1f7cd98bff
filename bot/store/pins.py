"""Pins: the messages of Slack that are, or were, on a timeline."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, RowMapping, select

from bot.core.pin import Attached, Pin, Quote
from bot.store.dialects import upsert_rows
from bot.store.life_tables import pins

_KEY = ("place", "ts")


class Pins:
    """The repository of pins. Whoever changes one has locked its incident."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, place: str, ts: str) -> Pin | None:
        """What is known of a message; None: it never was on a timeline."""
        query = select(pins).where(pins.c.place == place, pins.c.ts == ts)
        row = self._connection.execute(query).mappings().first()
        return _pin(row) if row else None

    def put(self, pin: Pin) -> None:
        """Remember how it is now."""
        row = _row(pin)
        upsert_rows(self._connection, pins, [row], [name for name in row if name not in _KEY])


def _row(pin: Pin) -> dict[str, Any]:
    quote = pin.quote
    return {
        "place": quote.place,
        "ts": quote.ts,
        "thread": quote.thread,
        "incident": pin.incident,
        "said_at": quote.said_at,
        "person": quote.person,
        "name": quote.name,
        "text": quote.text,
        "link": quote.link,
        "files": [{"name": file.name, "link": file.link} for file in quote.files],
        "pinned_by": pin.pinned_by,
        "pinned_at": pin.pinned_at,
        "removed_at": pin.removed_at,
    }


def _pin(row: RowMapping) -> Pin:
    return Pin(
        incident=row["incident"],
        quote=Quote(
            **{name: row[name] for name in ("place", "ts", "thread", "said_at", "person", "name", "text", "link")},
            files=tuple(Attached(**file) for file in row["files"]),
        ),
        pinned_by=row["pinned_by"],
        pinned_at=row["pinned_at"],
        removed_at=row["removed_at"],
    )
