"""Endpoint: an address to which a monitor posts alerts, and how it proves itself there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Endpoint:
    """One configured endpoint: `POST /alerts/{name}`."""

    name: str
    source: str
    """The plug that reads its bodies."""
    systems: tuple[str, ...]
    """The systems that its alerts may mean, at least one."""
    bearer: tuple[str, ...] = field(default=(), repr=False)
    """Tokens it accepts, several while one is being replaced."""
    hmac: tuple[str, ...] = field(default=(), repr=False)
    """Secrets of signatures it accepts. With neither tokens nor secrets every post is refused."""
    signature_header: str = ""
    """The header of the signature, in lower case; empty: the source's usual one."""
    timestamp_header: str = ""
    """The header of the time that is signed along, in lower case; empty: none, or the source's usual one."""
    max_body: int = 1 << 20
    """The largest body it takes, in bytes."""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    """For the source: how to read bodies that are of nobody's usual form."""

    @property
    def open(self) -> bool:
        """Whether anybody can prove themselves here at all."""
        return bool(self.bearer or self.hmac)
