"""A whole message or view made acceptable to Slack: what does not fit is left out, and the reader is told so."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.core import slack_sizes as size
from bot.core.slack_blocks import Surface, characters
from bot.core.slack_cut import cut
from bot.core.slack_elements import Json, items
from bot.core.slack_shape import Cuts, Shaped, shape, shortened, text_object

_NOTICE = 80
"""Characters kept free for the line that says how many blocks are missing."""
_EMPTY = "(empty message)"


def fit(payload: Mapping[str, Any], surface: Surface) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The payload as Slack takes it, and what was cut, one line each (empty: nothing).

    Cut texts end with a marker; in place of blocks left out stands a line with their number. Blocks with buttons and
    inputs are the last to be left out. What no cutting can mend (a modal without a title, a payload's wrong
    types outside its blocks) stays as it is.
    """
    cuts: Cuts = []
    fitted = _message(payload, cuts) if surface == "message" else _view(payload, surface, cuts)
    return fitted, tuple(cuts)


def _message(payload: Mapping[str, Any], cuts: Cuts) -> Shaped:
    fitted = dict(payload)
    if isinstance(fitted.get("text"), str):
        most = size.UPDATE_TEXT if "ts" in payload else size.POST_TEXT
        if len(fitted["text"]) > most:
            cuts.append(f"/text: {len(fitted['text']):,} characters cut to {most:,}")
        fitted["text"] = cut(fitted["text"], most, markup=True)
    budget = _Budget(lists=1 + len(items(fitted.get("attachments"))))
    if fitted.get("blocks") is not None:
        fitted["blocks"] = budget.blocks(items(fitted["blocks"]), "/blocks", cuts)
    if items(fitted.get("attachments")):
        fitted["attachments"] = _attachments(items(fitted["attachments"]), budget, cuts)
    if not any(fitted.get(name) for name in ("blocks", "attachments", "markdown_text")) and not _says(
        fitted.get("text")
    ):
        fitted["text"] = _EMPTY
    return fitted


def _attachments(found: Sequence[Any], budget: _Budget, cuts: Cuts) -> list[Any]:
    kept: list[Any] = []
    surplus = len(found) - size.ATTACHMENTS
    for index, one in enumerate(found if surplus <= 0 else found[: size.ATTACHMENTS - 1]):
        if isinstance(one, Mapping) and one.get("blocks") is not None:
            blocks = budget.blocks(items(one["blocks"]), f"/attachments/{index}/blocks", cuts)
            if blocks:
                kept.append({**one, "blocks": blocks})
        else:
            kept.append(one)
    if surplus > 0:
        cuts.append(f"/attachments: {surplus + 1} of {len(found)} left out")
        kept.append({"text": f"… ({surplus + 1} more left out)", "fallback": "…"})
    return kept


class _Budget:
    """What all the blocks of one message share: characters, markdown, one table, block ids."""

    def __init__(self, *, lists: int) -> None:
        # Each list of blocks may need a notice of its own.
        self.characters = size.BLOCK_CHARACTERS - _NOTICE * lists
        self.markdown = size.MARKDOWN
        self.tables = size.TABLES
        self.block_ids: set[str] = set()

    def blocks(self, found: Sequence[Any], at: str, cuts: Cuts) -> list[Shaped]:
        shaped = [self._alone(one, f"{at}/{index}", cuts) for index, one in enumerate(found)]
        room, most = self.characters + _NOTICE, size.MESSAGE_BLOCKS
        kept = _chosen(shaped, at, cuts, most=most, room=room, cost=characters, cut_to=shortened)
        self.characters = room - sum(characters(one) for one in kept)
        return kept

    def _alone(self, block: object, at: str, cuts: Cuts) -> Shaped | None:
        shaped = shape(block, at, "message", cuts)
        if shaped is None:
            return None
        if shaped["type"] == "table":
            self.tables -= 1
            if self.tables < 0:
                cuts.append(f"{at}: a message has room for one table")
                return None
        if shaped["type"] == "markdown":
            if characters(shaped) > self.markdown:
                shaped = shortened(shaped, self.markdown, at, cuts)
            self.markdown -= characters(shaped)
        return _with_own_id(shaped, self.block_ids, at, cuts) if shaped else None


