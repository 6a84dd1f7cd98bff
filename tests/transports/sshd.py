"""An ssh server on loopback whose account has a real shell."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncssh

from bot.transports.ssh import Login, Ssh

HOST_KEY = asyncssh.generate_private_key("ssh-ed25519")
OTHER_KEY = asyncssh.generate_private_key("ssh-ed25519")
USER_KEY = asyncssh.generate_private_key("ssh-ed25519")


class Sshd(asyncssh.SSHServer):
    """Takes a key, or the password `correct`; remembers what was asked for."""

    connections: list[asyncssh.SSHServerConnection] = []
    shells: list[asyncio.Task[None] | None] = []

    def connection_made(self, connection: asyncssh.SSHServerConnection) -> None:
        self.connections.append(connection)

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return password == "correct-horse-battery"


async def shell(process: Any) -> None:
    """What sshd does with a command: hands it to the account's shell."""
    pipe = asyncio.subprocess.PIPE
    child = await asyncio.create_subprocess_shell(process.command, stdin=pipe, stdout=pipe, stderr=pipe)
    Sshd.shells.append(asyncio.current_task())

    async def pass_on(source: Any, to: Any) -> None:
        with contextlib.suppress(ConnectionError, asyncssh.Error):
            while data := await source.read(30_000):
                to.write(data)
                await to.drain()
        if to is child.stdin:
            to.close()

    reading = asyncio.create_task(pass_on(process.stdin, child.stdin))
    await asyncio.gather(pass_on(child.stdout, process.stdout), pass_on(child.stderr, process.stderr))
    with contextlib.suppress(ConnectionError, asyncssh.Error):
        process.exit(await child.wait())
    await asyncio.wait([reading])


@asynccontextmanager
async def sshd(**changes: Any) -> AsyncIterator[tuple[Login, list[asyncssh.SSHServerConnection]]]:
    """A server, and the login that it accepts but for the changes."""

    class Server(Sshd):
        connections: list[asyncssh.SSHServerConnection] = []

    server = await asyncssh.create_server(
        Server, "127.0.0.1", 0, server_host_keys=[HOST_KEY], process_factory=shell, encoding=None,
        authorized_client_keys=asyncssh.import_authorized_keys(USER_KEY.export_public_key().decode()),
        agent_forwarding=False,
    )  # fmt: skip
    port = server.sockets[0].getsockname()[1]
    login = {
        "host": "127.0.0.1", "port": port, "user": "looker", "key": USER_KEY.export_private_key().decode(),
        "known_hosts": f"[127.0.0.1]:{port} {HOST_KEY.export_public_key().decode()}",
    }  # fmt: skip
    try:
        yield Login(**login | changes), Server.connections
    finally:
        server.close()
        await server.wait_closed()
        await asyncio.gather(*filter(None, Sshd.shells), return_exceptions=True)
        Sshd.shells.clear()


@asynccontextmanager
async def place(**changes: Any) -> AsyncIterator[Ssh]:
    async with sshd(**changes) as (login, _):
        there = Ssh(login)
        try:
            yield there
        finally:
            await there.close()
