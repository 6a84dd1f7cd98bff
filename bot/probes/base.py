"""The contract of the probe kinds: what one says of itself, what it is given, and how it looks.

This is all the engine sees of them. A probe changes nothing, judges nothing and never guesses: what it could not read
is None, and what it could not look at raises `ProbeFailed`, whose text holds no secret.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeVar

import httpx
from pydantic import BaseModel, ConfigDict

from bot.core.evidence import Seen, Trouble
from bot.transports.base import MOST_BYTES, Ran, Transport, TransportFailed


class Parameters(BaseModel):
    """What every kind's parameters have in common: no field nobody knows, and no value in an error's text."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


P = TypeVar("P", bound=Parameters)


class ProbeFailed(Exception):
    """The probe could not look. Its text is one line that says why; `trouble` is the class of the error."""

    def __init__(self, why: str, trouble: Trouble) -> None:
        super().__init__(why)
        self.trouble = trouble


class NotKnown(ProbeFailed):
    """Who was asked answers, and knows nothing of what the address names. `how` is how that was said, in one line."""

    def __init__(self, why: str, how: str) -> None:
        super().__init__(why, Trouble.MISSING)
        self.how = how


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """One thing that a probe reports, for `warn` and `fail` to ask about."""

    sort: Literal["number", "text", "flag", "list", "map"]
    help: str
    unit: str = ""
    """`s`, `ms`, `%`, `bytes` ...; empty for what is counted or has none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """Where one look happens: everything that a probe may touch."""

    transport: Transport
    """Where its commands run."""
    http: httpx.AsyncClient
    """Follows no redirect and goes by no proxy but the configured one."""
    now: Callable[[], datetime]
    """The time, UTC."""
    within_s: float
    """Seconds until the check's deadline. The engine ends the probe then; its own time limits should be shorter."""
    secret: Callable[[str], str] = lambda name: ""
    """The value of a pack's secret variable, by name; empty where it is not set."""
    address: str = ""
    """The address of the endpoint, database or stream that the pack names as the check's target; without secrets."""

    async def run(
        self, *argv: str, within_s: float | None = None, most_bytes: int = MOST_BYTES, given: str = ""
    ) -> Ran:
        """Run a fixed command where this check looks. Raises ProbeFailed as `Transport.run` fails."""
        try:
            limit = min(within_s or self.within_s, self.within_s)
            return await self.transport.run(argv, within_s=limit, most_bytes=most_bytes, given=given)
        except TransportFailed as failure:
            raise ProbeFailed(str(failure), failure.trouble) from None


EXTRAS: Mapping[str, str] = {
    "dns": "dnspython",
    "mongodb": "pymongo",
    "redis": "redis",
    "tls": "cryptography",
    "zeromq": "pyzmq",
}
"""Extras of the distribution that some kinds of probes need, each with the library that it brings."""


def how_to_install(extra: str) -> str:
    """What to say and do where an extra is not installed."""
    return f"{EXTRAS[extra]} is not installed: install Tocsin with the extra, e.g. pip install 'tocsin[{extra}]'"


def not_installed(extra: str) -> ProbeFailed:
    """The library of an extra is missing: to be raised."""
    return ProbeFailed(how_to_install(extra), Trouble.MISSING)


@dataclass(frozen=True, kw_only=True)
class Probe:
    """One kind of look. The file's name is its name."""

    name: str
    help: str
    """A sentence: what it looks at."""
    parameters: type[Parameters]
    facts: Mapping[str, Fact]
    look: Callable[[Any, Site], Awaitable[Seen]]
    """Given its validated parameters and the site. Raises ProbeFailed."""
    needs: str = ""
    """The extra of the distribution that it needs; empty: none."""
    needs_only_here: bool = False
    """It needs that where it looks from the bot's own host; elsewhere the programs of that place do the same."""
    target: Literal["host", "url", "database", "none"] = "host"
    """What a check of this kind points at in `system.yaml`: a place to run commands, an endpoint, a database."""
    anywhere: bool = False
    """It names nothing by a relative path: a place's `directory` need not be there for it."""
    fills: Sequence[str] = field(default=())
    """Names of the parameters that a person may fill in; every other comes from the pack alone."""
