"""Reports: where the report of an incident stands in the stakeholders' channels."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from bot.store.dialects import upsert_rows
from bot.store.life_tables import reports


@dataclass(frozen=True, kw_only=True, slots=True)
class Posted:
    """One message that holds an incident's report."""

    incident: int
    channel: str
    """As the pack names it."""
    place: str = ""
    """Slack's id of the channel."""
    ts: str = ""
    """Empty: it stands nowhere any more."""


class Reports:
    """The repository of these messages."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def at(self, incident: int, channel: str) -> Posted | None:
        """Where it stands in a channel; None where it was never posted."""
        mine = reports.c.incident == incident, reports.c.channel == channel
        row = self._connection.execute(select(reports).where(*mine)).first()
        return Posted(incident=row.incident, channel=row.channel, place=row.place, ts=row.ts) if row else None

    def posted(self, incident: int, channel: str, place: str, ts: str) -> None:
        """It stands there now; an empty `ts` means that it stands nowhere any more."""
        row = {"incident": incident, "channel": channel, "place": place, "ts": ts}
        upsert_rows(self._connection, reports, [row], ("place", "ts"))
