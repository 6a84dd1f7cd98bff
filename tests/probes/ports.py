"""Things that listen on a port of this machine and do not behave: silent ones, and ones that talk nonsense."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from tests.free_port import free_port

GIVES_UP = [
    pytest.mark.usefixtures("collected"),
    pytest.mark.filterwarnings("ignore:unclosed (<socket|transport):ResourceWarning"),
]
"""For tests of what is ended in the middle of connecting: pymongo and anyio then leave the socket to the garbage
collector."""


def nobody() -> str:
    """An address at which nothing listens."""
    return f"127.0.0.1:{free_port()}"


@contextlib.contextmanager
def closing(writer: asyncio.StreamWriter) -> Iterator[None]:
    """Hang up at the end, also where the test has ended before."""
    try:
        yield
    finally:
        writer.close()


UnderWay = dict[asyncio.Task[None], asyncio.StreamWriter]
"""The conversations of a server, each with its connection."""


async def ended(under_way: UnderWay) -> None:
    """Break the connections off, and wait until everybody has noticed."""
    for writer in under_way.values():
        writer.transport.abort()
    await asyncio.gather(*under_way, return_exceptions=True)
    await asyncio.sleep(0)


@asynccontextmanager
async def listening(says: bytes = b"", *, hangs_up: bool = False) -> AsyncIterator[str]:
    """The address of something that takes a connection, waits for a word, says this, and then hangs up or waits."""
    under_way: UnderWay = {}

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        under_way[asyncio.current_task()] = writer
        with contextlib.suppress(ConnectionError), closing(writer):
            await reader.read(65_536)
            writer.write(says)
            await writer.drain()
            if not hangs_up:
                await reader.read()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    try:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        await ended(under_way)


@asynccontextmanager
async def freezing(path: str, at: bytes) -> AsyncIterator[str]:
    """The address of a way to a unix socket that stops dead as soon as the client says this."""
    under_way: UnderWay = {}

    frozen = asyncio.Event()

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, until: bytes) -> None:
        while data := await reader.read(65_536):
            if until and until in data:
                frozen.set()
            if not frozen.is_set():
                writer.write(data)
                await writer.drain()
        writer.close()

    async def both(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        under_way[asyncio.current_task()] = writer
        theirs, to_them = await asyncio.open_unix_connection(path)
        with contextlib.suppress(ConnectionError), closing(writer), closing(to_them):
            await asyncio.gather(pass_on(reader, to_them, at), pass_on(theirs, writer, b""))

    server = await asyncio.start_server(both, "127.0.0.1", 0)
    try:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        await ended(under_way)
