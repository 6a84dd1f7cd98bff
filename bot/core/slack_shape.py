"""One block made acceptable to Slack: long texts cut, surplus parts left out, and every cut told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.core import slack_sizes as size
from bot.core.slack_blocks import Surface, characters
from bot.core.slack_blocks import block as block_problems
from bot.core.slack_cut import cut
from bot.core.slack_elements import IN_ACTIONS, IN_SECTION, Json, Problem, items
from bot.core.slack_elements import element as element_problems

Shaped = dict[str, Any]
Cuts = list[str]
"""Collects what was cut, one line each."""

_WORTH_KEEPING = 200
"""A text of which fewer characters than this would remain is left out whole."""


def shape(block: object, at: str, surface: Surface, cuts: Cuts) -> Shaped | None:
    """The block as Slack takes it, or None where nothing of it can be sent."""
    if not isinstance(block, Mapping):
        cuts.append(f"{at}: not a block")
        return None
    kind = str(block.get("type"))
    shaped: Shaped | None = _SHAPES.get(kind, _as_is)(dict(block), at, cuts)
    if shaped is None:
        cuts.append(f"{at}: {kind} is empty")
        return None
    if found := list(block_problems(shaped, at, surface)):
        cuts.append(_told(found))
        return None
    return shaped


def shortened(block: Json, room: int, at: str, cuts: Cuts) -> Shaped | None:
    """The block in at most `room` characters, or None where too little would remain to be worth reading."""
    slim = dict(block)
    if slim.get("type") == "section":
        fields = list(items(slim.pop("fields", ())))
        while fields and characters({**slim, "fields": fields}) > room:
            cuts.append(f"{at}/fields/{len(fields) - 1}: left out")
            fields.pop()
        if fields:
            slim["fields"] = fields
    text, over = slim.get("text"), characters(slim) - room
    if over <= 0:
        return slim if text or slim.get("fields") else None
    if slim.get("type") == "section" and isinstance(text, Mapping) and len(text["text"]) - over >= _WORTH_KEEPING:
        text_object(slim, "text", at, cuts, most=len(text["text"]) - over, plain=False)
        return slim
    if slim.get("type") == "markdown" and isinstance(text, str) and len(text) - over >= _WORTH_KEEPING:
        slim["text"] = _cut(text, len(text) - over, f"{at}/text", cuts, markup=True)
        return slim
    return None


def text_object(holder: Shaped, name: str, at: str, cuts: Cuts, *, most: int = size.TEXT, plain: bool = True) -> None:
    """Cut the holder's text; one that is empty is taken away, one of the wrong type is made plain."""
    text = holder.get(name)
    if not isinstance(text, Mapping) or not isinstance(text.get("text"), str):
        return
    if not text["text"].strip():
        del holder[name]
        return
    kind = "plain_text" if plain else str(text.get("type"))
    own = "verbatim" if kind == "mrkdwn" else "emoji"
    kept = {key: value for key, value in text.items() if key == own}
    words = _cut(text["text"], most, f"{at}/{name}", cuts, markup=kind == "mrkdwn")
    holder[name] = {"type": kind, "text": words, **kept}


def _section(block: Shaped, at: str, cuts: Cuts) -> Shaped | None:
    text_object(block, "text", at, cuts, plain=False)
    if "fields" in block:
        found = items(block.pop("fields"))
        fields = _texts(found, f"{at}/fields", cuts, most=size.SECTION_FIELD, many=size.SECTION_FIELDS)
        if fields:
            block["fields"] = fields
    if block.get("accessory") is not None:
        block["accessory"] = _element(block["accessory"], f"{at}/accessory", cuts, IN_SECTION)
        if block["accessory"] is None:
            del block["accessory"]
    return block if block.get("text") or block.get("fields") else None


def _header(block: Shaped, at: str, cuts: Cuts) -> Shaped | None:
    text_object(block, "text", at, cuts, most=size.HEADER)
    return block if block.get("text") else None


def _context(block: Shaped, at: str, cuts: Cuts) -> Shaped | None:
    elements = items(block.get("elements"))
    block["elements"] = _texts(elements, f"{at}/elements", cuts, most=size.TEXT, many=size.CONTEXT_ELEMENTS)
    return block if block["elements"] else None


