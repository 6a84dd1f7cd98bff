"""The outbox: messages that must leave, each once, in order within their lane."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, String, and_, case, cast, exists, func, or_, select, update

from bot.core.page import DIRECT, Outgoing
from bot.store.dialects import insert_into
from bot.store.rows import read_outgoing
from bot.store.tables import outbox, pages

WAITING, DONE, FAILED, DROPPED = "waiting", "sent", "failed", "dropped"


class Outbox:
    """The repository of outgoing messages."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, rows: Sequence[dict[str, Any]]) -> None:
        """Store new messages. A key that is there already is left as it is: the message was decided before."""
        self._connection.execute(
            insert_into(self._connection, outbox).on_conflict_do_nothing(index_elements=["key"]), list(rows)
        )

    def claim(
        self, now: datetime, lease: timedelta, limit: int, *, urgent: bool, without: Collection[str] = ()
    ) -> list[Outgoing]:
        """Claim messages that may leave now, oldest first, skipping the ways `without` (those that are busy).

        Only the first waiting message of each lane is given. The claim is a lease that is committed before sending: if
        this process dies, the message is claimed again when the lease ends, with one attempt more."""
        query = (
            select(outbox)
            .where(
                outbox.c.state == WAITING,
                outbox.c.urgent.is_(urgent),
                outbox.c.not_before <= now,
                _free(now),
                ~_blocked(),
            )
            .order_by(outbox.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True, of=outbox)
        )
        if without:
            query = query.where(outbox.c.way.not_in(list(without)))
        return self._take(query, now + lease)

    def claim_calls(self, first: Outgoing, now: datetime, lease: timedelta) -> list[Outgoing]:
        """Claim what else waits for the same number as an already claimed call, so that one call stands for all. Not
        what may have left already."""
        same = and_(outbox.c.target == first.target, outbox.c.kind == first.kind, outbox.c.state == WAITING)
        query = (
            select(outbox)
            .where(same, _free(now), outbox.c.id != first.id, outbox.c.maybe_sent.is_(False))
            .order_by(outbox.c.id)
            .with_for_update(skip_locked=True)
        )
        return self._take(query, now + lease)

    def _take(self, query: Select[Any], until: datetime) -> list[Outgoing]:
        """Lease the rows. From now until its outcome is recorded a message may have left: should this process die,
        whoever claims it next has to find out. A claimed card gives up its key, so that a newer can be asked for."""
        rows = list(self._connection.execute(query).mappings())
        if rows:
            first_card = and_(outbox.c.kind == "card", outbox.c.attempts == 0)
            unique = outbox.c.key + "." + cast(outbox.c.id, String)
            self._connection.execute(
                update(outbox)
                .where(outbox.c.id.in_([row["id"] for row in rows]))
                .values(
                    lease_until=until,
                    attempts=outbox.c.attempts + 1,
                    maybe_sent=True,
                    key=case((first_card, unique), else_=outbox.c.key),
                )
            )
        return [read_outgoing({**row, "attempts": row["attempts"] + 1}) for row in rows]  # type: ignore[arg-type]

    def put_back(self, row: Outgoing, until: datetime) -> None:
        """Undo a claim in the transaction that made it: not before `until`."""
        self._connection.execute(
            update(outbox)
            .where(outbox.c.id == row.id)
            .values(
                not_before=until, lease_until=None, attempts=row.attempts - 1, maybe_sent=row.maybe_sent, key=row.key
            )
        )

    def finish(self, ids: Sequence[int], state: str, now: datetime, error: str = "") -> None:
        """These messages are done with: sent, failed for good, or dropped as no longer wanted."""
        values = {"state": state, "done_at": now, "lease_until": None, "error": error}
        self._connection.execute(update(outbox).where(outbox.c.id.in_(list(ids))).values(**values))

    def postpone(self, ids: Sequence[int], until: datetime, **values: Any) -> None:
        """Not now: give the lease back and try from `until` on."""
        self._connection.execute(
            update(outbox).where(outbox.c.id.in_(list(ids))).values(not_before=until, lease_until=None, **values)
        )

    def drop_pages(self, incident: int, part: str, epoch: int, now: datetime) -> list[str]:
        """Drop the waiting, unclaimed pages of a ladder older than an epoch; the keys of the pages. Not those for whom
        somebody asked by name, and not what may have left: that has to be found out."""
        old = select(pages.c.key).where(
            pages.c.incident == incident, pages.c.part == part, pages.c.epoch < epoch, pages.c.purpose != DIRECT
        )
        where = (
            outbox.c.incident == incident,
            outbox.c.kind == "page",
            outbox.c.state == WAITING,
            outbox.c.maybe_sent.is_(False),
            outbox.c.page.in_(old),
        )
        # One statement: what another replica claims in the meantime is left to it.
        drop = update(outbox).where(*where, _free(now)).values(state=DROPPED, done_at=now, lease_until=None)
        return list(self._connection.execute(drop.returning(outbox.c.page)).scalars())

    def card_waits(self, incident: int) -> set[str]:
        """Where a card of this incident waits unclaimed: drawn when sent, it shows the newest state anyway."""
        query = select(outbox.c.target).where(
            outbox.c.incident == incident,
            outbox.c.kind == "card",
            outbox.c.state == WAITING,
            outbox.c.lease_until.is_(None),
        )
        return {row[0] for row in self._connection.execute(query)}

    def payload_of(self, page: str) -> Mapping[str, Any]:
        """What was sent, or is to be, for a page."""
        query = (
            select(outbox.c.payload).where(outbox.c.page == page, outbox.c.kind == "page").order_by(outbox.c.id.desc())
        )
        return dict(self._connection.execute(query.limit(1)).scalar_one())

    def next_due(self) -> datetime | None:
        """When the earliest message that nothing else in its lane holds up may leave, or its claim ends."""
        leased = func.coalesce(outbox.c.lease_until, outbox.c.not_before)
        # SQLite's two-argument max is PostgreSQL's greatest.
        later = func.greatest if self._connection.dialect.name == "postgresql" else func.max
        at = later(outbox.c.not_before, leased, type_=outbox.c.not_before.type)
        query = select(func.min(at, type_=outbox.c.not_before.type)).where(outbox.c.state == WAITING, ~_blocked())
        return self._connection.execute(query).scalar()

    def backlog(self) -> tuple[int, datetime | None]:
        """How many messages wait, and since when the oldest."""
        row = self._connection.execute(
            select(func.count(), func.min(outbox.c.made_at)).where(outbox.c.state == WAITING)
        ).one()
        return int(row[0]), row[1]


def _blocked() -> ColumnElement[bool]:
    """True of a message that has an earlier one waiting in its lane."""
    earlier = outbox.alias("earlier")
    return exists().where(earlier.c.lane == outbox.c.lane, earlier.c.state == WAITING, earlier.c.id < outbox.c.id)


def _free(now: datetime) -> ColumnElement[bool]:
    """True of a message that nobody has claimed, or whose claim has ended."""
    return or_(outbox.c.lease_until.is_(None), outbox.c.lease_until <= now)
