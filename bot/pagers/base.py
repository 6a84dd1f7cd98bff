"""The contract of the paging ways: what a pager says of itself and how it carries messages.

This is all the engine sees of them. A pager is one file of this folder with one constant `PAGER`. What carries may
raise only `DeliveryFailed`, whose text goes to the timeline and therefore holds no secret: no token, no routing key, no
address that is a URL.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol

import httpx
from pydantic import BaseModel, ConfigDict

from bot.core.message import Carried, Heard, Sent

if TYPE_CHECKING:
    from bot.outbound.slack import Slack


class Parameters(BaseModel):
    """What every section's fields have in common: no field nobody knows, and no value in an error's text."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


Answers = Literal["slack", "link", "digit", "webhook", "none"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Tools:
    """What a pager is given when it is opened. It closes none of these."""

    http: httpx.AsyncClient
    slack: Slack | None
    """None where the bot runs without Slack."""
    public_url: str
    """Where the outside reaches the bot; empty without a public address."""
    now: Callable[[], datetime]
    """The time, UTC."""


LONGEST_S = 25.0
"""Seconds that one send or one look-up may take at most, so that both fit into the lease of a claimed message."""


class Carrier(Protocol):
    """An opened pager. Many messages may be under way at once. Neither question takes longer than `LONGEST_S`."""

    can_look_up: bool
    """Whether `look_up` can tell if a message left after its answer was lost."""

    async def send(self, message: Carried) -> Sent:
        """Hand one message to the other side, once: who calls decides about repeats.

        Raises `DeliveryFailed`: `permanent` when trying again cannot help, `after` when the other side asked for a
        pause, `maybe_sent` when the answer was lost and the message may have left all the same.
        """

    async def look_up(self, message: Carried) -> Sent | None:
        """After a lost answer: the message as the other side has it, or None when it never arrived.

        Raises `DeliveryFailed` when the question itself could not be asked: temporary, ask again; permanent, it never
        can be (a missing scope), and the message is better sent twice than not at all. Only called with `can_look_up`.
        """

    async def close(self) -> None:
        """Give back what it holds. Nothing is sent after."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CallbackRequest:
    """A provider calls back about one message (its signed address has been checked) or about its incidents."""

    method: str
    url: str
    """The whole address as the provider saw it: the public one, with the query."""
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    form: Mapping[str, str]
    """The fields of a form body; empty for others."""
    path_rest: str
    """What follows the message's callback base, e.g. `status`; empty for the base itself."""
    now: datetime
    speech: str | None = ""
    """What is to be spoken on this call now; empty when nothing is wanted of the callee any more; None when it
    cannot be read now."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CallbackAnswer:
    """What was heard, and what the provider gets back (with status 200) once that is done."""

    heard: tuple[Heard, ...] = ()
    media_type: str = "text/plain"
    body: bytes = b""
    spoken: Callable[[str, bool], bytes] | None = None
    """For an answer given on a call, in place of `body`: makes it of the words for what became of the answer, and of
    whether the callee may answer again. So nobody is thanked for what was not done."""


class Callback(Protocol):
    """How to read a provider's callbacks."""

    def read(self, request: CallbackRequest, parameters: Any) -> CallbackAnswer:
        """Raises `WrongSecret` when the provider did not prove itself. Pure: decides nothing about incidents."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pager:
    """One way to reach people, as it describes itself."""

    name: str
    """The file's name, and the key of a contact's address."""
    help: str
    """One sentence for people who write packs."""
    wakes: bool
    """Whether it wakes a sleeping person (ESCALATION 5)."""
    answers: Answers
    """How a page can be answered where it arrives. `link`, `digit` and `webhook` need a public address."""
    address_help: str
    """What an address looks like, with an example."""
    check_address: Callable[[str], str | None]
    """What is wrong with an address, in words; None when nothing is. Does not repeat an address that is a secret."""
    section: str
    """The section of the settings it reads: `smtp` with the field `host` is the variable TOCSIN_SMTP_HOST."""
    parameters: type[Parameters]
    """The section's fields, each described."""
    open: Callable[[Any, Tools], Carrier] = field(repr=False)
    """Makes the carrier from its parameters. Connects to nothing yet."""
    keeps_incidents: bool = False
    """Keeps incidents of its own and wants to be told `acknowledge` and `resolve` too."""
    voice: bool = False
    """A call: repeated when it reached nobody, bundled with others to the same number (ESCALATION 6, 7)."""
    repeat_safe: bool = False
    """The other side makes one of two sends with the same key, so a repeat needs neither look-up nor excuse."""
    callback: Callback | None = None
