"""Local: the bot's own host."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence

from bot.core.evidence import Trouble
from bot.transports.base import MOST_BYTES, Ran, TransportFailed

_CHUNK = 65_536

# Nothing of the bot's own environment, which holds its secrets; and the same words on every host.
_ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
}


_REAPED_S = 2.0
"""Seconds to wait for a process that was killed; one that waits for a dead disk never ends."""


class Local:
    """Runs programs on this host, each in a process group of its own, in a directory where one is given."""

    def __init__(self, directory: str = "") -> None:
        self._directory = directory or None

    async def run(self, argv: Sequence[str], *, within_s: float, most_bytes: int = MOST_BYTES, given: str = "") -> Ran:
        """See `Transport.run`."""
        try:
            process = await asyncio.create_subprocess_exec(
                *argv, stdin=PIPE if given else DEVNULL, stdout=PIPE, stderr=PIPE, env=_ENVIRONMENT,
                cwd=self._directory, start_new_session=True,
            )  # fmt: skip
        except (FileNotFoundError, NotADirectoryError):
            missing = f"there is no program {argv[0]} here"
            if self._directory and not os.path.isdir(self._directory):  # noqa: ASYNC240 - after a failure only
                missing = f"there is no directory {self._directory} here"
            raise TransportFailed(missing, Trouble.MISSING) from None
        except PermissionError:
            raise TransportFailed(f"{argv[0]} may not be run", Trouble.PERMISSION) from None
        except (OSError, ValueError) as problem:
            raise TransportFailed(f"{argv[0]} cannot be run: {problem}", Trouble.REFUSED) from None
        try:
            async with asyncio.timeout(within_s):
                out, err, _ = await asyncio.gather(
                    _read(process.stdout, most_bytes), _read(process.stderr, most_bytes), _give(process, given)
                )
                code = await process.wait()
        except TimeoutError:
            raise TransportFailed(f"{argv[0]} did not end within {within_s:g} s", Trouble.TIMEOUT) from None
        finally:
            await _end(process)
        return Ran(code=code, out=out.text(), err=err.text(), cut=out.cut or err.cut)

    async def close(self) -> None:
        """Nothing is held."""


class Bounded:
    """The beginning and the end of what came, when it is more than may be kept."""

    def __init__(self, most_bytes: int) -> None:
        self._half = max(1, most_bytes // 2)
        self._head, self._tail = bytearray(), bytearray()
        self._left_out = 0

    @property
    def cut(self) -> bool:
        """Whether something is missing."""
        return self._left_out > 0

    def add(self, data: bytes) -> None:
        """Take the next piece."""
        room = self._half - len(self._head)
        self._head += data[:room]
        self._tail += data[room:] if room < len(data) else b""
        if (excess := len(self._tail) - self._half) > 0:
            del self._tail[:excess]
            self._left_out += excess

    def text(self) -> str:
        """What was kept, and how much is missing in its middle."""
        missing = f"\n… {self._left_out:,} bytes left out …\n" if self._left_out else ""
        return self._head.decode(errors="replace") + missing + self._tail.decode(errors="replace")


async def _read(stream: asyncio.StreamReader | None, most_bytes: int) -> Bounded:
    kept = Bounded(most_bytes)
    while stream is not None and (data := await stream.read(_CHUNK)):
        kept.add(data)
    return kept


async def _give(process: Process, given: str) -> None:
    if process.stdin is None:
        return
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        process.stdin.write(given.encode())
        await process.stdin.drain()
    process.stdin.close()


async def _end(process: Process) -> None:
    """End the process and all it started; its group is its own."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_REAPED_S):
            await process.wait()
