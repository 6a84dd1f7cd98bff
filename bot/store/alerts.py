"""Alerts as they stand within their incidents. What is put is written at the end of the transaction, or before the
database is asked about alerts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select, tuple_, update

from bot.core.alert import Alert, Severity
from bot.core.grouping import Known
from bot.store.dialects import among, given, rows_given, upsert_rows
from bot.store.tables import alerts
from bot.store.wire import ask

_CHANGING = ("firing", "title", "severity", "starts_at", "link")
_COLUMNS = select(alerts.c.incident, alerts.c.fingerprint, alerts.c.firing, alerts.c.starts_at, alerts.c.severity)
_KNOWN = _COLUMNS.where(tuple_(alerts.c.incident, alerts.c.fingerprint).in_(bindparam("wanted", expanding=True)))
_LABELLED = 20
"""Alerts of an incident whose labels are read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertRow:
    """One alert of an incident, for lists."""

    fingerprint: str
    title: str
    firing: bool
    severity: Severity
    labels: Mapping[str, str]
    joined_at: datetime
    starts_at: datetime
    link: str


@lru_cache
def _known_of_one(dialect: str) -> Select[Any]:
    mine = given(dialect, "fingerprints", "fingerprint")
    these = among(dialect, alerts.c.fingerprint, select(mine.c.fingerprint))
    return _COLUMNS.where(alerts.c.incident == bindparam("number"), these)


class Alerts:
    """The repository of alerts."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.forget()

    def forget(self) -> None:
        """A part of the transaction was rolled back: what was not yet written never was."""
        self._put: dict[tuple[int, str], dict[str, Any]] = {}
        self._told: dict[tuple[int, str], Known | None] = {}

    def write(self) -> None:
        """Write what was put."""
        if self._put:
            upsert_rows(self._connection, alerts, list(self._put.values()), _CHANGING)
            self._put = {}

    def known(self, wanted: Sequence[tuple[int, str]]) -> dict[tuple[int, str], Known]:
        """What is known of (incident, fingerprint) pairs."""
        if self._told.keys() >= set(wanted):
            return {key: known for key in wanted if (known := self._told[key]) is not None}
        self.write()
        numbers = {number for number, _ in wanted}
        if len(numbers) == 1:
            rows = ask(self._connection, *self.question(numbers.pop(), (one for _, one in wanted)))
        else:
            rows = list(map(dict, self._connection.execute(_KNOWN, {"wanted": list(wanted)}).mappings()))
        return {(row["incident"], row["fingerprint"]): _known(row) for row in rows}

    def question(self, number: int, fingerprints: Iterable[str]) -> tuple[Select[Any], Mapping[str, Any]]:
        """What is known of these in one incident, to be asked along with other questions; `told` takes the answer."""
        values = {"number": number, "fingerprints": rows_given((one,) for one in fingerprints)}
        return _known_of_one(self._connection.dialect.name), values

    def told(self, number: int, fingerprints: Iterable[str], rows: Sequence[Mapping[str, Any]]) -> None:
        """For `known`, as long as nothing is put."""
        self._told = {(number, one): None for one in fingerprints}
        self._told |= {(row["incident"], row["fingerprint"]): _known(row) for row in rows}

    def labels_of(self, number: int) -> dict[str, str]:
        """The labels of an incident's alerts; of one that differs among them, the first alert's."""
        self.write()
        query = select(alerts.c.labels).where(alerts.c.incident == number).order_by(alerts.c.joined_at).limit(_LABELLED)
        found: dict[str, str] = {}
        for (labels,) in self._connection.execute(query):
            found = {**labels, **found}
        return found

    def put(self, rows: Sequence[tuple[int, Alert, Severity]], now: datetime) -> None:
        """Store alerts as they are now; one that is known is updated and keeps when it joined."""
        self._told = {}
        self._put |= {
            (number, alert.fingerprint): _row(number, alert, severity, now) for number, alert, severity in rows
        }

    def count(self, number: int) -> tuple[int, int]:
        """How many alerts an incident has, and how many of them fire."""
        self.write()
        firing = func.count().filter(alerts.c.firing)
        row = self._connection.execute(select(func.count(), firing).where(alerts.c.incident == number)).one()
        return int(row[0]), int(row[1])

    def joined_since(self, number: int, since: datetime | None, limit: int) -> tuple[list[AlertRow], int]:
        """The first alerts that joined after `since`, and how many there are in all."""
        self.write()
        where = [alerts.c.incident == number, *([alerts.c.joined_at > since] if since else [])]
        total = self._connection.execute(select(func.count()).select_from(alerts).where(*where)).scalar_one()
        rows = self._connection.execute(
            select(alerts).where(*where).order_by(alerts.c.joined_at).limit(limit)
        ).mappings()
        return [
            AlertRow(
                fingerprint=r["fingerprint"],
                title=r["title"],
                firing=r["firing"],
                severity=Severity(r["severity"]),
                labels=r["labels"],
                joined_at=r["joined_at"],
                starts_at=r["starts_at"],
                link=r["link"],
            )
            for r in rows
        ], int(total)

    def move(self, source: int, target: int) -> list[str]:
        """Merging: the alerts of `source` become alerts of `target`; the fingerprints that moved. One that is in both
        stays where it is, so that undoing gives each its own back."""
        self.write()
        theirs = select(alerts.c.fingerprint).where(alerts.c.incident == target)
        moving = select(alerts.c.fingerprint).where(alerts.c.incident == source, alerts.c.fingerprint.not_in(theirs))
        fingerprints = [row[0] for row in self._connection.execute(moving)]
        self.move_back(fingerprints, source, target)
        return fingerprints

    def move_back(self, fingerprints: Sequence[str], source: int, target: int) -> None:
        """Move these alerts from one incident to another."""
        self.write()
        self._told = {}
        if fingerprints:
            mine = alerts.c.fingerprint.in_(list(fingerprints))
            self._connection.execute(update(alerts).where(alerts.c.incident == source, mine).values(incident=target))


def _known(row: Mapping[str, Any]) -> Known:
    return Known(firing=row["firing"], starts_at=row["starts_at"], severity=Severity(row["severity"]))


def _row(number: int, alert: Alert, severity: Severity, now: datetime) -> dict[str, Any]:
    return {
        "incident": number,
        "fingerprint": alert.fingerprint,
        "endpoint": alert.endpoint,
        "firing": alert.firing,
        "title": alert.title,
        "severity": int(severity),
        "labels": dict(alert.labels),
        "link": alert.link,
        "starts_at": alert.starts_at,
        "joined_at": now,
    }
