"""Ssh: another host, over one connection that is kept. Its key is pinned, nothing is forwarded, no terminal asked for.

SSH sends a command line, not an argv: the account's shell takes it apart again. So each argument is quoted for a POSIX
shell, which gives back exactly what was quoted."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import shlex
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.core.evidence import Trouble
from bot.transports.base import MOST_BYTES, Ran, TransportFailed
from bot.transports.local import Bounded
from bot.transports.reaching import why_unreachable
from bot.transports.remote import answered, bounded, too_late

_CHUNK = 65_536
_AT_ONCE = 8
"""Commands on one connection; sshd's own limit is 10."""
_MISSING = "asyncssh is not installed: install Tocsin with the extra, e.g. pip install 'tocsin[ssh]'"


@dataclass(frozen=True, kw_only=True, slots=True)
class Login:
    """Where to, as whom, and by which key."""

    host: str
    user: str
    port: int = 22
    known_hosts: str
    """The host's keys, as a known_hosts file has them. No other key is believed."""
    key: str = field(default="", repr=False)
    """The private key, as text."""
    password: str = field(default="", repr=False)


class Ssh:
    """Runs programs on one host."""

    def __init__(self, login: Login) -> None:
        self._login = login
        self._connection: Any = None
        self._connecting = asyncio.Lock()
        self._room = asyncio.Semaphore(_AT_ONCE)

    async def run(
        self,
        argv: Sequence[str],
        *,
        within_s: float,
        most_bytes: int = MOST_BYTES,
        given: str = "",
        directory: str = "",
    ) -> Ran:
        """See `Transport.run`."""
        ssh = _library()
        line = shlex.join(bounded(argv, within_s, directory))
        started = time.monotonic()
        try:
            async with asyncio.timeout(within_s), self._room:
                process = await self._start(ssh, line, given)
                try:
                    ran = await _heard(process, most_bytes, given)
                finally:
                    _end(process)
        except TimeoutError:
            raise too_late(argv, within_s) from None
        except (OSError, ssh.Error) as error:
            raise self._failed(ssh, error) from None
        return answered(ran, argv, took_s=time.monotonic() - started, within_s=within_s)

    async def _start(self, ssh: Any, line: str, given: str) -> Any:
        stdin = ssh.PIPE if given else ssh.DEVNULL
        for last in (False, True):
            connection = await self._connected(ssh)
            try:
                return await connection.create_process(line, stdin=stdin, encoding=None, request_pty=False)
            except (ssh.ChannelOpenError, ssh.DisconnectError, OSError):
                # A kept connection may have ended in the meantime; nothing was started on it.
                if last or not connection.is_closed():
                    raise
        raise AssertionError  # the second time it has returned or raised

    async def _connected(self, ssh: Any) -> Any:
        async with self._connecting:
            if self._connection is None or self._connection.is_closed():
                self._connection = await self._connect(ssh)
            return self._connection

    async def _connect(self, ssh: Any) -> Any:
        login = self._login
        try:
            known = ssh.import_known_hosts(login.known_hosts)
            keys = [ssh.import_private_key(login.key)] if login.key else []
        except (ValueError, ssh.KeyImportError):
            raise TransportFailed(
                "the private key or the known_hosts entry is not one that ssh understands", Trouble.AUTH
            ) from None
        return await ssh.connect(
            login.host, login.port, username=login.user, password=login.password or None, client_keys=keys,
            known_hosts=known, config=None, agent_path=None, agent_forwarding=False, x11_forwarding=False,
            gss_host=None, keepalive_interval=15,
        )  # fmt: skip

    def _failed(self, ssh: Any, error: BaseException) -> TransportFailed:
        host = self._login.host
        if isinstance(error, ssh.HostKeyNotVerifiable):
            return TransportFailed(f"{host} has another key than the pinned one: it may be another host", Trouble.AUTH)
        if isinstance(error, ssh.PermissionDenied):
            return TransportFailed(f"{host} does not let {self._login.user} in", Trouble.AUTH)
        if isinstance(error, ssh.ChannelOpenError):
            return TransportFailed(f"{host} starts no command now", Trouble.REFUSED)
        words, trouble = why_unreachable(error)
        if isinstance(error, ssh.Error) and trouble is Trouble.LOST:
            words = "the connection broke"
        return TransportFailed(f"{host}: {words}", trouble)

    async def close(self) -> None:
        """Ends the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.abort()
            with contextlib.suppress(Exception):
                await connection.wait_closed()


def _library() -> Any:
    try:
        return importlib.import_module("asyncssh")
    except ImportError:
        raise TransportFailed(_MISSING, Trouble.MISSING) from None


async def _heard(process: Any, most_bytes: int, given: str) -> Ran:
    out, err, _ = await asyncio.gather(
        _read(process.stdout, most_bytes), _read(process.stderr, most_bytes), _give(process, given)
    )
    await process.wait_closed()
    if process.returncode is None:
        raise ConnectionError
    return Ran(code=process.returncode, out=out.text(), err=err.text(), cut=out.cut or err.cut)


async def _read(stream: Any, most_bytes: int) -> Bounded:
    kept = Bounded(most_bytes)
    while data := await stream.read(_CHUNK):
        kept.add(data)
    return kept


async def _give(process: Any, given: str) -> None:
    if not given:
        return
    with contextlib.suppress(OSError):
        process.stdin.write(given.encode())
        await process.stdin.drain()
        process.stdin.write_eof()


def _end(process: Any) -> None:
    """Nobody listens any longer; what still runs there is ended by its own `timeout`."""
    if process.returncode is None:
        with contextlib.suppress(OSError):
            process.kill()
    process.close()
