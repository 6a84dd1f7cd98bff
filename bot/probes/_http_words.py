"""What the body of an HTTP error says to people."""

from __future__ import annotations

import html
import re
from typing import Any

import orjson

from bot.core.text import first_line

_LONGEST_SAID = 160
_SAID_AS = ("message", "detail", "error", "errors", "msg", "reason", "description", "title")
"""What APIs call the words of an error."""
_DEEPEST = 3
_TITLE = re.compile(r"<title[^>]{0,200}>(?P<title>[^<]{1,400})", re.IGNORECASE)


def words_of(text: str) -> str:
    """What the body of an error says to people, in one line; empty where it is only for machines."""
    if text.lstrip()[:1] in ("{", "["):
        try:
            return _said_in(orjson.loads(text))
        except ValueError:
            return ""
    if text.lstrip()[:1] == "<":
        title = _TITLE.search(text)
        return first_line(html.unescape(title["title"]), _LONGEST_SAID) if title is not None else ""
    return first_line(text, _LONGEST_SAID)


def _said_in(document: Any, depth: int = 0) -> str:
    if isinstance(document, str):
        return first_line(document, _LONGEST_SAID)
    if isinstance(document, list) and document and depth < _DEEPEST:
        return _said_in(document[0], depth + 1)
    if not isinstance(document, dict) or depth >= _DEEPEST:
        return ""
    return next((said for name in _SAID_AS if (said := _said_in(document.get(name), depth + 1))), "")
