"""pg_replication: how far copies are behind, seen from the primary or from a standby, and what slots hold back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.core.evidence import Seen, Table
from bot.probes._postgresql import PostgresParameters, Session, session
from bot.probes._text import greatest, size
from bot.probes.base import Fact, Probe, Site

_COPIES = """
SELECT coalesce(nullif(application_name, ''), client_addr::text, '?') AS name, coalesce(state, '?') AS state,
       coalesce(sync_state, '?') AS sync, pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)::float8 AS behind_bytes,
       extract(epoch FROM replay_lag)::float8 AS behind_s
FROM pg_stat_replication ORDER BY 4 DESC NULLS LAST
"""
_SLOTS = """
SELECT slot_name AS name, active, pg_wal_lsn_diff(
    CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END, restart_lsn
)::float8 AS kept_bytes
FROM pg_replication_slots
"""
# A primary that writes nothing sends nothing, so the last transaction gets older without anything being behind.
_STANDBY = """
SELECT pg_last_wal_receive_lsn()::text AS received, pg_last_wal_replay_lsn()::text AS replayed,
       greatest(pg_wal_lsn_diff(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()), 0)::float8 AS behind_bytes,
       CASE WHEN pg_last_wal_receive_lsn() <= pg_last_wal_replay_lsn() THEN 0 ELSE
            extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) END::float8 AS behind_s,
       pg_is_wal_replay_paused() AS paused
"""
_RECEIVER = """
SELECT status, extract(epoch FROM clock_timestamp() - last_msg_receipt_time)::float8 AS heard_s
FROM pg_stat_wal_receiver
"""


class PgReplicationParameters(PostgresParameters):
    """Which server: a primary tells of all its copies, a standby of itself."""


async def _look(parameters: PgReplicationParameters, site: Site) -> Seen:
    facts: dict[str, Any] = dict.fromkeys(_FACTS)
    async with session(parameters, site) as database:
        standby = (await database.row("SELECT pg_is_in_recovery() AS yes"))["yes"]
        facts |= {"role": "standby" if standby else "primary"}
        slots = await database.try_rows(_SLOTS)
        copies: Sequence[Mapping[str, Any]] = []
        if standby:
            facts |= await _standby(database)
        else:
            copies = await database.rows(_COPIES)
            facts |= {"lsn": (await database.row("SELECT pg_current_wal_lsn()::text AS lsn"))["lsn"]}
            facts |= primary_facts(copies)
    facts |= slot_facts(slots)
    return Seen(facts=facts, table=_table(copies, slots or ()))


async def _standby(database: Session) -> dict[str, Any]:
    said = await database.row(_STANDBY)
    receiver = (await database.try_rows(_RECEIVER) or [{}])[:1] or [{}]
    status = receiver[0].get("status")
    return {
        "lsn": said.get("replayed"),
        "behind_bytes": said.get("behind_bytes"),
        "behind_s": None if said.get("behind_s") is None else max(0.0, round(said["behind_s"], 1)),
        "paused": said.get("paused"),
        "streaming": status == "streaming",
        "heard_s": receiver[0].get("heard_s"),
    }


def primary_facts(copies: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """How the copies of a primary stand. PostgreSQL reports no delay for one that is at the end: that is none."""
    behind = [0.0 if one["behind_s"] is None and one["behind_bytes"] == 0 else one["behind_s"] for one in copies]
    return {
        "standbys": len(copies),
        "streaming": bool(copies) and all(one["state"] == "streaming" for one in copies),
        "not_streaming": [one["name"] for one in copies if one["state"] != "streaming"],
        "behind_bytes": greatest([one["behind_bytes"] for one in copies]),
        "behind_s": greatest(behind),
    }


def slot_facts(slots: Sequence[Mapping[str, Any]] | None) -> dict[str, Any]:
    """What the slots hold back. One that nobody reads keeps all that is written, until the disk is full."""
    if slots is None:
        return {}
    return {
        "slots": len(slots),
        "inactive_slots": [one["name"] for one in slots if not one["active"]],
        "kept_bytes": greatest([one["kept_bytes"] for one in slots]) if slots else 0.0,
    }


def _table(copies: Sequence[Mapping[str, Any]], slots: Sequence[Mapping[str, Any]]) -> Table:
    rows = [("copy", one["name"], one["state"], size(one["behind_bytes"]), one["behind_s"]) for one in copies]
    rows += [
        ("slot", one["name"], "active" if one["active"] else "inactive", size(one["kept_bytes"]), None)
        for one in slots
    ]  # fmt: skip
    return Table(columns=("what", "name", "state", "behind or kept", "seconds"), rows=tuple(rows))


_FACTS = {
    "role": Fact(sort="text", help="primary or standby"),
    "lsn": Fact(sort="text", help="where it stands in the log: written on a primary, replayed on a standby"),
    "standbys": Fact(sort="number", help="copies that are connected to this primary"),
    "streaming": Fact(sort="flag", help="whether every copy, or this standby, receives all the time"),
    "not_streaming": Fact(sort="list", help="copies that are connected and do not receive all the time"),
    "behind_bytes": Fact(sort="number", unit="bytes", help="how much the copy that is furthest behind has to replay"),
    "behind_s": Fact(sort="number", unit="s", help="how long the copy that is furthest behind is behind"),
    "paused": Fact(sort="flag", help="whether this standby was told to replay nothing"),
    "heard_s": Fact(sort="number", unit="s", help="since this standby last heard of its primary"),
    "slots": Fact(sort="number", help="replication slots"),
    "inactive_slots": Fact(sort="list", help="slots that nobody reads, which fill the disk"),
    "kept_bytes": Fact(sort="number", unit="bytes", help="the most that one slot keeps from being deleted"),
}

PROBE = Probe(
    name="pg_replication",
    help="PostgreSQL's replication: how far copies are behind in bytes and seconds, and what slots hold back.",
    parameters=PgReplicationParameters,
    facts=_FACTS,
    look=_look,
    target="database",
)
