"""What the panels of this room share: their templates, links in texts, and the forms that come from them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request

from bot.playground.page.dates import Calendar
from bot.playground.page.drawing import templates
from bot.playground.page.sight import look
from bot.playground.values import Person
from bot.playground.workspace import Workspace

_ADDRESS = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)]")
_LINK = Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>')


@cache
def _environment() -> Environment:
    """The page's own, but that a misspelt name is an error."""
    made = templates().overlay(undefined=StrictUndefined)
    made.filters = {**made.filters, "linked": linked, "pretty": pretty}
    return made


def drawn(template: str, **values: Any) -> str:
    """A template with these values, all of them escaped."""
    return _environment().get_template(template).render(values)


def linked(text: str) -> Markup:
    """The text escaped, its http addresses as links that open in a tab of their own."""
    pieces, end = [], 0
    for found in _ADDRESS.finditer(text):
        pieces += [escape(text[end : found.start()]), _LINK.format(found[0], found[0])]
        end = found.end()
    return Markup("").join([*pieces, escape(text[end:])])


def pretty(value: Any) -> str:
    """JSON for people: indented, a text as it is."""
    return value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False, default=str)


def calendar(workspace: Workspace, viewer: str) -> Calendar:
    """How this person reads the playground's time."""
    return Calendar(zone=ZoneInfo(workspace.person(viewer).tz), now=workspace.room.state.now())


async def form_of(request: Request) -> Mapping[str, str]:
    """The fields of a form, of either encoding; the last of those with one name."""
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        async with request.form() as form:
            return {name: value for name, value in form.items() if isinstance(value, str)}
    return dict(parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True))


def sender(workspace: Workspace, form: Mapping[str, str]) -> Person:
    """Whose page a form came from, as the page's script says."""
    return look(workspace, {"as": form.get("as", "")}).viewer
