"""Page: one attempt to reach one person by one way; and Outgoing: a message waiting in the outbox."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

WAITING, SENDING, SENT, DELIVERED, ANSWERED = "waiting", "sending", "sent", "delivered", "answered"
UNREACHED, FAILING, FAILED, DROPPED = "unreached", "failing", "failed", "dropped"

WENT_OUT = frozenset({SENDING, SENT, DELIVERED, ANSWERED, UNREACHED})
"""States of a page that somebody may have noticed."""

PAGE, CONFIRM, DIRECT = "page", "confirm", "direct"
"""Purposes: a level of the ladder; the holder is asked to confirm; a person called by name with /page."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """One attempt to reach one person by one way."""

    key: str
    incident: int
    part: str
    epoch: int
    round: int
    level: int | None
    purpose: str = PAGE
    person: str
    """The contact's id; for a holder who is no contact, their Slack user id."""
    name: str
    way: str
    address: str
    """Empty when none is set: such a page fails at once and says which variable is missing."""
    state: str = WAITING
    why: str = ""
    """Why this person was paged."""
    outcome: str = ""
    """What became of it, in words."""
    tries: int = 1
    """Which call this is, for a way that repeats calls."""
    bundle: str = ""
    """The key of the page whose one call stands for this one too (ESCALATION 7)."""
    ref: str = ""
    place: str = ""
    """For Slack: `channel/ts` of the direct message."""
    made_at: datetime
    sent_at: datetime | None = None
    ended_at: datetime | None = None


def lost(states: Iterable[str]) -> bool:
    """True when a level's pages, given their states, have all failed to reach anybody (ESCALATION 6)."""
    return all(state in (UNREACHED, FAILING, FAILED) for state in states)


@dataclass(frozen=True, kw_only=True, slots=True)
class Outgoing:
    """A message that must leave, and not twice."""

    id: int = 0
    """Set by the store; the order within a lane."""
    key: str
    kind: str
    """`page`, `notice`, `report`, `card`, `line`, `digest`, `file`, `step`, `kept`."""
    incident: int
    lane: str
    """Messages of one lane leave one after the other, in the order they were decided."""
    way: str
    """The pager that carries it, or `channel` for what goes into a Slack channel."""
    target: str
    """What must not be sent to too fast: a channel, a number, a mailbox."""
    urgent: bool = False
    """Pages go before the story."""
    page: str = ""
    """The key of the page it carries or tells about."""
    not_before: datetime
    attempts: int = 0
    maybe_sent: bool = False
    """An earlier attempt's answer was lost: look before repeating."""
    failing_since: datetime | None = None
    made_at: datetime
    payload: Mapping[str, Any] = field(default_factory=dict)
