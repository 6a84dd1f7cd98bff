"""python -m bench: measures, prints one table, and writes it as JSON where asked to."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import uvloop

from bench import accepting, board, finding, first_page, ladders, suites, walking
from bench.databases import Fresh, databases
from bench.figures import Figure, as_json, table
from bench.outside import outside
from bench.pace import FULL, QUICK, Pace
from bench.running import environ_of, serving

_KINDS = ("sqlite", "postgresql")


async def measure(database: str, fresh: Fresh, pace: Pace) -> list[Figure]:
    """Everything on one kind of database."""
    async with outside() as there:
        async with serving(environ_of(fresh(), there.pages_url, there.slack)) as server:
            idle = server.rss
            figures = await first_page.measure(server, there, database, pace)
            figures += await accepting.measure(server, database, pace)
            figures.append(Figure(database=database, what="memory, just started", value=idle / 2**20, unit="MB"))
            figures.append(
                Figure(database=database, what="memory, after all this", value=server.rss / 2**20, unit="MB")
            )
        figures += await ladders.measure(environ_of(fresh(), there.pages_url, there.slack), database, pace)
        figures += await walking.measure(environ_of(fresh(), there.pages_url, {}), database, pace)
        return figures + await board.measure(environ_of(fresh(), there.pages_url, {}), database, pace)


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="in about two minutes, and less exact")
    parser.add_argument("--database", choices=(*_KINDS, "both"), default="both")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    arguments = parser.parse_args()
    kinds = _KINDS if arguments.database == "both" else (arguments.database,)
    began = time.perf_counter()
    pace = QUICK if arguments.quick else FULL
    figures = [*uvloop.run(suites.measure(pace)), *finding.measure(), *run(kinds, pace)]
    print(table(figures))
    print(f"\n{_machine()}; measured in {time.perf_counter() - began:.0f} s")
    if arguments.json:
        arguments.json.write_text(json.dumps({"machine": _machine(), "figures": as_json(figures)}, indent=1) + "\n")
    return 0


def run(kinds: Sequence[str], pace: Pace) -> list[Figure]:
    """Measure on each kind of database in turn."""
    figures: list[Figure] = []
    for kind in kinds:
        print(f"measuring on {kind} ...", file=sys.stderr)
        with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder, databases(kind, Path(folder)) as fresh:
            figures += uvloop.run(measure(kind, fresh, pace))
    return figures


def _machine() -> str:
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    return f"Python {platform.python_version()}, {os.cpu_count()} processors, load {load}"


if __name__ == "__main__":
    sys.exit(main())
