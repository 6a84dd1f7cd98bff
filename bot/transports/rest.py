"""One answer of an API by HTTP, bounded in bytes and seconds, with the class of the error where there is none."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import orjson

from bot.core.evidence import Trouble
from bot.core.text import first_line
from bot.transports.base import TransportFailed
from bot.transports.reaching import why_unreachable

MOST_ANSWER = 16_000_000
"""Bytes of an answer that are read."""
CLIENTS_SHARE = 0.8
"""Of the time for an answer, after which the client itself gives up: ended from outside in the middle of a handshake,
it would leave its connection open."""
_BROKE = ("the connection broke", Trouble.LOST)


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    cut: bool = False
    """There was more."""

    def json(self, what: str) -> Any:
        """The body as JSON. Raises TransportFailed."""
        if self.cut:
            raise TransportFailed(f"{what}: more came back than may be read", Trouble.TOO_MUCH)
        try:
            return orjson.loads(self.body)
        except ValueError:
            raise TransportFailed(f"{what}: the answer is not understood", Trouble.PARSE) from None

    def failure(self, what: str) -> TransportFailed:
        """What a status that is none of success means: to be raised."""
        trouble = {401: Trouble.AUTH, 403: Trouble.PERMISSION, 404: Trouble.MISSING, 407: Trouble.AUTH}.get(self.status)
        if trouble is None:
            trouble = Trouble.REFUSED if self.status >= 500 or self.status in (408, 409, 429) else Trouble.PARSE
        said = _message(self.body)
        return TransportFailed(f"{what} answered {self.status}" + (f": {said}" if said else ""), trouble)


def _message(body: bytes) -> str:
    """What Docker and Kubernetes, and most others, say went wrong."""
    try:
        said = orjson.loads(body[:100_000])
    except ValueError:
        return ""
    return first_line(said["message"]) if isinstance(said, dict) and isinstance(said.get("message"), str) else ""


async def fetch(
    client: httpx.AsyncClient,
    path: str,
    *,
    what: str,
    within_s: float,
    method: str = "GET",
    most_bytes: int = MOST_ANSWER,
    **parts: Any,
) -> Answer:
    """Ask once; whatever the status is, it is an answer. `what` names what is asked, in errors.

    Raises TransportFailed. Its text never holds the address, nor what was sent."""
    try:
        async with asyncio.timeout(within_s), client.stream(method, path, **parts) as response:
            body, cut = bytearray(), False
            async for piece in response.aiter_bytes():
                body += piece
                if len(body) > most_bytes:
                    cut = True
                    break
            return Answer(status=response.status_code, headers=response.headers, body=bytes(body[:most_bytes]), cut=cut)
    except (TimeoutError, httpx.TimeoutException):
        raise TransportFailed(f"{what} did not answer within {within_s:g} s", Trouble.TIMEOUT) from None
    except (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.LocalProtocolError):
        raise TransportFailed(f"the address of {what} is none that can be asked", Trouble.MISSING) from None
    except httpx.DecodingError:
        raise TransportFailed(f"{what}: the answer is not understood", Trouble.PARSE) from None
    except (httpx.HTTPError, OSError) as error:
        words, trouble = why_unreachable(error)
        if isinstance(error, httpx.RemoteProtocolError):
            hung_up = "disconnected" in str(error) or "closed" in str(error)
            words, trouble = _BROKE if hung_up else ("what answers does not speak HTTP", Trouble.PARSE)
        elif isinstance(error, httpx.ReadError | httpx.WriteError):
            words, trouble = _BROKE
        elif isinstance(error, httpx.ConnectError) and trouble is Trouble.LOST:
            words, trouble = "it cannot be reached", Trouble.REFUSED
        raise TransportFailed(f"{what}: {words}", trouble) from None
