"""The facts that numbers are made of, of a span of time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, literal_column, select

from bot.core.alert import Severity
from bot.core.numbers import Called, Facts, Life, Walked
from bot.core.page import WENT_OUT
from bot.core.playbook.frozen import read_playbook, read_walk
from bot.core.playbook.walk import outcome_of
from bot.store.looking_tables import runs
from bot.store.tables import alerts, incidents, pages

NOISIEST = 10

_TIMES = ("opened_at", "acknowledged_at", "diagnosed_at", "mitigated_at", "resolved_at")
_RUNG = ("incident", "part", "epoch", "round", "level", "purpose", "person")


class Figures:
    """Reads facts; writes nothing."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def facts(self, since: datetime, until: datetime, system: str = "") -> Facts:
        """All of `since` (included) to `until` (not); of one system where it is named."""
        opened = self._in(incidents.c.opened_at, since, until, system)
        return Facts(
            since=since,
            until=until,
            lives=self.lives(since, until, system),
            calls=self._calls(self._in(pages.c.made_at, since, until, system)),
            alerts=self._alerts(opened),
            walks=self._walks(self._in(runs.c.ended_at, since, until, system)),
        )

    def counts(self) -> list[tuple[str, Severity, int]]:
        """How many incidents there ever were, by system and severity; merged ones are none."""
        key = incidents.c.system, incidents.c.severity
        query = select(*key, func.count()).where(incidents.c.merged_into.is_(None)).group_by(*key)
        return [(system, Severity(severity), count) for system, severity, count in self._connection.execute(query)]

    def _in(self, column: Any, since: datetime, until: datetime, system: str) -> ColumnElement[bool]:
        span = and_(column >= since, column < until)
        return and_(span, incidents.c.system == system) if system else span

    def lives(self, since: datetime, until: datetime, system: str = "", most: int | None = None) -> Sequence[Life]:
        """The incidents that opened from `since` (included) to `until` (not), the newest first; `most` of them."""
        opened = self._in(incidents.c.opened_at, since, until, system)
        columns = [incidents.c[name] for name in ("number", "system", "severity", "missed", *_TIMES)]
        query = (
            select(*columns)
            .where(opened, incidents.c.merged_into.is_(None))
            .order_by(incidents.c.number.desc())
            .limit(most)
        )
        rows = self._connection.execute(query).mappings()
        return [Life(**{**row, "severity": Severity(row["severity"])}) for row in rows]

    def _calls(self, made: ColumnElement[bool]) -> Sequence[Called]:
        rung = [pages.c[name] for name in _RUNG]
        at = func.min(pages.c.made_at, type_=pages.c.made_at.type).label("at")
        query = (
            select(pages.c.person, func.max(pages.c.name).label("name"), at)
            .join(incidents, incidents.c.number == pages.c.incident)
            .where(made, pages.c.state.in_(sorted(WENT_OUT)))
            .group_by(*rung)
        )
        return [Called(person=row.person, name=row.name, at=row.at) for row in self._connection.execute(query)]

    def _alerts(self, opened: ColumnElement[bool]) -> Sequence[tuple[str, int]]:
        """By the rule's name where the monitor tells one, else by title."""
        sqlite = self._connection.dialect.name == "sqlite"
        label = "json_extract(labels, '$.alertname')" if sqlite else "labels ->> 'alertname'"
        named: ColumnElement[str] = literal_column(label)
        name = func.coalesce(func.nullif(named, ""), alerts.c.title).label("name")
        query = (
            select(name, func.count().label("count"))
            .join(incidents, incidents.c.number == alerts.c.incident)
            .where(opened)
            .group_by(name)
            .order_by(func.count().desc(), name)
            .limit(NOISIEST)
        )
        return [(str(row[0]), int(row[1])) for row in self._connection.execute(query)]

    def _walks(self, ended: ColumnElement[bool]) -> Sequence[Walked]:
        query = (
            select(runs.c.playbook, runs.c.walk, runs.c.books)
            .join(incidents, incidents.c.number == runs.c.incident)
            .where(ended)
        )
        found = []
        for row in self._connection.execute(query).mappings():
            outcome = outcome_of(read_playbook(row["books"][row["playbook"]]), read_walk(row["walk"]))
            found.append(Walked(playbook=row["playbook"], outcome=outcome))
        return found
