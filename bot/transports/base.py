"""The contract of the transports: one fixed argv at a time, bounded in bytes and seconds. Nothing reaches a shell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.core.evidence import Trouble

MOST_BYTES = 1_000_000
"""Bytes of output that are read of one command, unless it is asked for otherwise."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ran:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str
    cut: bool = False
    """There was more: the middle is missing."""


class TransportFailed(Exception):
    """The command could not be run, or not to its end. The text holds no secret."""

    def __init__(self, why: str, trouble: Trouble) -> None:
        super().__init__(why)
        self.trouble = trouble


class Transport(Protocol):
    """A place to run commands in. Many may run at once."""

    async def run(self, argv: Sequence[str], *, within_s: float, most_bytes: int = MOST_BYTES, given: str = "") -> Ran:
        """Run a program with these arguments, `given` on its standard input. Whatever its code is, it is an answer.

        Raises TransportFailed: `missing` when there is no such program, `timeout` when it did not end in time (it has
        been ended, with all that it started), `refused`, `auth` or `lost` when the place cannot be reached."""

    async def close(self) -> None:
        """Give back what it holds."""
