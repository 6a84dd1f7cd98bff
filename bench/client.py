"""The client: keep-alive connections on bare sockets, as cheap as can be, for it shares the machine with the server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one request was answered."""

    status: int
    body: bytes
    sent_at: float
    """Seconds since 1970, as all times of the benchmarks."""
    took: float
    """Seconds from sending to the last byte."""


class Connection(asyncio.Protocol):
    """One connection, one request at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport = None  # type: ignore[assignment]
        self._waiting: asyncio.Future[Answer] = None  # type: ignore[assignment]
        self._read = b""
        self._sent_at = self._began = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]

    def ask(self, request: bytes) -> asyncio.Future[Answer]:
        """Send it; the answer comes later."""
        self._waiting = asyncio.get_running_loop().create_future()
        self._sent_at, self._began = time.time(), time.perf_counter()
        self._transport.write(request)
        return self._waiting

    def data_received(self, data: bytes) -> None:
        self._read += data
        head, found, rest = self._read.partition(b"\r\n\r\n")
        if not found:
            return
        low = head.lower()
        at = low.index(b"content-length:") + 15
        end = low.find(b"\r\n", at)
        length = int(head[at : end if end > 0 else None])
        if len(rest) < length:
            return
        took = time.perf_counter() - self._began
        self._read = rest[length:]
        self._waiting.set_result(Answer(status=int(head[9:12]), body=rest[:length], sent_at=self._sent_at, took=took))

    def connection_lost(self, exc: Exception | None) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(exc or ConnectionError("the server hung up"))

    def close(self) -> None:
        """Hang up."""
        self._transport.close()


async def connect(port: int) -> Connection:
    """A new connection."""
    _, connection = await asyncio.get_running_loop().create_connection(Connection, HOST, port)
    return connection


@dataclass(slots=True)
class Measured:
    """What came back after the warm-up."""

    took: list[float] = field(default_factory=list)
    """Seconds of each answer of 2xx."""
    seconds: float = 0.0
    answered: int = 0
    """Answers of 2xx in all, those of the warm-up included."""
    refused: int = 0

    @property
    def rate(self) -> float:
        """Requests per second."""
        return len(self.took) / self.seconds if self.seconds else 0.0

    def quantile(self, part: float) -> float:
        """Seconds within which this part of the answers came."""
        return quantile(self.took, part)


def quantile(values: list[float], part: float) -> float:
    """The value below which this part of them lies; NaN of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))] if ordered else float("nan")


async def hammer(
    port: int, connections: int, requests: Iterator[bytes], *, seconds: float = 0.0, warm: float = 0.0, most: int = 0
) -> Measured:
    """Each connection sends the next request as soon as it has the answer to the last one: for so many seconds after
    the warm-up, or `most` requests in all. What is under way at the end is waited for, and counts."""
    measured, opened = Measured(), [await connect(port) for _ in range(connections)]
    begins = time.perf_counter() + warm
    ends = begins + seconds if seconds else float("inf")
    left = most or 1 << 60

    async def go(connection: Connection) -> None:
        nonlocal left
        while left > 0 and time.perf_counter() < ends:
            left -= 1
            answer = await connection.ask(next(requests))
            if not 200 <= answer.status < 300:
                measured.refused += 1
                continue
            measured.answered += 1
            if time.perf_counter() >= begins:
                measured.took.append(answer.took)

    await asyncio.gather(*map(go, opened))
    measured.seconds = time.perf_counter() - begins
    for connection in opened:
        connection.close()
    return measured
