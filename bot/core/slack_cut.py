"""Cutting text so that everybody sees that it was cut, and nothing in it breaks."""

from __future__ import annotations

import re

_FENCE = "```"
_CLOSED = "\n```\n"
_UNBREAKABLE = re.compile(r"&(?:amp|lt|gt);|<[^<>\n]*>|`{3,}")
"""What must never be halved: an entity, a link or mention, a fence."""

_ROOM_FOR_WORDS = 100
"""Below this limit the marker is the ellipsis alone: its words would be longer than what they leave."""


def cut(text: str, most: int, *, markup: bool) -> str:
    """The text in at most `most` characters; a cut one ends with a marker that tells its whole length.

    With `markup` a code fence that was open at the cut is closed.
    """
    if len(text) <= most:
        return text
    marker = f"… (cut: {len(text):,} characters in all)" if most >= _ROOM_FOR_WORDS else "…"
    reserve = len(_CLOSED) if markup and _FENCE in text else 0
    end = _unbroken(text, max(most - len(marker) - reserve, 0))
    head = text[:end].rstrip()
    return (_closed(head) if markup else head) + marker


def _unbroken(text: str, end: int) -> int:
    """The last place at or before `end` that is not inside something unbreakable."""
    for found in _UNBREAKABLE.finditer(text):
        if found.start() >= end:
            break
        if found.end() > end:
            return found.start()
    return end


def _closed(head: str) -> str:
    if head.count(_FENCE) % 2 == 0:
        return head
    if head.endswith(_FENCE):
        return head.removesuffix(_FENCE).rstrip()
    return head + _CLOSED
