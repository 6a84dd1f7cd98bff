"""What Slack accepts inside a block: text objects, confirmations, options and interactive elements."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.core import slack_sizes as size


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One reason why Slack would refuse a payload."""

    pointer: str
    """JSON pointer to what is wrong: `/blocks/3/text/text`."""
    message: str
    error: str = "invalid_blocks"
    """The `error` that Slack's Web API answers for it."""


Problems = Iterator[Problem]
Json = Mapping[str, Any]

SINGLE_SELECTS = ("static_select", "external_select", "users_select", "conversations_select", "channels_select")
MULTI_SELECTS = tuple(f"multi_{kind}" for kind in SINGLE_SELECTS)
CHOICES = ("checkboxes", "radio_buttons")
PICKERS = ("datepicker", "timepicker", "datetimepicker")
TYPED = ("plain_text_input", "number_input", "email_text_input", "url_text_input", "rich_text_input")

IN_ACTIONS = frozenset(
    ("button", "overflow", "workflow_button", "rich_text_input", *SINGLE_SELECTS, *MULTI_SELECTS, *CHOICES, *PICKERS)
)
IN_SECTION = IN_ACTIONS - {"rich_text_input", "datetimepicker"} | {"image"}
IN_INPUT = frozenset(("file_input", *TYPED, *SINGLE_SELECTS, *MULTI_SELECTS, *CHOICES, *PICKERS))


def items(value: object) -> Sequence[Any]:
    """The value if it is a list, else an empty one: what is no list is reported where it must be one."""
    return value if isinstance(value, Sequence) and not isinstance(value, str | bytes) else ()


def string(value: object, at: str, *, most: int, least: int = 1) -> Problems:
    """A plain JSON string of a length between `least` and `most`."""
    if not isinstance(value, str):
        yield Problem(pointer=at, message="must be a string")
    elif len(value) > most:
        yield Problem(pointer=at, message=f"must be less than {most + 1} characters")
    elif len(value) < least:
        yield Problem(pointer=at, message=f"must be more than {least - 1} characters")


def optional_string(holder: Json, name: str, at: str, *, most: int, least: int = 1) -> Problems:
    if holder.get(name) is not None:
        yield from string(holder[name], f"{at}/{name}", most=most, least=least)


def text_object(value: object, at: str, *, most: int = size.TEXT, plain: bool = False) -> Problems:
    """A text object; with `plain` only plain_text will do. Text of nothing but white space counts as empty."""
    if not isinstance(value, Mapping):
        yield Problem(pointer=at, message="must be a text object")
        return
    allowed = ("plain_text",) if plain else ("plain_text", "mrkdwn")
    if value.get("type") not in allowed:
        yield Problem(pointer=f"{at}/type", message=f"must be {' or '.join(allowed)}, not {value.get('type')}")
    text = value.get("text")
    if isinstance(text, str) and text and not text.strip():
        yield Problem(pointer=f"{at}/text", message="must be more than white space")
    else:
        yield from string(text, f"{at}/text", most=most)
    foreign = "emoji" if value.get("type") == "mrkdwn" else "verbatim"
    for name in sorted(set(value) - {"type", "text", "emoji", "verbatim"} | (set(value) & {foreign})):
        yield Problem(pointer=at, message=f"invalid additional property: {name}")


def optional_text(holder: Json, name: str, at: str, *, most: int = size.TEXT, plain: bool = True) -> Problems:
    if holder.get(name) is not None:
        yield from text_object(holder[name], f"{at}/{name}", most=most, plain=plain)


def required_text(holder: Json, name: str, at: str, *, most: int = size.TEXT, plain: bool = True) -> Problems:
    if holder.get(name) is None:
        yield Problem(pointer=at, message=f"missing required field: {name}")
    yield from optional_text(holder, name, at, most=most, plain=plain)


def confirmation(value: object, at: str) -> Problems:
    if not isinstance(value, Mapping):
        yield Problem(pointer=at, message="must be a confirmation object")
        return
    yield from required_text(value, "title", at, most=size.CONFIRM_TITLE)
    yield from required_text(value, "text", at, most=size.CONFIRM_TEXT, plain=False)
    yield from optional_text(value, "confirm", at, most=size.CONFIRM_BUTTON)
    yield from optional_text(value, "deny", at, most=size.CONFIRM_BUTTON)
    if value.get("style") not in (None, "primary", "danger"):
        yield Problem(pointer=f"{at}/style", message="must be primary or danger")


def option(value: object, at: str, *, plain: bool) -> Problems:
    if not isinstance(value, Mapping):
        yield Problem(pointer=at, message="must be an option object")
        return
    yield from required_text(value, "text", at, most=size.OPTION_TEXT, plain=plain)
    yield from optional_text(value, "description", at, most=size.OPTION_TEXT, plain=plain)
    yield from string(value.get("value"), f"{at}/value", most=size.OPTION_VALUE)
    yield from optional_string(value, "url", at, most=size.URL)


def option_list(holder: Json, at: str, *, most: int, plain: bool = True) -> Problems:
    """Between 1 and `most` options with values of their own."""
    found = items(holder.get("options"))
    if not found:
        yield Problem(pointer=f"{at}/options", message="must have at least 1 item")
        return
    if len(found) > most:
        yield Problem(pointer=f"{at}/options", message=f"no more than {most} items allowed")
    seen: set[str] = set()
    for index, one in enumerate(found):
        yield from option(one, f"{at}/options/{index}", plain=plain)
        value = one.get("value") if isinstance(one, Mapping) else None
        if isinstance(value, str) and value in seen:
            yield Problem(pointer=f"{at}/options/{index}/value", message=f"`{value}` appears twice")
        if isinstance(value, str):
            seen.add(value)


