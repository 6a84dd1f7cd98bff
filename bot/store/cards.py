"""Cards: which Slack message shows which incident. What was read is remembered until the transaction ends. New ones are
written together, as are the messages that have cards drawn anew."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from bot.store.dialects import insert_new_rows, run_text
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


_OF = (
    select(cards)
    .where(cards.c.incident.in_(bindparam("numbers", expanding=True)))
    .order_by(cards.c.incident, cards.c.small, cards.c.channel)
)
_POSTED = update(cards).where(cards.c.incident == bindparam("number"), cards.c.channel == bindparam("where"))
_AT = select(cards.c.incident).where(cards.c.place == bindparam("place"), cards.c.ts == bindparam("ts"))


# A message for each card, without a look at which there are. A new one goes before the stories of other incidents.
_DRAW = """
INSERT INTO outbox (key, kind, incident, lane, way, target, urgent, page, state, not_before, attempts, maybe_sent,
                    error, made_at, payload)
SELECT 'card.' || incident || '.' || channel, 'card', incident,
       CASE WHEN small THEN 'card:' || incident || ':' || channel ELSE 'thread:' || incident END,
       'channel', 'channel:' || channel, ts = '', '', 'waiting', {now}, 0, false, '', {now}, {payload}
FROM cards WHERE incident {mine} ORDER BY incident, small, channel
ON CONFLICT DO NOTHING
"""
_DRAW_ON = {
    "sqlite": _DRAW.format(
        now=":now",
        mine="IN (SELECT value FROM json_each(:numbers))",
        payload="""json_object('channel', channel, 'small', json(CASE WHEN small THEN 'true' ELSE 'false' END),
                   'edit', json(CASE WHEN ts = '' THEN 'false' ELSE 'true' END))""",
    ),
    "postgresql": _DRAW.format(
        now="CAST(%(now)s AS TIMESTAMPTZ)",
        mine="= ANY(ARRAY(SELECT CAST(value AS BIGINT) FROM jsonb_array_elements(CAST(%(numbers)s AS JSONB))))",
        payload="jsonb_build_object('channel', channel, 'small', small, 'edit', ts <> '')",
    ),
}


class Cards:
    """The repository of cards."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.forget()

    def forget(self) -> None:
        """A part of the transaction was rolled back: what is remembered, and not yet written, no longer holds."""
        self._read: dict[int, list[Card]] = {}
        self._new: list[Card] = []
        self._redrawn: set[int] = set()

    def write(self) -> None:
        """Write what was added, and what is to be drawn anew."""
        if self._new:
            rows = [
                {"incident": c.incident, "channel": c.channel, "small": c.small, "place": c.place, "ts": c.ts}
                for c in self._new
            ]
            insert_new_rows(self._connection, cards, rows)
            self._new = []
        if self._redrawn:
            run_text(self._connection, _DRAW_ON, {"numbers": sorted(self._redrawn), "now": self._now})
            self._redrawn = set()

    def add(self, new: Sequence[Card]) -> None:
        """Note cards to be posted; one that is there already stays."""
        self._new += new
        for card in new:
            self._read.pop(card.incident, None)

    def redraw(self, incident: int, now: datetime) -> None:
        """Have every card of an incident drawn anew. While a card waits to be sent, one is enough: it is drawn when it
        leaves."""
        self._redrawn.add(incident)
        self._now = now

    def look_up(self, numbers: Iterable[int]) -> None:
        """Read the cards of several incidents at once, for `of` and `main_of`."""
        if unread := set(numbers) - self._read.keys():
            self.write()
            self._read |= {number: [] for number in unread}
            for row in self._connection.execute(_OF, {"numbers": list(unread)}):
                self._read[row.incident].append(_card(row))

    def of(self, incident: int) -> list[Card]:
        """The cards of an incident, its own first."""
        self.look_up([incident])
        return list(self._read[incident])

    def main_of(self, incidents: Sequence[int]) -> dict[int, Card]:
        """The own card of each incident."""
        self.look_up(incidents)
        return {number: card for number in incidents for card in self._read[number] if not card.small}

    def posted(self, incident: int, channel: str, place: str, ts: str) -> None:
        """The card now stands there; an empty `ts` means that it stands nowhere any more."""
        self.write()
        self._connection.execute(_POSTED, {"number": incident, "where": channel, "place": place, "ts": ts})
        self._read.pop(incident, None)

    def at(self, place: str, ts: str) -> int | None:
        """The incident whose card or thread this message is."""
        self.write()
        return self._connection.execute(_AT, {"place": place, "ts": ts}).scalar()


def _card(row: Row[Any]) -> Card:
    return Card(incident=row.incident, channel=row.channel, small=row.small, place=row.place, ts=row.ts)
