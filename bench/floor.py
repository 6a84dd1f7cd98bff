"""The floor: the least that something durable costs here, one commit of one row by SQLAlchemy and nothing else."""

from __future__ import annotations

from sqlalchemy import Column, Engine, Integer, MetaData, Table, insert

from bot.store.store import Store

TABLE = Table("bench_floor", MetaData(), Column("id", Integer, primary_key=True), Column("size", Integer))


def lay(engine: Engine) -> None:
    """Make its table."""
    TABLE.create(engine)


async def step_on(store: Store, size: int) -> None:
    """One commit."""
    await store.run(lambda tx: tx.connection.execute(insert(TABLE), [{"size": size}]))
