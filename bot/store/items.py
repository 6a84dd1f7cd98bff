"""Action items: what is left to do after incidents, by whom and by when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from bot.core.item import Item
from bot.store.life_tables import items

_COLUMNS = (
    "incident", "text", "owner", "owner_name", "owner_slack", "due_on", "made_at", "made_by", "done_at", "done_by",
    "remind_at",
)  # fmt: skip
_OPEN = items.c.done_at.is_(None)


class Items:
    """The repository of action items. Whoever changes one has locked its incident."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, item: Item) -> int:
        """Remember a new one; its number."""
        return int(self._connection.execute(insert(items).values(_row(item)).returning(items.c.id)).scalar_one())

    def put(self, item: Item) -> None:
        """Remember a change."""
        self._connection.execute(update(items).where(items.c.id == item.id).values(_row(item)))

    def get(self, id_: int) -> Item | None:
        """The item of that number."""
        row = self._connection.execute(select(items).where(items.c.id == id_)).mappings().first()
        return _item(row) if row else None

    def of_incident(self, incident: int) -> list[Item]:
        """All of an incident, oldest first."""
        query = select(items).where(items.c.incident == incident).order_by(items.c.id)
        return [_item(row) for row in self._connection.execute(query).mappings()]

    def open_of(self, *owners: str) -> list[Item]:
        """What somebody still has to do, the soonest due first; they may be known by several ids."""
        query = select(items).where(items.c.owner.in_(owners), _OPEN)
        # Those without a date come last, on both databases.
        ordered = query.order_by(items.c.due_on.is_(None), items.c.due_on, items.c.id)
        return [_item(row) for row in self._connection.execute(ordered).mappings()]

    def all_open(self, limit: int = 200) -> list[Item]:
        """What anybody still has to do, the soonest due first."""
        query = select(items).where(_OPEN).order_by(items.c.due_on.is_(None), items.c.due_on, items.c.id)
        return [_item(row) for row in self._connection.execute(query.limit(limit)).mappings()]

    def next_reminder(self, incident: int) -> datetime | None:
        """When somebody is to be reminded next of an item of this incident."""
        query = select(func.min(items.c.remind_at)).where(items.c.incident == incident, _OPEN)
        found: datetime | None = self._connection.execute(query).scalar()
        return found


def _row(item: Item) -> dict[str, object]:
    return {name: getattr(item, name) for name in _COLUMNS}


def _item(row: RowMapping) -> Item:
    return Item(id=row["id"], **{name: row[name] for name in _COLUMNS})
