"""Plain: a Slack message as lines of a terminal."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bot.playground.values import Json, Message

_FORM = re.compile(r"<([^<>]+)>")


def plain(message: Message, name_of: Callable[[str], str]) -> list[str]:
    """The lines that can be read in a message, its buttons in brackets; people by name, dates as their fallback."""
    lines = [line for block in message.all_blocks for line in _block(block)] or [message.text]
    return [_inline(part, name_of) for line in lines for part in line.split("\n") if part.strip()]


def _block(block: Json) -> Iterator[str]:
    match block.get("type"):
        case "actions":
            labels = [_label(element) for element in block.get("elements", ())]
            yield " ".join(f"[{label}]" for label in labels)
        case "context":
            yield " · ".join(str(element.get("text", "")) for element in block.get("elements", ()))
        case "divider":
            yield "—"
        case _:
            if isinstance(text := block.get("text"), Mapping):
                yield str(text.get("text", ""))
            for field in block.get("fields") or ():
                yield str(field.get("text", ""))


def _label(element: Json) -> str:
    text: Any = element.get("text") or element.get("placeholder") or {}
    return str(text.get("text") or ("…" if element.get("type") == "overflow" else element.get("type")))


def _inline(text: str, name_of: Callable[[str], str]) -> str:
    return html.unescape(_FORM.sub(lambda found: _form(found[1], name_of), text)).replace("*", "")


def _form(inner: str, name_of: Callable[[str], str]) -> str:
    head, _, label = inner.partition("|")
    if head.startswith("@"):
        return f"@{name_of(head[1:])}"
    if head.startswith("!"):
        return label or f"@{head[1:]}"
    return f"{label} ({head})" if label else head
