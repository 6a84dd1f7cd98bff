"""A Kubernetes API on loopback: objects in the recorded shapes, lists in pages and by label, and an exec over a
WebSocket that really runs the command."""

from __future__ import annotations

import asyncio
import contextlib
import json
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

TOKEN = "eyJhbGciOiJSUzI1NiJ9.dGhlLWJvdA.c2lnbmF0dXJlLW9mLXRoZS1ib3Q"


class Cluster:
    """`objects` by path: a list of objects, one object, bytes, or a pair of a status and either; None never answers.
    An object in a list is found by its name, too."""

    def __init__(self, objects: Mapping[str, Any], protocols: Sequence[str]) -> None:
        self.objects, self.protocols = dict(objects), protocols
        self.asked: list[tuple[str, dict[str, list[str]]]] = []
        self.headers: list[Headers] = []
        self.address = ""

    async def answer(self, connection: ServerConnection, request: Request) -> Response | None:
        """What is asked without a WebSocket; None: go on with it."""
        url = urlsplit(request.path)
        query = parse_qs(url.query)
        self.asked.append((url.path, query))
        self.headers.append(request.headers)
        if request.headers.get("Authorization") not in (f"Bearer {TOKEN}",):
            return response(401, status_of(401, "Unauthorized"))
        if url.path.endswith("/exec") and request.headers.get("Upgrade"):
            return None
        status, said = self._find(url.path)
        if said is None:
            await connection.wait_closed()
        if isinstance(said, list):
            said = self._page(said, query)
        return response(status, said)

    def _find(self, path: str) -> tuple[int, Any]:
        if path in self.objects:
            said = self.objects[path]
            return said if isinstance(said, tuple) else (200, said)
        top, _, name = path.rpartition("/")
        for one in self.objects.get(top, ()) if isinstance(self.objects.get(top), list) else ():
            if one["metadata"]["name"] == name:
                return 200, one
        kind = top.rpartition("/")[2]
        return 404, status_of(404, f'{kind} "{name}" not found')

    def _page(self, items: list[dict[str, Any]], query: dict[str, list[str]]) -> dict[str, Any]:
        terms = [term for said in query.get("labelSelector", []) for term in said.split(",")]
        found = [one for one in items if all(fits(one["metadata"].get("labels", {}), term) for term in terms)]
        start, size = int(query.get("continue", ["0"])[0]), int(query.get("limit", ["500"])[0])
        onward = {"continue": str(start + size)} if start + size < len(found) else {}
        return {"kind": "List", "metadata": onward, "items": found[start : start + size]}

    async def exec(self, socket: ServerConnection) -> None:
        """One command."""
        query = parse_qs(urlsplit(socket.request.path).query, keep_blank_values=True)
        pipe = asyncio.subprocess.PIPE
        try:
            process = await asyncio.create_subprocess_exec(*query["command"], stdin=pipe, stdout=pipe, stderr=pipe)
        except FileNotFoundError:
            said = "OCI runtime exec failed: exec failed: unable to start container process: exec: "
            said += f'"{query["command"][0]}": executable file not found in $PATH: unknown'
            await socket.send(b"\3" + json.dumps(status_of(500, said)).encode())
            return

        async def out(channel: bytes, stream: asyncio.StreamReader) -> None:
            while data := await stream.read(30_000):
                await socket.send(channel + data)

        async def into() -> None:
            async for frame in socket:
                if frame[:1] == b"\0":
                    process.stdin.write(frame[1:])
                elif frame == b"\xff\0":
                    process.stdin.close()

        if query["stdin"] == ["true"]:
            reading = asyncio.create_task(into())
        else:
            process.stdin.close()
            reading = asyncio.create_task(socket.wait_closed())
        with contextlib.suppress(Exception):
            await asyncio.gather(out(b"\1", process.stdout), out(b"\2", process.stderr))
            await socket.send(b"\3" + json.dumps(ended_with(await process.wait())).encode())
        reading.cancel()
        await process.wait()


def fits(labels: Mapping[str, str], term: str) -> bool:
    """Whether labels answer to one term of a selector."""
    if " in " in term or " notin " in term:
        raise NotImplementedError(term)
    name, equals, value = term.partition("=")
    return labels.get(name) == value.lstrip("=") if equals else name in labels


def status_of(code: int, message: str) -> dict[str, Any]:
    """How Kubernetes says that something went wrong."""
    reason = {401: "Unauthorized", 403: "Forbidden", 404: "NotFound"}.get(code, "InternalError")
    return {
        "kind": "Status",
        "apiVersion": "v1",
        "status": "Failure",
        "message": message,
        "reason": reason,
        "code": code,
    }


def ended_with(code: int) -> dict[str, Any]:
    """How the exec tells a command's exit code."""
    if code == 0:
        return {"metadata": {}, "status": "Success"}
    code = code if code > 0 else 128 - code
    return {
        "metadata": {},
        "status": "Failure",
        "message": f"command terminated with non-zero exit code: exit status {code}",
        "reason": "NonZeroExitCode",
        "details": {"causes": [{"reason": "ExitCode", "message": str(code)}]},
    }


def response(status: int, said: Any) -> Response:
    """An HTTP answer."""
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    headers = Headers({"Content-Type": "application/json", "Content-Length": str(len(body)), "Connection": "close"})
    return Response(status, HTTPStatus(status).phrase, headers, body)


@asynccontextmanager
async def cluster(
    objects: Mapping[str, Any] | None = None,
    *,
    protocols: Sequence[str] = ("v5.channel.k8s.io", "v4.channel.k8s.io"),
    trust: ssl.SSLContext | None = None,
) -> AsyncIterator[Cluster]:
    """One that listens; its `address` is what a pack would write."""
    said = Cluster(objects or {}, protocols)
    async with serve(
        said.exec, "127.0.0.1", 0, process_request=said.answer, ssl=trust, close_timeout=0.2,
        subprotocols=[Subprotocol(name) for name in protocols], ping_interval=None, max_size=None,
    ) as server:  # fmt: skip
        port = next(iter(server.sockets)).getsockname()[1]
        said.address = f"{'https' if trust else 'http'}://127.0.0.1:{port}"
        yield said


def pod(name: str, **changes: Any) -> dict[str, Any]:
    """A pod that runs and is ready. `changes` by the section they belong to."""
    made = {
        "metadata": {
            "name": name, "namespace": "trading-system", "creationTimestamp": "2026-11-20T03:12:00Z", "labels": {},
        },
        "spec": {"nodeName": "node-1", "containers": [{"name": "app", "image": "registry.example.com/app:1.4"}]},
        "status": {
            "phase": "Running", "podIP": "10.8.0.7", "startTime": "2026-11-20T03:12:00Z",
            "conditions": [{"type": "Ready", "status": "True"}],
            "containerStatuses": [
                {
                    "name": "app", "ready": True, "restartCount": 0,
                    "state": {"running": {"startedAt": "2026-11-20T03:12:05Z"}},
                }
            ],
        },
    }  # fmt: skip
    for section, change in changes.items():
        made[section] |= change
    return made
