"""Clock: what the time is. The only thing in the project that knows it is made by the composition root."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, kw_only=True)
class Clock:
    """The time as the desk sees it: real time, made faster by a demo, or moved by hand in a test."""

    read: Callable[[], datetime]
    """Real time, UTC."""
    began: datetime | None = None
    """With `speed`: the instant from which on time runs faster."""
    speed: float = 1.0
    follows_store: bool = False
    """Replicas go by the time of the database they share, since the clocks of their hosts may differ."""
    offset: timedelta = timedelta(0)
    """What to add to the host's time."""

    def now(self) -> datetime:
        """The present, UTC."""
        real = self.read() + self.offset
        return real if self.began is None else self.began + (real - self.began) * self.speed

    def real_delay(self, until: datetime) -> timedelta:
        """How long to really wait until then; zero when it has passed."""
        return max((until - self.now()) / self.speed, timedelta(0))

    def during(self, real: timedelta) -> timedelta:
        """How far this clock goes in so much real time."""
        return real * self.speed
