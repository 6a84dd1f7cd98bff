"""How Slack stores what was typed: escaped, with mentions resolved and every block named."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bot.playground.values import Channel, Json, Person

_KEPT = re.compile(r"&(?:amp|lt|gt);|<[@#!][^<>\n]+>|<(?:https?|mailto|tel|slack):[^<>\n]+>")
_NAMED = re.compile(r"<([@#]\w+)(?:\|[^<>]*)?>")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_MENTION = re.compile(r"(?<![\w<&/.])([@#])([a-z0-9][a-z0-9._-]*)")


def escaped(text: str) -> str:
    """Entities, mentions and links stay; every other & < > becomes an entity."""
    parts, end = [], 0
    for found in _KEPT.finditer(text):
        parts += [_escape(text[end : found.start()]), found.group()]
        end = found.end()
    return "".join([*parts, _escape(text[end:])])


def _escape(text: str) -> str:
    return re.sub("[&<>]", lambda found: _ESCAPES[found.group()], text)


def composed(text: str, people: Iterable[Person], channels: Iterable[Channel], *, named: bool = False) -> str:
    """What the client makes of `@bob` and `#ops` as a person types them; with `named` as in slash commands."""
    known_people = {one.name: one for one in people}
    known_channels = {one.name: one for one in channels if not one.is_im}

    def mention(found: re.Match[str]) -> str:
        sign, name = found.groups()
        bare = name.rstrip(".-_")
        target: Person | Channel | None = known_people.get(bare) if sign == "@" else known_channels.get(bare)
        if target is None:
            return found.group()
        label = f"|{target.name}" if named else ""
        return f"<{sign}{target.id}{label}>{name[len(bare) :]}"

    return _MENTION.sub(mention, text)


def as_typed(text: str, people: Iterable[Person], channels: Iterable[Channel]) -> str:
    """The reverse of `composed` and `escaped`: what a person would type to say this again."""
    names = {f"@{one.id}": f"@{one.name}" for one in people} | {f"#{one.id}": f"#{one.name}" for one in channels}
    return html.unescape(_NAMED.sub(lambda found: names.get(found[1], found.group()), text))


def stored(blocks: Iterable[Json], mint: Callable[[str], str]) -> tuple[Json, ...]:
    """Blocks as Slack keeps them: texts escaped, and every block and interactive element with an id."""
    return tuple(_named(_escaped_texts(block), mint) for block in blocks)


def _escaped_texts(value: Any) -> Any:
    if isinstance(value, Mapping):
        if value.get("type") in ("mrkdwn", "plain_text") and isinstance(value.get("text"), str):
            return {**value, "text": escaped(value["text"])}
        return {name: _escaped_texts(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_escaped_texts(inner) for inner in value]
    return value


def _named(block: Json, mint: Callable[[str], str]) -> Json:
    named = {**block, "block_id": block.get("block_id") or mint("b")}
    if block.get("type") == "actions":
        named["elements"] = [_with_action(one, mint) for one in block["elements"]]
    for place in ("element", "accessory"):
        if place in block:
            named[place] = _with_action(block[place], mint)
    return named


def _with_action(element: Json, mint: Callable[[str], str]) -> Json:
    if element.get("type") == "image" or element.get("action_id"):
        return element
    return {**element, "action_id": mint("a")}


def elements_of(block: Json) -> list[Json]:
    """The interactive elements of one block."""
    found = [block.get("accessory"), block.get("element")]
    if block.get("type") in ("actions", "context_actions"):
        found += block.get("elements") or []
    return [one for one in found if one and one.get("type") != "image"]
