"""Buckets: how fast messages may leave, per Slack channel and per Slack method."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

_ZERO = timedelta()
_FORGET_ABOVE = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class Rate:
    """So many per so long, of which `burst` may go at the same moment."""

    count: int
    per: timedelta
    burst: int = 1

    @property
    def interval(self) -> timedelta:
        """The time between two of them at an even pace."""
        return self.per / self.count


_MINUTE = timedelta(minutes=1)
# One a second; short bursts are tolerated, so that a new incident's card and first lines stand there at once.
_CHANNEL = Rate(count=1, per=timedelta(seconds=1), burst=4)
# Slack guarantees at least so many a minute, per workspace: tier 2 is 20, tier 3 is 50, tier 4 is 100. Bursts are
# tolerated but not promised, so a tenth of a minute's worth may go at once.
_TIER_2 = Rate(count=20, per=_MINUTE, burst=2)
_TIER_3 = Rate(count=50, per=_MINUTE, burst=5)
_TIER_4 = Rate(count=100, per=_MINUTE, burst=10)
# chat.postMessage has no tier: one a second per channel, and "several hundred" a minute per workspace.
_POST = Rate(count=240, per=_MINUTE, burst=20)
_METHODS = {
    "chat.postMessage": _POST,
    "chat.update": _TIER_3,
    "chat.delete": _TIER_3,
    "chat.postEphemeral": _TIER_4,
    "conversations.history": _TIER_3,
    "conversations.replies": _TIER_3,
    "conversations.open": _TIER_3,
    "conversations.invite": _TIER_3,
    "conversations.create": _TIER_2,
    "conversations.setTopic": _TIER_2,
    "pins.add": _TIER_2,
    "bookmarks.add": _TIER_2,
    "users.info": _TIER_4,
    "users.lookupByEmail": _TIER_3,
    "views.open": _TIER_4,
    "views.publish": _TIER_4,
    "views.update": _TIER_4,
    "files.getUploadURLExternal": _TIER_4,
    "files.completeUploadExternal": _TIER_4,
}


def slack_rate(name: str) -> Rate:
    """The rate of a bucket's name: `channel:C123` for what is posted into one channel, else a Slack method."""
    return _CHANNEL if name.startswith("channel:") else _METHODS.get(name, _TIER_2)


class Buckets:
    """One bucket per name, each as full as its rate allows. Knows no clock: `now` (UTC) is an argument."""

    def __init__(self, rate: Callable[[str], Rate] = slack_rate) -> None:
        self._rate = rate
        # Of each bucket only one instant is kept: when it will be full again at an even pace.
        self._full_at: dict[str, datetime] = {}
        self._closed_until: dict[str, datetime] = {}

    def copy(self) -> Buckets:
        """Others that are as full as these are now."""
        other = Buckets(self._rate)
        other._full_at, other._closed_until = dict(self._full_at), dict(self._closed_until)
        return other

    def take(self, name: str, now: datetime) -> timedelta:
        """Zero: one was taken, send now. Otherwise nothing was taken: ask again after so long."""
        wait = self.wait(name, now)
        if wait == _ZERO:
            self._forget_the_full(now)
            self._full_at[name] = max(self._full_at.get(name, now), now) + self._rate(name).interval
        return wait

    def take_all(self, names: tuple[str, ...], now: datetime) -> timedelta:
        """As `take`, for a message that needs one from each (its channel and its method): all are taken, or none."""
        wait = max((self.wait(name, now) for name in names), default=_ZERO)
        if wait == _ZERO:
            for name in names:
                self.take(name, now)
        return wait

    def wait(self, name: str, now: datetime) -> timedelta:
        """How long `take` would have to wait now; takes nothing."""
        rate = self._rate(name)
        ahead = self._full_at.get(name, now) - rate.interval * (rate.burst - 1) - now
        closed = self._closed_until.get(name, now) - now
        return max(ahead, closed, _ZERO)

    def close(self, name: str, until: datetime) -> None:
        """Nothing leaves from this bucket before `until`: Slack answered 429 with a Retry-After."""
        self._closed_until[name] = max(until, self._closed_until.get(name, until))

    def _forget_the_full(self, now: datetime) -> None:
        # A full bucket is the same as one never used; without this the channels of years would pile up.
        if len(self._full_at) + len(self._closed_until) > _FORGET_ABOVE:
            self._full_at = {name: at for name, at in self._full_at.items() if at > now}
            self._closed_until = {name: at for name, at in self._closed_until.items() if at > now}
