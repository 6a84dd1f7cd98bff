"""Pages: the ledger of who was to be reached how, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, or_, select, update

from bot.core.page import ANSWERED, SENDING, WENT_OUT, Page
from bot.store.rows import read_page
from bot.store.tables import pages


class Pages:
    """The repository of pages."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, key: str) -> Page | None:
        """One page."""
        row = self._connection.execute(select(pages).where(pages.c.key == key)).mappings().first()
        return read_page(row) if row else None

    def of(self, incident: int) -> list[Page]:
        """All pages of an incident, oldest first."""
        query = select(pages).where(pages.c.incident == incident).order_by(pages.c.made_at, pages.c.key)
        return [read_page(row) for row in self._connection.execute(query).mappings()]

    def of_level(self, page: Page) -> list[Page]:
        """The pages that went out side by side with this one: same ladder, round and level."""
        same = (
            pages.c.incident == page.incident,
            pages.c.part == page.part,
            pages.c.epoch == page.epoch,
            pages.c.round == page.round,
            pages.c.level == page.level,
            pages.c.purpose == page.purpose,
        )
        return [read_page(row) for row in self._connection.execute(select(pages).where(*same)).mappings()]

    def with_bundle(self, key: str) -> list[Page]:
        """The page of a call and those that the same call stands for."""
        query = select(pages).where(or_(pages.c.key == key, pages.c.bundle == key)).order_by(pages.c.incident)
        return [read_page(row) for row in self._connection.execute(query).mappings()]

    def change(self, keys: Sequence[str], **values: Any) -> None:
        """Set columns of pages."""
        self._connection.execute(update(pages).where(pages.c.key.in_(list(keys))).values(**values))

    def last_call(self, way: str, address: str) -> datetime | None:
        """When this number was last called by this way."""
        query = select(func.max(pages.c.sent_at)).where(pages.c.way == way, pages.c.address == address)
        return self._connection.execute(query).scalar()

    def calling(self, way: str, address: str) -> bool:
        """Whether a call to this number is being placed."""
        query = select(pages.c.key).where(pages.c.way == way, pages.c.address == address, pages.c.state == SENDING)
        return self._connection.execute(query.limit(1)).first() is not None

    def went_out(self, incident: int) -> list[Page]:
        """Those pages of an incident that somebody may have noticed, newest first."""
        query = (
            select(pages)
            .where(pages.c.incident == incident, pages.c.state.in_(WENT_OUT))
            .order_by(pages.c.made_at.desc())
        )
        return [read_page(row) for row in self._connection.execute(query).mappings()]

    def was_sent(self, incident: int, way: str, address: str) -> bool:
        """Whether an earlier page of an incident went out to this address."""
        query = select(pages.c.key).where(
            pages.c.incident == incident, pages.c.way == way, pages.c.address == address, pages.c.state.in_(WENT_OUT)
        )
        return self._connection.execute(query.limit(1)).first() is not None

    def answered(self, incident: int, person: str, outcome: str, now: datetime) -> None:
        """A person has answered: so they were reached by whatever went out to them."""
        where = (pages.c.incident == incident, pages.c.person == person, pages.c.state.in_(WENT_OUT))
        self._connection.execute(update(pages).where(*where).values(state=ANSWERED, outcome=outcome, ended_at=now))

    def waiting_for(self, person: str) -> list[int]:
        """Numbers of the incidents that paged a person, whether or not they still want an answer."""
        query = select(pages.c.incident).where(pages.c.person == person, pages.c.state.in_(WENT_OUT)).distinct()
        return sorted(row[0] for row in self._connection.execute(query))
