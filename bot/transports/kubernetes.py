"""Kubernetes: inside a pod, by the exec of its API over a WebSocket."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage, InvalidStatus, WebSocketException
from websockets.typing import Subprotocol

from bot.core.evidence import Trouble
from bot.core.text import first_line
from bot.transports.base import MOST_BYTES, Ran, TransportFailed
from bot.transports.kubernetes_api import Way, entries, is_ready, mapping, name_of, open_api, pods_of, within
from bot.transports.local import Bounded
from bot.transports.reaching import why_unreachable
from bot.transports.remote import answered, bounded, missing, too_late

_STDIN, _STDOUT, _STDERR, _ENDED, _CLOSE = 0, 1, 2, 3, 255
_PROTOCOLS = (Subprotocol("v5.channel.k8s.io"), Subprotocol("v4.channel.k8s.io"))
"""The fifth can tell a command that its input has ended."""
_CHUNK = 32_768
_NOT_STARTED = re.compile(r'exec: \\?"(?P<program>[^"\\]{1,200})\\?"')


class InPod:
    """Runs programs in a pod: the one of that name, or the first ready one of a workload or with these labels."""

    def __init__(self, way: Way, *, namespace: str, unit: str = "", selector: str = "", container: str = "") -> None:
        self._way, self._namespace = way, namespace
        self._unit, self._selector, self._container = unit, selector, container

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
        command = bounded(argv, within_s, directory)
        started = time.monotonic()
        try:
            async with asyncio.timeout(within_s):
                way = await asyncio.to_thread(self._way.entered)
                pod = await self._pod(way, within_s)
                ran = await self._exec(way, pod, command, most_bytes, given)
        except TimeoutError:
            raise too_late(argv, within_s) from None
        except (OSError, EOFError, WebSocketException) as error:
            raise _failed(error) from None
        return answered(ran, argv, took_s=time.monotonic() - started, within_s=within_s)

    async def _pod(self, way: Way, within_s: float) -> str:
        api = await open_api(way, within_s)
        try:
            pods = await pods_of(api, self._namespace, self._unit, self._selector)
        finally:
            await api.close()
        running = [pod for pod in pods if mapping(pod.get("status")).get("phase") == "Running"]
        if not running:
            what = self._unit or self._selector or self._namespace
            raise TransportFailed(f"no pod of {what} runs", Trouble.MISSING)
        return name_of(min(running, key=lambda pod: (not is_ready(pod), name_of(pod))))

    async def _exec(self, way: Way, pod: str, command: Sequence[str], most_bytes: int, given: str) -> Ran:
        query = [("command", argument) for argument in command]
        query += [("stdout", "true"), ("stderr", "true"), ("stdin", "true" if given else "false"), ("tty", "false")]
        query += [("container", self._container)] if self._container else []
        address = way.address.replace("http", "ws", 1).rstrip("/") + f"{within(self._namespace, 'pods', pod)}/exec"
        async with connect(
            f"{address}?{urlencode(query)}", subprotocols=_PROTOCOLS, additional_headers=way.headers(), ssl=way.trust(),
            proxy=None, open_timeout=None, close_timeout=0.5, ping_interval=None, max_size=4_000_000, compression=None,
        ) as socket:  # fmt: skip
            if given and socket.subprotocol != _PROTOCOLS[0]:
                raise TransportFailed(
                    "this cluster is too old to tell a command that its input has ended", Trouble.MISSING
                )
            giving = asyncio.create_task(_give(socket, given))
            try:
                return await _heard(socket, most_bytes)
            finally:
                giving.cancel()
                await asyncio.gather(giving, return_exceptions=True)

    async def close(self) -> None:
        """Nothing is held."""


async def _give(socket: ClientConnection, given: str) -> None:
    if not given:
        return
    data = given.encode()
    for start in range(0, len(data), _CHUNK):
        await socket.send(bytes([_STDIN]) + data[start : start + _CHUNK])
    await socket.send(bytes([_CLOSE, _STDIN]))


async def _heard(socket: ClientConnection, most_bytes: int) -> Ran:
    out, err = Bounded(most_bytes), Bounded(most_bytes)
    code: int | None = None
    try:
        async for frame in socket:
            if not isinstance(frame, bytes) or not frame:
                continue
            if frame[0] == _ENDED:
                code = _code(frame[1:])
                break
            (err if frame[0] == _STDERR else out).add(frame[1:] if frame[0] in (_STDOUT, _STDERR) else b"")
    except ConnectionClosed:
        pass
    if code is None:
        raise TransportFailed("Kubernetes: the connection broke before the command ended", Trouble.LOST)
    return Ran(code=code, out=out.text(), err=err.text(), cut=out.cut or err.cut)


def _code(said: bytes) -> int:
    """The exit code of the status that ends a command. Raises TransportFailed where it was not even started."""
    try:
        status: Any = orjson.loads(said)
    except ValueError:
        raise TransportFailed("Kubernetes: how the command ended is not understood", Trouble.PARSE) from None
    if mapping(status).get("status") == "Success":
        return 0
    for cause in entries(mapping(mapping(status).get("details")).get("causes")):
        if cause.get("reason") == "ExitCode" and str(cause.get("message")).isdigit():
            return int(cause["message"])
    message = str(mapping(status).get("message") or "")
    if (problem := _NOT_STARTED.search(message)) is not None:
        raise missing(problem["program"])
    raise TransportFailed(f"Kubernetes does not start the command: {first_line(message) or '?'}", Trouble.REFUSED)


def _failed(error: BaseException) -> TransportFailed:
    if isinstance(error, InvalidStatus):
        status = error.response.status_code
        trouble = {401: Trouble.AUTH, 403: Trouble.PERMISSION, 404: Trouble.MISSING}.get(status, Trouble.REFUSED)
        return TransportFailed(f"Kubernetes answered {status} to the wish to run a command", trouble)
    if isinstance(error, InvalidHandshake | InvalidMessage):
        return TransportFailed("Kubernetes: what answers does not run commands by WebSocket", Trouble.PARSE)
    words, trouble = why_unreachable(error)
    return TransportFailed(f"Kubernetes: {words}", trouble)