def _with_own_id(block: Shaped, taken: set[str], at: str, cuts: Cuts) -> Shaped:
    """Without its block_id where another block has it: Slack then gives it one."""
    identity = block.get("block_id")
    if isinstance(identity, str) and identity in taken:
        cuts.append(f"{at}/block_id: `{identity}` appears twice")
        return {name: value for name, value in block.items() if name != "block_id"}
    if isinstance(identity, str):
        taken.add(identity)
    return block


def _view(view: Mapping[str, Any], surface: Surface, cuts: Cuts) -> Shaped:
    fitted = dict(view)
    if surface == "modal":
        for name in ("title", "submit", "close"):
            text_object(fitted, name, "", cuts, most=size.VIEW_TITLE)
    taken: set[str] = set()
    blocks: list[Shaped | None] = []
    for index, one in enumerate(items(view.get("blocks"))):
        shaped = shape(one, f"/blocks/{index}", surface, cuts)
        blocks.append(_with_own_id(shaped, taken, f"/blocks/{index}", cuts) if shaped else None)
    room = size.VIEW_BYTES - _bytes({**fitted, "blocks": []}) - 4 * _NOTICE
    fitted["blocks"] = _chosen(blocks, "/blocks", cuts, most=size.VIEW_BLOCKS, room=room, cost=_bytes, cut_to=_never)
    if surface == "modal" and fitted.get("submit") is None and any(one["type"] == "input" for one in fitted["blocks"]):
        cuts.append("/submit: added, for the inputs")
        fitted["submit"] = {"type": "plain_text", "text": "Submit"}
    return fitted


def _chosen(
    blocks: Sequence[Shaped | None],
    at: str,
    cuts: Cuts,
    *,
    most: int,
    room: int,
    cost: Callable[[Json], int],
    cut_to: Callable[[Json, int, str, Cuts], Shaped | None],
) -> list[Shaped]:
    """Which blocks are kept: those that can be pressed first, then from the top, and a line for the others."""
    whole = [one for one in blocks if one is not None]
    if len(whole) == len(blocks) <= most and sum(map(cost, whole)) <= room:
        return whole
    kept: dict[int, Shaped] = {}
    room -= _NOTICE
    for index in sorted(range(len(blocks)), key=lambda place: (not _pressable(blocks[place]), place)):
        block = blocks[index]
        if block is None or len(kept) == most - 1:
            continue
        fitting = block if cost(block) <= room else cut_to(block, room, f"{at}/{index}", cuts)
        if fitting is not None:
            kept[index] = fitting
            room -= cost(fitting)
    missing = [index for index in range(len(blocks)) if index not in kept]
    if missing:
        cuts.append(f"{at}: {len(missing)} of {len(blocks)} blocks left out")
        kept[missing[0]] = _notice(len(missing))
    return [kept[index] for index in sorted(kept)]


def _says(text: object) -> bool:
    return not isinstance(text, str | None) or bool(text and text.strip())


def _notice(missing: int) -> Shaped:
    words = f"… ({missing} block{'s' if missing > 1 else ''} left out: too much for one message)"
    return {"type": "context", "elements": [{"type": "plain_text", "text": words}]}


def _pressable(block: Shaped | None) -> bool:
    if block is None:
        return False
    return block["type"] in ("actions", "input") or block.get("accessory", {}).get("type", "image") != "image"


def _never(block: Json, room: int, at: str, cuts: Cuts) -> None:
    return None


def _bytes(value: Json) -> int:
    """Bytes of the value's JSON, with the comma after it."""
    return len(json.dumps(value, ensure_ascii=False, default=str).encode()) + 2
