"""How long each part of an order's way takes: samples of the last half minute, and their quantiles."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random

USUAL_US: Mapping[str, float] = {
    "market_data": 35.0,
    "risk_check": 12.0,
    "order": 180.0,
    "database": 90.0,
    "end_to_end": 260.0,
}
"""Median of each part when all is well, in microseconds."""
QUANTILES = (0.5, 0.99, 0.999)
_SPAN = timedelta(seconds=30)
_KEPT = 2_000
_SPREAD = 0.28
"""Of a lognormal: the usual P99 is about twice the median."""


class Latencies:
    """Samples by part."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._samples: dict[str, deque[tuple[datetime, int]]] = {part: deque(maxlen=_KEPT) for part in USUAL_US}
        self.count = dict.fromkeys(USUAL_US, 0)
        self.total_us = dict.fromkeys(USUAL_US, 0)

    def sample(self, part: str, now: datetime, slowness: float) -> int:
        """One more, in microseconds."""
        took = round(USUAL_US[part] * slowness * self._random.lognormvariate(0, _SPREAD))
        self._samples[part].append((now, took))
        self.count[part] += 1
        self.total_us[part] += took
        return took

    def quantiles(self, part: str, now: datetime) -> dict[float, int]:
        """Of the last half minute, in microseconds; empty without a sample in it."""
        samples = sorted(took for at, took in self._samples[part] if at > now - _SPAN)
        return {q: samples[min(int(len(samples) * q), len(samples) - 1)] for q in QUANTILES} if samples else {}
