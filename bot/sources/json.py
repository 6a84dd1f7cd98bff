"""Any monitor that posts JSON: which part of the body is which part of an alert is content, not code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from bot.core import text as texts
from bot.core.alert import Alert
from bot.core.endpoint import Endpoint
from bot.core.errors import BadAlert, BadContent
from bot.core.expression import Expression, compile_expression
from bot.sources._mapped import FACTS, Missing, Part, compile_part, path_of
from bot.sources.base import Source, a_list, kind, labels_in, numbers_in, read_json, shown, time_in

_OVER = frozenset({"ok", "resolved", "closed", "normal", "recovered"})
_HIDDEN_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie"})
_CANONICAL = orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS


class Mapped(BaseModel):
    """Where in the body each part of an alert is.

    A value is a template (`{{ item.host.name }}: {{ item.message }}`), a path (`item.message`, `body.host`,
    `headers.x-event`, `item.tags.0`), or else a fixed text. `item` is one alert's part of the body, which is `body`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = Field(min_length=1, description="One line: what is wrong. Required in every body.")
    items: str = Field("", description="Path to the list of alerts; empty: the body itself is an alert or a list.")
    fingerprint: str = Field(
        "",
        description="What stays the same when the alert fires again and when it is over; required in every body once "
        "it is set. Empty: made of title and labels, which must then be the same each time.",
    )
    firing: str = Field(
        "",
        description="Expression that is true while the alert fires: item.status != 'ok'. Unknown counts as firing. "
        "Empty: firing unless status or state says ok, resolved, closed, normal or recovered.",
    )
    text: str = Field("", description="The longer description.")
    severity: str = Field("", description="The monitor's word for how bad it is.")
    group_key: str = Field("", description="Alerts with the same key become one incident.")
    labels: str | dict[str, str] = Field("", description="Path to an object, or a value for each label.")
    system: str = Field(
        "", description="Which system it belongs to: becomes the label `system`, by which packs know what is theirs."
    )
    numbers: str | dict[str, str] = Field("", description="Path to an object, or a value for each number.")
    starts_at: str = Field("", description="When it began: ISO 8601, or seconds or milliseconds since 1970.")
    ends_at: str = Field("", description="When it was over, in the same forms.")
    link: str = Field("", description="Where the monitor shows it: an http or https address.")

    @field_validator("title", "fingerprint", "text", "severity", "group_key", "system", "starts_at", "ends_at", "link")
    @classmethod
    def _understood(cls, value: str) -> str:
        _compiled(value)
        return value

    @field_validator("labels", "numbers")
    @classmethod
    def _all_understood(cls, value: str | dict[str, str]) -> str | dict[str, str]:
        if isinstance(value, str) and value and path_of(value) is None:
            raise ValueError("write a path such as item.labels, or a value for each name")
        for one in [value] if isinstance(value, str) else value.values():
            _compiled(one)
        return value

    @field_validator("items")
    @classmethod
    def _a_path(cls, value: str) -> str:
        if "{" in value or value.startswith(("item.", "headers.")):
            raise ValueError("write the path to the list within the body, such as data.alerts")
        return value

    @field_validator("firing")
    @classmethod
    def _an_expression(cls, value: str) -> str:
        if value:
            _expression(value)
        return value


def _compiled(value: str) -> Part:
    try:
        return compile_part(value)
    except BadContent as problem:
        raise ValueError(str(problem)) from None


def _expression(value: str) -> Expression:
    try:
        expression = compile_expression(value)
    except BadContent as problem:
        raise ValueError(str(problem)) from None
    strangers = expression.names - FACTS
    if strangers:
        raise ValueError(f"{', '.join(sorted(strangers))} is not known here: there are item, body and headers")
    return expression


@dataclass(frozen=True, kw_only=True, slots=True)
class _Recipe:
    """The parameters of one endpoint, compiled."""

    items: tuple[str, ...]
    firing: Expression | None
    parts: Mapping[str, Part]
    labels: Part | Mapping[str, Part] | None
    numbers: Part | Mapping[str, Part] | None


@lru_cache(maxsize=256)
def _recipe(parameters: bytes) -> _Recipe:
    try:
        mapped = Mapped.model_validate(orjson.loads(parameters))
    except ValidationError as problem:
        raise BadContent(f"the endpoint's parameters are wrong: {problem}") from None
    names = ("title", "fingerprint", "text", "severity", "group_key", "system", "starts_at", "ends_at", "link")
    items = mapped.items.removeprefix("body.")
    return _Recipe(
        items=() if items in ("", "body") else tuple(items.split(".")),
        firing=_expression(mapped.firing) if mapped.firing else None,
        parts={name: compile_part(getattr(mapped, name)) for name in names if getattr(mapped, name)},
        labels=_several(mapped.labels),
        numbers=_several(mapped.numbers),
    )


def _several(value: str | dict[str, str]) -> Part | Mapping[str, Part] | None:
    if isinstance(value, str):
        return compile_part(value) if value else None
    return {name: compile_part(one) for name, one in value.items()}