def offered(element: Json) -> list[Any]:
    """All options of an element, those inside groups included."""
    groups = [group for group in items(element.get("option_groups")) if isinstance(group, Mapping)]
    return [one for holder in (element, *groups) for one in items(holder.get("options"))]


def initial_options(element: Json, at: str) -> Problems:
    """What is chosen from the start must be one of the options, in all its parts."""
    known = offered(element)
    if element.get("initial_option") is not None and element["initial_option"] not in known:
        yield Problem(pointer=f"{at}/initial_option", message="must be one of the options")
    for index, one in enumerate(items(element.get("initial_options"))):
        if one not in known:
            yield Problem(pointer=f"{at}/initial_options/{index}", message="must be one of the options")


def option_groups(element: Json, at: str) -> Problems:
    groups = items(element.get("option_groups"))
    if not groups:
        yield Problem(pointer=f"{at}/option_groups", message="must have at least 1 item")
        return
    if len(groups) > size.OPTION_GROUPS:
        yield Problem(pointer=f"{at}/option_groups", message=f"no more than {size.OPTION_GROUPS} items allowed")
    for index, group in enumerate(groups):
        here = f"{at}/option_groups/{index}"
        if not isinstance(group, Mapping):
            yield Problem(pointer=here, message="must be an option group")
            continue
        yield from required_text(group, "label", here, most=size.GROUP_LABEL)
        yield from option_list(group, here, most=size.SELECT_OPTIONS)


def button(element: Json, at: str) -> Problems:
    yield from required_text(element, "text", at, most=size.BUTTON_TEXT)
    yield from optional_string(element, "value", at, most=size.BUTTON_VALUE, least=0)
    yield from optional_string(element, "url", at, most=size.URL)
    yield from optional_string(element, "accessibility_label", at, most=size.ACCESSIBILITY_LABEL)
    if element.get("style") not in (None, "primary", "danger"):
        yield Problem(pointer=f"{at}/style", message="must be primary or danger")


def select(element: Json, at: str) -> Problems:
    if str(element.get("type")).endswith("static_select"):
        if element.get("option_groups") is not None and element.get("options") is not None:
            yield Problem(pointer=at, message="must have either options or option_groups")
        if element.get("option_groups") is not None:
            yield from option_groups(element, at)
        else:
            yield from option_list(element, at, most=size.SELECT_OPTIONS)
        yield from initial_options(element, at)


def choice(element: Json, at: str) -> Problems:
    yield from option_list(element, at, most=size.CHOICE_OPTIONS, plain=False)
    yield from initial_options(element, at)


def overflow(element: Json, at: str) -> Problems:
    yield from option_list(element, at, most=size.OVERFLOW_OPTIONS)


def typed(element: Json, at: str) -> Problems:
    shortest, longest = element.get("min_length"), element.get("max_length")
    for name, value, least in (("min_length", shortest, 0), ("max_length", longest, 1)):
        if value is not None and not (isinstance(value, int) and least <= value <= size.TYPED_LENGTH):
            yield Problem(pointer=f"{at}/{name}", message=f"must be between {least} and {size.TYPED_LENGTH}")
    if isinstance(shortest, int) and isinstance(longest, int) and shortest > longest:
        yield Problem(pointer=f"{at}/min_length", message="must not be more than max_length")
    if element.get("type") == "plain_text_input":
        yield from optional_string(element, "initial_value", at, most=size.TYPED_LENGTH, least=0)
    if element.get("type") == "number_input" and not isinstance(element.get("is_decimal_allowed"), bool):
        yield Problem(pointer=at, message="missing required field: is_decimal_allowed")


def image(element: Json, at: str) -> Problems:
    """An image element or block: a text that says what is seen, and exactly one place where it is."""
    yield from string(element.get("alt_text"), f"{at}/alt_text", most=size.IMAGE_TEXT)
    if (element.get("image_url") is None) == (element.get("slack_file") is None):
        yield Problem(pointer=at, message="must have either image_url or slack_file")
    yield from optional_string(element, "image_url", at, most=size.URL)


def no_rule(element: Json, at: str) -> Problems:
    yield from ()


_RULES: Mapping[str, Callable[[Json, str], Problems]] = {
    "button": button,
    "workflow_button": button,
    "overflow": overflow,
    "image": image,
    "file_input": no_rule,
    **dict.fromkeys(SINGLE_SELECTS + MULTI_SELECTS, select),
    **dict.fromkeys(CHOICES, choice),
    **dict.fromkeys(PICKERS, no_rule),
    **dict.fromkeys(TYPED, typed),
}


def element(value: object, at: str, allowed: frozenset[str]) -> Problems:
    """One interactive element or image, of a kind that this place allows."""
    if not isinstance(value, Mapping):
        yield Problem(pointer=at, message="must be an element")
        return
    kind = str(value.get("type"))
    if kind not in allowed:
        yield Problem(pointer=f"{at}/type", message=f"unsupported type: {kind}")
        return
    yield from _RULES[kind](value, at)
    yield from optional_string(value, "action_id", at, most=size.ACTION_ID)
    yield from optional_text(value, "placeholder", at, most=size.PLACEHOLDER)
    if value.get("confirm") is not None:
        yield from confirmation(value["confirm"], f"{at}/confirm")
