"""Docker: inside a container, by the Engine API's exec."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import time
from collections.abc import Sequence
from typing import Any

from bot.core.evidence import Trouble
from bot.transports.base import MOST_BYTES, Ran, TransportFailed
from bot.transports.docker_api import STDERR, DockerApi, segment
from bot.transports.local import Bounded
from bot.transports.reaching import why_unreachable
from bot.transports.remote import answered, bounded, missing, no_directory, too_late

_CHUNK = 65_536
_NOT_STARTED = re.compile(r"(?:OCI runtime|crun|runc|exec) .{0,200}?\"(?P<program>[^\"\\]{1,200})\\?\"", re.DOTALL)

_NO_DIRECTORY = re.compile(
    r"(?:OCI runtime|crun|runc).{0,200}?chdir.{0,600}?(?P<why>no such file|not a directory|permission denied)",
    re.DOTALL | re.IGNORECASE,
)


class InContainer:
    """Runs programs in one container. Whoever may use exec is root in that container: give the bot a proxy before
    Docker's socket that allows exec for the containers which it has to look into."""

    def __init__(self, container: str, address: str = "") -> None:
        self._container, self._address = container, address

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
        command = bounded(argv, within_s)
        started = time.monotonic()
        api = DockerApi(self._address, within_s)
        try:
            async with asyncio.timeout(within_s):
                ran = await self._exec(api, command, most_bytes, given, directory)
        except TimeoutError:
            raise too_late(argv, within_s) from None
        except (OSError, EOFError) as error:
            words, trouble = why_unreachable(error)
            raise TransportFailed(f"Docker: {words}", trouble) from None
        finally:
            await api.close()
        return answered(ran, argv, took_s=time.monotonic() - started, within_s=within_s)

    async def _exec(self, api: DockerApi, command: Sequence[str], most_bytes: int, given: str, directory: str) -> Ran:
        wish: dict[str, Any] = {"AttachStdin": bool(given), "AttachStdout": True, "AttachStderr": True, "Tty": False}
        # By Docker and not by `env`, whose BusyBox, in the many images that have no other, cannot.
        wish |= {"Cmd": [*command], **({"WorkingDir": directory} if directory else {})}
        made = await api.post(f"/containers/{segment(self._container)}/exec", wish)
        run = f"/exec/{segment(_text(made, 'Id'))}"
        reader, writer = await _hijacked(api, f"{run}/start", {"Detach": False, "Tty": False})
        try:
            (out, err), _ = await asyncio.gather(_read(reader, most_bytes), _give(writer, given))
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
        ended = await api.get(f"{run}/json")
        code = ended.get("ExitCode") if isinstance(ended, dict) else None
        if not isinstance(code, int):
            raise TransportFailed("Docker: the connection broke before the command ended", Trouble.LOST)
        said = out.text() + err.text()
        if directory and code >= 125 and (problem := _NO_DIRECTORY.search(said)) is not None:
            raise no_directory(denied=problem["why"].lower() == "permission denied")
        if code in (126, 127) and (problem := _NOT_STARTED.search(said)) is not None:
            raise missing(problem["program"])
        return Ran(code=code, out=out.text(), err=err.text(), cut=out.cut or err.cut)

    async def close(self) -> None:
        """Nothing is held."""


def _text(said: Any, name: str) -> str:
    if not isinstance(said, dict) or not isinstance(said.get(name), str):
        raise TransportFailed("Docker: the answer is not understood", Trouble.PARSE)
    return str(said[name])


async def _hijacked(api: DockerApi, path: str, body: Any) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Post, and take the connection over: afterwards it is the command's input and outputs. An HTTP client cannot
    close one direction of it, which is how a command learns that its input has ended."""
    if api.socket_path:
        reader, writer = await asyncio.open_unix_connection(api.socket_path)
    else:
        reader, writer = await asyncio.open_connection(api.host, api.port)
    sent = json.dumps(body).encode()
    writer.write(
        f"POST {path} HTTP/1.1\r\nHost: docker\r\nContent-Type: application/json\r\nContent-Length: {len(sent)}\r\n"
        "Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n".encode()
        + sent
    )
    try:
        head = await _head(reader)
    except BaseException:
        writer.close()
        raise
    if head.split(b" ", 2)[1:2] not in ([b"101"], [b"200"]) or b"chunked" in head.lower():
        writer.close()
        raise TransportFailed("Docker does not start the command", Trouble.REFUSED)
    return reader, writer


async def _head(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        raise TransportFailed("Docker: the answer is not understood", Trouble.PARSE) from None


async def _read(reader: asyncio.StreamReader, most_bytes: int) -> tuple[Bounded, Bounded]:
    out, err = Bounded(most_bytes), Bounded(most_bytes)
    while head := await reader.read(8):
        if len(head) < 8:
            head += await reader.readexactly(8 - len(head))
        if head[0] > STDERR or head[1:4] != b"\0\0\0":
            raise TransportFailed("Docker: the stream of a container's output is not understood", Trouble.PARSE)
        left = int.from_bytes(head[4:], "big")
        kept = err if head[0] == STDERR else out
        while left:
            data = await reader.read(min(left, _CHUNK))
            if not data:
                raise EOFError
            kept.add(data)
            left -= len(data)
    return out, err


async def _give(writer: asyncio.StreamWriter, given: str) -> None:
    if not given:
        return
    with contextlib.suppress(ConnectionError):
        writer.write(given.encode())
        await writer.drain()
        writer.write_eof()
