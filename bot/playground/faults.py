"""Faults on request: what goes wrong with the next calls of a Web API method."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import Literal

FaultKind = Literal["rate_limited", "status", "answer", "hang", "drop", "lose_answer"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """One thing that goes wrong."""

    kind: FaultKind
    method: str = "*"
    """A Web API method, `response_url`, `upload`, or `*` for all of them."""
    times: int | None = 1
    """How many calls it spoils; None until it is cleared."""
    retry_after: int = 1
    """Seconds, for `rate_limited`."""
    status: int = 500
    error: str = "internal_error"
    """For `answer`."""


class Faults:
    """The faults in force, oldest first: a call meets the first that fits it.

    Every method takes a Web API method (`chat.postMessage`), `response_url`, `upload` or `*`, and how many calls to
    spoil, None meaning until `clear()`.
    """

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._released = asyncio.Event()

    def rate_limit(self, method: str = "*", *, times: int | None = 1, retry_after: int = 1) -> None:
        """429 with Retry-After."""
        self._faults.append(Fault(kind="rate_limited", method=method, times=times, retry_after=retry_after))

    def server_error(self, method: str = "*", *, times: int | None = 1, status: int = 500) -> None:
        """An HTTP status with a body that is no JSON; nothing is done."""
        self._faults.append(Fault(kind="status", method=method, times=times, status=status))

    def answer(self, error: str = "internal_error", method: str = "*", *, times: int | None = 1) -> None:
        """`{"ok": false, "error": ...}` (internal_error, fatal_error, token_revoked ...); nothing is done."""
        self._faults.append(Fault(kind="answer", method=method, times=times, error=error))

    def hang(self, method: str = "*", *, times: int | None = 1) -> None:
        """No answer until the faults are cleared; nothing is done."""
        self._faults.append(Fault(kind="hang", method=method, times=times))

    def drop(self, method: str = "*", *, times: int | None = 1) -> None:
        """The connection breaks before anything is done."""
        self._faults.append(Fault(kind="drop", method=method, times=times))

    def lose_answer(self, method: str = "*", *, times: int | None = 1) -> None:
        """The call IS carried out, but the connection breaks before the answer."""
        self._faults.append(Fault(kind="lose_answer", method=method, times=times))

    @property
    def in_force(self) -> tuple[Fault, ...]:
        """Oldest first, each with how many calls it still spoils."""
        return tuple(self._faults)

    def clear(self) -> None:
        """Nothing goes wrong any more; calls that hang are dropped."""
        self._faults.clear()
        released, self._released = self._released, asyncio.Event()
        released.set()

    def take(self, method: str) -> Fault | None:
        """The fault that this call meets."""
        for index, fault in enumerate(self._faults):
            if fault.method in ("*", method):
                if fault.times is not None and fault.times <= 1:
                    del self._faults[index]
                elif fault.times is not None:
                    self._faults[index] = replace(fault, times=fault.times - 1)
                return fault
        return None

    async def released(self) -> None:
        """Returns when the faults are cleared."""
        await self._released.wait()
