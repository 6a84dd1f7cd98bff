"""Nothing of the playground is in production: `tocsin run`, run for real, has not even read its code."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from tests.house.tree import ROOT

PATIENCE_S = 60.0


async def imported_by_a_run(folder: Path) -> list[str]:
    """Every module that `tocsin run` imports until it is told to end, as Python itself tells."""
    settings = {"DATABASE_URL": f"sqlite:///{folder}/tocsin.db", "TOCSIN_PORT": "0", "PYTHONPATH": str(ROOT)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-X", "importtime", "-m", "bot", "run", cwd=folder,
        env={"PATH": os.environ["PATH"], **settings},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        async with asyncio.timeout(PATIENCE_S):
            told = asyncio.create_task(process.stderr.read())
            said = ""
            while '"event": "started"' not in said:
                line = (await process.stdout.readline()).decode()
                assert line, f"it ended by itself: {said} {(await told).decode()[-2000:]}"
                said += line
            process.send_signal(signal.SIGTERM)
            assert await process.wait() == 0
            return [line.rpartition("|")[2].strip() for line in (await told).decode().splitlines()]
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_production_never_imports_the_playground(tmp_path: Path):
    names = await imported_by_a_run(tmp_path)
    assert "bot.inbound.web" in names, "this is a whole bot"
    assert [name for name in names if name.startswith("bot.playground")] == []
