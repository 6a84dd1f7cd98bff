"""The tables: one schema for SQLite and PostgreSQL."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    text,
)

from bot.store.columns import Instant, Json

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite counts up by itself only for a column of exactly this type.
Number = BigInteger().with_variant(Integer, "sqlite")


def incident_column(**kwargs: bool) -> Column[int]:
    return Column("incident", Number, ForeignKey("incidents.number"), nullable=False, **kwargs)  # type: ignore[arg-type]


plans = Table(
    "plans",
    metadata,
    Column("id", String(64), primary_key=True),  # sha256 of the body: equal plans are stored once
    Column("body", Json, nullable=False),
)

incidents = Table(
    "incidents",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("system", String(80), nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("severity", SmallInteger, nullable=False),
    Column("type", String(80), nullable=False),
    Column("component", Text, nullable=False),
    Column("phase", String(16), nullable=False),
    Column("unrouted", Boolean, nullable=False),
    Column("route", Text, nullable=False),
    Column("policy", String(80), nullable=False),
    Column("first_step", Text, nullable=False),
    Column("group_key", Text, nullable=False),
    Column("link", Text, nullable=False),
    Column("plan", String(64), ForeignKey("plans.id"), nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("since", Instant, nullable=False),
    Column("resolved_at", Instant),
    Column("resolved_by", Text, nullable=False),
    Column("missed", Boolean, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("follows", Number),
    Column("merged_into", Number),
    Column("handover_to", Text, nullable=False),
    Column("alerts", Integer, nullable=False),
    Column("firing", Integer, nullable=False),
    Column("warn_at", Instant),
    Column("digest_at", Instant),
    Column("digested_at", Instant),
    Column("acknowledged_at", Instant),
    Column("diagnosed_at", Instant),
    Column("mitigated_at", Instant),
    Column("monitored_by", Text, nullable=False, server_default=text("''")),
    Column("closed_at", Instant),
    Column("fixed_by", Text, nullable=False, server_default=text("''")),
    Column("exposure", Json),
    Column("duties_at", Instant),
    Column("update_at", Instant),
    Column("updates_missed", Integer, nullable=False, server_default="0"),
    Column("review_at", Instant),
    Column("items_at", Instant),
    Column("due_at", Instant, index=True),  # the earliest of those at which something is to be done about it
    Index("ix_incidents_group", "system", "group_key", "number"),
    Index("ix_incidents_phase", "phase", "number"),
)
# Two replicas that open the same group at once: the second one's transaction fails and is run again, and then joins.
Index(
    "uq_incidents_open_group",
    incidents.c.system,
    incidents.c.group_key,
    unique=True,
    sqlite_where=text("phase IN ('active', 'monitoring') AND merged_into IS NULL"),
    postgresql_where=text("phase IN ('active', 'monitoring') AND merged_into IS NULL"),
)

alerts = Table(
    "alerts",
    metadata,
    incident_column(primary_key=True),
    Column("fingerprint", String(200), primary_key=True),
    Column("endpoint", String(80), nullable=False),
    Column("firing", Boolean, nullable=False),
    Column("title", Text, nullable=False),
    Column("severity", SmallInteger, nullable=False),
    Column("labels", Json, nullable=False),
    Column("link", Text, nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("joined_at", Instant, nullable=False),
    Index("ix_alerts_joined", "incident", "joined_at"),
)

escalations = Table(
    "escalations",
    metadata,
    incident_column(primary_key=True),
    Column("part", String(80), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("holder", Text, nullable=False),
    Column("due_at", Instant, index=True),
    Column("lease_until", Instant, index=True),
    Column("body", Json, nullable=False),
    Index("ix_escalations_holder", "holder", "state"),
)

pages = Table(
    "pages",
    metadata,
    Column("key", String(200), primary_key=True),
    incident_column(),
    Column("part", String(80), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("round", Integer, nullable=False),
    Column("level", Integer),
    Column("purpose", String(16), nullable=False),
    Column("person", String(200), nullable=False),
    Column("name", Text, nullable=False),
    Column("way", String(40), nullable=False),
    Column("address", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("why", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("bundle", String(200), nullable=False),
    Column("ref", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("sent_at", Instant),
    Column("ended_at", Instant),
    Index("ix_pages_incident", "incident", "made_at"),
    Index("ix_pages_address", "way", "address", "sent_at"),
    Index("ix_pages_bundle", "bundle"),
    Index("ix_pages_person", "person", "state"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("key", String(220), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    incident_column(),
    Column("lane", String(220), nullable=False),
    Column("way", String(40), nullable=False),
    Column("target", Text, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("page", String(200), nullable=False),
    Column("state", String(16), nullable=False),
    Column("not_before", Instant, nullable=False),
    Column("lease_until", Instant),
    Column("attempts", Integer, nullable=False),
    Column("maybe_sent", Boolean, nullable=False),
    Column("failing_since", Instant),
    Column("error", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("done_at", Instant),
    Column("payload", Json, nullable=False),
    Index("ix_outbox_incident", "incident", "state"),
    Index("ix_outbox_page", "page"),
)
# What has left stays for the record and is never looked for: the indexes by which messages are claimed do not hold it.
_waits = text("state = 'waiting'")
_waits_for_people = text("state = 'waiting' AND way <> 'channel'")
_waits_for_channels = text("state = 'waiting' AND way = 'channel'")
Index("ix_outbox_lane", outbox.c.lane, outbox.c.id, sqlite_where=_waits, postgresql_where=_waits)
Index(
    "ix_outbox_target",
    outbox.c.target,
    outbox.c.urgent.desc(),
    outbox.c.id,
    sqlite_where=_waits_for_channels,
    postgresql_where=_waits_for_channels,
)
Index(
    "ix_outbox_due",
    outbox.c.urgent,
    outbox.c.not_before,
    outbox.c.id,
    sqlite_where=_waits_for_people,
    postgresql_where=_waits_for_people,
)

timeline = Table(
    "timeline",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    incident_column(),
    Column("at", Instant, nullable=False),
    Column("kind", String(24), nullable=False),
    Column("text", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("who", String(200), nullable=False),
    Column("name", Text, nullable=False),
    Column("via", String(24), nullable=False),
    Column("slack", String(40), nullable=False),
    Column("person", Boolean, nullable=False),
    Column("level", Integer),
    Column("page", String(200), nullable=False),
    Column("data", Json, nullable=False),
    Index("ix_timeline_incident", "incident", "at", "id"),
)

# What people said: few rows among many, so that those who search go through these alone.
_is_note = text("kind = 'note'")
Index("ix_timeline_notes", timeline.c.incident, sqlite_where=_is_note, postgresql_where=_is_note)

cards = Table(
    "cards",
    metadata,
    incident_column(primary_key=True),
    Column("channel", String(100), primary_key=True),  # as the pack names it
    Column("small", Boolean, nullable=False),
    Column("place", String(40), nullable=False),  # Slack's channel id, once posted
    Column("ts", String(40), nullable=False),
    Index("ix_cards_place", "place", "ts"),
)

merges = Table(
    "merges",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("source", Number, nullable=False, index=True),
    Column("target", Number, nullable=False),
    Column("at", Instant, nullable=False),
    Column("undone_at", Instant),
    Column("before", Json, nullable=False),
)

overrides = Table(
    "overrides",
    metadata,
    Column("system", String(80), primary_key=True),
    Column("role", String(80), primary_key=True),
    Column("contacts", Json, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("person", String(200), nullable=False),
    Column("name", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("revoked_at", Instant),
)

seen = Table(
    "seen",
    metadata,
    Column("key", String(220), primary_key=True),  # events of Slack and of providers that were taken already
    Column("at", Instant, nullable=False, index=True),
)
