"""What Slack accepts as a block, and on which surface."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

from bot.core import slack_sizes as size
from bot.core.slack_elements import (
    IN_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    Json,
    Problem,
    Problems,
    element,
    image,
    items,
    optional_string,
    optional_text,
    required_text,
    string,
    text_object,
)

Surface = Literal["message", "modal", "home"]

_EVERYWHERE = frozenset(("message", "modal", "home"))
_NOT_IN_MODALS = frozenset(("message", "home"))
_MESSAGES = frozenset(("message",))
_MODALS = frozenset(("modal",))

SURFACES: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("section", "divider", "image", "context", "header", "actions", "input"), _EVERYWHERE),
    **dict.fromkeys(("rich_text", "video", "card"), _EVERYWHERE),
    **dict.fromkeys(("table", "data_table", "data_visualization", "carousel", "container"), _NOT_IN_MODALS),
    **dict.fromkeys(("markdown", "plan", "task_card", "context_actions", "call"), _MESSAGES),
    "alert": _MODALS,
    # A file block is only ever read: Slack refuses to be sent one.
    "file": frozenset(),
}


def section(block: Json, at: str) -> Problems:
    if block.get("text") is None and block.get("fields") is None:
        yield Problem(pointer=at, message="must have text or fields")
    yield from optional_text(block, "text", at, plain=False)
    if block.get("fields") is not None:
        fields = items(block["fields"])
        yield from count(fields, f"{at}/fields", most=size.SECTION_FIELDS)
        for index, field in enumerate(fields):
            yield from text_object(field, f"{at}/fields/{index}", most=size.SECTION_FIELD)
    if block.get("accessory") is not None:
        yield from element(block["accessory"], f"{at}/accessory", IN_SECTION)


def header(block: Json, at: str) -> Problems:
    yield from required_text(block, "text", at, most=size.HEADER)


def context(block: Json, at: str) -> Problems:
    elements = items(block.get("elements"))
    yield from count(elements, f"{at}/elements", most=size.CONTEXT_ELEMENTS)
    for index, one in enumerate(elements):
        here = f"{at}/elements/{index}"
        if isinstance(one, Mapping) and one.get("type") == "image":
            yield from image(one, here)
        else:
            yield from text_object(one, here)


def actions(block: Json, at: str) -> Problems:
    elements = items(block.get("elements"))
    yield from count(elements, f"{at}/elements", most=size.ACTION_ELEMENTS)
    for index, one in enumerate(elements):
        yield from element(one, f"{at}/elements/{index}", IN_ACTIONS)
    yield from unique([(f"{at}/elements/{index}", one) for index, one in enumerate(elements)], "action_id")


def input_block(block: Json, at: str) -> Problems:
    yield from required_text(block, "label", at, most=size.INPUT_LABEL)
    yield from optional_text(block, "hint", at, most=size.INPUT_HINT)
    yield from element(block.get("element"), f"{at}/element", IN_INPUT)


def image_block(block: Json, at: str) -> Problems:
    yield from image(block, at)
    yield from optional_text(block, "title", at, most=size.IMAGE_TEXT)


def markdown(block: Json, at: str) -> Problems:
    yield from string(block.get("text"), f"{at}/text", most=size.MARKDOWN)


def table(block: Json, at: str) -> Problems:
    rows = items(block.get("rows"))
    yield from count(rows, f"{at}/rows", most=size.TABLE_ROWS)
    for index, row in enumerate(rows):
        yield from count(items(row), f"{at}/rows/{index}", most=size.TABLE_CELLS)
        for place, cell in enumerate(items(row)):
            if not isinstance(cell, Mapping) or cell.get("type") not in ("raw_text", "raw_number", "rich_text"):
                yield Problem(pointer=f"{at}/rows/{index}/{place}", message="must be raw_text, raw_number or rich_text")
    if len(items(block.get("column_settings"))) > size.TABLE_CELLS:
        yield Problem(pointer=f"{at}/column_settings", message=f"no more than {size.TABLE_CELLS} items allowed")
    if (total := characters(rows)) > size.TABLE_CHARACTERS:
        yield Problem(pointer=f"{at}/rows", message=f"{total} characters, more than {size.TABLE_CHARACTERS}")


def rich_text(block: Json, at: str) -> Problems:
    if not isinstance(block.get("elements"), Sequence):
        yield Problem(pointer=at, message="missing required field: elements")


def alert(block: Json, at: str) -> Problems:
    yield from required_text(block, "text", at, most=size.ALERT_TEXT, plain=False)


def unchecked(block: Json, at: str) -> Problems:
    """Kinds that Tocsin does not send: only their surface and block_id are looked at."""
    yield from ()


_RULES: Mapping[str, Callable[[Json, str], Problems]] = {
    "section": section,
    "header": header,
    "context": context,
    "actions": actions,
    "input": input_block,
    "image": image_block,
    "markdown": markdown,
    "table": table,
    "rich_text": rich_text,
    "alert": alert,
}


def block(value: object, at: str, surface: Surface) -> Problems:
    """Everything wrong with one block on this surface."""
    if not isinstance(value, Mapping):
        yield Problem(pointer=at, message="must be a block")
        return
    kind = str(value.get("type"))
    if kind not in SURFACES:
        yield Problem(pointer=f"{at}/type", message=f"unsupported type: {kind}")
    elif surface not in SURFACES[kind]:
        yield Problem(pointer=f"{at}/type", message=f"{kind} is not allowed in a {surface}")
    elif kind == "input" and surface != "modal" and _kind_of(value.get("element")) == "file_input":
        yield Problem(pointer=f"{at}/element/type", message=f"file_input is not allowed in a {surface}")
    else:
        yield from _RULES.get(kind, unchecked)(value, at)
    yield from optional_string(value, "block_id", at, most=size.BLOCK_ID)


def block_list(blocks: object, at: str, surface: Surface) -> Problems:
    """The blocks of one message, attachment or view: each, and how many."""
    most = size.MESSAGE_BLOCKS if surface == "message" else size.VIEW_BLOCKS
    if not isinstance(blocks, Sequence) or isinstance(blocks, str):
        yield Problem(pointer=at, message="must be a list", error="invalid_blocks_format")
        return
    if len(blocks) > most:
        yield Problem(pointer=at, message=f"no more than {most} items allowed")
    for index, one in enumerate(blocks):
        yield from block(one, f"{at}/{index}", surface)


def count(found: Sequence[Any], at: str, *, most: int) -> Problems:
    """Between 1 and `most` items."""
    if not found:
        yield Problem(pointer=at, message="must have at least 1 item")
    if len(found) > most:
        yield Problem(pointer=at, message=f"no more than {most} items allowed")


def unique(holders: Iterable[tuple[str, Any]], name: str) -> Problems:
    """No two of the (pointer, holder) pairs carry the same id."""
    seen: set[str] = set()
    for at, holder in holders:
        identity = holder.get(name) if isinstance(holder, Mapping) else None
        if isinstance(identity, str) and identity in seen:
            yield Problem(pointer=f"{at}/{name}", message=f"`{identity}` appears twice")
        if isinstance(identity, str):
            seen.add(identity)


def characters(value: object) -> int:
    """Characters that are read in the message: texts, alternative texts and addresses, but not the options of a menu.

    How Slack counts is undocumented; this counts rather more than less of what people saw it count.
    """
    return sum(len(text) for text in _read(value))


def _read(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name in ("text", "alt_text", "url") and isinstance(inner, str):
                yield inner
            elif name not in _UNSEEN:
                yield from _read(inner)
    else:
        for inner in items(value):
            yield from _read(inner)


_UNSEEN = frozenset(("options", "option_groups", "initial_option", "initial_options", "confirm", "placeholder"))
"""Parts that are not read in the message itself."""


def _kind_of(value: object) -> object:
    return value.get("type") if isinstance(value, Mapping) else None
