"""The outbox: messages that must leave, each once, in order within their lane.

Those for people and those for channels are claimed apart. A channel takes about one message a second, so what waits for
it may be very much, and must not be gone through whenever a page leaves."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
    update,
)

from bot.core.page import DIRECT, Outgoing, Page
from bot.store.dialects import insert_new_rows
from bot.store.rows import read_outgoing
from bot.store.tables import outbox, pages

WAITING, DONE, FAILED, DROPPED = "waiting", "sent", "failed", "dropped"

CHANNEL = "channel"
"""The way of what goes into a Slack channel."""

# Literals, since the indexes on what waits hold only that, and must be recognised whatever the parameters are.
_WAITS = outbox.c.state == literal_column(f"'{WAITING}'")
_FOR_PEOPLE = outbox.c.way != literal_column(f"'{CHANNEL}'")
_FOR_CHANNELS = outbox.c.way == literal_column(f"'{CHANNEL}'")

_earlier = outbox.alias("earlier")
_BLOCKED = exists().where(
    _earlier.c.lane == outbox.c.lane, _earlier.c.state == literal_column(f"'{WAITING}'"), _earlier.c.id < outbox.c.id
)
"""True of a message that has an earlier one waiting in its lane."""
_NOW = bindparam("now", type_=outbox.c.not_before.type)
_FREE = or_(outbox.c.lease_until.is_(None), outbox.c.lease_until <= _NOW)
"""True of a message that nobody has claimed, or whose claim has ended."""
_MAY_LEAVE = and_(_WAITS, outbox.c.not_before <= _NOW, _FREE, ~_BLOCKED)

_FIRST_IN_CHANNEL = (
    select(outbox)
    .where(outbox.c.target == bindparam("target"), _FOR_CHANNELS, _MAY_LEAVE)
    .order_by(outbox.c.urgent.desc(), outbox.c.id)
    .limit(1)
    .with_for_update(skip_locked=True, of=outbox)
)
_TAKE = (
    update(outbox)
    .where(outbox.c.id.in_(bindparam("ids", expanding=True)))
    .values(
        lease_until=bindparam("until"),
        attempts=outbox.c.attempts + 1,
        maybe_sent=True,
        key=case(
            (
                and_(outbox.c.kind.in_(("card", "report", "step", "kept")), outbox.c.attempts == 0),
                outbox.c.key + "." + cast(outbox.c.id, String),
            ),
            else_=outbox.c.key,
        ),
    )
)
_FINISH = (
    update(outbox)
    .where(outbox.c.id.in_(bindparam("ids", expanding=True)))
    .values(state=bindparam("became"), done_at=bindparam("now"), lease_until=None, error=bindparam("why"))
)


_BACKLOG = (
    select(outbox.c.way, outbox.c.urgent, func.count().label("count"), func.min(outbox.c.made_at).label("since"))
    .where(_WAITS)
    .group_by(outbox.c.way, outbox.c.urgent)
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """Messages of one way that have not left yet."""

    way: str
    urgent: bool
    count: int
    since: datetime
    """When the oldest was made."""


_NUMBERS = (
    select(outbox.c.target)
    .where(outbox.c.urgent == true(), _MAY_LEAVE, _FOR_PEOPLE, outbox.c.way.in_(bindparam("ways", expanding=True)))
    .order_by(outbox.c.not_before, outbox.c.id)
    .limit(bindparam("most"))
)


@lru_cache
def _claim(*, urgent: bool, people: bool) -> Select[Any]:
    kind = true() if urgent else false()
    query = select(outbox).where(
        outbox.c.urgent == kind, _MAY_LEAVE, outbox.c.way.not_in(bindparam("without", expanding=True))
    )
    if people:
        query = query.where(_FOR_PEOPLE)
    # In the order of the index, so that no more is looked at than claimed.
    query = query.order_by(outbox.c.not_before, outbox.c.id).limit(bindparam("most"))
    return query.with_for_update(skip_locked=True, of=outbox)


def _channels() -> Select[Any]:
    """The channels that something waits for, by one look into the index for each."""
    waits = (_WAITS, _FOR_CHANNELS)
    found = select(func.min(outbox.c.target).label("target")).where(*waits).cte("found", recursive=True)
    following = select(func.min(outbox.c.target)).where(*waits, outbox.c.target > found.c.target)
    found = found.union_all(select(following.scalar_subquery()).where(found.c.target.is_not(None)))
    return select(found.c.target).where(found.c.target.is_not(None))


_CHANNELS = _channels()

_AT = outbox.c.not_before.type
_NEXT = select(func.min(func.coalesce(outbox.c.lease_until, outbox.c.not_before, type_=_AT), type_=_AT)).where(
    _WAITS, ~_BLOCKED
)
_NEXT_FREE = [
    select(outbox.c.not_before)
    .where(_WAITS, _FOR_PEOPLE, outbox.c.urgent == urgent, outbox.c.lease_until.is_(None), ~_BLOCKED)
    .order_by(outbox.c.not_before)
    .limit(1)
    for urgent in (true(), false())
]
_NEXT_CLAIMED = select(func.min(outbox.c.lease_until)).where(_WAITS, _FOR_PEOPLE, ~_BLOCKED)
_DUE_IN_CHANNEL = (
    select(outbox.c.id)
    .where(outbox.c.target == bindparam("target"), _FOR_CHANNELS, _MAY_LEAVE)
    .order_by(outbox.c.urgent.desc(), outbox.c.id)  # the index's order, so that no more than the first is looked at
    .limit(1)
)
_NEXT_IN_CHANNEL = _NEXT.where(outbox.c.target == bindparam("target"), _FOR_CHANNELS)


_ALONE = select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("target"), 0)))


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
            self._connection.execute(_FINISH, {"ids": ids, "became": became, "now": now, "why": why})
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
        return self._take(_claim(urgent=urgent, people=people), now + lease, **values)

    def channels(self) -> list[str]:
        """The targets of messages that wait for channels."""
        self.write()
        return list(self._connection.execute(_CHANNELS).scalars())

    def claim_for(self, channels: Iterable[str], now: datetime, lease: timedelta) -> list[Outgoing]:
        """Claim the first message of each of these channels that may leave now, as `claim` does."""
        found = [self._take(_FIRST_IN_CHANNEL, now + lease, now=now, target=target) for target in channels]
        return [row for rows in found for row in rows]

    def claim_calls(self, first: Outgoing, now: datetime, lease: timedelta) -> list[Outgoing]:
        """Claim what else waits for the same number as an already claimed call, so that one call stands for all. Not
        what may have left already."""
        same = and_(outbox.c.target == first.target, outbox.c.kind == first.kind, _WAITS, _FOR_PEOPLE)
        query = (
            select(outbox)
            .where(same, _FREE, outbox.c.id != first.id, outbox.c.maybe_sent.is_(False))
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
            self._connection.execute(_TAKE, {"ids": [row["id"] for row in rows], "until": until})
        return [read_outgoing({**row, "attempts": row["attempts"] + 1}) for row in rows]  # type: ignore[arg-type]

    def numbers(self, now: datetime, most: int, ways: Sequence[str]) -> list[str]:
        """The targets of the next urgent messages by these ways that may leave now, oldest first."""
        if not ways or self._connection.dialect.name != "postgresql":
            return []  # there is no other replica to decide about them
        self.write()
        return list(self._connection.execute(_NUMBERS, {"now": now, "most": most, "ways": list(ways)}).scalars())

    def decide_alone(self, targets: Iterable[str]) -> None:
        """Wait until no other replica is deciding what leaves for these targets, so that of two that have claimed calls
        to one number the second sees what the first has begun. Until this transaction ends, others wait for it."""
        if self._connection.dialect.name == "postgresql":
            for target in sorted(set(targets)):
                self._connection.execute(_ALONE, {"target": target})

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
            outbox.c.state == WAITING,
            outbox.c.maybe_sent.is_(False),
            outbox.c.page.in_(which),
        )
        # One statement: what another replica claims in the meantime is left to it.
        self.write()
        drop = update(outbox).where(*where, _FREE).values(state=DROPPED, done_at=now, lease_until=None)
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
        found = [self._connection.execute(query).scalar() for query in (*_NEXT_FREE, _NEXT_CLAIMED)]
        return min((at for at in found if at), default=None)

    def next_for_channels(self, now: datetime) -> dict[str, datetime]:
        """The same of the messages for each channel; `now` where one of them may leave already."""
        found = {}
        for target in self.channels():
            values = {"target": target, "now": now}
            due = self._connection.execute(_DUE_IN_CHANNEL, values).first()
            found[target] = now if due else self._connection.execute(_NEXT_IN_CHANNEL, values).scalar()
        return {target: at for target, at in found.items() if at}

    def backlog(self) -> list[Waiting]:
        """What waits, by way and urgency; claimed ones still wait."""
        return [Waiting(**row) for row in self._connection.execute(_BACKLOG).mappings()]
