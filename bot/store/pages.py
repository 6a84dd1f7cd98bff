"""Pages: the ledger of who was to be reached how, and what became of it.

What was read is remembered until the transaction ends. Changes are written together: at its end, or before the database
is asked anything that they could answer differently."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Executable, Result, bindparam, exists, func, or_, select, update

from bot.core.page import ANSWERED, DROPPED, FAILING, PAGE, SENDING, WAITING, WENT_OUT, Page
from bot.store.dialects import update_rows
from bot.store.rows import read_page
from bot.store.tables import outbox, pages

_SOME = select(pages).where(pages.c.key.in_(bindparam("keys", expanding=True)))
_BUNDLES = (
    select(pages)
    .where(
        or_(pages.c.key.in_(bindparam("keys", expanding=True)), pages.c.bundle.in_(bindparam("keys", expanding=True)))
    )
    .order_by(pages.c.incident)
)

_UNDER_WAY = exists().where(outbox.c.page == pages.c.key, outbox.c.kind == "page", outbox.c.state == "waiting")


class Pages:
    """The repository of pages."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.forget()

    def forget(self) -> None:
        """A part of the transaction was rolled back: what is remembered, and not yet written, no longer holds."""
        self._read: dict[str, Page] = {}
        self._bundles: dict[str, list[str]] = {}
        self._changed: dict[str, dict[str, Any]] = {}

    def forget_those_of(self, incidents: Collection[int]) -> None:
        """Forget what was read of these incidents: it may have been changed by somebody else."""
        if self._read:
            self._read = {key: page for key, page in self._read.items() if page.incident not in incidents}
        self._bundles = {}

    def write(self) -> None:
        """Write what was changed."""
        alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for key, values in self._changed.items():
            alike.setdefault(tuple(sorted(values)), []).append({"key": key, **dict(sorted(values.items()))})
        self._changed = {}
        for rows in alike.values():
            update_rows(self._connection, pages, rows)

    def _ask(self, query: Executable, **values: Any) -> Result[Any]:
        self.write()
        return self._connection.execute(query, values)

    def look_up(self, keys: Iterable[str]) -> None:
        """Read several pages at once, for `get`."""
        if unread := set(keys) - self._read.keys():
            self._read |= {row["key"]: read_page(row) for row in self._ask(_SOME, keys=list(unread)).mappings()}

    def get(self, key: str) -> Page | None:
        """One page as it was when this transaction first read it, or as it was changed since."""
        self.look_up([key])
        return self._read.get(key)

    def look_up_bundles(self, keys: Iterable[str]) -> None:
        """Read several pages with those that their calls stand for at once, for `with_bundle`."""
        if unread := set(keys) - self._bundles.keys():
            found = [read_page(row) for row in self._ask(_BUNDLES, keys=list(unread)).mappings()]
            self._read |= {page.key: page for page in found}
            for key in unread:
                self._bundles[key] = [page.key for page in found if key in (page.key, page.bundle)]

    def with_bundle(self, key: str) -> list[Page]:
        """The page of a call and those that the same call stands for."""
        self.look_up_bundles([key])
        return [self._read[one] for one in self._bundles[key]]

    def change(self, keys: Sequence[str], **values: Any) -> None:
        """Set columns of pages."""
        for key in keys:
            self._changed.setdefault(key, {}).update(values)
            if key in self._read:
                self._read[key] = replace(self._read[key], **values)
        if "bundle" in values:
            self._bundles = {}

    def of(self, incident: int) -> list[Page]:
        """All pages of an incident, oldest first."""
        query = select(pages).where(pages.c.incident == incident).order_by(pages.c.made_at, pages.c.key)
        return [read_page(row) for row in self._ask(query).mappings()]

    def states_of(self, incidents: Collection[int]) -> dict[tuple[int, str, int], set[tuple[int, str]]]:
        """What became of the levels that several incidents paged: (level, state) by (incident, part, round)."""
        query = (
            select(pages.c.incident, pages.c.part, pages.c.round, pages.c.level, pages.c.state)
            .where(pages.c.incident.in_(incidents), pages.c.purpose == PAGE)
            .distinct()
        )
        found: dict[tuple[int, str, int], set[tuple[int, str]]] = {}
        for row in self._ask(query):
            found.setdefault((row.incident, row.part, row.round), set()).add((row.level, row.state))
        return found

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
        return [read_page(row) for row in self._ask(select(pages).where(*same)).mappings()]

    def last_call(self, way: str, address: str) -> datetime | None:
        """When this number was last called by this way."""
        query = select(func.max(pages.c.sent_at)).where(pages.c.way == way, pages.c.address == address)
        return self._ask(query).scalar()

    def calling(self, way: str, address: str) -> bool:
        """Whether a call to this number is being placed: claimed, and its message not done with."""
        query = select(pages.c.key).where(
            pages.c.way == way, pages.c.address == address, pages.c.state == SENDING, _UNDER_WAY
        )
        return self._ask(query.limit(1)).first() is not None

    def went_out(self, incident: int) -> list[Page]:
        """Those pages of an incident that somebody may have noticed, newest first."""
        query = (
            select(pages)
            .where(pages.c.incident == incident, pages.c.state.in_(WENT_OUT))
            .order_by(pages.c.made_at.desc())
        )
        return [read_page(row) for row in self._ask(query).mappings()]

    def was_sent(self, incident: int, way: str, address: str) -> bool:
        """Whether an earlier page of an incident went out to this address."""
        query = select(pages.c.key).where(
            pages.c.incident == incident, pages.c.way == way, pages.c.address == address, pages.c.state.in_(WENT_OUT)
        )
        return self._ask(query.limit(1)).first() is not None

    def answered(self, incident: int, person: str, outcome: str, now: datetime) -> None:
        """A person has answered: so they were reached by whatever went out to them."""
        where = (pages.c.incident == incident, pages.c.person == person, pages.c.state.in_(WENT_OUT))
        self._ask(update(pages).where(*where).values(state=ANSWERED, outcome=outcome, ended_at=now))
        waits = (pages.c.incident == incident, pages.c.person == person, pages.c.state.in_((WAITING, FAILING)))
        self._ask(update(pages).where(*waits).values(state=DROPPED, outcome=f"not sent: {outcome}", ended_at=now))
        self.forget()

    def waiting_for(self, person: str) -> list[int]:
        """Numbers of the incidents that paged a person, whether or not they still want an answer."""
        query = select(pages.c.incident).where(pages.c.person == person, pages.c.state.in_(WENT_OUT)).distinct()
        return sorted(row[0] for row in self._ask(query))
