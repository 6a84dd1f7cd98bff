"""Accepting: alerts per second that are durably accepted, and how long the sender waits for the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bench.bodies import FLOOR, joining, opening
from bench.client import Measured, hammer
from bench.figures import Figure, against_floor
from bench.pace import Pace
from bench.running import Server

CONNECTIONS = (1, 8, 64)
PER_REQUEST = (1, 50)

_CASES: tuple[tuple[str, Callable[[int], Iterator[bytes]]], ...] = (
    ("join one incident", joining),
    ("open one incident each", opening),
)


async def measure(server: Server, database: str, pace: Pace) -> list[Figure]:
    """All cases, each next to its floor."""
    figures: list[Figure] = []
    for per_request in PER_REQUEST:
        for connections in CONNECTIONS:
            floor = await _run(server, connections, joining(per_request, FLOOR), pace)
            where = f"{per_request} per request, {connections} connection{'s' if connections > 1 else ''}"
            for name, requests in _CASES:
                measured = await _run(server, connections, requests(per_request), pace, per_request)
                figures += _figures(database, f"{name}, {where}", measured, floor, per_request)
    return figures


async def _run(
    server: Server, connections: int, requests: Iterator[bytes], pace: Pace, per_request: int = 0
) -> Measured:
    await server.post("/reset")
    measured = await hammer(server.port, connections, requests, seconds=pace.case, warm=pace.warm)
    stored = await server.post("/reset")
    assert measured.answered, "nothing was accepted"
    # What was answered is there. More may be: answers that were under way when the time was up.
    assert stored["alerts"] >= measured.answered * per_request, (stored, measured.answered)
    return measured


def _figures(database: str, what: str, measured: Measured, floor: Measured, per_request: int) -> list[Figure]:
    rate = against_floor(database, f"alerts that {what}", measured.rate * per_request, "/s", floor.rate)
    times = [
        Figure(
            database=database,
            what=f"… answered, p{round(part * 100)}",
            value=measured.quantile(part) * 1000,
            unit="ms",
            floor=floor.quantile(part) * 1000,
        )
        for part in (0.5, 0.99)
    ]
    return [rate, *times]
