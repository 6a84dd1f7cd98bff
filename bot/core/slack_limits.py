"""Would Slack take this message or view? `problems` says what it would refuse, `fit` makes it acceptable, visibly."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bot.core import slack_sizes as size
from bot.core.slack_blocks import Surface, block_list, characters, unique
from bot.core.slack_elements import Problem, Problems, items, optional_string, optional_text, required_text, string
from bot.core.slack_fit import fit

__all__ = ["Problem", "Surface", "fit", "problems"]


def problems(payload: Mapping[str, Any], surface: Surface) -> list[Problem]:
    """Everything that Slack would refuse in the arguments of a posting method, or in a view.

    A message payload with `ts` is read as chat.update's, whose text must be much shorter. Pointers of a view start
    at the view itself. Kinds of blocks that Tocsin does not send are checked for their surface only.
    """
    return list(_message(payload) if surface == "message" else _view(payload, surface))


def _message(payload: Mapping[str, Any]) -> Problems:
    attachments = items(payload.get("attachments"))
    text = payload.get("text")
    says = bool(text.strip()) if isinstance(text, str) else text is not None
    if not says and not payload.get("blocks") and not attachments and not payload.get("markdown_text"):
        yield Problem(pointer="/text", message="a message needs text, blocks or attachments", error="no_text")
    yield from _message_text(payload)
    if payload.get("blocks") is not None:
        yield from block_list(payload["blocks"], "/blocks", "message")
    yield from _attachments(attachments)
    yield from _whole_message(payload)
    if payload.get("metadata") is not None:
        yield from _metadata(payload["metadata"])


def _message_text(payload: Mapping[str, Any]) -> Problems:
    text = payload.get("text")
    most = size.UPDATE_TEXT if "ts" in payload else size.POST_TEXT
    if text is not None and not isinstance(text, str):
        yield Problem(pointer="/text", message="must be a string", error="invalid_arguments")
    elif text and len(text) > most:
        yield Problem(pointer="/text", message=f"must be less than {most + 1} characters", error="msg_too_long")
    if payload.get("markdown_text") is not None:
        if text or payload.get("blocks"):
            message = "not together with text or blocks"
            yield Problem(pointer="/markdown_text", message=message, error="markdown_text_conflict")
        yield from string(payload["markdown_text"], "/markdown_text", most=size.MARKDOWN)


def _attachments(attachments: Any) -> Problems:
    if len(attachments) > size.ATTACHMENTS:
        message = f"no more than {size.ATTACHMENTS} items allowed"
        yield Problem(pointer="/attachments", message=message, error="too_many_attachments")
    for index, one in enumerate(attachments):
        at = f"/attachments/{index}"
        if not isinstance(one, Mapping):
            yield Problem(pointer=at, message="must be an attachment", error="invalid_attachments")
        elif one.get("blocks") is not None:
            yield from block_list(one["blocks"], f"{at}/blocks", "message")
        elif not any(one.get(name) for name in ("text", "fallback", "title", "fields", "image_url", "pretext")):
            yield Problem(pointer=at, message="an attachment needs blocks, text or fallback", error="no_text")


def _whole_message(payload: Mapping[str, Any]) -> Problems:
    """What is counted over all blocks together, those inside attachments included."""
    located = _located(payload, "")
    for index, one in enumerate(items(payload.get("attachments"))):
        located += _located(one, f"/attachments/{index}")
    blocks = [one for _, one in located if isinstance(one, Mapping)]
    if (total := characters(blocks)) > size.BLOCK_CHARACTERS:
        message = f"{total} characters in all blocks, more than {size.BLOCK_CHARACTERS}"
        yield Problem(pointer="/blocks", message=message, error="msg_blocks_too_long")
    markdown = sum(characters(one) for one in blocks if one.get("type") == "markdown")
    if markdown > size.MARKDOWN:
        message = f"{markdown} characters in all markdown blocks, more than {size.MARKDOWN}"
        yield Problem(pointer="/blocks", message=message, error="msg_blocks_too_long")
    if sum(one.get("type") == "table" for one in blocks) > size.TABLES:
        message = f"no more than {size.TABLES} table allowed"
        yield Problem(pointer="/blocks", message=message, error="only_one_table_allowed")
    yield from unique(located, "block_id")


def _located(holder: object, at: str) -> list[tuple[str, Any]]:
    """The blocks of a message, attachment or view with their pointers."""
    blocks = holder.get("blocks") if isinstance(holder, Mapping) else None
    return [(f"{at}/blocks/{index}", one) for index, one in enumerate(items(blocks))]


def _metadata(metadata: object) -> Problems:
    error = "invalid_metadata_format"
    if not isinstance(metadata, Mapping):
        yield Problem(pointer="/metadata", message="must be an object", error=error)
        return
    if not isinstance(metadata.get("event_type"), str) or not metadata["event_type"]:
        yield Problem(pointer="/metadata/event_type", message="must be a string", error=error)
    if not isinstance(metadata.get("event_payload"), Mapping):
        yield Problem(pointer="/metadata/event_payload", message="must be an object", error=error)


def _view(view: Mapping[str, Any], surface: Surface) -> Problems:
    if view.get("type") != surface:
        yield Problem(pointer="/type", message=f"must be {surface}", error="invalid_arguments")
    if view.get("blocks") is None:
        yield Problem(pointer="/blocks", message="missing required field: blocks")
    else:
        yield from block_list(view["blocks"], "/blocks", surface)
    yield from unique(_located(view, ""), "block_id")
    if surface == "modal":
        yield from _frame(view)
    yield from optional_string(view, "private_metadata", "", most=size.PRIVATE_METADATA, least=0)
    yield from optional_string(view, "callback_id", "", most=size.CALLBACK_ID, least=0)
    yield from optional_string(view, "external_id", "", most=size.EXTERNAL_ID, least=0)
    if (total := len(json.dumps(view, ensure_ascii=False, default=str).encode())) > size.VIEW_BYTES:
        yield Problem(pointer="", message=f"{total} bytes, more than {size.VIEW_BYTES}", error="view_too_large")


def _frame(view: Mapping[str, Any]) -> Problems:
    """A modal's title and buttons."""
    yield from required_text(view, "title", "", most=size.VIEW_TITLE)
    yield from optional_text(view, "submit", "", most=size.VIEW_TITLE)
    yield from optional_text(view, "close", "", most=size.VIEW_TITLE)
    kinds = [one.get("type") for one in items(view.get("blocks")) if isinstance(one, Mapping)]
    if "input" in kinds and view.get("submit") is None:
        yield Problem(pointer="/submit", message="a modal with an input needs a submit button")
