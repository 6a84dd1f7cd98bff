"""Docker's Engine API: its address, its answers, and the stream in which it sends what containers print."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from bot.core.evidence import Trouble
from bot.transports.base import TransportFailed
from bot.transports.rest import CLIENTS_SHARE, fetch

USUAL_ADDRESS = "unix:///var/run/docker.sock"
STDERR = 2

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,254}", re.ASCII)


class DockerApi:
    """Asks one Docker. Its address: `unix:///var/run/docker.sock`, which is the usual one, `tcp://host:2375`, or https.

    A proxy that lets only reading through is the safe thing to point it at: the socket itself is root on that host."""

    def __init__(self, address: str, within_s: float) -> None:
        self._within_s = within_s
        parts = urlsplit(address or USUAL_ADDRESS)
        self.socket_path = parts.path if parts.scheme == "unix" else ""
        if not self.socket_path and (parts.scheme not in ("tcp", "http", "https") or not parts.hostname):
            raise TransportFailed(
                f"Docker's address is none: write {USUAL_ADDRESS} or tcp://host:2375", Trouble.MISSING
            )
        self.host, self.port = parts.hostname or "", _port(parts)
        base = "http://docker" if self.socket_path else f"{parts.scheme.replace('tcp', 'http')}://{parts.netloc}"
        # Reading what this machine believes takes longer than most answers, and only https needs it.
        trust = base.startswith("https:")
        transport = httpx.AsyncHTTPTransport(uds=self.socket_path, verify=trust) if self.socket_path else None
        self._client = httpx.AsyncClient(
            base_url=base, transport=transport, timeout=CLIENTS_SHARE * within_s, trust_env=False, verify=trust
        )

    async def get(self, path: str, **query: Any) -> Any:
        """An answer's JSON. Raises TransportFailed."""
        answer = await fetch(self._client, path, what="Docker", within_s=self._within_s, params=_query(query))
        if answer.status != 200:
            raise answer.failure("Docker")
        return answer.json("Docker")

    async def post(self, path: str, body: Any) -> Any:
        """The same for what has to be posted, such as the wish to run a command."""
        answer = await fetch(self._client, path, what="Docker", within_s=self._within_s, method="POST", json=body)
        if answer.status not in (200, 201):
            raise answer.failure("Docker")
        return answer.json("Docker")

    async def text(self, path: str, most_bytes: int, **query: Any) -> tuple[bytes, bool]:
        """An answer as it came, and whether there was more. Raises TransportFailed."""
        answer = await fetch(
            self._client, path, what="Docker", within_s=self._within_s, most_bytes=most_bytes, params=_query(query)
        )
        if answer.status != 200:
            raise answer.failure("Docker")
        return answer.body, answer.cut

    async def close(self) -> None:
        """Give back what it holds."""
        await self._client.aclose()


def _port(parts: Any) -> int:
    try:
        return int(parts.port or {"https": 443, "http": 80}.get(parts.scheme, 2375))
    except ValueError:
        raise TransportFailed("Docker's address has a port that is none", Trouble.MISSING) from None


def _query(query: dict[str, Any]) -> dict[str, str]:
    """Filters are JSON within the query."""
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in query.items()}


def segment(name: str) -> str:
    """A container's or network's name as a part of a path. Raises TransportFailed for what is no name."""
    if _NAME.fullmatch(name) is None:
        raise TransportFailed(f"{name[:40]!r} is no name that Docker gives", Trouble.MISSING)
    return quote(name, safe="")


def pieces(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The parts of a stream in which Docker sends both outputs of a container together: 1 is standard output, 2 the
    error output. A last part that is not all there is given as far as it came. Raises TransportFailed."""
    at = 0
    while at + 8 <= len(data):
        channel, length = data[at], int.from_bytes(data[at + 4 : at + 8], "big")
        if channel > STDERR or data[at + 1 : at + 4] != b"\0\0\0":
            raise TransportFailed("Docker: the stream of a container's output is not understood", Trouble.PARSE)
        yield channel, data[at + 8 : at + 8 + length]
        at += 8 + length
