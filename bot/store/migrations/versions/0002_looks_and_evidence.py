"""Looks, their evidence, and the checks that are watched."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store.columns import Instant, Json

revision = "0002"
down_revision = "0001"


def _number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "looks",
        sa.Column("id", _number(), autoincrement=True, nullable=False),
        sa.Column("system", sa.String(length=80), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("arguments", Json(), nullable=False),
        sa.Column("incident", _number(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("done_at", Instant(), nullable=True),
        sa.Column("lease_until", Instant(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["incident"], ["incidents.number"], name=op.f("fk_looks_incident")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_looks")),
    )
    op.create_index("ix_looks_incident", "looks", ["incident", "id"])
    op.create_index(op.f("ix_looks_made_at"), "looks", ["made_at"])
    waits = sa.text("due_at IS NOT NULL")
    op.create_index("ix_looks_due", "looks", ["due_at"], sqlite_where=waits, postgresql_where=waits)
    op.create_table(
        "evidence",
        sa.Column("id", _number(), autoincrement=True, nullable=False),
        sa.Column("look", _number(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("check", sa.String(length=80), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("system", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("trouble", sa.String(length=16), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("rules", Json(), nullable=False),
        sa.Column("units", Json(), nullable=False),
        sa.Column("help", sa.Text(), nullable=False),
        sa.Column("facts", Json(), nullable=False),
        sa.Column("shown", Json(), nullable=False),
        sa.Column("excerpt", Json(), nullable=False),
        sa.Column("output", sa.Text(), nullable=False),
        sa.Column("started", Instant(), nullable=False),
        sa.Column("took_ms", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["look"], ["looks.id"], name=op.f("fk_evidence_look")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    op.create_index("ix_evidence_look", "evidence", ["look", "position"])
    op.create_table(
        "watches",
        sa.Column("system", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("lease_until", Instant(), nullable=True),
        sa.Column("failing_since", Instant(), nullable=True),
        sa.Column("firing", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("system", "name", name=op.f("pk_watches")),
    )
    op.create_index(op.f("ix_watches_due_at"), "watches", ["due_at"])
