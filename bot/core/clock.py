"""Clock: what the time is. The only thing in the project that knows it is made by the composition root."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

STEP = timedelta(seconds=1)
"""What puts a followed clock right by more than this has to be read twice."""


@dataclass(frozen=True, kw_only=True)
class Clock:
    """The time as the desk sees it: real time, made faster by a demo, or moved by hand in a test."""

    read: Callable[[], datetime]
    """Real time, UTC."""
    began: datetime | None = None
    """With `speed`: the instant from which on time runs faster."""
    speed: float = 1.0
    count: Callable[[], float] | None = None
    """Seconds from anywhere on, of a count that nobody sets. With it the clock follows that of the database, where that
    has one of its own: replicas go by the time they share, since the clocks of their hosts may differ."""

    def now(self) -> datetime:
        """The present, UTC."""
        real = self.read()
        return real if self.began is None else self.began + (real - self.began) * self.speed

    def real_delay(self, until: datetime) -> timedelta:
        """How long to really wait until then; zero when it has passed."""
        return max((until - self.now()) / self.speed, timedelta(0))

    def during(self, real: timedelta) -> timedelta:
        """How far this clock goes in so much real time."""
        return real * self.speed


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What another clock said, at some time between two moments of the own count."""

    said: datetime
    before: float
    after: float


class Followed:
    """Another clock, read now and then, and carried on in between by a steady count: setting the host's clock moves no
    due time."""

    def __init__(self, first: Reading, count: Callable[[], float]) -> None:
        self._count = count
        self._began = first.said - timedelta(seconds=(first.before + first.after) / 2)
        self._unbelieved: timedelta | None = None

    def now(self) -> datetime:
        """The time there, UTC."""
        return self._began + timedelta(seconds=self._count())

    def take(self, reading: Reading) -> timedelta:
        """Be put right by what a reading proves, and no further: one that took long proves little. More than a STEP has
        to be told twice, since levels are paged by this. By how much it was put right."""
        earliest, latest = (reading.said - timedelta(seconds=count) for count in (reading.after, reading.before))
        by = min(max(self._began, earliest), latest) - self._began
        if abs(by) > STEP and (self._unbelieved is None or abs(by - self._unbelieved) > STEP):
            self._unbelieved = by
            return timedelta(0)
        self._unbelieved = None
        self._began += by
        return by
