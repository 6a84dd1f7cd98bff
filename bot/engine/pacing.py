"""Pacing: how fast messages may leave for Slack's channels. What is too much waits, and is not sent and refused."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.core.buckets import Buckets
from bot.core.page import Outgoing

_POSTING, _EDITING = "chat.postMessage", "chat.update"


class Pacing:
    """The buckets of the channels and of Slack's methods. A transaction works on a copy, since it may be run again."""

    def __init__(self, buckets: Buckets | None = None) -> None:
        self._buckets = buckets or Buckets()

    def copy(self) -> Pacing:
        """Another one that stands where this one stands now."""
        return Pacing(self._buckets.copy())

    def wait(self, channel: str, now: datetime) -> timedelta:
        """How long to leave a channel alone."""
        return max(self._buckets.wait(channel, now), self._buckets.wait(_POSTING, now))

    def take(self, row: Outgoing, now: datetime) -> timedelta:
        """Zero: the message may leave now, and is counted. Otherwise it may after so long."""
        names = _names(row)
        return self._buckets.take_all(names, now) if names else timedelta(0)

    def close(self, row: Outgoing, until: datetime) -> None:
        """Slack refused this message as one too many: nothing like it leaves before then."""
        for name in _names(row):
            self._buckets.close(name, until)


def _names(row: Outgoing) -> tuple[str, ...]:
    """What limits how fast this may leave: Slack's method and, for what is posted anew, the channel."""
    if not row.target.startswith("channel:"):
        return ()
    return (_EDITING,) if row.payload.get("edit") else (row.target, _POSTING)
