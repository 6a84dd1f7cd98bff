"""The tables of an incident's life: duties, checklists and their ticks, messages kept current, pinned messages, action
items, and reports."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Index, Integer, String, Table, Text

from bot.store.columns import Instant, Json
from bot.store.tables import Number, incident_column, metadata

duties = Table(
    "duties",
    metadata,
    incident_column(primary_key=True),
    Column("duty", String(24), primary_key=True),
    Column("person", String(200), nullable=False),
    Column("name", Text, nullable=False),
    Column("slack", String(40), nullable=False),
    Column("since", Instant, nullable=False),
)

checklists = Table(
    "checklists",
    metadata,
    incident_column(primary_key=True),
    Column("list", String(80), primary_key=True),
    Column("body", Json, nullable=False),  # the checklist as it was when the incident came to it
    Column("made_at", Instant, nullable=False),
)

ticks = Table(
    "ticks",
    metadata,
    incident_column(primary_key=True),
    Column("list", String(80), primary_key=True),
    Column("line", String(80), primary_key=True),
    Column("owner", String(200), nullable=False),
    Column("owner_name", Text, nullable=False),
    Column("ticked_at", Instant),
    Column("ticked_by", Text, nullable=False),
)

kept = Table(
    "kept",
    metadata,
    incident_column(primary_key=True),
    Column("name", String(100), primary_key=True),
    Column("ts", String(40), nullable=False),
)

pins = Table(
    "pins",
    metadata,
    Column("place", String(40), primary_key=True),
    Column("ts", String(40), primary_key=True),
    Column("thread", String(40), nullable=False),
    incident_column(),
    Column("said_at", Instant, nullable=False),
    Column("person", String(200), nullable=False),
    Column("name", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("link", Text, nullable=False),
    Column("files", Json, nullable=False),
    Column("pinned_by", Text, nullable=False),
    Column("pinned_at", Instant, nullable=False),
    Column("removed_at", Instant),
    Index("ix_pins_incident", "incident", "said_at"),
)

items = Table(
    "items",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    incident_column(),
    Column("text", Text, nullable=False),
    Column("owner", String(200), nullable=False),
    Column("owner_name", Text, nullable=False),
    Column("owner_slack", String(40), nullable=False),
    Column("due_on", Date),
    Column("made_at", Instant, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("done_at", Instant),
    Column("done_by", Text, nullable=False),
    Column("remind_at", Instant),
    Index("ix_items_incident", "incident", "id"),
    Index("ix_items_owner", "owner", "done_at"),
)

reports = Table(
    "reports",
    metadata,
    incident_column(primary_key=True),
    Column("channel", String(100), primary_key=True),  # as the pack names it
    Column("place", String(40), nullable=False),  # Slack's channel id, once posted
    Column("ts", String(40), nullable=False),
)

weekly_digests = Table(
    "weekly_digests",
    metadata,
    Column("system", String(80), primary_key=True),
    Column("week", Instant, primary_key=True),  # when it ended
    Column("attempts", Integer, nullable=False),
    Column("lease_until", Instant),
    Column("maybe_sent", Boolean, nullable=False),
    Column("posted_at", Instant),
)
