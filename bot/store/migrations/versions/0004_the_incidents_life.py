"""An incident's life: its times, duties, ticked lines, pinned messages, action items and reports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store.columns import Instant, Json

revision = "0004"
down_revision = "0003"

_TIMES = (
    "acknowledged_at",
    "diagnosed_at",
    "mitigated_at",
    "closed_at",
    "duties_at",
    "update_at",
    "review_at",
    "items_at",
)


def _number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _incident(table: str) -> tuple[sa.Column[int], sa.ForeignKeyConstraint]:
    of = sa.ForeignKeyConstraint(["incident"], ["incidents.number"], name=op.f(f"fk_{table}_incident"))
    return sa.Column("incident", _number(), nullable=False), of


def upgrade() -> None:
    """Apply."""
    for name in _TIMES:
        op.add_column("incidents", sa.Column(name, Instant(), nullable=True))
    op.add_column("incidents", sa.Column("monitored_by", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.add_column("incidents", sa.Column("fixed_by", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.add_column("incidents", sa.Column("updates_missed", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("incidents", sa.Column("exposure", Json(), nullable=True))
    op.create_table(
        "duties",
        *_incident("duties"),
        sa.Column("duty", sa.String(length=24), nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("slack", sa.String(length=40), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("incident", "duty", name=op.f("pk_duties")),
    )
    op.create_table(
        "checklists",
        *_incident("checklists"),
        sa.Column("list", sa.String(length=80), nullable=False),
        sa.Column("body", Json(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("incident", "list", name=op.f("pk_checklists")),
    )
    op.create_table(
        "ticks",
        *_incident("ticks"),
        sa.Column("list", sa.String(length=80), nullable=False),
        sa.Column("line", sa.String(length=80), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("owner_name", sa.Text(), nullable=False),
        sa.Column("ticked_at", Instant(), nullable=True),
        sa.Column("ticked_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("incident", "list", "line", name=op.f("pk_ticks")),
    )
    op.create_table(
        "kept",
        *_incident("kept"),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("ts", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("incident", "name", name=op.f("pk_kept")),
    )
    op.create_table(
        "pins",
        sa.Column("place", sa.String(length=40), nullable=False),
        sa.Column("ts", sa.String(length=40), nullable=False),
        sa.Column("thread", sa.String(length=40), nullable=False),
        *_incident("pins"),
        sa.Column("said_at", Instant(), nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("files", Json(), nullable=False),
        sa.Column("pinned_by", sa.Text(), nullable=False),
        sa.Column("pinned_at", Instant(), nullable=False),
        sa.Column("removed_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("place", "ts", name=op.f("pk_pins")),
    )
    op.create_index("ix_pins_incident", "pins", ["incident", "said_at"])
    op.create_table(
        "items",
        sa.Column("id", _number(), autoincrement=True, nullable=False),
        *_incident("items"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("owner_name", sa.Text(), nullable=False),
        sa.Column("owner_slack", sa.String(length=40), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("done_at", Instant(), nullable=True),
        sa.Column("done_by", sa.Text(), nullable=False),
        sa.Column("remind_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_items")),
    )
    op.create_index("ix_items_incident", "items", ["incident", "id"])
    op.create_index("ix_items_owner", "items", ["owner", "done_at"])
    op.create_table(
        "reports",
        *_incident("reports"),
        sa.Column("channel", sa.String(length=100), nullable=False),
        sa.Column("place", sa.String(length=40), nullable=False),
        sa.Column("ts", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("incident", "channel", name=op.f("pk_reports")),
    )
    op.create_index(
        "ix_timeline_notes",
        "timeline",
        ["incident"],
        sqlite_where=sa.text("kind = 'note'"),
        postgresql_where=sa.text("kind = 'note'"),
    )
    op.create_table(
        "weekly_digests",
        sa.Column("system", sa.String(length=80), nullable=False),
        sa.Column("week", Instant(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", Instant(), nullable=True),
        sa.Column("maybe_sent", sa.Boolean(), nullable=False),
        sa.Column("posted_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("system", "week", name=op.f("pk_weekly_digests")),
    )
