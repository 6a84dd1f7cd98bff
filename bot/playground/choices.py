"""What a person chose or typed, in the many shapes in which Slack tells it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.core.slack_elements import offered
from bot.playground.markup import elements_of
from bot.playground.values import Json

_SINGLE = {
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
}
_SEVERAL = {
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
    "file_input": "files",
}
_OF_OPTIONS = ("static_select", "external_select", "radio_buttons", "overflow")
_OF_SEVERAL_OPTIONS = ("multi_static_select", "multi_external_select", "checkboxes")
_STATELESS = ("button", "overflow", "workflow_button", "feedback_buttons", "icon_button")


def chosen(element: Json, given: Any) -> Json:
    """What a press or an entry adds to the payload: `{"selected_option": ...}`, `{"value": ...}` and so on.

    Options are named by their value or their text. Raises LookupError telling what there is to choose.
    """
    kind = str(element.get("type"))
    if kind in _SINGLE:
        return {_SINGLE[kind]: given}
    if kind in _SEVERAL:
        return {_SEVERAL[kind]: _list(given)}
    if kind in _OF_OPTIONS:
        return {"selected_option": None if given is None else _option(element, given)}
    if kind in _OF_SEVERAL_OPTIONS:
        return {"selected_options": [_option(element, one) for one in _list(given)]}
    if kind == "rich_text_input":
        return {"rich_text_value": given}
    return {"value": None if given is None else str(given)}


def initial_values(blocks: Iterable[Json]) -> Json:
    """`state.values` of blocks that nobody touched: block_id -> action_id -> value."""
    values: Json = {}
    for block in blocks:
        for element in elements_of(block):
            if element.get("type") not in _STATELESS:
                entry = values.setdefault(block["block_id"], {})
                entry[element["action_id"]] = _initial(element)
    return values


def with_value(values: Mapping[str, Any], block_id: str, element: Json, given: Any) -> Json:
    """The values with one more entry made."""
    entry = {"type": element["type"], **chosen(element, given)}
    return {**values, block_id: {**values.get(block_id, {}), element["action_id"]: entry}}


def is_empty(entry: Mapping[str, Any]) -> bool:
    return all(value in (None, "", []) for name, value in entry.items() if name != "type")


def _initial(element: Json) -> Json:
    prefix = {name.removeprefix("initial_"): value for name, value in element.items() if name.startswith("initial_")}
    empty = {"type": element["type"], **chosen(element, None)}
    if prefix:
        name, value = next(iter(prefix.items()))
        own = "rich_text_value" if element["type"] == "rich_text_input" else "value"
        empty[own if name == "value" else f"selected_{name}"] = value
    return empty


def _option(element: Json, given: Any) -> Json:
    if isinstance(given, Mapping):
        return dict(given)
    known = offered(element)
    for one in known:
        if given in (one.get("value"), one["text"]["text"]):
            return {name: one[name] for name in ("text", "value", "description", "url") if name in one}
    if str(element["type"]).endswith("external_select"):
        return {"text": {"type": "plain_text", "text": str(given)}, "value": str(given)}
    raise LookupError(f"no option {given!r}; there are {', '.join(str(one.get('value')) for one in known)}")


def _list(given: Any) -> Sequence[Any]:
    if given is None:
        return []
    return list(given) if isinstance(given, list | tuple | set | frozenset) else [given]
