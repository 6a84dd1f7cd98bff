"""Runs: walks through playbooks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store.columns import Instant, Json

revision = "0003"
down_revision = "0002"


def _number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "runs",
        sa.Column("id", _number(), autoincrement=True, nullable=False),
        sa.Column("incident", _number(), nullable=False),
        sa.Column("system", sa.String(length=80), nullable=False),
        sa.Column("playbook", sa.String(length=80), nullable=False),
        sa.Column("stand", sa.String(length=16), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("walk", Json(), nullable=False),
        sa.Column("books", Json(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("lease_until", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("ts", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["incident"], ["incidents.number"], name=op.f("fk_runs_incident")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
    )
    op.create_index("ix_runs_incident", "runs", ["incident", "id"])
    waits = sa.text("due_at IS NOT NULL")
    op.create_index("ix_runs_due", "runs", ["due_at"], sqlite_where=waits, postgresql_where=waits)
