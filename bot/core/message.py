"""Messages that leave: what a pager carries, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Carried:
    """One message for one address by one pager, its text frozen when it was decided."""

    key: str
    """Unique for ever: the outbox row's key. Message-ID, PagerDuty event, Slack metadata are made of it."""
    incident: int
    to: str
    """The address as the pager understands it: a Slack user id, a mail address, an E.164 number, a key, a URL."""
    person: str
    """Name of whom it is for."""
    purpose: str
    """`page` wakes and wants an answer; `notice` tells quietly (who has it, resolved, verdict); `confirm` asks."""
    subject: str
    """One line of at most 120 characters."""
    body: str
    """Plain text of several lines: number, system, severity, what is wrong, since when, verdict, first step."""
    short: str
    """At most 300 characters, for SMS; without a link."""
    speech: str
    """Sentences for a voice on the phone; names every incident it stands for."""
    severity: str = "high"
    """`critical`, `high`, `medium`, `low`."""
    system: str = ""
    component: str = ""
    verb: str = "trigger"
    """For pagers that keep incidents of their own: `trigger`, `acknowledge`, `resolve`."""
    dedup: str = ""
    """One for all pages of an incident: PagerDuty's dedup_key."""
    answer_link: str = ""
    """Signed address of the page that asks once more and then acknowledges; empty without a public address."""
    callback: str = ""
    """Base of the signed address for this message's callbacks (digit, delivery); empty without a public address."""
    link: str = ""
    """Where the incident can be read: the permalink of its thread."""
    blocks: Sequence[Mapping[str, Any]] = ()
    """Block Kit for Slack's direct message."""
    at: datetime
    """When it was decided, UTC."""
    attempt: int = 1
    """1 for the first attempt."""
    thread: Mapping[str, str] = field(default_factory=dict)
    """For an edit of an earlier direct message: its `channel` and `ts`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """The other side took it."""

    ref: str = ""
    """The provider's id (call sid, message ts, dedup key)."""
    state: str = "sent"
    """`sent`: taken; `delivered`: known to have arrived; `ringing`: a call whose end is still to be told."""
    note: str = ""
    """For the timeline, e.g. `may have left twice`."""
    where: str = ""
    """For Slack: the channel of the direct message."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """Something a provider's callback tells of a message that left."""

    dedup: str = ""
    """PagerDuty: the incident's dedup key. Empty where the signed address names the message."""
    state: str
    """`delivered`, `answered` (a person picked up), `unreached` (busy, no answer, voicemail, undelivered),
    `acknowledge`, `pass`, `escalate`, `resolve`, `unacknowledge`: what a person or provider said."""
    who: str = ""
    """The name the provider gives the person, if any."""
    mail: str = ""
    """Their mail address, if the provider gives it: it identifies the contact."""
    why: str = ""
    """In words, for the timeline: `busy`, `no answer`, `voicemail`."""
    event: str = ""
    """The provider's id of this very event, to take each only once; empty where it has none."""
