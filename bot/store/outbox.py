"""The outbox: messages that must leave, each once, in order within their lane.

Those for people and those for channels are claimed apart. A channel takes about one message a second, so what waits for
it may be very much, and must not be gone through whenever a page leaves."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, select, update

from bot.core.page import DIRECT, DROPPED, Outgoing, Page
from bot.store import outbox_queries as queries
from bot.store.dialects import insert_new_rows
from bot.store.rows import read_outgoing
from bot.store.tables import outbox, pages

CHANNEL = queries.CHANNEL
"""The way of what goes into a Slack channel."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """Messages of one way that have not left yet."""

    way: str
    urgent: bool
    count: int
    since: datetime
    """When the oldest was made."""


class Outbox:
    """The repository of outgoing messages. What is finished is written together with the rest of the transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.forget()

    def forget(self) -> None:
        """A part of the transaction was rolled back: what was not yet written never was."""
        self._finished: dict[tuple[str, datetime, str], list[int]] = {}

    def write(self) -> None:
        """Write what is finished."""
        for (became, now, why), ids in self._finished.items():
            self._connection.execute(queries.FINISH, {"ids": ids, "became": became, "now": now, "why": why})
        self._finished = {}

    def add(self, rows: Sequence[dict[str, Any]]) -> None:
        """Store new messages. A key that is there already is left as it is: the message was decided before."""
        insert_new_rows(self._connection, outbox, rows)

    def claim(
        self,
        now: datetime,
        lease: timedelta,
        limit: int,
        *,
        urgent: bool,
        without: Collection[str] = (),
        people: bool = False,
    ) -> list[Outgoing]:
        """Claim messages that may leave now, oldest first, skipping the ways `without` (those that are busy); with
        `people`, only those for people.

        Only the first waiting message of each lane is given. The claim is a lease that is committed before sending: if
        this process dies, the message is claimed again when the lease ends, with one attempt more."""
        values = {"now": now, "most": limit, "without": list(without) or [""]}
        return self._take(queries.claimable(urgent=urgent, people=people), now + lease, **values)

    def channels(self) -> list[str]:
        """The targets of messages that wait for channels."""
        self.write()
        return list(self._connection.execute(queries.CHANNELS).scalars())

    def claim_for(self, channels: Iterable[str], now: datetime, lease: timedelta) -> list[Outgoing]:
        """Claim the first message of each of these channels that may leave now, as `claim` does."""
        found = [self._take(queries.FIRST_IN_CHANNEL, now + lease, now=now, target=target) for target in channels]
        return [row for rows in found for row in rows]

    def claim_calls(self, first: Outgoing, now: datetime, lease: timedelta) -> list[Outgoing]:
        """Claim what else waits for the same number as an already claimed call, so that one call stands for all. Not
        what may have left already."""
        same = and_(outbox.c.target == first.target, outbox.c.kind == first.kind, queries.WAITS, queries.FOR_PEOPLE)
        query = (
            select(outbox)
            .where(same, queries.FREE, outbox.c.id != first.id, outbox.c.maybe_sent.is_(False))
            .order_by(outbox.c.id)
            .with_for_update(skip_locked=True)
        )
        return self._take(query, now + lease, now=now)

    def _take(self, query: Select[Any], until: datetime, **values: Any) -> list[Outgoing]:
        """Lease the rows. From now until its outcome is recorded a message may have left: should this process die,
        whoever claims it next has to find out. What is drawn when it leaves gives up its key, so that a newer can be
        asked for."""
        self.write()
        rows = list(self._connection.execute(query, values).mappings())
        if rows:
            self._connection.execute(queries.TAKE, {"ids": [row["id"] for row in rows], "until": until})
        return [read_outgoing({**row, "attempts": row["attempts"] + 1}) for row in rows]  # type: ignore[arg-type]

    def numbers(self, now: datetime, most: int, ways: Sequence[str]) -> list[str]:
        """The targets of the next urgent messages by these ways that may leave now, oldest first."""
        if not ways or self._connection.dialect.name != "postgresql":
            return []  # there is no other replica to decide about them
        self.write()
        return list(self._connection.execute(queries.NUMBERS, {"now": now, "most": most, "ways": list(ways)}).scalars())

    def decide_alone(self, targets: Iterable[str]) -> None:
        """Wait until no other replica is deciding what leaves for these targets, so that of two that have claimed calls
        to one number the second sees what the first has begun. Until this transaction ends, others wait for it."""
        if self._connection.dialect.name == "postgresql":
            for target in sorted(set(targets)):
                self._connection.execute(queries.ALONE, {"target": target})

    def put_back(self, row: Outgoing, until: datetime) -> None:
        """Undo a claim in the transaction that made it: not before `until`."""
        self.write()
        self._connection.execute(
            update(outbox)
            .where(outbox.c.id == row.id)
            .values(
                not_before=until, lease_until=None, attempts=row.attempts - 1, maybe_sent=row.maybe_sent, key=row.key
            )
        )

    def finish(self, ids: Sequence[int], state: str, now: datetime, error: str = "") -> None:
        """These messages are done with: sent, failed for good, or dropped as no longer wanted."""
        self._finished.setdefault((state, now, error), []).extend(ids)

    def postpone(self, ids: Sequence[int], until: datetime, **values: Any) -> None:
        """Not now: give the lease back and try from `until` on."""
        self.write()
        self._connection.execute(
            update(outbox).where(outbox.c.id.in_(list(ids))).values(not_before=until, lease_until=None, **values)
        )

    def drop_pages(self, incident: int, part: str, epoch: int, now: datetime) -> list[str]:
        """Drop the waiting, unclaimed pages of a ladder older than an epoch; the keys of the pages. Not those for whom
        somebody asked by name, and not what may have left: that has to be found out."""
        older = (pages.c.part == part, pages.c.epoch < epoch, pages.c.purpose != DIRECT)
        return self._drop(incident, and_(*older), now)

    def drop_twins(self, newer: Sequence[Page], now: datetime) -> list[str]:
        """Drop the waiting, unclaimed pages of the same level to the same person by the same way as one of these, of
        whatever round; the keys of the pages. Not what may have left."""
        found = []
        for page in newer:
            names = ("part", "level", "purpose", "person", "way")
            twin = and_(*(pages.c[name] == getattr(page, name) for name in names))
            found += self._drop(page.incident, twin, now)
        return found

    def _drop(self, incident: int, of: ColumnElement[bool], now: datetime) -> list[str]:
        which = select(pages.c.key).where(pages.c.incident == incident, of)
        where = (
            outbox.c.incident == incident,
            outbox.c.kind == "page",
            outbox.c.state == queries.WAITING,
            outbox.c.maybe_sent.is_(False),
            outbox.c.page.in_(which),
        )
        # One statement: what another replica claims in the meantime is left to it.
        self.write()
        drop = update(outbox).where(*where, queries.FREE).values(state=DROPPED, done_at=now, lease_until=None)
        return list(self._connection.execute(drop.returning(outbox.c.page), {"now": now}).scalars())

    def payload_of(self, page: str) -> Mapping[str, Any]:
        """What was sent, or is to be, for a page."""
        query = (
            select(outbox.c.payload).where(outbox.c.page == page, outbox.c.kind == "page").order_by(outbox.c.id.desc())
        )
        return dict(self._connection.execute(query.limit(1)).scalar_one())

    def next_for_people(self) -> datetime | None:
        """When the earliest message for people that nothing else in its lane holds up may leave, or its claim ends."""
        self.write()
        found = [self._connection.execute(query).scalar() for query in (*queries.NEXT_FREE, queries.NEXT_CLAIMED)]
        return min((at for at in found if at), default=None)

    def next_for_channels(self, now: datetime) -> dict[str, datetime]:
        """The same of the messages for each channel; `now` where one of them may leave already."""
        found = {}
        for target in self.channels():
            values = {"target": target, "now": now}
            due = self._connection.execute(queries.DUE_IN_CHANNEL, values).first()
            found[target] = now if due else self._connection.execute(queries.NEXT_IN_CHANNEL, values).scalar()
        return {target: at for target, at in found.items() if at}

    def backlog(self) -> list[Waiting]:
        """What waits, by way and urgency; claimed ones still wait."""
        return [Waiting(**row) for row in self._connection.execute(queries.BACKLOG).mappings()]
