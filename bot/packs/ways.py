"""The ways of paging as packs see them, and what an address must look like."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from bot.core.oncall import SLACK_USER

Answers = Literal["slack", "link", "digit", "webhook", "none"]

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_WRITTEN_NUMBER = re.compile(r"\+[0-9 ().\-/]+")
_MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?\.[A-Za-z]{2,}")
_CHANNEL = re.compile(r"#[^\s#@:,A-Z]{1,80}|[CG][A-Z0-9]{2,20}")


@dataclass(frozen=True, kw_only=True, slots=True)
class WayInfo:
    """What packs must know of one way of paging. The composition root makes these of the pagers."""

    wakes: bool
    """Whether it wakes a sleeping person (ESCALATION 5)."""
    answers: Answers
    """How a page can be answered where it arrives; `link`, `digit` and `webhook` need a public address."""
    address: str = ""
    """Whose address it uses where the contact has none for it, such as `phone` for text messages; empty: nobody's."""
    address_help: str = ""
    """What an address looks like, with an example."""
    check_address: Callable[[str], str | None] | None = None
    """What is wrong with an address, in words, without repeating one that is a secret."""


def read_address(way: str, written: str, info: WayInfo | None) -> tuple[str, str, str]:
    """An address as it is used, else what is wrong with it and what to write: `(address, problem, remedy)`."""
    text = written.strip()
    if way in ("phone", "sms"):
        number = re.sub(r"[ ().\-/]", "", text)
        if not _WRITTEN_NUMBER.fullmatch(text) or not _E164.fullmatch(number):
            remedy = "write + and the country code, such as +1-555-0100 or +442079460000"
            return "", f"{text!r} is not an international telephone number", remedy
        text = number
    elif way == "mail" and (not _MAILBOX.fullmatch(text) or ".." in text or len(text) > 254):
        return "", f"{text!r} is not a mail address", "write one address alone, such as dealer@example.com"
    elif way == "slack" and not SLACK_USER.fullmatch(text):
        remedy = "write the member's id, such as U024BE7LH (Slack profile, Copy member ID)"
        return "", f"{text!r} is not a Slack user id", remedy
    said = info.check_address(text) if info and info.check_address else None
    if said:
        return "", said, f"write {info.address_help}" if info and info.address_help else f"correct the {way} address"
    return text, "", ""


def is_channel(text: str) -> bool:
    """Whether a text names a Slack channel: `#name` or an id."""
    return _CHANNEL.fullmatch(text) is not None