def parse(body: bytes, headers: Mapping[str, str], endpoint: Endpoint, now: datetime) -> tuple[Alert, ...]:
    """The alerts of a body, as the endpoint's parameters read it. Raises `BadAlert`; `BadContent` only for parameters
    that `Mapped` would not have taken."""
    recipe = _recipe(orjson.dumps(endpoint.parameters, default=dict, option=_CANONICAL))
    value = read_json(body)
    hidden = _HIDDEN_HEADERS | {endpoint.signature_header.lower()}
    shared = {"body": value, "headers": {name: word for name, word in headers.items() if name not in hidden}}
    return tuple(
        [_alert(recipe, where, {"item": item, **shared}, endpoint, now) for where, item in _items(recipe, value)]
    )


def _items(recipe: _Recipe, body: Any) -> Iterator[tuple[str, Any]]:
    where, value = "body", body
    for step in recipe.items:
        if type(value) is not dict or step not in value:
            found = f"an object with {', '.join(map(shown, list(value)[:10]))}" if type(value) is dict else kind(value)
            raise BadAlert(f"items: {where} has no {step}, it is {found}")
        where, value = f"{where}.{step}", value[step]
    if not recipe.items and type(value) is dict:
        yield "body", value
    elif not recipe.items and type(value) is not list:
        raise BadAlert(f"the body must be an object or a list, not {kind(value)}")
    else:
        for place, item in enumerate(a_list(value, where)):
            yield f"{where}[{place}]", item


def _alert(recipe: _Recipe, where: str, facts: Mapping[str, Any], endpoint: Endpoint, now: datetime) -> Alert:
    parts = recipe.parts

    def required(name: str) -> str:
        try:
            word = parts[name].text(facts).strip()
        except Missing as problem:
            raise BadAlert(f"{name} of {where}: {problem}; {_found(facts['item'])}") from None
        if not word:
            raise BadAlert(f"{name} of {where} is empty ({parts[name].source}); {_found(facts['item'])}")
        return word

    def optional(name: str) -> str:
        if name not in parts:
            return ""
        try:
            return parts[name].text(facts).strip()
        except Missing:
            return ""

    def time(name: str) -> datetime | None:
        if name not in parts:
            return None
        try:
            return time_in(parts[name].value(facts), f"{name} of {where}")
        except Missing:
            return None

    whole = required("title")
    title = texts.one_line(whole) or "An alert without a name"
    system = {"system": word} if (word := optional("system")) else {}
    labels, _ = labels_in({**_values(recipe.labels, facts, f"labels of {where}"), **system}, f"labels of {where}")
    firing = _firing(recipe, facts)
    said = _values(recipe.numbers, facts, f"numbers of {where}")
    numbers, _ = labels_in({k: v for k, v in said.items() if v is not None}, f"numbers of {where}")
    began = time("starts_at")
    return Alert(
        endpoint=endpoint.name,
        fingerprint=texts.identity(required("fingerprint")) if "fingerprint" in parts else _fingerprint(title, labels),
        firing=firing,
        title=title,
        text=texts.bounded(
            "\n".join(part for part in (texts.beyond(title, whole), optional("text")) if part), texts.TEXT
        ),
        severity=texts.one_line(optional("severity"), texts.NAME),
        group_key=texts.identity(optional("group_key")),
        labels=labels,
        numbers={**numbers_in(labels), **numbers_in(numbers)},
        starts_at=began or now,
        dated=began is not None,
        ends_at=None if firing else time("ends_at"),
        link=texts.link_in(optional("link")),
    )


def _values(parts: Part | Mapping[str, Part] | None, facts: Mapping[str, Any], where: str) -> dict[str, Any]:
    """The values of labels or numbers by name; those that the body lacks are left out."""
    found: dict[str, Any] = {}
    if isinstance(parts, Part):
        try:
            whole = parts.value(facts)
        except Missing:
            return {}
        if type(whole) is not dict:
            raise BadAlert(f"{where} must be an object, not {kind(whole)} ({parts.source})")
        # What is an object or a list itself says nothing as a label; a sender must not be refused for it.
        return {name: word for name, word in whole.items() if type(word) not in (dict, list)}
    for name, part in (parts or {}).items():
        try:
            found[name] = part.text(facts).strip()
        except Missing:
            continue
    return found


def _firing(recipe: _Recipe, facts: Mapping[str, Any]) -> bool:
    if recipe.firing is not None:
        return recipe.firing.ask(facts).value is not False
    for place in (facts["item"], facts["body"]):
        if type(place) is dict:
            for name in ("status", "state"):
                word = place.get(name)
                if type(word) is str and word.strip():
                    return word.strip().lower() not in _OVER
    return True


def _fingerprint(title: str, labels: Mapping[str, str]) -> str:
    return texts.digest(title, *(part for name in sorted(labels) for part in (name, labels[name])))


def _found(item: Any) -> str:
    if type(item) is not dict:
        return f"the item is {kind(item)}"
    return f"the item has {', '.join(texts.one_line(name, 30) for name in list(item)[:10]) or 'nothing in it'}"


SOURCE = Source(
    name="json",
    help=(
        "Any monitor that can post JSON. The endpoint's parameters say where in the body each part of an alert is; the "
        'least is title: "{{ item.message }}". It proves itself with Authorization (Bearer or Basic) or an HMAC-SHA256 '
        "signature of the body in X-Hub-Signature-256 or the header that the endpoint names."
    ),
    parameters=Mapped,
    parse=parse,
)
