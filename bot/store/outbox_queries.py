"""What the outbox asks of its table. The indexes of `tables.py` are made for these statements."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlalchemy import (
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

from bot.store.tables import outbox

WAITING, CHANNEL = "waiting", "channel"

# Literals, since the indexes on what waits hold only that, and must be recognised whatever the parameters are.
WAITS = outbox.c.state == literal_column(f"'{WAITING}'")
FOR_PEOPLE = outbox.c.way != literal_column(f"'{CHANNEL}'")
_FOR_CHANNELS = outbox.c.way == literal_column(f"'{CHANNEL}'")

_earlier = outbox.alias("earlier")
_BLOCKED = exists().where(
    _earlier.c.lane == outbox.c.lane, _earlier.c.state == literal_column(f"'{WAITING}'"), _earlier.c.id < outbox.c.id
)
"""True of a message that has an earlier one waiting in its lane."""
_NOW = bindparam("now", type_=outbox.c.not_before.type)
FREE = or_(outbox.c.lease_until.is_(None), outbox.c.lease_until <= _NOW)
"""True of a message that nobody has claimed, or whose claim has ended."""
_MAY_LEAVE = and_(WAITS, outbox.c.not_before <= _NOW, FREE, ~_BLOCKED)

FIRST_IN_CHANNEL = (
    select(outbox)
    .where(outbox.c.target == bindparam("target"), _FOR_CHANNELS, _MAY_LEAVE)
    .order_by(outbox.c.urgent.desc(), outbox.c.id)
    .limit(1)
    .with_for_update(skip_locked=True, of=outbox)
)
TAKE = (
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
FINISH = (
    update(outbox)
    .where(outbox.c.id.in_(bindparam("ids", expanding=True)))
    .values(state=bindparam("became"), done_at=bindparam("now"), lease_until=None, error=bindparam("why"))
)


BACKLOG = (
    select(outbox.c.way, outbox.c.urgent, func.count().label("count"), func.min(outbox.c.made_at).label("since"))
    .where(WAITS)
    .group_by(outbox.c.way, outbox.c.urgent)
)
NUMBERS = (
    select(outbox.c.target)
    .where(outbox.c.urgent == true(), _MAY_LEAVE, FOR_PEOPLE, outbox.c.way.in_(bindparam("ways", expanding=True)))
    .order_by(outbox.c.not_before, outbox.c.id)
    .limit(bindparam("most"))
)


@lru_cache
def claimable(*, urgent: bool, people: bool) -> Select[Any]:
    kind = true() if urgent else false()
    query = select(outbox).where(
        outbox.c.urgent == kind, _MAY_LEAVE, outbox.c.way.not_in(bindparam("without", expanding=True))
    )
    if people:
        query = query.where(FOR_PEOPLE)
    # In the order of the index, so that no more is looked at than claimed.
    query = query.order_by(outbox.c.not_before, outbox.c.id).limit(bindparam("most"))
    return query.with_for_update(skip_locked=True, of=outbox)


def _channels() -> Select[Any]:
    """The channels that something waits for, by one look into the index for each."""
    waits = (WAITS, _FOR_CHANNELS)
    found = select(func.min(outbox.c.target).label("target")).where(*waits).cte("found", recursive=True)
    following = select(func.min(outbox.c.target)).where(*waits, outbox.c.target > found.c.target)
    found = found.union_all(select(following.scalar_subquery()).where(found.c.target.is_not(None)))
    return select(found.c.target).where(found.c.target.is_not(None))


CHANNELS = _channels()

_AT = outbox.c.not_before.type
_NEXT = select(func.min(func.coalesce(outbox.c.lease_until, outbox.c.not_before, type_=_AT), type_=_AT)).where(
    WAITS, ~_BLOCKED
)
NEXT_FREE = [
    select(outbox.c.not_before)
    .where(WAITS, FOR_PEOPLE, outbox.c.urgent == urgent, outbox.c.lease_until.is_(None), ~_BLOCKED)
    .order_by(outbox.c.not_before)
    .limit(1)
    for urgent in (true(), false())
]
NEXT_CLAIMED = select(func.min(outbox.c.lease_until)).where(WAITS, FOR_PEOPLE, ~_BLOCKED)
DUE_IN_CHANNEL = (
    select(outbox.c.id)
    .where(outbox.c.target == bindparam("target"), _FOR_CHANNELS, _MAY_LEAVE)
    .order_by(outbox.c.urgent.desc(), outbox.c.id)  # the index's order, so that no more than the first is looked at
    .limit(1)
)
NEXT_IN_CHANNEL = _NEXT.where(outbox.c.target == bindparam("target"), _FOR_CHANNELS)


ALONE = select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("target"), 0)))
