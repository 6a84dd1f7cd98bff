"""Real servers on loopback for the probes' tests: HTTP with and without TLS, what hangs, hangs up or talks nonsense."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.probes.base import Site
from bot.transports.local import Local
from tests.free_port import HOST, free_port
from tests.probes.kit import NOW

# Reading the certificates of all authorities takes longer than most looks.
_AUTHORITIES = httpx.create_ssl_context(trust_env=False)
Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
SECRET = "b1nance-s3cret-9f8e7d6c5b4a39281706"


@dataclass
class Request:
    """What a client asked."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: str


@dataclass
class Answer:
    """What is answered: a status, headers and a body, after the head perhaps forever nothing."""

    body: str | bytes = "{}"
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    hangs: bool = False


class Web:
    """An HTTP server that answers by path, and remembers what it was asked."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self.answers = dict(answers)
        self.asked: list[Request] = []
        self.url = ""
        self.port = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                first, *lines = head.strip().split("\r\n")
                method, target, _ = first.split(" ", 2)
                headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
                body = (await reader.readexactly(int(headers.get("content-length", 0)))).decode()
                path, _, query = target.partition("?")
                request = Request(method, path, query, headers, body)
                self.asked.append(request)
                answer = self.answers.get(path, Answer("nothing here", 404))
                if callable(answer):
                    answer = answer(request)
                if not isinstance(answer, Answer):
                    answer = Answer(answer)
                await self._write(writer, answer, method)

    async def _write(self, writer: asyncio.StreamWriter, answer: Answer, method: str) -> None:
        body = answer.body.encode() if isinstance(answer.body, str) else answer.body
        lines = [f"HTTP/1.1 {answer.status} X", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in answer.headers]
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        await writer.drain()
        if answer.hangs:
            await asyncio.Event().wait()
        if method != "HEAD":
            writer.write(body)
        await writer.drain()


@asynccontextmanager
async def listening(handler: Handler, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A server on a free port; its connections end with it."""
    tasks: set[asyncio.Task[None]] = set()

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await handler(reader, writer)
        except (ConnectionError, asyncio.CancelledError, ssl.SSLError):
            pass
        finally:
            tasks.discard(task)
            writer.transport.abort()

    server = await asyncio.start_server(one, HOST, 0, ssl=tls, limit=10_000_000)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=2)


@asynccontextmanager
async def web(answers: Mapping[str, Any], tls: ssl.SSLContext | None = None) -> AsyncIterator[Web]:
    """An HTTP server with these answers."""
    made = Web(answers)
    async with listening(made, tls) as port:
        made.port, made.url = port, f"{'https' if tls else 'http'}://{HOST}:{port}"
        yield made


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Takes the connection and never says a word."""
    await asyncio.Event().wait()


async def hanging_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Listens to the beginning of the question and goes."""
    await reader.read(1)


async def garbled(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Speaks, but not what was asked for."""
    await reader.read(1)
    writer.write(b"\x00\x01SSH-2.0-nonsense\r\n\r\n" * 3)
    await writer.drain()


async def closed_port() -> int:
    """A port that nobody listens on."""
    return free_port()


@asynccontextmanager
async def bot_site(address: str = "", secrets: Mapping[str, str] | None = None, **changes: Any) -> AsyncIterator[Site]:
    """A look by the bot itself, with a real HTTP client."""
    known = dict(secrets or {})
    async with httpx.AsyncClient(verify=_AUTHORITIES, trust_env=False, follow_redirects=False) as client:
        parts = {"transport": Local(), "http": client, "now": lambda: NOW, "within_s": 10.0}
        yield Site(**{**parts, "address": address, "secret": lambda name: known.get(name, ""), **changes})


class Distant:
    """A transport that is not the bot's own and runs programs here all the same."""

    def __init__(self) -> None:
        self._local = Local()
        self.asked: list[tuple[str, ...]] = []

    async def run(self, argv: Any, *, within_s: float, most_bytes: int = 1_000_000, given: str = "") -> Any:
        self.asked.append(tuple(argv))
        return await self._local.run(argv, within_s=within_s, most_bytes=most_bytes, given=given)

    async def close(self) -> None:
        """Nothing is held."""


class Certificates:
    """An authority, and certificates of its own making."""

    def __init__(self, folder: Path, now: datetime | None = None) -> None:
        self.folder, self.now = folder, now or datetime.now(UTC)
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Loopback Authority")])
        built = self._builder(self._name, self._key.public_key(), 3650)
        built = built.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        usage = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
        built = built.add_extension(usage, critical=True)
        built = built.add_extension(x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), critical=False)
        self.file = folder / "authority.pem"
        self.file.write_bytes(built.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def _builder(self, subject: x509.Name, key: Any, days: float, ago: float = 10) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.now - timedelta(days=ago))
            .not_valid_after(self.now + timedelta(days=days))
        )

    def context(self, *names: str, days: float = 90, ago: float = 10) -> ssl.SSLContext:
        """A server's side with a certificate for these names, that holds so long from now."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
        stands_for: list[x509.GeneralName] = []
        for name in names:
            try:
                stands_for.append(x509.IPAddress(ipaddress.ip_address(name)))
            except ValueError:
                stands_for.append(x509.DNSName(name))
        built = self._builder(subject, key.public_key(), days, ago)
        built = built.add_extension(x509.SubjectAlternativeName(stands_for), critical=False)
        built = built.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False
        )
        file = self.folder / f"{names[0].replace('*', 'star')}-{days:g}.pem"
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + built.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        )
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(file)
        return made
