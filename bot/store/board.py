"""What the board asks: who looks on reads much at once, and of each thing only what is shown."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields
from functools import reduce
from string import ascii_lowercase, ascii_uppercase
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, collate, func, literal_column, or_, select

from bot.core.alert import Severity
from bot.core.duty import DUTIES
from bot.core.escalation import HELD, MAIN
from bot.core.evidence import Evidence
from bot.core.incident import ACTIVE
from bot.core.page import Page
from bot.core.past import Found, Wanted
from bot.store.groups import OPEN
from bot.store.life_tables import duties, pins
from bot.store.looking_tables import evidence
from bot.store.looks import read_evidence
from bot.store.rows import read_page
from bot.store.tables import escalations, incidents, merges, outbox, pages, timeline

_LAST = 64
"""Of the newest rows: one of a smaller number may be committed after one of a greater."""
_FOUND = [f.name for f in fields(Found)]
_SEARCHED = ("title", "text", "component", "verdict", "fixed_by", "type")
# One text, since to ask each costs more than to put them together; the break keeps words apart.
_ALL_TEXTS: ColumnElement[str] = reduce(
    lambda all_, name: all_ + "\n" + incidents.c[name], _SEARCHED[1:], incidents.c.title
)
_SMALL = str.maketrans(ascii_uppercase, ascii_lowercase)
_HELD = and_(escalations.c.incident == incidents.c.number, escalations.c.part == MAIN, escalations.c.state == HELD)


class Board:
    """Questions of those who look on. Nothing is written."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._is_sqlite = connection.dialect.name == "sqlite"

    def mark(self) -> tuple[int, ...]:
        """Something that is another one after anything has happened that people are told of; asked in no time."""
        newest = [_newest(table.c.id) for table in (timeline, outbox)]
        waiting = select(outbox.c.id).where(outbox.c.state == literal_column("'waiting'")).limit(_LAST).subquery()
        asked = select(*newest, select(func.count()).select_from(waiting).scalar_subquery())
        return tuple(int(one or 0) for one in self._connection.execute(asked).one())

    def open(self, most: int) -> tuple[list[int], int]:
        """Numbers of the open incidents, first those that nobody has, then by severity, then the newest; and how many
        there are in all."""
        alone = and_(incidents.c.phase == ACTIVE, escalations.c.incident.is_(None))
        query = (
            select(incidents.c.number, func.count().over().label("all"))
            .select_from(incidents.outerjoin(escalations, _HELD))
            .where(*OPEN)
            .order_by(case((alone, 0), else_=1), incidents.c.severity.desc(), incidents.c.number.desc())
            .limit(most)
        )
        rows = self._connection.execute(query).all()
        return [row.number for row in rows], rows[0].all if rows else 0

    def lately(self, most: int) -> list[Found]:
        """The newest incidents that are no longer open."""
        query = select(*(incidents.c[name] for name in _FOUND)).where(~and_(*OPEN))
        return self._found(query.order_by(incidents.c.number.desc()).limit(most))

    def find(self, wanted: Wanted, most: int) -> list[Found]:
        """The newest incidents for which all of it holds."""
        query = select(*(incidents.c[name] for name in _FOUND)).where(*self._conditions(wanted))
        return self._found(query.order_by(incidents.c.number.desc()).limit(most))

    def _found(self, query: Select[Any]) -> list[Found]:
        rows = self._connection.execute(query).mappings()
        return [Found(**{**row, "severity": Severity(row["severity"])}) for row in rows]

    def _conditions(self, wanted: Wanted) -> list[ColumnElement[bool]]:
        given: list[ColumnElement[bool]] = [self._says(word) for word in wanted.words]
        if wanted.system:
            given.append(incidents.c.system == wanted.system)
        if wanted.severity is not None:
            given.append(incidents.c.severity == int(wanted.severity))
        if wanted.opened_from is not None:
            given.append(incidents.c.opened_at >= wanted.opened_from)
        if wanted.opened_before is not None:
            given.append(incidents.c.opened_at < wanted.opened_before)
        if wanted.before is not None:
            given.append(incidents.c.number < wanted.before)
        return given

    def _says(self, word: str) -> ColumnElement[bool]:
        """It has this word, in large or small letters: in its own texts, in a note, or in a message that is pinned."""
        noted: Select[Any] = (
            select(literal_column("1"))
            # A literal, since the index on notes must be recognised whatever the parameters are.
            .where(timeline.c.incident == incidents.c.number, timeline.c.kind == literal_column("'note'"))
            .where(self._has(timeline.c.text, word))
        )
        pinned: Select[Any] = select(literal_column("1")).where(
            pins.c.incident == incidents.c.number, pins.c.removed_at.is_(None)
        )
        pinned = pinned.where(self._has(pins.c.text, word))
        return or_(self._has(_ALL_TEXTS, word), noted.exists(), pinned.exists())

    def _has(self, text: ColumnElement[str], word: str) -> ColumnElement[bool]:
        """On both, large and small letters of ASCII are one. SQLite's LIKE takes them so by itself; PostgreSQL's ILIKE,
        which knows all letters, takes nine times as long as this."""
        pattern = f"%{word.replace('!', '!!').replace('%', '!%').replace('_', '!_')}%"
        folded = text if self._is_sqlite else func.lower(collate(text, "C"))
        return folded.like(pattern.translate(_SMALL), escape="!")

    def systems(self) -> list[str]:
        """Systems that have ever had an incident."""
        return list(self._connection.execute(select(incidents.c.system).distinct().order_by("system")).scalars())

    def duties_of(self, numbers: Collection[int]) -> dict[int, tuple[tuple[str, str], ...]]:
        """Duties of these incidents and the names of those who have them, the lead first."""
        rows = self._connection.execute(select(duties).where(duties.c.incident.in_(numbers))).all()
        found: dict[int, dict[str, str]] = {}
        for row in rows:
            found.setdefault(row.incident, {})[row.duty] = row.name
        return {
            number: tuple((duty, names[duty]) for duty in DUTIES if duty in names) for number, names in found.items()
        }

    def merged_into(self, incident: int) -> list[int]:
        """Numbers of the incidents that were merged into this one."""
        query = select(merges.c.source).where(merges.c.target == incident, merges.c.undone_at.is_(None))
        return sorted(self._connection.execute(query).scalars())

    def evidence_of(self, looks: Collection[int]) -> dict[int, list[Evidence]]:
        """What these looks came to, by their numbers, without the whole outputs."""
        whole = [column for column in evidence.c if column is not evidence.c.output]
        query = select(*whole, literal_column("''").label("output")).where(evidence.c.look.in_(looks))
        found: dict[int, list[Evidence]] = {number: [] for number in looks}
        for row in self._connection.execute(query.order_by(evidence.c.look, evidence.c.position)).mappings():
            found[row["look"]].append(read_evidence(row))
        return found

    def pages(self, incident: int, most: int) -> list[Page]:
        """The newest pages of an incident, newest first."""
        query = select(pages).where(pages.c.incident == incident)
        rows = self._connection.execute(query.order_by(pages.c.made_at.desc(), pages.c.key.desc()).limit(most))
        return [read_page(row) for row in rows.mappings()]

    def count_pages(self, incident: int) -> int:
        """How many pages an incident has."""
        query = select(func.count()).select_from(pages).where(pages.c.incident == incident)
        return int(self._connection.execute(query).scalar_one())


def _newest(column: ColumnElement[int]) -> Any:
    last = select(column.label("id")).order_by(column.desc()).limit(_LAST).subquery()
    return select(func.sum(last.c.id)).scalar_subquery()
