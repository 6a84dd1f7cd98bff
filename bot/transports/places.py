"""Places: the transport of each place that a pack names. What costs a connection is opened once and kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.core.check import Place
from bot.core.evidence import Trouble
from bot.transports.base import MOST_BYTES, Ran, Transport, TransportFailed
from bot.transports.docker import InContainer
from bot.transports.kubernetes import InPod
from bot.transports.kubernetes_api import Way
from bot.transports.local import Local
from bot.transports.ssh import Login, Ssh

SecretOf = Callable[[str], str]
"""The value of a pack's secret, by name; empty where it is not set."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SshKeys:
    """How the bot proves itself to hosts, and by which keys it knows them."""

    key: Path | None = None
    """The private key's file."""
    known_hosts: Path | None = None
    """The file with the hosts' keys. No other key is believed."""


@dataclass(kw_only=True)
class Places:
    """All places of all packs."""

    ssh: SshKeys = field(default_factory=SshKeys)
    _hosts: dict[tuple[str, str, int], Ssh] = field(default_factory=dict)

    async def at(self, place: Place, secret: SecretOf) -> Transport:
        """The transport of a place. Raises TransportFailed where something that it needs is not configured."""
        match place.transport:
            case "local":
                return Local(place.directory)
            case "ssh":
                return Into(await self._host(place), place.directory)
            case "docker":
                if not place.unit:
                    return _Nowhere(f"{place.id} is Docker: name one of its services to look inside")
                return Into(InContainer(place.unit, place.address), place.directory)
            case "kubernetes":
                if not (place.unit or place.selector):
                    return _Nowhere(f"{place.id} is a cluster: name one of its services to look inside")
                token, authority = (secret(name) if name else "" for name in (place.secret, place.authority))
                way = Way(address=place.address, token=token, ca=authority)
                pod = InPod(way, namespace=place.namespace, unit=place.unit, selector=place.selector)
                return Into(pod, place.directory)

    async def _host(self, place: Place) -> Ssh:
        key = (place.address, place.user, place.port)
        if key not in self._hosts:
            if self.ssh.known_hosts is None:
                why = "no host is known: set TOCSIN_SSH_KNOWN_HOSTS to a file with the hosts' keys"
                raise TransportFailed(why, Trouble.MISSING)
            login = Login(
                host=place.address, user=place.user, port=place.port or 22,
                known_hosts=await _read(self.ssh.known_hosts, "TOCSIN_SSH_KNOWN_HOSTS"),
                key=await _read(self.ssh.key, "TOCSIN_SSH_KEY") if self.ssh.key else "",
            )  # fmt: skip
            self._hosts.setdefault(key, Ssh(login))
        return self._hosts[key]

    async def close(self) -> None:
        """End every connection."""
        hosts, self._hosts = list(self._hosts.values()), {}
        for host in hosts:
            await host.close()


async def _read(file: Path, variable: str) -> str:
    try:
        return await asyncio.to_thread(file.read_text, encoding="utf-8")
    except (OSError, UnicodeError) as problem:
        why = getattr(problem, "strerror", None) or "it is no text"
        raise TransportFailed(f"{variable}: {file.name} cannot be read: {why}", Trouble.MISSING) from None


class Into:
    """A place whose relative paths begin in a directory: its programs begin there."""

    def __init__(self, inner: Ssh | InContainer | InPod, directory: str) -> None:
        self._inner, self._directory = inner, directory

    async def run(self, argv: Sequence[str], *, within_s: float, most_bytes: int = MOST_BYTES, given: str = "") -> Ran:
        """See `Transport.run`."""
        return await self._inner.run(
            argv, within_s=within_s, most_bytes=most_bytes, given=given, directory=self._directory
        )

    async def close(self) -> None:
        """What is inside is closed by whoever opened it."""


class _Nowhere:
    """Runs nothing. Probes that ask an API do not need to."""

    def __init__(self, why: str) -> None:
        self._why = why

    async def run(self, argv: Sequence[str], *, within_s: float, most_bytes: int = MOST_BYTES, given: str = "") -> Ran:
        """Always fails."""
        raise TransportFailed(self._why, Trouble.MISSING)

    async def close(self) -> None:
        """Nothing is held."""
