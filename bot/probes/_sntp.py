"""What a time server says: one question by SNTP (RFC 4330) over UDP, from the bot itself."""

from __future__ import annotations

import asyncio
import secrets
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.core.evidence import Trouble
from bot.probes.base import ProbeFailed

_FROM_1900 = 2_208_988_800
_PACKET = struct.Struct("!BBbbIIIQQQQ")
_ERA = 2**32


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a time server says, and what follows from it."""

    server: str
    offset_s: float
    """What has to be added to the bot's clock."""
    delay_s: float
    """To the server and back."""
    stratum: int
    synchronised: bool
    """Whether the server itself knows the time."""


class _Asked(asyncio.DatagramProtocol):
    """Waits for one answer."""

    def __init__(self) -> None:
        self.answer: asyncio.Future[tuple[bytes, float]] = asyncio.get_running_loop().create_future()

    def datagram_received(self, data: bytes, addr: object) -> None:
        if not self.answer.done():
            self.answer.set_result((data, asyncio.get_running_loop().time()))

    def error_received(self, exc: Exception) -> None:
        if not self.answer.done():
            self.answer.set_exception(exc)


async def ask(server: str, port: int, *, now: Callable[[], datetime], within_s: float) -> Answer:
    """Ask once. Raises ProbeFailed: `dns`, `refused`, `timeout`, `parse`."""
    # The server returns what we say the time is; a random number there tells its answer from a forged one.
    nonce = secrets.randbits(64)
    question = _PACKET.pack(0x23, 0, 0, 0, 0, 0, 0, 0, 0, 0, nonce)
    transport: asyncio.DatagramTransport | None = None
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(within_s):
            transport, asked = await loop.create_datagram_endpoint(_Asked, remote_addr=(server, port))
            sent_at, started = now().timestamp(), loop.time()
            transport.sendto(question)
            data, ended = await asked.answer
    except TimeoutError:
        raise ProbeFailed(f"{server}: no answer within {within_s:g} s", Trouble.TIMEOUT) from None
    except socket.gaierror:
        raise ProbeFailed(f"{server}: there is no such host", Trouble.DNS) from None
    except (OSError, UnicodeError, ValueError) as problem:
        raise ProbeFailed(f"{server}: {problem}", Trouble.REFUSED) from None
    finally:
        if transport is not None:
            transport.close()
    return read_answer(server, data, nonce=nonce, sent_at=sent_at, received_at=sent_at + ended - started)


def read_answer(server: str, data: bytes, *, nonce: int, sent_at: float, received_at: float) -> Answer:
    """The answer in a packet; both times are the bot's, in seconds since 1970. Raises ProbeFailed."""
    wrong = ProbeFailed(f"{server}: the answer is not understood", Trouble.PARSE)
    if len(data) < _PACKET.size:
        raise wrong
    flags, stratum, _, _, _, _, reference, _, originate, receive, transmit = _PACKET.unpack_from(data)
    if flags & 7 != 4 or originate != nonce or not receive or not transmit:
        raise wrong
    if stratum == 0:
        code = reference.to_bytes(4, "big").decode("ascii", "replace")
        word = code if code.isalnum() else "no reason"
        raise ProbeFailed(f"{server}: refuses to answer ({word})", Trouble.REFUSED)
    came, left = _seconds(receive, sent_at), _seconds(transmit, sent_at)
    return Answer(
        server=server,
        offset_s=((came - sent_at) + (left - received_at)) / 2,
        delay_s=max(0.0, (received_at - sent_at) - (left - came)),
        stratum=stratum,
        synchronised=flags >> 6 != 3 and stratum < 16,
    )


def _seconds(stamp: int, about: float) -> float:
    """A timestamp of NTP in seconds since 1970. It wraps around after 136 years: the one nearest to now is meant."""
    seconds = stamp / _ERA - _FROM_1900
    return seconds + round((about - seconds) / _ERA) * _ERA
