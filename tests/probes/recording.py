"""What looks ask for, recorded as it leaves: arguments of programs, request lines, messages, a database's commands."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import json
import re
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import httpx

from bot.probes.base import Probe, ProbeFailed, Site
from bot.transports.base import MOST_BYTES, Ran
from bot.transports.local import Local
from tests.probes.kit import NOW
from tests.probes.mongod import mongod
from tests.probes.ports import UnderWay, closing, ended
from tests.probes.venues import SECRETS

_WEBSOCKET = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_SETTING = re.compile(r'([a-z-]+)(?: = "((?:[^"\\]|\\.)*)")?')
_PLACE = "<value>"
_VARIES = ("signature", "nonce", "timestamp")
"""Fields of a signed request that hang on all the others."""


@dataclass(kw_only=True)
class Asked:
    """All that was asked in one look."""

    argv: list[tuple[str, ...]] = field(default_factory=list)
    requests: list[tuple[str, str, str, str]] = field(default_factory=list)
    """Method, host and port, target as it stands in the request line, body."""
    documents: list[Any] = field(default_factory=list)
    """Messages of a stream and commands of a database."""

    @property
    def anything(self) -> bool:
        return bool(self.argv or self.requests or self.documents)

    def shape(self, value: str = "") -> Any:
        """What was asked, with a mark in the place of the value, where one is given, within an argument, a step of a
        path, a field of a query or a text in a document. Digits count as one: times and lengths are made of them."""
        return (
            [tuple(_marked(word, value) for word in argv) for argv in self.argv],
            sorted((_request(request, value) for request in self.requests), key=repr),
            [_document(one, value) for one in self.documents],
        )


def _marked(text: str, value: str) -> str:
    return re.sub(r"\d+", "#", text.replace(value, _PLACE) if len(value) >= 4 else text)


def _request(request: tuple[str, str, str, str], value: str) -> Any:
    method, host, target, body = request
    path, _, query = target.partition("?")
    fields = [*parse_qsl(query, keep_blank_values=True), ("body", ""), *parse_qsl(body, keep_blank_values=True)]
    steps = tuple(_marked(unquote(step), value) for step in path.split("/"))
    return method, host, steps, [(name, "" if name in _VARIES else _field(name, text, value)) for name, text in fields]


def _field(name: str, text: str, value: str) -> Any:
    """A field may hold JSON, as Docker's filters do, or PromQL, which is taken apart into its texts and all else."""
    if name == "query":
        parts = _PROMQL_TEXT.split(text)
        texts = [_marked(re.sub(r"\\(.)", _unescaped, one), value) for one in parts[1::2]]
        return [_marked(one, value) for one in parts[::2]], texts
    return _document(json.loads(text), value) if name == "filters" else _marked(text, value)


_PROMQL_TEXT = re.compile(r'"((?:[^"\\\n]|\\.)*)"')


def _unescaped(found: re.Match[str]) -> str:
    return "\n" if found[1] == "n" else found[1]


def _document(document: Any, value: str) -> Any:
    if isinstance(document, dict):
        return {name: _document(one, value) for name, one in document.items()}
    if isinstance(document, list):
        return [_document(one, value) for one in document]
    return _marked(document, value) if isinstance(document, str) else type(document).__name__