def _texts(found: Sequence[Any], at: str, cuts: Cuts, *, most: int, many: int) -> list[Any]:
    """Texts (and images), the empty ones left out; where there are too many, the last one says how many are missing."""
    kept: list[Any] = []
    for index, one in enumerate(found):
        holder: Shaped = {"text": one}
        text_object(holder, "text", f"{at}/{index}", cuts, most=most, plain=_is_plain(one))
        if "text" in holder:
            kept.append(holder["text"])
    if len(kept) > many:
        missing = len(kept) - many + 1
        cuts.append(f"{at}: {missing} of {len(kept)} left out")
        kept = [*kept[: many - 1], {"type": "mrkdwn", "text": f"… ({missing} more left out)"}]
    return kept


def _actions(block: Shaped, at: str, cuts: Cuts) -> Shaped | None:
    kept: list[Shaped] = []
    for index, raw in enumerate(items(block.get("elements"))):
        here = f"{at}/elements/{index}"
        one = _element(raw, here, cuts, IN_ACTIONS)
        if one is None:
            continue
        if one.get("action_id") is not None and any(one["action_id"] == other.get("action_id") for other in kept):
            cuts.append(f"{here}/action_id: `{one['action_id']}` appears twice")
        else:
            kept.append(one)
    if len(kept) > size.ACTION_ELEMENTS:
        cuts.append(f"{at}/elements: {len(kept) - size.ACTION_ELEMENTS} of {len(kept)} left out")
    block["elements"] = kept[: size.ACTION_ELEMENTS]
    return block if kept else None


def _input(block: Shaped, at: str, cuts: Cuts) -> Shaped | None:
    text_object(block, "label", at, cuts, most=size.INPUT_LABEL)
    text_object(block, "hint", at, cuts, most=size.INPUT_HINT)
    if isinstance(block.get("element"), Mapping):
        block["element"] = _trimmed(block["element"], f"{at}/element", cuts)
    return block


def _image(block: Shaped, at: str, cuts: Cuts) -> Shaped | None:
    if isinstance(block.get("alt_text"), str):
        block["alt_text"] = _cut(block["alt_text"], size.IMAGE_TEXT, f"{at}/alt_text", cuts, markup=False)
    text_object(block, "title", at, cuts, most=size.IMAGE_TEXT)
    return block


def _markdown(block: Shaped, at: str, cuts: Cuts) -> Shaped | None:
    text = block.get("text")
    if isinstance(text, str):
        block["text"] = _cut(text, size.MARKDOWN, f"{at}/text", cuts, markup=True)
    return block if text else None


def _table(block: Shaped, at: str, cuts: Cuts) -> Shaped | None:
    """Surplus columns and rows are left out, then rows until the characters fit; the first row, its header, stays."""
    whole = [list(items(row)) for row in items(block.get("rows"))]
    rows = [row[: size.TABLE_CELLS] for row in whole]
    if (widest := max(map(len, whole), default=0)) > size.TABLE_CELLS:
        cuts.append(f"{at}/rows: {widest - size.TABLE_CELLS} of {widest} columns left out")
    kept = rows[: size.TABLE_ROWS]
    while len(kept) > 1 and characters(kept) > size.TABLE_CHARACTERS:
        kept.pop()
    if len(kept) < len(rows):
        cuts.append(f"{at}/rows: {len(rows) - len(kept)} of {len(rows)} left out")
    block["rows"] = kept
    if "column_settings" in block:
        block["column_settings"] = list(items(block["column_settings"]))[: size.TABLE_CELLS]
    return block if kept else None


def _as_is(block: Shaped, at: str, cuts: Cuts) -> Shaped | None:
    return block


_SHAPES: Mapping[str, Callable[[Shaped, str, Cuts], Shaped | None]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "image": _image,
    "markdown": _markdown,
    "table": _table,
}


def _element(value: object, at: str, cuts: Cuts, allowed: frozenset[str]) -> Shaped | None:
    """An element trimmed, or None where Slack would still refuse it: half a confirmation is worse than no button."""
    shaped = _trimmed(value, at, cuts) if isinstance(value, Mapping) else None
    if shaped is None:
        cuts.append(f"{at}: not an element")
        return None
    if found := list(element_problems(shaped, at, allowed)):
        cuts.append(_told(found))
        return None
    return shaped


