"""A Docker Engine API on a socket of its own: answers in the recorded shapes, and an exec that really runs the command
and sends its outputs as Docker does."""

from __future__ import annotations

import asyncio
import contextlib
import json
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

REASONS = {status.value: status.phrase for status in HTTPStatus}


class Dockerd:
    """`answers` by path: a JSON value, bytes, a pair of a status and either, or None, which never answers. Lists under
    /containers/json are filtered by the labels that are asked for."""

    def __init__(self, answers: Mapping[str, Any], containers: tuple[str, ...] = ()) -> None:
        self.answers, self.containers = dict(answers), containers
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.address = ""
        self._wishes: dict[str, dict[str, Any]] = {}
        self._codes: dict[str, int] = {}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                method, target, _ = head.split(" ", 2)
                length = next(
                    (int(line[15:]) for line in head.split("\r\n") if line.lower().startswith("content-length:")), 0
                )
                body = json.loads(await reader.readexactly(length)) if length else None
                url = urlsplit(target)
                self.asked.append((url.path, dict(parse_qsl(url.query))))
                if method == "POST" and url.path.endswith("/start"):
                    await self._run(url.path.split("/")[2], reader, writer)
                    break
                status, said = self._answer(method, url.path, dict(parse_qsl(url.query)), body)
                if said is None:
                    await reader.read()
                    break
                sent = said if isinstance(said, bytes) else json.dumps(said).encode()
                writer.write(
                    f"HTTP/1.1 {status} {REASONS[status]}\r\nContent-Length: {len(sent)}\r\n\r\n".encode() + sent
                )
                await writer.drain()
        writer.close()

    def _answer(self, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
        parts = path.split("/")
        if method == "POST" and path.endswith("/exec"):
            if parts[2] not in self.containers:
                return 404, {"message": f"No such container: {parts[2]}"}
            name = f"e{len(self._wishes)}"
            self._wishes[name] = body
            return 201, {"Id": name}
        if parts[1] == "exec":
            return 200, {"ID": parts[2], "Running": False, "ExitCode": self._codes.get(parts[2])}
        if path not in self.answers:
            what = {"containers": "No such container", "networks": "network"}.get(parts[1], "page not found")
            return 404, {"message": f"{what}: {parts[2] if len(parts) > 2 else path}"}
        said = self.answers[path]
        status, said = said if isinstance(said, tuple) else (200, said)
        if path == "/containers/json" and "filters" in query and isinstance(said, list):
            wanted = [label.split("=", 1) for label in json.loads(query["filters"]).get("label", [])]
            said = [one for one in said if all(one["Labels"].get(name) == value for name, value in wanted)]
        return status, said

    async def _run(self, name: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        wish = self._wishes[name]
        writer.write(
            b"HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.multiplexed-stream\r\n"
            b"Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n"
        )
        pipe, folder = asyncio.subprocess.PIPE, wish.get("WorkingDir")
        try:
            process = await asyncio.create_subprocess_exec(
                *wish["Cmd"], stdin=pipe, stdout=pipe, stderr=pipe, cwd=folder
            )
        except FileNotFoundError as problem:
            why = f'exec: "{wish["Cmd"][0]}": executable file not found in $PATH'
            if folder is not None and problem.filename == folder:
                why = f'chdir to cwd ("{folder}") set in config.json failed: no such file or directory'
            said = f"OCI runtime exec failed: exec failed: unable to start container process: {why}: unknown\r\n"
            writer.write(framed(1, said.encode()))
            self._codes[name] = 127
            writer.close()
            return

        async def out(channel: int, stream: asyncio.StreamReader) -> None:
            while data := await stream.read(30_000):
                writer.write(framed(channel, data))
                await writer.drain()

        async def into() -> None:
            if wish["AttachStdin"]:
                while data := await reader.read(30_000):
                    process.stdin.write(data)
                    await process.stdin.drain()
            process.stdin.close()

        with contextlib.suppress(ConnectionError):
            await asyncio.gather(out(1, process.stdout), out(2, process.stderr), into())
        code = await process.wait()
        self._codes[name] = code if code >= 0 else 128 - code


def framed(channel: int, data: bytes) -> bytes:
    """A piece of output as Docker sends it."""
    return bytes([channel, 0, 0, 0]) + len(data).to_bytes(4, "big") + data


@asynccontextmanager
async def dockerd(answers: Mapping[str, Any] | None = None, containers: tuple[str, ...] = ()) -> AsyncIterator[Dockerd]:
    """One that listens on a unix socket; its `address` is what a pack would write."""
    said = Dockerd(answers or {}, containers)
    with tempfile.TemporaryDirectory(prefix="tocsin-docker-") as folder:
        server = await asyncio.start_unix_server(said.serve, Path(folder, "docker.sock"))
        said.address = f"unix://{folder}/docker.sock"
        try:
            yield said
        finally:
            server.close()
