"""mongo_replicas: the members of a replica set: which is primary, and how far the others are behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.core.evidence import Seen, Table
from bot.probes._mongodb import MongoParameters, mongo, number, parts
from bot.probes._text import ago, not_understood
from bot.probes.base import Fact, Probe, Site

_WELL = ("PRIMARY", "SECONDARY", "ARBITER")


class MongoReplicasParameters(MongoParameters):
    """Any member of the set, and as whom."""


async def _look(parameters: MongoReplicasParameters, site: Site) -> Seen:
    async with mongo(parameters, site) as client:
        status = await client.command({"replSetGetStatus": 1})
        ends = [
            await client.try_first_of(
                {"find": "oplog.rs", "sort": {"$natural": way}, "limit": 1, "projection": {"ts": 1}}, "local"
            )
            for way in (1, -1)
        ]
    members = parts(status.get("members"))
    if not members:
        raise not_understood("MongoDB")
    facts = facts_of(members, str(status.get("set") or ""))
    facts["oplog_s"] = _span(ends[0], ends[1])
    return Seen(facts=facts, table=_table(members))


def facts_of(members: Sequence[Mapping[str, Any]], name: str) -> dict[str, Any]:
    """How the set stands. Without a primary nobody knows how far the others are behind: then by the newest of them."""
    states = {str(one.get("name")): str(one.get("stateStr")) for one in members}
    primaries = [member for member, state in states.items() if state == "PRIMARY"]
    behind = {str(one.get("name")): lag for one in members if (lag := _behind_s(one, members)) is not None}
    worst = max(behind, key=lambda member: behind[member], default=None)
    return {
        "set": name or None,
        "members": len(members),
        "healthy": sum(one.get("health") == 1 and states[str(one.get("name"))] in _WELL for one in members),
        "unhealthy": sorted(
            str(one.get("name"))
            for one in members
            if one.get("health") != 1 or states[str(one.get("name"))] not in _WELL
        ),
        "primary": primaries[0] if len(primaries) == 1 else None,
        "has_primary": len(primaries) == 1,
        "states": states,
        "behind_s": None if worst is None else behind[worst],
        "furthest_behind": worst,
    }


def _at(one: Mapping[str, Any]) -> datetime | None:
    value = one.get("optimeDate")
    return value if isinstance(value, datetime) else None


def _behind_s(one: Mapping[str, Any], members: Sequence[Mapping[str, Any]]) -> float | None:
    """How far a member that copies is behind the primary, or behind the newest one."""
    own = _at(one)
    if own is None or one.get("stateStr") in ("PRIMARY", "ARBITER") or one.get("health") != 1:
        return None
    times = {str(other.get("stateStr")): at for other in members if (at := _at(other)) is not None}
    newest = times.get("PRIMARY") or max(at for other in members if (at := _at(other)) is not None)
    return round(max(0.0, (newest - own).total_seconds()), 1)


def _span(first: Sequence[Mapping[str, Any]] | None, last: Sequence[Mapping[str, Any]] | None) -> float | None:
    """Seconds that the log of changes reaches back: a member that is away for longer has to be filled anew."""
    if not first or not last:
        return None
    ends = [getattr(one[0].get("ts"), "time", None) for one in (first, last)]
    return None if any(number(end) is None for end in ends) else float(ends[1] - ends[0])  # type: ignore[operator]


def _table(members: Sequence[Mapping[str, Any]]) -> Table:
    return Table(
        columns=("member", "state", "healthy", "behind s", "up"),
        rows=tuple(
            (
                str(one.get("name")), str(one.get("stateStr")), one.get("health") == 1, _behind_s(one, members),
                ago(number(one.get("uptime"))),
            )
            for one in members
        ),
    )  # fmt: skip


PROBE = Probe(
    name="mongo_replicas",
    help="MongoDB's replica set: its members and their states, how far they are behind, how long its log reaches.",
    parameters=MongoReplicasParameters,
    facts={
        "set": Fact(sort="text", help="name of the set"),
        "members": Fact(sort="number", help="members that it should have"),
        "healthy": Fact(sort="number", help="members that are reached and are primary, secondary or arbiter"),
        "unhealthy": Fact(sort="list", help="the others"),
        "primary": Fact(sort="text", help="the member that takes writes"),
        "has_primary": Fact(sort="flag", help="whether there is exactly one such member"),
        "states": Fact(sort="map", help="state of each member"),
        "behind_s": Fact(sort="number", unit="s", help="how far the furthest member is behind"),
        "furthest_behind": Fact(sort="text", help="that member"),
        "oplog_s": Fact(sort="number", unit="s", help="how long a member may be away and still catch up"),
    },
    look=_look,
    needs="mongodb",
    target="database",
)
