"""Cards: which Slack message shows which incident."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select, update

from bot.store.dialects import insert_into
from bot.store.tables import cards


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """One card: the incident's own in its channel, or a small one where a level is a channel (ESCALATION 28)."""

    incident: int
    channel: str
    """As the pack names it."""
    small: bool = False
    place: str = ""
    """Slack's id of the channel; empty until it was posted."""
    ts: str = ""


class Cards:
    """The repository of cards."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, new: Sequence[Card]) -> None:
        """Note cards to be posted; one that is there already stays."""
        rows = [
            {"incident": c.incident, "channel": c.channel, "small": c.small, "place": c.place, "ts": c.ts} for c in new
        ]
        self._connection.execute(insert_into(self._connection, cards).on_conflict_do_nothing(), rows)

    def of(self, incident: int) -> list[Card]:
        """The cards of an incident, its own first."""
        query = select(cards).where(cards.c.incident == incident).order_by(cards.c.small, cards.c.channel)
        return [_card(row) for row in self._connection.execute(query)]

    def main_of(self, incidents: Sequence[int]) -> dict[int, Card]:
        """The own card of each incident."""
        query = select(cards).where(cards.c.incident.in_(list(incidents)), cards.c.small.is_(False))
        return {row.incident: _card(row) for row in self._connection.execute(query)}

    def posted(self, incident: int, channel: str, place: str, ts: str) -> None:
        """The card now stands there; an empty `ts` means that it stands nowhere any more."""
        where = (cards.c.incident == incident, cards.c.channel == channel)
        self._connection.execute(update(cards).where(*where).values(place=place, ts=ts))

    def at(self, place: str, ts: str) -> int | None:
        """The incident whose card or thread this message is."""
        query = select(cards.c.incident).where(cards.c.place == place, cards.c.ts == ts)
        return self._connection.execute(query).scalar()


def _card(row: Row[Any]) -> Card:
    return Card(incident=row.incident, channel=row.channel, small=row.small, place=row.place, ts=row.ts)
