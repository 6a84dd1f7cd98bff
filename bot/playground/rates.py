"""Slack's rate limits: off unless a test or the demo switches them on."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable

TIERS = {1: 1, 2: 20, 3: 50, 4: 100}
"""Calls per minute of each tier."""
_MINUTE = 60.0
_BURST = 5
"""Posts that one channel takes at once: Slack tolerates short bursts, and does not publish how short. Judgement."""


class Rates:
    """Counts calls in a sliding window per method, and posts per channel."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.on = False
        self.posts_per_second = 1
        """chat.postMessage in one channel, after a burst."""
        self._now = now
        self._seen: dict[str, deque[float]] = {}
        self._rested_at: dict[str, float] = {}
        """When a channel will take a whole burst again."""

    def wait_for_method(self, method: str, tier: int) -> int:
        """Seconds to wait before this method may be called again; 0: go ahead, and it is counted."""
        return self._wait(method, TIERS[tier], _MINUTE) if self.on and tier else 0

    def wait_for_channel(self, channel: str) -> int:
        """Seconds to wait before the next post in this channel; 0: go ahead, and it is counted."""
        if not self.on:
            return 0
        now = self._now()
        rested_at = max(self._rested_at.get(channel, now), now)
        ahead = rested_at - now - (_BURST - 1) / self.posts_per_second
        if ahead > 0:
            return math.ceil(ahead)
        self._rested_at[channel] = rested_at + 1 / self.posts_per_second
        return 0

    def _wait(self, key: str, most: int, window: float) -> int:
        seen, now = self._seen.setdefault(key, deque()), self._now()
        while seen and seen[0] <= now - window:
            seen.popleft()
        if len(seen) >= most:
            return max(1, math.ceil(seen[0] + window - now))
        seen.append(now)
        return 0
