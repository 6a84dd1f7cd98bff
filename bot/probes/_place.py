"""What probes of the network share: where a look starts from, and what hosts, ports and addresses look like."""

from __future__ import annotations

import asyncio
import socket
import ssl
from ipaddress import ip_address
from typing import Annotated

from pydantic import Field

from bot.core.evidence import Trouble
from bot.probes.base import ProbeFailed, Site
from bot.transports.local import Local

HostName = Annotated[
    str,
    Field(min_length=1, max_length=253, pattern=r"^(?:[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?|[0-9A-Fa-f:.]+)$"),
]
"""A host name or an IP address."""

Port = Annotated[int, Field(ge=1, le=65_535)]

Seconds = Annotated[float, Field(gt=0, le=60)]


class Unreached(ProbeFailed):
    """The target itself did not answer, or not as such a thing does. Whoever looked found that out; any other
    ProbeFailed means that nothing is known of the target."""


def is_address(host: str) -> bool:
    """Whether it is an IP address, and no name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def by_bot(site: Site) -> bool:
    """Whether the look starts from the bot itself, which needs no program for it."""
    return isinstance(site.transport, Local)


def limit_of(site: Site, seconds: float) -> float:
    """Seconds for one exchange, so that its own time limit comes before the check's deadline."""
    return max(0.05, min(seconds, site.within_s * 0.9))


def why_not(error: BaseException) -> tuple[Trouble, str]:
    """What kept a connection from being made or held, with a word for it. Looks into the causes, too."""
    chain: list[BaseException] = []
    waiting: list[BaseException | None] = [error]
    while waiting and len(chain) < 20:
        one = waiting.pop(0)
        if one is None or one in chain:
            continue
        chain.append(one)
        waiting += [*(one.exceptions if isinstance(one, BaseExceptionGroup) else ()), one.__cause__, one.__context__]
    for kinds, trouble, word in _REASONS:
        if any(isinstance(one, kinds) for one in chain):
            return trouble, word
    return Trouble.REFUSED, "cannot be reached"


_REASONS: tuple[tuple[tuple[type[BaseException], ...], Trouble, str], ...] = (
    ((socket.gaierror, UnicodeError), Trouble.DNS, "there is no such host"),
    ((ssl.SSLCertVerificationError,), Trouble.TLS, "its certificate is not trusted"),
    ((ssl.SSLError,), Trouble.TLS, "TLS failed"),
    ((ConnectionRefusedError,), Trouble.REFUSED, "the connection is refused"),
    ((TimeoutError, asyncio.TimeoutError), Trouble.TIMEOUT, "no answer in time"),
    ((ConnectionError, EOFError), Trouble.LOST, "hung up"),
)
