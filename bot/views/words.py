"""Plain words for every surface: outside text made harmless, cut visibly, and instants written in UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime

# Control characters, lone surrogates, and the format characters that turn, hide or reorder text. The joiners U+200C and
# U+200D stay: scripts and emoji need them.
_UNSEEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")


def clean(text: str) -> str:
    """The text without control characters, terminal escapes and text-direction tricks; line breaks stay as `\\n`."""
    return _UNSEEN.sub("", _BREAKS.sub("\n", text).replace("\t", " "))


def one_line(text: str) -> str:
    """The cleaned text on one line, runs of white space as one space."""
    return " ".join(clean(text).split())


def cut(text: str, limit: int) -> str:
    """At most `limit` characters; what was cut is said: `… (12,345 characters in all)`, or `…` where it has no room."""
    if len(text) <= limit:
        return text
    tail = f"… ({len(text):,} characters in all)"
    if len(tail) > limit // 2:
        return brief(text, limit)
    return text[: limit - len(tail)].rstrip() + tail


def brief(text: str, limit: int) -> str:
    """At most `limit` characters, with `…` where something was cut: for labels, subjects and cells."""
    return text if len(text) <= limit else text[: max(0, limit - 1)].rstrip() + "…"


def utc(instant: datetime) -> str:
    """`2026-11-21 03:05 UTC`."""
    return f"{instant.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def utc_clock(instant: datetime) -> str:
    """`03:05 UTC`."""
    return f"{instant.astimezone(UTC):%H:%M} UTC"


def count(number: int, thing: str) -> str:
    """`1 alert`, `1,234 alerts`."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