def _trimmed(element: Json, at: str, cuts: Cuts) -> Shaped:
    shaped = dict(element)
    text_object(shaped, "text", at, cuts, most=size.BUTTON_TEXT)
    text_object(shaped, "placeholder", at, cuts, most=size.PLACEHOLDER)
    if isinstance(shaped.get("accessibility_label"), str):
        words, here = shaped["accessibility_label"], f"{at}/accessibility_label"
        shaped["accessibility_label"] = _cut(words, size.ACCESSIBILITY_LABEL, here, cuts, markup=False)
    if isinstance(shaped.get("confirm"), Mapping):
        shaped["confirm"] = _confirm(shaped["confirm"], f"{at}/confirm", cuts)
    _trim_options(shaped, at, cuts)
    return shaped


def _confirm(confirm: Json, at: str, cuts: Cuts) -> Shaped:
    shaped = dict(confirm)
    text_object(shaped, "title", at, cuts, most=size.CONFIRM_TITLE)
    text_object(shaped, "text", at, cuts, most=size.CONFIRM_TEXT, plain=_is_plain(confirm.get("text")))
    text_object(shaped, "confirm", at, cuts, most=size.CONFIRM_BUTTON)
    text_object(shaped, "deny", at, cuts, most=size.CONFIRM_BUTTON)
    return shaped


def _trim_options(element: Shaped, at: str, cuts: Cuts) -> None:
    """Options cut and counted; what is chosen from the start is cut the same way, or chosen no longer."""
    kind = str(element.get("type"))
    choices = kind in ("checkboxes", "radio_buttons")
    most = {"overflow": size.OVERFLOW_OPTIONS}.get(kind, size.CHOICE_OPTIONS if choices else size.SELECT_OPTIONS)
    if "options" in element:
        element["options"] = _options(element["options"], f"{at}/options", cuts, most=most, plain=not choices)
    if "option_groups" in element:
        groups = []
        for index, group in enumerate(items(element["option_groups"])[: size.OPTION_GROUPS]):
            here, shaped = f"{at}/option_groups/{index}", dict(group) if isinstance(group, Mapping) else {}
            text_object(shaped, "label", here, cuts, most=size.GROUP_LABEL)
            shaped["options"] = _options(shaped.get("options"), f"{here}/options", cuts, most=most, plain=True)
            groups.append(shaped)
        element["option_groups"] = groups
    known = [one for holder in (element, *element.get("option_groups", ())) for one in holder.get("options", ())]
    if "initial_option" in element:
        chosen = _options([element.pop("initial_option")], at, [], most=1, plain=not choices)
        if chosen and chosen[0] in known:
            element["initial_option"] = chosen[0]
    if "initial_options" in element:
        chosen = _options(element.pop("initial_options"), at, [], most=most, plain=not choices)
        if kept := [one for one in chosen if one in known]:
            element["initial_options"] = kept


def _options(found: object, at: str, cuts: Cuts, *, most: int, plain: bool) -> list[Shaped]:
    kept: list[Shaped] = []
    for index, one in enumerate(items(found)):
        shaped = dict(one) if isinstance(one, Mapping) else {}
        value = shaped.get("value")
        for name in ("text", "description"):
            as_plain = plain or _is_plain(shaped.get(name))
            text_object(shaped, name, f"{at}/{index}", cuts, most=size.OPTION_TEXT, plain=as_plain)
        usable = isinstance(value, str) and 0 < len(value) <= size.OPTION_VALUE and "text" in shaped
        if not usable or any(value == other["value"] for other in kept):
            cuts.append(
                f"{at}/{index}: an option needs a text and a value of its own, up to {size.OPTION_VALUE} characters"
            )
        else:
            kept.append(shaped)
    if len(kept) > most:
        cuts.append(f"{at}: {len(kept) - most} of {len(kept)} left out")
    return kept[:most]


def _cut(text: str, most: int, at: str, cuts: Cuts, *, markup: bool) -> str:
    if len(text) > most:
        cuts.append(f"{at}: {len(text):,} characters cut to {most:,}")
    return cut(text, most, markup=markup)


def _is_plain(value: object) -> bool:
    return isinstance(value, Mapping) and value.get("type") == "plain_text"


def _told(found: Sequence[Problem]) -> str:
    return "; ".join(f"{one.pointer}: {one.message}" for one in found)