class Recorder:
    """A loop of its own, in which servers on loopback answer everything with the same, and looks ask them."""

    def __init__(self) -> None:
        self._seen, self._says = Asked(), (200, "{}")
        self._doing = AsyncExitStack()
        self._runner = asyncio.Runner()
        self._runner.run(self._start())

    async def _start(self) -> None:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self._port = server.sockets[0].getsockname()[1]
        self._talks: UnderWay = {}
        self._doing.push_async_callback(ended, self._talks)
        self._doing.callback(server.close)
        self._mongo, self._mongod = await self._doing.enter_async_context(mongod({"explain": {"ok": 1.0}}))
        self._http = await self._doing.enter_async_context(httpx.AsyncClient(verify=False, trust_env=False))

    def close(self) -> None:
        """End the servers."""
        self._runner.run(self._doing.aclose())
        self._runner.close()

    def look(
        self, probe: Probe, parameters: Any, *, by_bot: bool = True, status: int = 200, body: str = "{}", says: str = ""
    ) -> Asked:
        """What one look asks for, at a place whose programs say `says`, and whose servers answer everything with this
        status and body. Where the bot does not look itself, curl does."""
        self._seen, self._says = Asked(), (status, body)
        self._hears = bool(getattr(parameters, "subscribe", ()))
        self._mongod.asked.clear()
        site = Site(
            transport=(_Here if by_bot else _There)(self._seen, says), http=self._http, now=lambda: NOW, within_s=2,
            address=self._address(probe), secret=lambda name: SECRETS.get(name, ""),
        )  # fmt: skip
        self._runner.run(self._looked(probe, parameters, site))
        self._seen.documents += [{k: v for k, v in one.items() if k != "lsid"} for one in self._mongod.asked]
        return self._seen

    async def _looked(self, probe: Probe, parameters: Any, site: Site) -> None:
        with contextlib.suppress(ProbeFailed):
            await probe.look(parameters, site)
        # Of two questions asked at once the second may still be under way when the first has failed.
        others = asyncio.all_tasks() - {asyncio.current_task()} - self._talks.keys()
        await asyncio.wait(others, timeout=1) if others else None

    def _address(self, probe: Probe) -> str:
        if probe.name.startswith("mongo"):
            return self._mongo
        scheme = {"docker": "tcp", "websocket": "ws"}.get(probe.name.partition("_")[0], "http")
        return f"{scheme}://127.0.0.1:{self._port}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A WebSocket hears one message, if there is one, and is hung up."""
        self._talks[asyncio.current_task()] = writer  # type: ignore[index]
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError), closing(writer):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                first, *lines = head.strip().split("\r\n")
                method, target, _ = first.split(" ")
                headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
                sent = await reader.readexactly(int(headers.get("content-length", 0)))
                self._seen.requests.append((method, headers["host"], target, sent.decode()))
                if "upgrade" in headers:
                    writer.write(_upgraded(headers["sec-websocket-key"]))
                    if self._hears:
                        self._seen.documents.append(await _message(reader))
                    return
                status, body = self._says
                writer.write(f"HTTP/1.1 {status} x\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())


class _There:
    """Programs somewhere else; curl is understood as curl understands its settings."""

    def __init__(self, seen: Asked, says: str) -> None:
        self._seen, self._says = seen, says

    async def run(self, argv: Sequence[str], *, within_s: float, most_bytes: int = MOST_BYTES, given: str = "") -> Ran:
        if argv[0] == "curl":
            assert list(argv) == ["curl", "-q", "--config", "-"]
            self._seen.requests.append(_by_curl(given))
            return Ran(code=7, out="", err="curl: (7) refused")
        assert not given
        self._seen.argv.append(tuple(argv))
        return Ran(code=0, out=self._says, err="")

    async def close(self) -> None:
        """Nothing is held."""


class _Here(Local):
    """The bot's own host."""

    def __init__(self, seen: Asked, says: str) -> None:
        super().__init__()
        self.run = _There(seen, says).run  # type: ignore[method-assign]


def _by_curl(given: str) -> tuple[str, str, str, str]:
    """The request that curl would make of its settings. Fails where a line of them is no setting."""
    settings = {}
    for line in given.rstrip("\n").split("\n"):
        found = _SETTING.fullmatch(line)
        assert found is not None, f"curl would not understand {line!r}"
        assert found[1] not in settings or found[1] == "header", f"{found[1]} stands there twice"
        settings[found[1]] = json.loads(f'"{found[2]}"') if found[2] is not None else ""
    parts = urlsplit(settings["url"])
    assert parts.scheme == "http"
    assert not parts.fragment
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    return settings.get("request", "HEAD"), parts.netloc, target, settings.get("data-raw", "")


def _upgraded(key: str) -> bytes:
    accept = base64.b64encode(hashlib.sha1(key.encode() + _WEBSOCKET).digest()).decode()
    head = f"HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"
    return head.encode()


async def _message(reader: asyncio.StreamReader) -> Any:
    """The first message that a client sends, which masks it."""
    size = (await reader.readexactly(2))[1] & 0x7F
    size = int.from_bytes(await reader.readexactly(2), "big") if size == 126 else size
    mask, sent = await reader.readexactly(4), await reader.readexactly(size)
    return json.loads(bytes(byte ^ mask[at % 4] for at, byte in enumerate(sent)))
