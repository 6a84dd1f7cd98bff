"""The schema's history. `upgrade` brings a database to the newest version."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine

if TYPE_CHECKING:
    from alembic.config import Config

# Alembic is imported where it is used: a single command, which migrates nothing, does not wait for it.


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the schema to a revision. Safe on a database that is there already, and by several replicas at once."""
    from alembic import command

    config = _config()
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        with _alone(connection) if connection.dialect.name == "postgresql" else nullcontext():
            command.upgrade(config, revision)


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    """While one replica migrates the others wait for it, however long that takes: the limits of a session are made for
    verbs. The connection goes back to nobody with its limits taken off."""
    connection.detach()
    for statement in ("SET lock_timeout = 0", "SET statement_timeout = 0", "SELECT pg_advisory_lock(7424313)"):
        connection.exec_driver_sql(statement)
    connection.commit()
    try:
        yield
    finally:
        connection.rollback()
        connection.exec_driver_sql("SELECT pg_advisory_unlock(7424313)")
        connection.commit()


def version(engine: Engine) -> tuple[str, str]:
    """The schema's revision in the database (empty: none) and the newest one."""
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return current or "", ScriptDirectory.from_config(_config()).get_current_head() or ""
