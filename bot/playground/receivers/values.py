"""What reached somebody: mails, text messages, calls and PagerDuty's incidents. Frozen values, replaced when something
happens to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

CallState = Literal["ringing", "in-progress", "completed", "busy", "no-answer"]
"""As Twilio calls them."""
AlarmState = Literal["triggered", "acknowledged", "resolved"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Received:
    """One page that reached somebody, in a line."""

    way: str
    """`mail`, `phone`, `sms`, `pagerduty`."""
    to: str
    subject: str
    body: str = ""
    call: str = ""
    """For a call: its sid, by which it is answered."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Mail:
    """A mail in somebody's mailbox."""

    id: str
    at: float
    """The playground's time, in seconds since 1970; so everywhere here."""
    sender: str
    to: str
    subject: str
    text: str
    html: str = ""
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class TextMessage:
    """A text message on somebody's phone."""

    id: str
    """Twilio's sid."""
    at: float
    sender: str
    to: str
    body: str
    status_callback: str = ""
    undelivered: bool = False
    """The carrier gave it up."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Spoken:
    """Something said during a call."""

    who: Literal["voice", "key", "note"]
    """The bot's voice, a key that was pressed, or a remark on what happened."""
    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """A key that a call offers."""

    digit: str
    meaning: str
    """As the voice puts it: "to acknowledge"."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PhoneCall:
    """A call to somebody's phone."""

    id: str
    """Twilio's sid."""
    at: float
    sender: str
    to: str
    url: str = ""
    """Asked for what to say."""
    status_callback: str = ""
    twiml: str = ""
    """What to say, where no address is asked for it."""
    state: CallState = "ringing"
    answered_by: str = ""
    """As Twilio detects it: `human`, `machine_start`."""
    spoken: tuple[Spoken, ...] = ()
    choices: tuple[Choice, ...] = ()
    digits_to: str = ""
    """Where a key that is pressed now is sent to; empty while none is asked for."""

    @property
    def is_over(self) -> bool:
        return self.state not in ("ringing", "in-progress")


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """Something that happened to an incident at PagerDuty."""

    at: float
    action: str
    """`trigger`, `acknowledge`, `unacknowledge`, `resolve`."""
    by: str
    """Who did it there; empty: an event of the bot."""
    words: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Alarm:
    """An incident at PagerDuty: everything under one dedup key."""

    dedup: str
    integration: str
    """The integration key without its end, which is a secret."""
    title: str
    severity: str
    text: str = ""
    links: tuple[tuple[str, str], ...] = ()
    """(text, address)."""
    state: AlarmState = "triggered"
    history: tuple[Step, ...] = ()
    """Oldest first."""

    @property
    def at(self) -> float:
        """When something last happened to it."""
        return self.history[-1].at if self.history else 0.0
