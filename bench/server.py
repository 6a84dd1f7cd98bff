"""The server's process: a whole bot behind uvicorn, and beside it the floor: one SQLAlchemy commit per request."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

import uvloop
from sqlalchemy import delete, func, select, text
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bench import floor
from bot import logs
from bot.__main__ import serve
from bot.app import App, build
from bot.core.redaction import Redactor
from bot.settings import Environment
from bot.store import tables
from bot.store.transaction import Tx


class Beside:
    """The routes that the benchmarks add."""

    def __init__(self, app: App) -> None:
        self._store = app.engine.store
        floor.lay(self._store.engine)
        app.web.router.routes.append(Route("/floor", self.floor, methods=["POST"]))
        app.web.router.routes.append(Route("/reset", self.reset, methods=["POST"]))

    async def floor(self, request: Request) -> Response:
        """The least that a durable acceptance costs here."""
        body = await request.body()
        await floor.step_on(self._store, len(body))
        return Response(b'{"status":"accepted"}', status_code=202, media_type="application/json")

    async def reset(self, _request: Request) -> Response:
        """Tell how many rows there are, and empty the database."""
        return JSONResponse(await self._store.run(_empty))


def _empty(tx: Tx) -> Mapping[str, int]:
    counted = (tables.alerts, tables.incidents, tables.pages, tables.outbox)
    counts = {t.name: tx.connection.execute(select(func.count()).select_from(t)).scalar_one() for t in counted}
    emptied = [t for t in (*reversed(tables.metadata.sorted_tables), floor.TABLE) if t is not tables.plans]
    if tx.connection.dialect.name == "postgresql":
        tx.connection.execute(text(f"TRUNCATE {', '.join(t.name for t in emptied)}"))
    else:
        for table in emptied:
            tx.connection.execute(delete(table))
    return counts


async def main(environ: Mapping[str, str]) -> None:
    """Serve until told to stop."""
    enough = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, enough.set)
    app = await build(Environment(environ))
    Beside(app)
    try:
        await serve(app, enough)
    finally:
        await app.stop()


if __name__ == "__main__":
    with Path(os.devnull).open("w") as nowhere:
        logs.configure("info", "json", Redactor(()), stream=nowhere)  # what the log costs counts
        uvloop.run(main(json.load(sys.stdin)))
