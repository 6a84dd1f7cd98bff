"""Run by Alembic: migrate over the connection that `upgrade` gave."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

from bot.store import life_tables, looking_tables, tables
from bot.store.columns import Instant, Json


def _render(kind: str, thing: Any, autogen: Any) -> str | Literal[False]:
    """Our own column types by their names, when a new migration is generated."""
    if kind == "type" and isinstance(thing, Instant | Json):
        autogen.imports.add(f"from bot.store.columns import {type(thing).__name__}")
        return f"{type(thing).__name__}()"
    return False


# Every module with tables has been imported: only then the metadata knows them all.
assert {"looks", "pins"} <= tables.metadata.tables.keys(), (looking_tables, life_tables)

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=tables.metadata, render_as_batch=True, render_item=_render)
with context.begin_transaction():
    context.run_migrations()
