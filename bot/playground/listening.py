"""The loopback port: opened, closed and opened again, with connections that can be broken on purpose."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import httpx
import uvicorn
from starlette.types import ASGIApp
from uvicorn.server import ServerState

HOST = "127.0.0.1"


def loopback_client(timeout: float) -> httpx.AsyncClient:
    """A client for servers on this machine. Nothing is encrypted here, so it does not read the certificates of all
    authorities, which takes longer than everything else it does."""
    return httpx.AsyncClient(verify=False, trust_env=False, timeout=timeout)  # noqa: S501


def loopback_socket(port: int = 0) -> socket.socket:
    """A socket that has this port of the loopback interface, or a free one. Raises OSError where somebody has it."""
    # Only with the protocol named does asyncio switch Nagle's algorithm off, and with it 40 ms for every answer.
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((HOST, port))
    except OSError:
        made.close()
        raise
    return made


class Listener:
    """Uvicorn's protocols on a server of our own: a graceful shutdown is the last thing a fault wants."""

    def __init__(self, app: ASGIApp) -> None:
        self._config = uvicorn.Config(
            app, lifespan="off", log_config=None, access_log=False, http="httptools", ws="websockets-sansio"
        )
        self._shared = ServerState()
        self._server: asyncio.Server | None = None

    @property
    def is_open(self) -> bool:
        return self._server is not None

    async def open(self, port: int = 0) -> int:
        """Listen on this port of the loopback interface, or on a free one; answers which."""
        if not self._config.loaded:
            self._config.load()
        listening = loopback_socket(port)
        self._server = await asyncio.get_running_loop().create_server(self._protocol, sock=listening)
        return int(listening.getsockname()[1])

    async def close(self) -> None:
        """Refuse new connections and break the old ones."""
        if self._server is None:
            return
        self._server.close()
        self._server = None
        for connection in list(self._shared.connections):
            connection.transport.abort()
        if tasks := list(self._shared.tasks):
            await asyncio.wait(tasks, timeout=1.0)

    def abort(self, client: Any) -> None:
        """Break the connection of this peer (host and port) without another byte."""
        for connection in list(self._shared.connections):
            if client is not None and tuple(getattr(connection, "client", None) or ()) == tuple(client):
                connection.transport.abort()

    def _protocol(self) -> asyncio.Protocol:
        protocol: Any = self._config.http_protocol_class
        made: asyncio.Protocol = protocol(config=self._config, server_state=self._shared, app_state={})
        return made
