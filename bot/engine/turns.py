"""Turns: how many checks are at one target at a time, and what those that wait are told where it hangs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

PER_TARGET = 2
"""Checks under way at the same time at one target, so that looking does not make it worse."""
AFTER_A_HANG_S = 1.5
"""Seconds that a check gets at a target at which another one has waited in vain."""
_HUNG_S = 3.0
"""Seconds without an answer that are a hang, and no impatient check; of one that may take less, most of its time."""
_MOST = 0.8


@dataclass(slots=True)
class AtTarget:
    """What is known of a target while checks are at it."""

    places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(PER_TARGET))
    here: int = 0
    """Checks that are at it or wait for it; with the last one all is forgotten, and the next look begins afresh."""
    hangs: int = 0
    """0: nobody knows. 1: a check has waited in vain: the next ones are given less time. 2: one of these has, too: who
    still waits need not look."""
    answered: float = 0.0


@dataclass(kw_only=True, slots=True)
class Turn:
    """One check's turn at its target."""

    target: AtTarget
    began: float
    stage: int

    @property
    def in_vain(self) -> bool:
        """Whether it is known that nothing will answer."""
        return self.stage > 1

    def limit(self, within: float) -> float:
        """Seconds that the check gets, of those that it may take."""
        return min(within, AFTER_A_HANG_S) if self.stage else within

    def ended(self, *, hung: bool, within: float, now: float) -> None:
        """Keep what it means for those that wait; `now` by the counter of `began`. Where another check has been
        answered meanwhile it is not the target that hangs; a refusal is an answer."""
        if not hung:
            self.target.answered, self.target.hangs = now, 0
        elif self.target.answered < self.began and now - self.began >= min(_HUNG_S, _MOST * self.limit(within)):
            self.target.hangs = max(self.target.hangs, self.stage + 1)


class Turns:
    """The targets at which checks are under way."""

    def __init__(self) -> None:
        self._targets: dict[str, AtTarget] = {}

    @asynccontextmanager
    async def at(self, key: str) -> AsyncIterator[Turn]:
        """Waits for a place at this target, and holds it."""
        target = self._targets.setdefault(key, AtTarget())
        target.here += 1
        try:
            async with target.places:
                yield Turn(target=target, began=time.perf_counter(), stage=target.hangs)
        finally:
            target.here -= 1
            if not target.here:
                del self._targets[key]
