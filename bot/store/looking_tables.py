"""The tables of looks, their evidence, walks through playbooks, and watched checks."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, SmallInteger, String, Table, Text, text

from bot.store.columns import Instant, Json
from bot.store.tables import Number, incident_column, metadata

looks = Table(
    "looks",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("system", String(80), nullable=False),
    Column("what", Text, nullable=False),
    Column("arguments", Json, nullable=False),
    Column("incident", Number, ForeignKey("incidents.number")),
    Column("why", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("made_at", Instant, nullable=False, index=True),
    Column("due_at", Instant),
    Column("done_at", Instant),
    Column("lease_until", Instant),
    Column("verdict", Text, nullable=False),
    Index("ix_looks_incident", "incident", "id"),
)
Index(
    "ix_looks_due",
    looks.c.due_at,
    sqlite_where=text("due_at IS NOT NULL"),
    postgresql_where=text("due_at IS NOT NULL"),
)

evidence = Table(
    "evidence",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("look", Number, ForeignKey("looks.id"), nullable=False),
    Column("position", SmallInteger, nullable=False),
    Column("check", String(80), nullable=False),
    Column("title", Text, nullable=False),
    Column("system", String(80), nullable=False),
    Column("state", String(16), nullable=False),
    Column("verdict", Text, nullable=False),
    Column("trouble", String(16), nullable=False),
    Column("why", Text, nullable=False),
    Column("rules", Json, nullable=False),
    Column("units", Json, nullable=False),
    Column("help", Text, nullable=False),
    Column("facts", Json, nullable=False),
    Column("shown", Json, nullable=False),  # the table for people
    Column("excerpt", Json, nullable=False),
    Column("output", Text, nullable=False),
    Column("started", Instant, nullable=False),
    Column("took_ms", Integer, nullable=False),
    Index("ix_evidence_look", "look", "position"),
)

runs = Table(
    "runs",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    incident_column(),
    Column("system", String(80), nullable=False),
    Column("playbook", String(80), nullable=False),
    Column("stand", String(16), nullable=False),
    Column("holder", Text, nullable=False),
    Column("walk", Json, nullable=False),
    Column("books", Json, nullable=False),  # the playbooks as they were when it came to them
    Column("made_at", Instant, nullable=False),
    Column("due_at", Instant),
    Column("lease_until", Instant),
    Column("ended_at", Instant),
    Column("ts", String(40), nullable=False),
    Index("ix_runs_incident", "incident", "id"),
)
Index(
    "ix_runs_due",
    runs.c.due_at,
    sqlite_where=text("due_at IS NOT NULL"),
    postgresql_where=text("due_at IS NOT NULL"),
)

watches = Table(
    "watches",
    metadata,
    Column("system", String(80), primary_key=True),
    Column("name", String(80), primary_key=True),
    Column("due_at", Instant, nullable=False, index=True),
    Column("lease_until", Instant),
    Column("failing_since", Instant),
    Column("firing", Boolean, nullable=False),
)
