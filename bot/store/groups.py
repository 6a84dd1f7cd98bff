"""Groups: which incidents the alerts of a group belong to, each question one statement for all groups of a batch."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, and_, cast, func, literal_column, select, union_all

from bot.core.incident import OPEN_PHASES, RESOLVED
from bot.store.dialects import among, given
from bot.store.tables import incidents

# Literals, since the index on what is open must be recognised whatever the parameters are.
OPEN = (
    incidents.c.phase.in_([literal_column(f"'{phase}'") for phase in OPEN_PHASES]),
    incidents.c.merged_into.is_(None),
)
"""True of an incident that its group's further alerts join."""


def _of_given(given: CTE) -> tuple[ColumnElement[bool], ...]:
    return incidents.c.system == given.c.system, incidents.c.group_key == given.c.group_key


@lru_cache
def lock_latest(dialect: str) -> Select[Any]:
    """One statement for all groups of all systems, so that all are locked in the order of their numbers; with what they
    went into, and with those that are asked for by number."""
    groups, numbers = given(dialect, "groups", "system", "group_key"), given(dialect, "also", "number")
    of_group = select(func.max(incidents.c.number)).where(*_of_given(groups)).scalar_subquery()
    newest = select(of_group.label("number")).select_from(groups).cte("newest")
    # One at most; and a question for each, rather than a join, for which PostgreSQL would read the whole table.
    open_ = select(incidents.c.number).where(*_of_given(groups), *OPEN).scalar_subquery()
    into = select(incidents.c.merged_into).where(incidents.c.number == newest.c.number).scalar_subquery()
    also = select(cast(numbers.c.number, incidents.c.number.type))
    found = union_all(
        select(newest.c.number), select(open_).select_from(groups), select(into).select_from(newest), also
    )
    chosen = select(incidents).where(among(dialect, incidents.c.number, found)).order_by(incidents.c.number)
    return chosen.with_for_update(key_share=True, of=incidents)


@lru_cache
def still_warning(dialect: str) -> Select[Any]:
    """Those that a person resolved while alerts of theirs fired, and that tell so every hour (ESCALATION 24)."""
    groups = given(dialect, "groups", "system", "group_key")
    ended = (incidents.c.phase == RESOLVED, incidents.c.merged_into.is_(None), incidents.c.warn_at.is_not(None))
    columns = incidents.c.system, incidents.c.group_key, incidents.c.number
    return select(*columns).join(groups, and_(*_of_given(groups))).where(*ended).order_by(incidents.c.number)
